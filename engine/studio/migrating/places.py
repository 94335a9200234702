"""The places of a diagram at which a token can wait, as far as two versions are compared by them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.bpmn.model import Model, walk
from engine.bpmn.specs.definitions import Message, Signal, Timer
from engine.bpmn.specs.subprocess import CallActivity, EventSubProcess

WAIT = (
    "userTask", "manualTask", "receiveTask", "serviceTask", "sendTask", "businessRuleTask", "scriptTask",
    "callActivity", "subProcess", "intermediateCatchEvent", "boundaryEvent", "parallelGateway",
    "inclusiveGateway", "eventBasedGateway",
)  # fmt: skip
"""Types of elements at which a token can stay for longer than a moment; at others it stays with an incident."""


@dataclass(frozen=True, slots=True)
class Place:
    """One element of one version."""

    id: str
    type: str
    name: str
    name_en: str
    path: tuple[str, ...]
    """Its enclosing sub-processes, outermost first."""
    host: str
    """Of a boundary event: the activity that it stands at."""
    shape: tuple[str, ...]
    """What a counterpart must share: the classes of the element and of its event."""
    timer: tuple[str, str] | None
    """Kind and expression of what makes it due; of a user task its due date."""
    event: str
    """The name of the message or signal that it waits for."""
    calls: str
    before: frozenset[str] = field(default=frozenset())
    after: frozenset[str] = field(default=frozenset())

    @property
    def waits(self) -> bool:
        """Whether a token can stay here."""
        return self.type in WAIT or (self.type == "startEvent" and self.timer is not None)


@dataclass(frozen=True, slots=True)
class Diagram:
    """The places and sequence flows of one process in one version."""

    places: Mapping[str, Place]
    flows: Mapping[str, tuple[str, str]]
    """Source and target of each sequence flow."""


@lru_cache(maxsize=64)
def diagram(model: Model, process_id: str) -> Diagram:
    """The places of a process in the order of the file, outer ones first."""
    info, elements = model.processes[process_id], list(walk(model.specs[process_id]))
    flows = {flow.id: (spec.bpmn_id, flow.target) for spec, _ in elements for flow in spec.flows}
    hosts = {name: spec.bpmn_id for spec, _ in elements for name in spec.boundaries}
    found: dict[str, Place] = {}
    for spec, path in elements:
        if not spec.name.endswith("/instance"):
            known = info.elements[spec.bpmn_id]
            found[spec.bpmn_id] = Place(
                id=spec.bpmn_id,
                type=known.type,
                name=known.name,
                name_en=known.properties.get("luzhi:name_en", ""),
                path=path,
                host=hosts.get(spec.bpmn_id, ""),
                shape=_shape(spec),
                timer=_timer(spec),
                event=_event(spec),
                calls=_calls(spec),
                before=frozenset(source for source, target in flows.values() if target == spec.bpmn_id),
                after=frozenset(target for source, target in flows.values() if source == spec.bpmn_id),
            )
    return Diagram(found, flows)


def _shape(spec: Any) -> tuple[str, ...]:
    return type(spec).__name__, type(getattr(spec, "event_definition", None)).__name__


def _timer(spec: Any) -> tuple[str, str] | None:
    definition = None if isinstance(spec, EventSubProcess) else getattr(spec, "event_definition", None)
    if isinstance(definition, Timer):
        return str(definition.kind), str(definition.expression)
    due = _activity(spec).ext.assignment.due
    return ("due", due) if due else None


def _event(spec: Any) -> str:
    definition = None if isinstance(spec, EventSubProcess) else getattr(spec, "event_definition", None)
    return str(definition.name) if isinstance(definition, Message | Signal) else ""


def _calls(spec: Any) -> str:
    inner = _activity(spec)
    return inner.ext.call.id if isinstance(inner, CallActivity) and inner.ext.call else ""


def _activity(spec: Any) -> Any:
    """The activity itself, or the one that a multi-instance body repeats."""
    return spec._wf_spec.task_specs[spec.inner] if hasattr(spec, "inner") else spec
