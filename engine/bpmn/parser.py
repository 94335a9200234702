"""From a file to specs: SpiffWorkflow's parsers, which make one spec per element, without its recursion along flows."""

from collections.abc import Iterator
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine.bpmn import extensions
from engine.bpmn.extensions import BPMN, Extensions
from engine.bpmn.specs import events, gateways, subprocess, tasks
from engine.bpmn.specs.definitions import (
    Definition,
    Error,
    Escalation,
    Link,
    Message,
    NoDefinition,
    Signal,
    Terminate,
    Timer,
)
from engine.bpmn.specs.element import Element, SequenceFlow
from engine.bpmn.specs.multiinstance import ParallelBody, SequentialBody
from engine.bpmn.specs.process import ProcessSpec

_TIMER_KINDS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_DEFINITIONS = frozenset({"message", "signal", "error", "escalation", "timer", "link", "terminate"})
_NODES = frozenset(
    {
        *("task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask"),
        *("sendTask", "receiveTask", "subProcess", "callActivity", "transaction", "adHocSubProcess"),
        *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"),
        *("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"),
    }
)


def local(node: Any) -> str:
    """The name of an XML element without its namespace."""
    return str(etree.QName(node).localname)


class ElementParser(TaskParser):
    """One element: its spec, its extensions, its multi-instance body. Flows are connected by the process."""

    def parse_node(self) -> Element:
        """Create and register the spec."""
        if self.node.find(f"{{{BPMN}}}standardLoopCharacteristics") is not None:
            self.raise_validation_exception("loop markers are not supported; use a gateway or multi-instance")
        loop = extensions.loop(self.node)
        task: Element = self.create_task()
        task.type, task.ext = local(self.node), self.parse_extensions()
        return task if loop is None else self._wrap(task, loop)

    def parse_extensions(self, node: Any = None) -> Extensions:
        """The zeebe elements that stand directly under the node."""
        return extensions.read(self.node if node is None else node)

    def _wrap(self, inner: Element, loop: extensions.Loop) -> Element:
        """A body that takes the element's name; the element itself becomes its instance."""
        if not loop.collection:
            self.raise_validation_exception("multi-instance without inputCollection")
        specs = self.spec.task_specs
        del specs[inner.name]
        inner.name = f"{inner.name}/instance"
        specs[inner.name] = inner
        kind = SequentialBody if loop.sequential else ParallelBody
        body = kind(self.spec, self.bpmn_id, loop=loop, inner=inner.name, **self.bpmn_attributes)
        body.type = "multiInstanceBody"
        body.ext = Extensions(properties=inner.ext.properties)
        return body

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        """Name, lane and documentation; data associations are drawings here."""
        found = self.node.find(f"{{{BPMN}}}documentation")
        return {
            "lane": self.lane,
            "bpmn_name": self.node.get("name"),
            "documentation": None if found is None else (found.text or "").strip(),
        }


