"""Embedded sub-processes, event sub-processes and call activities: tokens that hold a flow of their own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins import CallActivityMixin, EventSubprocessMixin, SubWorkflowTaskMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import Fault
from engine.bpmn.specs.element import Element, machine_of

if TYPE_CHECKING:
    from engine.bpmn.tokens import Inner, Token

MAX_DEPTH = 50
"""Sub-processes and called processes inside one another."""


class _Holder(Element):
    """A token that is done when its inner flow is."""

    @property
    def opens_scope(self) -> bool:
        """It has."""
        return True

    spec: Any

    def begin(self, my_task: "Token") -> bool:
        """Start the inner flow."""
        my_task._set_state(TaskState.STARTED)
        self.start_inner(my_task)
        return False

    def start_inner(self, my_task: "Token") -> None:
        """Start the embedded flow at its start event; its variables live in this token's scope."""
        machine = machine_of(my_task)
        inner = machine.open_inner(my_task, self.spec, my_task.id, my_task.workflow.reference)
        machine.start(inner, self.spec.start_event(None), my_task.internal_data.pop("payload", None))

    def _on_subworkflow_completed(self, subworkflow: "Inner", my_task: "Token") -> None:
        """SpiffWorkflow tells that the inner flow is done."""
        my_task.internal_data.setdefault("result", {})
        my_task._ready()


class SubProcess(_Holder, SubWorkflowTaskMixin):
    """`bpmn:subProcess`."""


class EventSubProcess(_Holder, EventSubprocessMixin):
    """`bpmn:subProcess triggeredByEvent`: not reached by flows, begun by its start event."""

    @property
    def interrupting(self) -> bool:
        """Whether it ends everything else in its scope."""
        return bool(self.spec.event_start.interrupting)

    @property
    def event_definition(self) -> Any:
        """What begins it."""
        return self.spec.event_start.event_definition

    def wait(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any] | None:
        """The subscription of the start event, or None for errors and escalations."""
        found: dict[str, Any] | None = self.event_definition.wait(machine_of(my_task), view)
        return found


class CallActivity(_Holder, CallActivityMixin):
    """`bpmn:callActivity`: a process instance of its own, in this very state, pinned to the version it began with."""

    def start_inner(self, my_task: "Token") -> None:
        """Start the called process with a root scope of its own."""
        machine, call = machine_of(my_task), self.ext.call
        if call is None:
            raise Fault("CALLED_ELEMENT_ERROR", f"{self.bpmn_id} calls nothing")
        if my_task.workflow.depth >= MAX_DEPTH:
            raise Fault("CALLED_ELEMENT_ERROR", f"more than {MAX_DEPTH} flows inside one another")
        process_id = machine.texts.string(call.id, machine.view(my_task))
        try:
            reference, model = machine.env.model(process_id, call.binding, call.version_tag)
            spec = model.specs[process_id]
        except Exception as error:  # a process that cannot be found or read stops its caller only
            raise Fault("CALLED_ELEMENT_ERROR", f"{process_id}: {error}") from error
        given = machine.view(my_task) if call.to_child else machine.local(my_task)
        machine.open_process(my_task, spec, reference, given)

    def _on_subworkflow_completed(self, subworkflow: "Inner", my_task: "Token") -> None:
        """Take the called instance's variables, as far as the caller wants them."""
        call = self.ext.call
        wanted = bool(self.ext.outputs) or (call is not None and call.to_parent)
        values = machine_of(my_task).scopes.local(subworkflow.scope) if wanted else {}
        my_task.internal_data["result"] = dict(values)
        my_task._ready()
