"""What happened inside a transaction and is to be told: collected where it happens, told right before the commit.

A register that changes hands over the row that records the change, and a function that finds the words. Nothing
is asked of the database here, so a list of hundreds costs what one does; and what a savepoint took back is not told,
for its row is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from engine.notifications.delivery import Scene
    from engine.notifications.operations import Message

_KEY = "luzhi.changes"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the row that records it, the enterprise (by code) that is told, and the words for it."""

    row: Any
    organisation: str
    compose: "Callable[[Scene], Message | None]"


def collect(session: Session, change: Change) -> None:
    """Note a change for the end of this transaction."""
    session.info.setdefault(_KEY, []).append(change)


def take(session: Session) -> list[Change]:
    """The changes collected so far whose rows are still there, in their order; they are forgotten here."""
    found: list[Change] = session.info.pop(_KEY, [])
    return [change for change in found if change.row in session]
