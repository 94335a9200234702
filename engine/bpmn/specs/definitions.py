"""Event definitions: what an event is about, and how its subscription is evaluated. No clock, no payloads inside."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    NoneEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.bpmn.timers import schedule

if TYPE_CHECKING:
    from engine.bpmn.machine import Machine


class Definition(EventDefinition):
    """Base: an event that is not waited for."""

    waits = False

    def wait(self, machine: "Machine", view: Mapping[str, Any]) -> dict[str, Any] | None:
        """The subscription as plain JSON, or None where nothing outside is waited for."""
        return None


class NoDefinition(Definition, NoneEventDefinition):
    """A none event."""


class Terminate(Definition, TerminateEventDefinition):
    """A terminate end event."""


class Link(Definition):
    """A link event: a jump inside one scope, made at compile time."""


class Message(Definition, MessageEventDefinition):
    """A message, told apart by its correlation key."""

    waits = True

    def __init__(self, name: str, correlation_key: str | None) -> None:
        super().__init__(name)
        self.correlation_key = correlation_key

    def wait(self, machine: "Machine", view: Mapping[str, Any]) -> dict[str, Any]:
        """Name and key; a key that is null is a Fault."""
        texts = machine.texts
        key = texts.string(self.correlation_key or "=null", view)
        return {"kind": "message", "name": texts.string(self.name, view), "key": key}


class Signal(Definition, SignalEventDefinition):
    """A signal."""

    waits = True

    def __init__(self, name: str) -> None:
        super().__init__(name)

    def wait(self, machine: "Machine", view: Mapping[str, Any]) -> dict[str, Any]:
        """The signal's name."""
        return {"kind": "signal", "name": machine.texts.string(self.name, view)}


class Timer(Definition, TimerEventDefinition):
    """A timer of kind date, duration or cycle; it reads the instance's clock."""

    waits = True

    def __init__(self, name: str, kind: str, expression: str) -> None:
        super().__init__(name, expression)
        self.kind = kind

    def wait(self, machine: "Machine", view: Mapping[str, Any]) -> dict[str, Any]:
        """The due instant, the firings left and the period between them."""
        found = schedule(self.kind, machine.texts.value(self.expression, view), machine.now)
        wait = {"kind": "timer", "due": found.due.isoformat(), "repeats": found.repeats}
        return {**wait, "period": found.period} if found.period else wait


class Error(Definition, ErrorEventDefinition):
    """An error; as a catch without a code it takes every error."""

    def __init__(self, code: str | None) -> None:
        super().__init__("error", code or None)


class Escalation(Definition, EscalationEventDefinition):
    """An escalation; as a catch without a code it takes every escalation."""

    def __init__(self, code: str | None) -> None:
        super().__init__("escalation", code or None)
