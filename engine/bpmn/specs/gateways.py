"""Gateways. Joins count the tokens on each incoming flow; nothing depends on the order of completion in time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins import (
    EventBasedGatewayMixin,
    ExclusiveGatewayMixin,
    InclusiveGatewayMixin,
    ParallelGatewayMixin,
)
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import Fault
from engine.bpmn.specs.definitions import NoDefinition
from engine.bpmn.specs.element import Element, SequenceFlow, machine_of

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token


class _Choice(Element):
    """Conditions on outgoing flows."""

    def matching(self, my_task: "Token") -> "list[SequenceFlow]":
        """The flows whose condition holds, in the order of the file; a single flow needs none."""
        machine = machine_of(my_task)
        view = machine.view(my_task)
        if len(self.flows) == 1 and self.flows[0].condition is None:
            return self.flows
        found = []
        for flow in self.flows:
            if not flow.default and flow.condition and machine.texts.condition(flow.condition, view):
                found.append(flow)
                if isinstance(self, ExclusiveGateway):
                    break
        found = found or [flow for flow in self.flows if flow.default]
        if not found and self.flows:
            raise Fault(
                "CONDITION_ERROR", f"no outgoing flow of {self.bpmn_id} is true and none is the default"
            )
        return found

    def choose(self, my_task: "Token") -> list[SequenceFlow]:
        """The flows whose condition holds, else the default flow."""
        return self.matching(my_task)


class ExclusiveGateway(_Choice, ExclusiveGatewayMixin):
    """The first flow that is true, else the default flow. Tokens pass one by one."""


class Join(Element):
    """Arriving tokens wait until `due` lets one of each flow go on as one."""

    def begin(self, my_task: "Token") -> bool:
        """Wait at the gateway; a token that was put here by hand came by no flow and passes."""
        if len(self.incoming) < 2 or "flow" not in my_task.internal_data:
            return True
        my_task._set_state(TaskState.WAITING)
        return False

    def waiting(self, my_task: "Token") -> "dict[str, Token]":
        """The first token on each incoming flow that has one."""
        first: dict[str, Token] = {}
        for token in my_task.workflow.live():
            if token.task_spec is self and token.state == TaskState.WAITING and not _stopped(token):
                first.setdefault(token.internal_data["flow"], token)
        return first

    def join(self, my_task: "Token", tokens: "Mapping[str, Token]") -> None:
        """Let the newest go on for all of them."""
        machine = machine_of(my_task)
        chosen = list(tokens.values())
        for token in chosen[:-1]:
            machine.absorbed(token)
        chosen[-1]._ready()


def _stopped(token: "Token") -> bool:
    return "incident" in token.internal_data


class ParallelGateway(Join, ParallelGatewayMixin):
    """Waits for a token on each incoming flow, then gives one to each outgoing flow."""

    def begin(self, my_task: "Token") -> bool:
        """Join when every flow has its token; what came twice stays for the next time."""
        if super().begin(my_task):
            return True
        tokens = self.waiting(my_task)
        if len(tokens) == len(self.incoming):
            self.join(my_task, tokens)
        return False


class InclusiveGateway(Join, _Choice, InclusiveGatewayMixin):
    """Waits until no other token can come, then takes every flow that is true, else the default flow."""

    def begin(self, my_task: "Token") -> bool:
        """Wait; `machine` asks `settle` when everything else has come to rest."""
        if super().begin(my_task):
            return True
        machine_of(my_task).inclusive.add(my_task.id)
        return False

    def settle(self, my_task: "Token") -> bool:
        """Go on if no token elsewhere can reach a flow that still has none (BPMN 2.0, 13.4.3)."""
        tokens = self.waiting(my_task)
        empty = [flow for flow in self.incoming if flow not in tokens]
        towards_empty = self._sources(empty)
        towards_filled = self._sources(list(tokens))
        for token in my_task.workflow.live():
            name = token.task_spec.name
            blocks = not token.is_subscription and token.task_spec is not self
            if blocks and name in towards_empty and name not in towards_filled:
                return False
        self.join(my_task, tokens)
        return True

    def _sources(self, flows: list[str]) -> set[str]:
        """The elements from which one of these incoming flows can be reached without passing this gateway."""
        graph = self._wf_spec.backwards
        found: set[str] = set()
        todo = [source for flow, source in graph.get(self.name, ()) if flow in flows]
        while todo:
            name = todo.pop()
            if name not in found and name != self.name:
                found.add(name)
                todo.extend(source for _, source in graph.get(name, ()))
        return found


class EventBasedGateway(Element, EventBasedGatewayMixin):
    """Waits for the first of the events behind it; the others are dropped."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, event_definition=NoDefinition(), **kwargs)

    def prepare(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
        """Evaluate all the events, so that either all are waited for or none."""
        specs = my_task.workflow.spec.task_specs
        targets = [(flow, specs[flow.target]) for flow in self.flows]
        return {"events": [[flow.id, spec.name, spec.wait(my_task, view)] for flow, spec in targets]}

    def begin(self, my_task: "Token") -> bool:
        """Wait for each event with a token of its own."""
        for flow, name, wait in my_task.internal_data.pop("events"):
            spec = my_task.workflow.spec.task_specs[name]
            data = {"subscription": "gateway", "host": my_task.id, "flow": flow, "wait": wait}
            my_task.workflow.spawn(spec, TaskState.WAITING, data)
        my_task._set_state(TaskState.WAITING)
        return False

    def choose(self, my_task: "Token") -> list[SequenceFlow]:
        """None: the event that came has its token already."""
        return []
