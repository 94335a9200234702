"""What an instance waited for after one of its steps, as far as its history and what it still waits for tell.

A step that waits is told by the history. A deadline or message that is attached to a step is told only when it
comes; one that is still waited for is known by its row; one that fell away with its step left no trace.
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


def waits(history: History, past: Past, attached: Mapping[str, str]) -> list[Wait]:
    """What was waited for in the state `past` of a history; `attached`: boundary events with the id of their step."""
    found = [_of(node, history.now.nodes.get(node.key)) for node in past.active if node.type in KINDS]
    return [*found, *_fired(history, past, attached)]


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


def _fired(history: History, past: Past, attached: Mapping[str, str]) -> Iterator[Wait]:
    """Deadlines of steps that were at work then, and fired later."""
    hosts: dict[tuple[str, str | None], Node] = {}
    for node in past.active:
        hosts.setdefault((node.element_id, node.scope), node)
    for line in _later(history, past):
        host = hosts.get((attached.get(line.element_id, ""), line.scope))
        if host is not None:
            yield Wait("timer", host.key, line.element_id, host.process, host.began.at, line.at, _due(line))


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


__all__ = ["KINDS", "Wait", "still", "waits"]
