"""The history of one instance out of the store, and its states: at the end, after any event, at any instant."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.inspecting.past.replay import Past, Written, replay
from engine.inspecting.past.steps import Step, steps, writers
from engine.store.instances import ElementEvent

COLUMNS = (
    ElementEvent.id,
    ElementEvent.revision,
    ElementEvent.element_instance,
    ElementEvent.element_id,
    ElementEvent.element_type,
    ElementEvent.event,
    ElementEvent.at,
    ElementEvent.scope,
    ElementEvent.actor,
    ElementEvent.detail,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of `element_event`: plain, for thousands of them are read at once."""

    id: int
    revision: int
    element_instance: str
    element_id: str
    element_type: str
    event: str
    at: datetime
    scope: str | None
    actor: str
    detail: Any


@dataclass(frozen=True)
class History:
    """All that happened in one instance, in order."""

    lines: Sequence[Line]

    @cached_property
    def steps(self) -> list[Step]:
        """The history in steps."""
        return steps(self.lines, [line.revision for line in self.lines])

    @cached_property
    def writers(self) -> dict[int, int]:
        """Which line (position) an element wrote each variable (position) with."""
        return writers(self.lines, self.steps)

    @cached_property
    def now(self) -> Past:
        """The instance after everything that happened."""
        return replay(self.lines)

    def after(self, step: int) -> Past:
        """The instance after a step (its number, from 0)."""
        return replay(self.lines[: self.steps[step].last + 1])

    def step_of(self, event: int) -> int | None:
        """The number of the step that an event (its id) belongs to; None for one of another instance."""
        at = self.position(event)
        if at < 0 or self.lines[at].id != event:
            return None
        return bisect_right(self._lasts, at - 1)

    def step_at(self, instant: datetime) -> int | None:
        """The number of the last step that was taken at an instant or before; None before the first."""
        found = bisect_right([self.lines[step.last].at for step in self.steps], instant) - 1
        return found if found >= 0 else None

    def position(self, event: int) -> int:
        """Where an event (its id) stands in the history."""
        return bisect_right(self._ids, event) - 1

    def mark(self, step: int) -> int:
        """The event (its id) that a step ends with: its address."""
        return self.lines[self.steps[step].last].id

    def main(self, step: int) -> Line:
        """What a step is about: what happened, or the last variable that was written."""
        found = self.steps[step]
        return self.lines[found.last if found.main is None else found.main]

    def writes(self, scope: str, name: str) -> list[tuple[int, Written | None]]:
        """Every value that a variable had, with the position of its event; None where it was taken away."""
        past, before = Past(), None
        found: list[tuple[int, Written | None]] = []
        for at, line in enumerate(self.lines):
            past.take(line)
            present = past.variables.get(scope, {}).get(name)
            if present is not before:
                found.append((at, present))
            before = present
        return found

    @cached_property
    def _ids(self) -> list[int]:
        return [line.id for line in self.lines]

    @cached_property
    def _lasts(self) -> list[int]:
        return [step.last for step in self.steps]


def history(session: Session, instance: int) -> History:
    """The history of an instance; empty for one that does not exist."""
    rows = select(*COLUMNS).where(ElementEvent.instance_id == instance).order_by(ElementEvent.id)
    return History([Line(*row) for row in session.execute(rows)])
