"""The steps of a history: what happened at once to one element instance, with the variables that belong to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.inspecting.past.replay import Event


@dataclass(frozen=True, slots=True)
class Step:
    """Events `first` to `last` (positions, both included) of a history.

    `main` is what happened; None when variables were written and nothing else.
    """

    first: int
    last: int
    main: int | None


def steps(events: Sequence[Event], revisions: Sequence[int] | None = None) -> list[Step]:
    """The history in steps, in order.

    What an element gives is written before it ends, what it is given after it began. Variables that were written
    in a command (`revisions`) with nothing after them are a step of their own: somebody changed them.
    """
    found: list[Step] = []
    first = 0
    for at, event in enumerate(events):
        if revisions and at > first and revisions[at] != revisions[at - 1]:
            found.append(Step(first, at - 1, None))
            first = at
        if event.event == "variable":
            if first == at and found and found[-1].last == at - 1 and _given(events, found[-1], event):
                found[-1] = Step(found[-1].first, at, found[-1].main)
                first = at + 1
            continue
        found.append(Step(first, at, at))
        first = at + 1
    if first < len(events):
        found.append(Step(first, len(events) - 1, None))
    return found


def _given(events: Sequence[Event], step: Step, event: Event) -> bool:
    """Whether a variable is one that the element of the step before it began with."""
    if step.main is None:
        return False
    main = events[step.main]
    return main.event == "activated" and main.element_instance == event.element_instance


def writers(events: Sequence[Event], found: Iterable[Step]) -> dict[int, int]:
    """Which event (position) an element wrote each variable (position) with; what was written by hand is not there."""
    known: dict[int, int] = {}
    for step in found:
        if step.main is None:
            continue
        main = events[step.main]
        for at in range(step.first, step.last + 1):
            mine = events[at].element_instance == main.element_instance
            if at != step.main and (mine or main.event in ("completed", "incident")):
                known[at] = step.main
    return known