class EventParser(ElementParser):
    """An element with an event definition."""

    def create_task(self) -> Element:
        """The spec with its definition; a start or boundary event also says whether it interrupts."""
        given: dict[str, Any] = {"event_definition": self.definition()}
        if local(self.node) == "boundaryEvent":
            given["cancel_activity"] = self.node.get("cancelActivity", "true") == "true"
        task: Element = self.spec_class(self.spec, self.bpmn_id, **given, **self.bpmn_attributes)
        task.interrupting = self.node.get("isInterrupting", "true") == "true"
        return task

    def definition(self) -> Definition:
        """The one event definition of the node."""
        found = [child for child in self.node if local(child).endswith("EventDefinition")]
        if local(self.node) in ("receiveTask", "sendTask") and self.node.get("messageRef"):
            return self.message(self.node)
        if not found:
            return NoDefinition()
        kind = local(found[0]).removesuffix("EventDefinition")
        if len(found) > 1 or kind not in _DEFINITIONS:
            self.raise_validation_exception(f"{', '.join(local(f) for f in found)} is not supported")
        made: Definition = getattr(self, kind)(found[0])
        return made

    def _root(self, node: Any, attribute: str) -> Any:
        return self.process_parser.parser.roots.get(node.get(attribute))

    def message(self, node: Any) -> Message:
        """A message with the correlation key of its subscription."""
        root = self._root(node, "messageRef")
        if root is None:
            if not node.get("messageRef") and extensions.first(self.node, "taskDefinition") is not None:
                return Message("", None)  # a throw that leaves it all to its verb
            self.raise_validation_exception("messageRef names no message")
        subscription = extensions.first(root, "subscription")
        return Message(
            root.get("name", ""), None if subscription is None else subscription.get("correlationKey")
        )

    def signal(self, node: Any) -> Signal:
        """A signal."""
        root = self._root(node, "signalRef")
        if root is None:
            self.raise_validation_exception("signalRef names no signal")
        return Signal(root.get("name", ""))

    def error(self, node: Any) -> Error:
        """An error, or every error."""
        root = self._root(node, "errorRef")
        return Error(None if root is None else root.get("errorCode"))

    def escalation(self, node: Any) -> Escalation:
        """An escalation, or every escalation."""
        root = self._root(node, "escalationRef")
        return Escalation(None if root is None else root.get("escalationCode"))

    def timer(self, node: Any) -> Timer:
        """A timer."""
        for child in node:
            if local(child) in _TIMER_KINDS and (child.text or "").strip():
                return Timer(self.bpmn_id, _TIMER_KINDS[local(child)], child.text.strip())
        raise ValidationException("timer without date, duration or cycle", self.node, self.filename)

    def link(self, node: Any) -> Link:
        """A link."""
        return Link(node.get("name"))

    def terminate(self, node: Any) -> Terminate:
        """A terminate end event."""
        return Terminate()


class SendParser(EventParser):
    """A send task."""

    def create_task(self) -> Element:
        """The spec with the name of its message, if it has one."""
        task: Element = self.spec_class(self.spec, self.bpmn_id, **self.bpmn_attributes)
        found = self.definition()
        task.message = found.name if isinstance(found, Message) else None
        return task


class HolderParser(ElementParser):
    """A sub-process: its own flow is parsed by a process parser of its own."""

    def create_task(self) -> Element:
        """The spec with the spec of its flow."""
        parsers = self.process_parser.parser
        parsers.create_parser(self.node, filename=self.filename, lane=self.lane)
        inner = parsers.process_parsers[self.bpmn_id]
        event = self.node.get("triggeredByEvent") == "true"
        kind = subprocess.EventSubProcess if event else self.spec_class
        task: Element = kind(
            self.spec, self.bpmn_id, subworkflow_spec=inner.get_spec(), **self.bpmn_attributes
        )
        return task


class CallParser(ElementParser):
    """A call activity: what it calls is asked of the environment when it is reached."""

    def create_task(self) -> Element:
        """The spec."""
        task: Element = self.spec_class(
            self.spec, self.bpmn_id, subworkflow_spec=None, **self.bpmn_attributes
        )
        return task


