"""How often chosen instances came to each element and how long they stayed, out of their histories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from sqlalchemy import DateTime, select, type_coerce
from sqlalchemy.orm import Session

from engine.store.instances import ElementEvent

MOST = 1_000
"""Instances that one map is made of: the first of the list."""
PART = 200
BEGUN, DONE = "activated", ("completed", "terminated")


@dataclass(slots=True)
class Heat:
    """Of one element: how often it was begun, how often it has not ended yet, and the seconds of those that ended."""

    begun: int = 0
    open: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float | None:
        """Seconds that half of them took at most; None when none has ended."""
        return median(self.seconds) if self.seconds else None

    @property
    def p90(self) -> float | None:
        """Seconds that nine of ten took at most."""
        if len(self.seconds) < 2:
            return self.median
        return quantiles(self.seconds, n=10, method="inclusive")[-1]

    @property
    def longest(self) -> float | None:
        """Seconds of the longest."""
        return max(self.seconds, default=None)

    @property
    def total(self) -> float:
        """Seconds of all together: where the time of the process goes."""
        return sum(self.seconds)


def heat(session: Session, instances: Sequence[int]) -> Mapping[str, Heat]:
    """The heat of each element that these instances (at most `MOST`) came to, by its id."""
    found: dict[str, Heat] = {}
    for first in range(0, len(instances), PART):
        _add(session, instances[first : first + PART], found)
    return found


def _add(session: Session, part: Sequence[int], found: dict[str, Heat]) -> None:
    row = ElementEvent
    at: Any = type_coerce(row.at, DateTime(timezone=True))  # only spans count: no zone is needed
    events = (
        select(row.instance_id, row.element_instance, row.element_id, row.event, at)
        .where(row.instance_id.in_(part), row.event.in_((BEGUN, *DONE)), row.element_type != "process")
        .order_by(row.instance_id, row.id)
    )
    begun: dict[tuple[int, str], Any] = {}
    for instance, token, element, event, when in session.execute(events):
        about = found.setdefault(element, Heat())
        if event == BEGUN:
            if (instance, token) not in begun:
                about.begun += 1
                about.open += 1
            begun[instance, token] = when
        elif (since := begun.pop((instance, token), None)) is not None:
            about.open -= 1
            about.seconds.append((when - since).total_seconds())
