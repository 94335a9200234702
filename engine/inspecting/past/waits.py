"""What an instance waited for after one of its steps, as far as its history and what it still waits for tell.

A step that waits is told by the history. A deadline or message that is attached to a step is told by the history
when it comes; one that is still waited for is known by its row; one that fell away with its step by the diagram, and
when it would have been due by the end of the step. Of steps that ended before that was kept nobody knows.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from engine.inspecting.past.reading import History, Line
from engine.inspecting.past.replay import Node, Past

Kind = Literal["task", "job", "timer", "message", "event"]
KINDS: Mapping[str, Kind] = {
    "userTask": "task",
    "manualTask": "task",
    "serviceTask": "job",
    "sendTask": "job",
    "scriptTask": "job",
    "businessRuleTask": "job",
    "receiveTask": "message",
    "intermediateCatchEvent": "event",
    "eventBasedGateway": "event",
}
"""Element types that wait: for people, for a worker, for a message, for whatever their event is."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that was waited for: where, since when, until when (None: still), and when it was due."""

    kind: Kind
    key: str
    """The element instance that waits, or that has what waits."""
    element_id: str
    process: str
    since: datetime
    until: datetime | None
    due: datetime | None
    fell: bool = False
    """It fell away when its step ended; without `due` when that of a deadline was not kept."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A boundary event of the diagram: the id of its step, and what comes there (None: an error or the like)."""

    host: str
    kind: Kind | None


def waits(history: History, past: Past, attached: Mapping[str, Attached]) -> list[Wait]:
    """What was waited for in the state `past` of a history; `attached`: the boundary events of its diagrams."""
    before = moved(history, past)
    found = [_of(node, history.now.nodes.get(node.key), before) for node in past.active if node.type in KINDS]
    later = history.lines[past.taken :]
    return [*found, *_fired(later, past, attached, before), *_fell(history, past, attached, before)]


class Moved(dict[tuple[str, str | None], tuple[datetime, datetime]]):
    """Deadlines that somebody moved after a state: when that was, and when they had been due.

    By the element, and by the element instance that waits or (for what is attached to another) the scope around it.
    """

    def due(self, element: str, place: str | None, until: datetime | None) -> datetime | None:
        """When a deadline was due in the state; None for one that was not moved before it came or fell away."""
        at, due = self.get((element, place), (None, None))
        return due if at is not None and (until is None or at <= until) else None


def moved(history: History, past: Past) -> Moved:
    """The deadlines that were moved after the state `past`."""
    found = Moved()
    for line in history.lines[past.taken :]:
        if line.event == "rescheduled":
            former = (line.at, datetime.fromisoformat(line.detail["from"]))
            for place in (line.element_instance, line.scope):
                found.setdefault((line.element_id, place), former)
    return found


def _of(node: Node, later: Node | None, before: Moved) -> Wait:
    end: Any = later.ended if later is not None else None
    until = end.at if end is not None else None
    due = before.due(node.element_id, node.key, until) or _due(end)
    return Wait(KINDS[node.type], node.key, node.element_id, node.process, node.began.at, until, due)


def _fired(
    later: Iterable[Line], past: Past, attached: Mapping[str, Attached], before: Moved
) -> Iterator[Wait]:
    """Deadlines of steps that were at work then, and fired later; of one that repeats, the firing that came next."""
    hosts: dict[tuple[str, str | None], Node] = {}
    for node in past.active:
        hosts.setdefault((node.element_id, node.scope), node)
    told: set[tuple[str, str | None]] = set()
    for line in later:
        begun = line.element_instance in past.nodes
        event = attached.get(line.element_id) if _came(line) and not begun else None
        host = hosts.get((event.host, line.scope)) if event is not None else None
        if host is not None and (line.element_id, line.scope) not in told:
            told.add((line.element_id, line.scope))
            due = before.due(line.element_id, line.scope, line.at) or _due(line)
            yield Wait("timer", host.key, line.element_id, host.process, host.began.at, line.at, due)


def _fell(history: History, past: Past, attached: Mapping[str, Attached], before: Moved) -> Iterator[Wait]:
    """Deadlines and messages of steps that were at work then, and ended before any of them had come."""
    came = {(line.element_id, line.scope): at for at, line in enumerate(history.lines) if _came(line)}
    for host in past.active:
        later = history.now.nodes.get(host.key)
        end: Any = later.ended if later is not None else None
        fell = (end.detail or {}).get("fell", {}) if end is not None else {}
        for id, kind in _with(host, attached, fell) if end is not None else ():
            last = came.get((id, host.scope))  # one that repeats came earlier, and would have come again
            if last is None or (id in fell and last < past.taken):
                due = before.due(id, host.scope, end.at) or _instant(fell.get(id))
                yield Wait(kind, host.key, id, host.process, host.began.at, end.at, due, fell=True)


def _with(
    host: Node, attached: Mapping[str, Attached], fell: Mapping[str, str]
) -> Iterator[tuple[str, Kind]]:
    """What comes beside a step: the boundary events of the diagram, and the deadlines that its end tells."""
    for id, event in attached.items():
        if event.host == host.element_id and event.kind:
            yield id, event.kind
    yield from ((id, "timer") for id in fell if id not in attached)  # behind a gateway that waited for events


def _came(line: Line) -> bool:
    return line.element_type == "boundaryEvent" and line.event == "completed"


def _due(event: Any) -> datetime | None:
    return _instant((event.detail or {}).get("due")) if event is not None else None


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def still(history: History, past: Past, wait_keys: Iterable[str]) -> frozenset[str]:
    """Which of the keys that an instance waits under now were waited under in the state already.

    Keys are given in order, and that of what is waited for follows the key of its step: it was there if this was.
    """
    told = sorted(
        int(node.key)
        for node in history.now.nodes.values()
        if node.key.isdigit() and node.type != "boundaryEvent"  # told when it comes, begun long before
    )
    return frozenset(
        key
        for key in wait_keys
        if key.isdigit() and (at := bisect_right(told, int(key))) and str(told[at - 1]) in past.nodes
    )


__all__ = ["KINDS", "Attached", "Wait", "moved", "still", "waits"]
