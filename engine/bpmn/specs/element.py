"""What all elements share: arriving, running, leaving. SpiffWorkflow calls the hooks, the machine does the rest.

The life of a token: FUTURE (arrived, not activated) → READY (to be run by the agenda, or a task open for a
person) or WAITING or STARTED (for something from outside) → COMPLETED, and out of the tree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.extensions import Extensions

if TYPE_CHECKING:
    from engine.bpmn.machine import Machine
    from engine.bpmn.tokens import Token


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    """A sequence flow (or the jump of a link event): where it leads, and under which condition."""

    id: str
    target: str
    condition: str | None = None
    default: bool = False


class Element(BpmnSpecMixin):
    """Base of every flow node."""

    automatic = True
    """False for what a person does: the token stays READY."""

    @property
    def opens_scope(self) -> bool:
        """True for what has variables of its own without input mappings."""
        return False

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.type = ""
        self.ext = Extensions()
        self.flows: list[SequenceFlow] = []
        self.incoming: list[str] = []
        self.boundaries: list[str] = []

    def test(self) -> None:
        """Connections were checked at compile time."""

    def _predict(self, my_task: "Token", *args: Any, **kwargs: Any) -> None:
        """Nothing is predicted: the tree holds what is, not what may come."""

    def _update(self, my_task: "Token") -> None:
        """A token has arrived."""
        machine = machine_of(my_task)
        if machine.guard(my_task, self._arrive):
            my_task._ready()

    def _arrive(self, my_task: "Token") -> bool:
        return bool(self._update_hook(my_task))

    def _update_hook(self, my_task: "Token") -> bool:
        machine_of(my_task).activate(my_task)
        return self.begin(my_task)

    def _on_ready_hook(self, my_task: "Token") -> None:
        if self.automatic or "result" in my_task.internal_data:
            machine_of(my_task).agenda.append(my_task)

    def _run(self, my_task: "Token") -> bool | None:
        """As SpiffWorkflow, but a failing step leaves the token where it is."""
        return self._run_hook(my_task)

    def _run_hook(self, my_task: "Token") -> bool | None:
        data = my_task.internal_data
        if "result" not in data:
            outcome = self.execute(my_task)
            if outcome is None:
                return None
            data["result"] = outcome
        machine_of(my_task).outputs(my_task, data["result"])
        data["take"] = [flow.id for flow in self.choose(my_task)]
        return True

    def _on_complete_hook(self, my_task: "Token") -> None:
        machine_of(my_task).completed(my_task)
        taken = set(my_task.internal_data.get("take", ()))
        for flow in self.flows:
            if flow.id in taken:
                spec = my_task.workflow.spec.task_specs[flow.target]
                my_task._add_child(spec, TaskState.FUTURE).internal_data["flow"] = flow.id

    def _on_cancel(self, my_task: "Token") -> None:
        """Everything under the token was ended before."""

    def prepare(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
        """Evaluate what the element needs when it is activated; kept in the token as plain JSON."""
        return {}

    def begin(self, my_task: "Token") -> bool:
        """Start; True when the token may run."""
        return True

    def prelude(self, my_task: "Token") -> bool:
        """What must happen before the run, and may end this very token; False when it did."""
        return True

    def execute(self, my_task: "Token") -> Mapping[str, Any] | None:
        """Do the work; the variables it gives, or None when it goes on outside."""
        return {}

    def choose(self, my_task: "Token") -> list[SequenceFlow]:
        """The flows that are taken: all of them, each with a token of its own."""
        return self.flows


def machine_of(task: "Token") -> "Machine":
    """The machine that runs the token."""
    return task.workflow.machine
