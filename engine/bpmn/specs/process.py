"""The spec of a process or embedded sub-process: its elements, its start events, its event sub-processes."""

from functools import cached_property
from typing import Any

from SpiffWorkflow.bpmn.specs import BpmnProcessSpec

from engine.bpmn.specs.definitions import NoDefinition
from engine.bpmn.specs.element import Element
from engine.bpmn.specs.events import StartEvent
from engine.bpmn.specs.subprocess import EventSubProcess


class ProcessSpec(BpmnProcessSpec):
    """One scope of flow. Immutable once compiled."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # SpiffWorkflow's own start and end tasks would take the ids Start and End from the diagram.
        self.task_specs: dict[str, Any] = {}

    @property
    def elements(self) -> list[Element]:
        """The flow nodes in the order of the file (a multi-instance activity twice: body and instance)."""
        return [spec for spec in self.task_specs.values() if isinstance(spec, Element)]

    @cached_property
    def event_subs(self) -> list[EventSubProcess]:
        """The event sub-processes of this scope."""
        return [spec for spec in self.elements if isinstance(spec, EventSubProcess)]

    @property
    def event_start(self) -> StartEvent:
        """The one start event of an event sub-process."""
        return next(spec for spec in self.elements if isinstance(spec, StartEvent))

    def start_event(self, element_id: str | None) -> StartEvent | None:
        """The named start event; without a name the none start event, in an event sub-process the only one."""
        starts = [spec for spec in self.elements if isinstance(spec, StartEvent)]
        if element_id is not None:
            return next((spec for spec in starts if spec.bpmn_id == element_id), None)
        none = [spec for spec in starts if isinstance(spec.event_definition, NoDefinition)]
        return next(iter(none or starts), None)

    @cached_property
    def backwards(self) -> dict[str, list[tuple[str, str]]]:
        """For each element its incoming flows as (flow id, source); boundary events come from their activity."""
        graph: dict[str, list[tuple[str, str]]] = {}
        for spec in self.elements:
            for flow in spec.flows:
                graph.setdefault(flow.target, []).append((flow.id, spec.name))
            for boundary in spec.boundaries:
                graph.setdefault(boundary, []).append(("", spec.name))
        return graph

    def by_id(self, element_id: str) -> Any | None:
        """The element of that id in this very scope (a multi-instance activity: its body)."""
        return self.task_specs.get(element_id)
