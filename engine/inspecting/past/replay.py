"""The history of an instance played again: which element instances were active, with which variables, stopped by what.

The machine writes an event for whatever it does to an element instance and for every variable, so the events up to
any one of them are the state right after it. Nothing of a diagram is read, and no expression is evaluated.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

ENDS = ("completed", "terminated")
PROCESS = "process"


class Event(Protocol):
    """One line of the history: a row of `element_event`, or what a case hands out."""

    @property
    def element_instance(self) -> str: ...
    @property
    def element_id(self) -> str: ...
    @property
    def element_type(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def scope(self) -> str | None: ...
    @property
    def detail(self) -> Mapping[str, Any] | None: ...


@dataclass(slots=True)
class Node:
    """An element instance; of type `process`, a process instance, the top one or a called one."""

    key: str
    element_id: str
    type: str
    scope: str | None
    """The key of what it lies in; None for the top process."""
    process: str
    """The key of the process instance that it lies in."""
    began: Event
    ended: Event | None = None
    outcome: str = ""
    """How it ended: completed, terminated, or joined into another token."""
    incident: Event | None = None
    waits_only: bool = False
    """Whether it only waits beside others, as an event sub-process whose event has not come."""
    reference: str = ""
    """Of a process: the version of its diagram."""
    flow: str | None = None
    """The sequence flow by which it was reached."""

    @property
    def active(self) -> bool:
        """Whether it has begun and not ended."""
        return self.ended is None


@dataclass(frozen=True, slots=True)
class Written:
    """A variable with the event that wrote it."""

    value: Any
    event: Event


@dataclass(slots=True)
class Past:
    """An instance after the events that it has taken."""

    nodes: dict[str, Node] = field(default_factory=dict)
    """Every element instance that ever began, in order."""
    variables: dict[str, dict[str, Written]] = field(default_factory=dict)
    """By the key of the scope and by name; a scope that has ended is gone."""
    passed: dict[tuple[str, str], int] = field(default_factory=dict)
    """How often each flow was taken, by process instance and flow."""
    top: str = ""
    taken: int = 0
    """How many events it has taken."""
    _results: dict[str, tuple[str, list[Any]]] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Go one event further."""
        self.taken += 1
        detail = event.detail or {}
        if event.event == "variable":
            self._write(event, detail)
        elif event.event == "activated":
            self._begin(event, detail)
        elif event.element_instance in self.nodes:
            self._change(self.nodes[event.element_instance], event, detail)

    @property
    def active(self) -> Iterator[Node]:
        """What has begun and not ended."""
        return (node for node in self.nodes.values() if node.ended is None)

    def values(self, scope: str) -> dict[str, Any]:
        """The variables of that very scope, as plain values."""
        return {name: written.value for name, written in self.variables.get(scope, {}).items()}

    def _begin(self, event: Event, detail: Mapping[str, Any]) -> None:
        key, kind = event.element_instance, event.element_type
        known = self.nodes.get(key)
        if known is not None:  # a migration was taken back, and with it what has happened since
            known.ended, known.outcome, known.element_id = None, "", event.element_id
            return
        around = self.nodes.get(event.scope or "")
        process = key if kind == PROCESS else around.process if around else ""
        flow = detail.get("flow")
        self.nodes[key] = Node(
            key,
            event.element_id,
            kind,
            event.scope,
            process,
            event,
            waits_only="subscription" in detail,
            reference=str(detail.get("reference", "")) if kind == PROCESS else "",
            flow=flow,
        )
        if flow:
            self.passed[process, flow] = self.passed.get((process, flow), 0) + 1
        if event.scope is None:
            self.top = self.top or key

    def _change(self, node: Node, event: Event, detail: Mapping[str, Any]) -> None:
        if event.event in ENDS:
            node.ended, node.incident = event, None
            node.outcome = "joined" if detail.get("joined") else event.event
            self._close(node)
            if "collected" in detail:
                self._collect(event, detail["collected"])
        elif event.event == "incident":
            node.incident = event
        elif event.event == "resolved":
            node.incident = None
        elif event.event == "migrated":
            node.element_id = event.element_id
            node.reference = str(detail.get("reference", "")) if node.type == PROCESS else ""

    def _close(self, node: Node) -> None:
        """Variables go with their scope; those of the top process stay, as the result of the instance."""
        if node.key != self.top:
            self.variables.pop(node.key, None)
            self._results.pop(node.key, None)

    def _write(self, event: Event, detail: Mapping[str, Any]) -> None:
        scope, name = event.element_instance, detail["name"]
        if detail.get("removed"):
            self.variables.get(scope, {}).pop(name, None)
            return
        self.variables.setdefault(scope, {})[name] = Written(detail["value"], event)
        if detail.get("results"):
            self._results[scope] = (name, list(detail["value"]))

    def _collect(self, event: Event, told: Mapping[str, Any]) -> None:
        """The result of one of many goes to its place in the list of its body."""
        body = event.scope or ""
        if body in self._results:
            name, items = self._results[body]
            items[told["index"]] = told["value"]
            self.variables.setdefault(body, {})[name] = Written(list(items), event)


def replay(events: Iterable[Event]) -> Past:
    """The instance after these events, which are its first ones."""
    past = Past()
    for event in events:
        past.take(event)
    return past