class ScopeParser(ProcessParser):
    """A process or embedded sub-process."""

    def create_spec(self) -> ProcessSpec:
        """An empty spec."""
        return ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def _parse(self) -> None:
        self.spec = self.create_spec()
        self.add_tasks()

    def add_tasks(self) -> None:
        """Make all elements, then connect them."""
        for node in self._nodes():
            self.parse_node(node)
        for node in self.node.iterfind(f"{{{BPMN}}}sequenceFlow"):
            self._connect(node)
        self._attach()
        self._link()

    def _nodes(self) -> Iterator[Any]:
        for node in self.node:
            if etree.QName(node).namespace == BPMN and local(node) in _NODES:
                yield node

    def _connect(self, node: Any) -> None:
        specs = self.spec.task_specs
        source, target = specs.get(node.get("sourceRef")), specs.get(node.get("targetRef"))
        if not isinstance(source, Element) or not isinstance(target, Element):
            raise ValidationException("sequence flow without both ends in its scope", node, self.filename)
        condition = node.find(f"{{{BPMN}}}conditionExpression")
        text = None if condition is None else (condition.text or "").strip() or None
        id = node.get("id") or f"{source.name}->{target.name}"
        default = self.get_node_by_id(source.bpmn_id).get("default") == id
        source.flows.append(SequenceFlow(id, target.name, text, default))
        target.incoming.append(id)

    def _attach(self) -> None:
        for spec in self.spec.elements:
            if isinstance(spec, events.BoundaryEvent):
                host = self.spec.task_specs.get(self.get_node_by_id(spec.bpmn_id).get("attachedToRef"))
                if not isinstance(host, Element):
                    raise ValidationException(
                        "boundary event without activity", self.get_node_by_id(spec.bpmn_id), self.filename
                    )
                host.boundaries.append(spec.name)

    def _link(self) -> None:
        """A link is a flow from its throw to the catch of the same name in the same scope (BPMN 2.0, 10.5.1)."""
        links = [s for s in self.spec.elements if isinstance(getattr(s, "event_definition", None), Link)]
        for source in links:
            for target in links:
                same = source.event_definition.name == target.event_definition.name
                if same and local_type(source) == "throw" and local_type(target) == "catch":
                    id = f"link:{source.name}->{target.name}"
                    source.flows.append(SequenceFlow(id, target.name))
                    target.incoming.append(id)


def local_type(spec: Element) -> str:
    """Whether an intermediate event throws or catches."""
    return "throw" if isinstance(spec, events.IntermediateThrowEvent) else "catch"


class DialectParser(BpmnParser):
    """The parser of a file."""

    PROCESS_PARSER_CLASS = ScopeParser
    PARSER_CLASSES = {  # noqa: RUF012 - the name and the shape are SpiffWorkflow's
        full_tag(name): pair
        for name, pair in {
            "task": (ElementParser, tasks.NoneTask),
            "userTask": (ElementParser, tasks.UserTask),
            "manualTask": (ElementParser, tasks.ManualTask),
            "serviceTask": (ElementParser, tasks.ServiceTask),
            "scriptTask": (ElementParser, tasks.ScriptTask),
            "businessRuleTask": (ElementParser, tasks.BusinessRuleTask),
            "sendTask": (SendParser, tasks.SendTask),
            "receiveTask": (EventParser, events.ReceiveTask),
            "subProcess": (HolderParser, subprocess.SubProcess),
            "callActivity": (CallParser, subprocess.CallActivity),
            "exclusiveGateway": (ElementParser, gateways.ExclusiveGateway),
            "parallelGateway": (ElementParser, gateways.ParallelGateway),
            "inclusiveGateway": (ElementParser, gateways.InclusiveGateway),
            "eventBasedGateway": (ElementParser, gateways.EventBasedGateway),
            "startEvent": (EventParser, events.StartEvent),
            "intermediateCatchEvent": (EventParser, events.IntermediateCatchEvent),
            "intermediateThrowEvent": (EventParser, events.IntermediateThrowEvent),
            "boundaryEvent": (EventParser, events.BoundaryEvent),
            "endEvent": (EventParser, events.EndEvent),
        }.items()
    }

    def __init__(self, root: Any, filename: str) -> None:
        super().__init__()
        self.roots = {child.get("id"): child for child in root if isinstance(child.tag, str)}
        self._add_diagram_indexes(root)
        self._add_processes(root, filename)

    def _add_diagram_indexes(self, bpmn: Any) -> None:
        """Lanes only: where a shape is drawn has no meaning, and may be no number."""
        key = self._document_key(bpmn)
        references = bpmn.iter(f"{{{BPMN}}}flowNodeRef")
        names = {(ref.text or "").strip(): ref.getparent().get("name") for ref in references}
        self.document_lanes[key] = names
        self.document_positions[key] = {}

    def _find_dependencies(self, process: Any) -> None:
        """Called processes are found when they are called."""
