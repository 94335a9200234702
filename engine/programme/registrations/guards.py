"""Guards of the registration's process."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.registrations import operations

APPROVE = "APPROVE"


def may_decide(context: GuardContext) -> None:
    """An approval must be possible now: the click is refused, not the step behind it."""
    if context.body.get("decision") == APPROVE:
        operations.check_opening(context.session, str(context.variables["registration_no"]))


GUARDS: dict[str, Callable[[GuardContext], None]] = {"registrations.may_decide": may_decide}
