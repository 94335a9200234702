"""A command is one transaction: when the database gives it up for another's sake, it is simply done again."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from engine import meters
from engine.bpmn.errors import Interrupted

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 4
GIVEN_UP = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATE of a serialisation failure, a deadlock and a lock that was not available (PostgreSQL, appendix A)."""


def command(run: Callable[P, R]) -> Callable[P, R]:
    """Repeat a command that lost a race inside the database; nothing of it was committed.

    A unique constraint that two commands hit at once is such a race, too: the second time the loser finds the
    winner's row and refuses by name.
    """

    name = run.__name__.strip("_")

    @wraps(run)
    def repeat(*args: P.args, **kwargs: P.kwargs) -> R:
        with meters.command(name):
            for _ in range(ATTEMPTS - 1):
                try:
                    return run(*args, **kwargs)
                except Interrupted:
                    pass
                except DBAPIError as error:
                    if not (given_up(error) or isinstance(error, IntegrityError)):
                        raise
                meters.meters().repeated.labels(name).inc()
            return run(*args, **kwargs)

    return repeat


def given_up(error: DBAPIError) -> bool:
    """Whether the database gave the transaction up because of another one."""
    return getattr(error.orig, "sqlstate", None) in GIVEN_UP
