"""What an instance waited for after one of its steps, as far as its history and what it still waits for tell.

A step that waits is told by the history. A deadline or message that is attached to a step is told by the history
when it comes; one that is still waited for is known by its row; one that fell away with its step by the diagram, which
does not know when it would have been due.
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
    """It fell away when its step ended; when it would have been due was not kept."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A boundary event of the diagram: the id of its step, and what comes there (None: an error or the like)."""

    host: str
    kind: Kind | None


def waits(history: History, past: Past, attached: Mapping[str, Attached]) -> list[Wait]:
    """What was waited for in the state `past` of a history; `attached`: the boundary events of its diagrams."""
    found = [_of(node, history.now.nodes.get(node.key)) for node in past.active if node.type in KINDS]
    return [*found, *_fired(history, past, attached), *_fell(history, past, attached)]


def _of(node: Node, later: Node | None) -> Wait:
    end: Any = later.ended if later is not None else None
    return Wait(
        KINDS[node.type],
        node.key,
        node.element_id,
        node.process,
        node.began.at,
        end.at if end is not None else None,
        _due(end),
    )


def _fired(history: History, past: Past, attached: Mapping[str, Attached]) -> Iterator[Wait]:
    """Deadlines of steps that were at work then, and fired later."""
    hosts: dict[tuple[str, str | None], Node] = {}
    for node in past.active:
        hosts.setdefault((node.element_id, node.scope), node)
    for line in _later(history, past):
        event = attached.get(line.element_id)
        host = hosts.get((event.host, line.scope)) if event is not None else None
        if host is not None:
            yield Wait("timer", host.key, line.element_id, host.process, host.began.at, line.at, _due(line))


def _fell(history: History, past: Past, attached: Mapping[str, Attached]) -> Iterator[Wait]:
    """Deadlines and messages of steps that were at work then, and ended before any of them had come."""
    came = {
        (line.element_id, line.scope)
        for line in history.lines
        if line.element_type == "boundaryEvent" and line.event == "completed"
    }
    for host in past.active:
        end: Any = history.now.nodes[host.key].ended if host.key in history.now.nodes else None
        for id, event in attached.items() if end is not None else ():
            if event.host == host.element_id and event.kind and (id, host.scope) not in came:
                facts = (id, host.process, host.began.at, end.at, None)
                yield Wait(event.kind, host.key, *facts, fell=True)


def _later(history: History, past: Past) -> Iterable[Line]:
    """Boundary events that fired after the state, each once."""
    known = past.nodes
    return (
        line
        for line in history.lines
        if line.element_type == "boundaryEvent"
        and line.event == "completed"
        and line.element_instance not in known
    )


def _due(event: Any) -> datetime | None:
    text = (event.detail or {}).get("due") if event is not None else None
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


__all__ = ["KINDS", "Attached", "Wait", "still", "waits"]
