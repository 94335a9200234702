"""A random process and how it is to be played: what the generator makes and the players follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.process.diagrams import Diagram


@dataclass(frozen=True, slots=True)
class Open:
    """Something that waits for the outside: kind is user, timer, message, signal, job or incident."""

    kind: str
    element_id: str
    key: str
    subject: Any = None
    """What the driver needs to act on it: a wait, or a row."""


@dataclass(slots=True)
class Plan:
    """Which waits are answered, by element id, so that every order of answers has one outcome."""

    give: dict[str, dict[str, int]] = field(default_factory=dict)
    """User tasks that are completed, and what is given. Others are left for something to end."""
    after: dict[str, str] = field(default_factory=dict)
    """User task -> the event that must have come before it is completed."""
    fire: set[str] = field(default_factory=set)
    """Timers that fire; others are due years later."""
    send: dict[str, dict[str, int]] = field(default_factory=dict)
    """Messages that are published, and what they carry."""
    at: dict[str, str] = field(default_factory=dict)
    """Message -> the task at which the scope must stand when it comes."""

    def allows(self, item: Open, everything: list[Open], sent: set[str]) -> bool:
        """Whether this may be answered now."""
        if item.kind == "user":
            event = self.after.get(item.element_id)
            return item.element_id in self.give and not any(
                other.element_id == event and other.key not in sent for other in everything
            )
        if item.kind == "timer":
            return item.element_id in self.fire
        if item.kind == "message":
            return item.element_id in self.send and item.key not in sent and self._there(item, everything)
        return item.kind != "signal"  # signals come from inside

    def _there(self, item: Open, everything: list[Open]) -> bool:
        """Every open scope that waits for the message has come to the task where it is expected."""
        place = self.at.get(item.element_id)
        return place is None or _count(everything, place) == _count(everything, item.element_id)


@dataclass(frozen=True, slots=True)
class Program:
    """Diagrams (the main one last), start variables and plan; `seeds` make it again."""

    seeds: tuple[int, int]
    diagrams: tuple[Diagram, ...]
    variables: Mapping[str, Any]
    plan: Plan
    blocks: frozenset[str]

    def __str__(self) -> str:
        return f"python -m tests.random {self.seeds[0]} {self.seeds[1]}"

    @property
    def main(self) -> Diagram:
        """The diagram that is started."""
        return self.diagrams[-1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What must not depend on the way: how it ended, history by element, variables, effects."""

    status: str
    history: dict[tuple[str, str], int]
    variables: dict[str, Any]
    effects: dict[tuple[str, str, Any], int]


def _count(everything: list[Open], element_id: str) -> int:
    return sum(1 for item in everything if item.element_id == element_id)
