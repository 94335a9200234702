"""Start, intermediate, boundary and end events."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins import (
    BoundaryEventMixin,
    EndEventMixin,
    IntermediateCatchEventMixin,
    IntermediateThrowEventMixin,
    ReceiveTaskMixin,
    StartEventMixin,
)
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import Thrown
from engine.bpmn.specs.definitions import Error, Escalation, Message, Signal, Terminate
from engine.bpmn.specs.element import Element, machine_of
from engine.bpmn.specs.tasks import PUBLISH, Worker

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token


class Catching(Element):
    """Waits for a message, timer or signal."""

    event_definition: Any

    def wait(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any] | None:
        """The subscription, evaluated for the token that asks (for a boundary event: the activity's)."""
        found: dict[str, Any] | None = self.event_definition.wait(machine_of(my_task), view)
        return found

    def prepare(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
        """Evaluate the subscription, unless the event has come already."""
        if "result" in my_task.internal_data:
            return {}
        wait = self.wait(my_task, view)
        return {"wait": wait} if wait else {}

    def begin(self, my_task: "Token") -> bool:
        """Wait, unless there is nothing to wait for."""
        if "wait" in my_task.internal_data:
            my_task._set_state(TaskState.WAITING)
            return False
        return True


class StartEvent(Catching, StartEventMixin):
    """A start event: has happened when a token stands on it."""

    def prepare(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing: what starts a scope is waited for outside of it."""
        return {}


class IntermediateCatchEvent(Catching, IntermediateCatchEventMixin):
    """An intermediate catch event (or the far end of a link)."""


class ReceiveTask(Catching, ReceiveTaskMixin):
    """`bpmn:receiveTask`: a message."""


class BoundaryEvent(Catching, BoundaryEventMixin):
    """A boundary event: its token waits beside the activity and runs when the event has come."""


class Throwing(Worker):
    """Intermediate throw and end events."""

    default_verb = PUBLISH
    event_definition: Any

    @property
    def calls_verb(self) -> bool:
        """Only for messages."""
        return isinstance(self.event_definition, Message)

    @property
    def opens_scope(self) -> bool:
        """A message carries the variables of this very scope, so it must not be the process's."""
        return self.calls_verb

    @property
    def headers(self) -> Mapping[str, str]:
        """Task headers, and the name of the message."""
        name = self.event_definition.name if isinstance(self.event_definition, Message) else None
        return {**self.ext.headers, "messageName": name} if name else self.ext.headers

    def prepare(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
        """The verb that publishes a message."""
        return super().prepare(my_task, view) if isinstance(self.event_definition, Message) else {}

    def prelude(self, my_task: "Token") -> bool:
        """Throw escalations and signals first: what they interrupt may be this very token."""
        data = my_task.internal_data
        if "thrown" in data or not isinstance(self.event_definition, Escalation | Signal | Terminate):
            return True
        machine, definition = machine_of(my_task), self.event_definition
        if isinstance(definition, Terminate):
            machine.terminate_others(my_task)
        elif isinstance(definition, Signal):
            name = machine.texts.string(definition.name, machine.view(my_task))
            machine.throw_signal(my_task, name)
        else:
            code = machine.texts.optional(definition.code, machine.view(my_task)) or ""
            machine.catching.escalate(my_task, code, machine.local(my_task))
        data["thrown"] = True
        return my_task.id in machine.tokens

    def execute(self, my_task: "Token") -> Mapping[str, Any] | None:
        """Publish a message, throw an error, or go on."""
        if isinstance(self.event_definition, Message):
            return super().execute(my_task)
        if isinstance(self.event_definition, Error):
            machine = machine_of(my_task)
            code = machine.texts.optional(self.event_definition.code, machine.view(my_task)) or ""
            raise Thrown(code, "", machine.local(my_task))
        return {}


class IntermediateThrowEvent(Throwing, IntermediateThrowEventMixin):
    """An intermediate throw event (or the near end of a link)."""


class EndEvent(Throwing, EndEventMixin):
    """An end event."""
