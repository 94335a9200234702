"""What the engine does not run is refused by name, never passed over (BPMN 2.0, chapter 10)."""

from engine.bpmn.lint.diagram import BPMN, CATCHING, DEFINITIONS, NODES, THROWING, ZEEBE, Element, Node, place
from engine.bpmn.lint.kinds import error, warning
from engine.bpmn.lint.registry import Subject, rule
from engine.xml import local, namespace

UNSUPPORTED = error(
    "UNSUPPORTED_ELEMENT",
    "不支持{kind_zh}（{name}）；请改用受支持的元素。",
    "{kind_en} ({name}) is not supported; use a supported element instead.",
)
UNSUPPORTED_EVENT = error(
    "UNSUPPORTED_EVENT",
    "{kind} 不支持 {event} 事件。",
    "A {kind} cannot be a {event} event here.",
)
SEVERAL_DEFINITIONS = error(
    "SEVERAL_EVENT_DEFINITIONS",
    "一个事件只能有一个事件定义，此处有 {count} 个。",
    "An event has one event definition, this one has {count}.",
)
COMPENSATION = error("UNSUPPORTED_COMPENSATION", "不支持补偿。", "Compensation is not supported.")
STANDARD_LOOP = error(
    "UNSUPPORTED_STANDARD_LOOP",
    "不支持标准循环；请用网关画出回路，或用多实例。",
    "Standard loops are not supported; draw the loop with a gateway, or use a multi-instance.",
)
INSTANTIATE = error(
    "UNSUPPORTED_INSTANTIATE",
    "不支持用接收任务或事件网关启动流程；请用消息开始事件。",
    "Receive tasks and event-based gateways cannot start a process; use a message start event.",
)
PARALLEL_EVENTS = error(
    "UNSUPPORTED_PARALLEL_EVENTS", "不支持并行事件网关。", "Parallel event-based gateways are not supported."
)
ZEEBE_EXTENSION = error(
    "UNSUPPORTED_EXTENSION",
    "不支持扩展元素 zeebe:{name}。",
    "The extension zeebe:{name} is not supported.",
)
FOREIGN_EXTENSION = warning(
    "FOREIGN_EXTENSION",
    "其他产品的扩展“{name}”不起作用。",
    "The extension “{name}” of another product has no effect.",
)

_DRAWN_ONLY = frozenset(
    {
        "extensionElements",
        "documentation",
        "incoming",
        "outgoing",
        "sequenceFlow",
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "textAnnotation",
        "association",
        "group",
        "property",
        "ioSpecification",
        "dataInputAssociation",
        "dataOutputAssociation",
        "dataInput",
        "dataOutput",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "category",
        "auditing",
        "monitoring",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "messageEventDefinition",
        "correlationSubscription",
        "supports",
        "conditionExpression",
        "rendering",
        "ioBinding",
        "inputSet",
        "outputSet",
        "script",
        "eventDefinitionRef",
    }
)
_ZEEBE = frozenset(
    {
        "ioMapping",
        "input",
        "output",
        "taskDefinition",
        "taskHeaders",
        "header",
        "properties",
        "property",
        "formDefinition",
        "assignmentDefinition",
        "taskSchedule",
        "priorityDefinition",
        "userTask",
        "script",
        "calledDecision",
        "calledElement",
        "loopCharacteristics",
        "subscription",
        "versionTag",
    }
)
_NAMES = {
    "transaction": ("事务子流程", "A transaction"),
    "adHocSubProcess": ("临时子流程", "An ad-hoc sub-process"),
    "complexGateway": ("复杂网关", "A complex gateway"),
    "eventDefinitionRef": ("引用的事件定义", "A referenced event definition"),
}
_ALLOWED = {
    "startEvent": frozenset({"none", "message", "timer", "signal"}),
    "event sub-process startEvent": frozenset({"message", "timer", "signal", "error", "escalation"}),
    "sub-process startEvent": frozenset({"none"}),
    "intermediateCatchEvent": frozenset({"message", "timer", "signal", "link"}),
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "link"}),
    "boundaryEvent": frozenset({"message", "timer", "signal", "error", "escalation"}),
    "endEvent": frozenset({"none", "message", "signal", "error", "escalation", "terminate"}),
}


@rule
def flow_elements(subject: Subject) -> None:
    """Every child of a scope is an element that runs, or one that is only drawn."""
    for scope in subject.diagram.scopes:
        for child in scope.element:
            name = local(child)
            if namespace(child) == BPMN and name not in NODES | _DRAWN_ONLY:
                zh, en = _NAMES.get(name, ("此元素", "This element"))
                subject.report.add(UNSUPPORTED, place(child), kind_zh=zh, kind_en=en, name=name)


@rule
def events(subject: Subject) -> None:
    """Each event is of a kind that its position allows."""
    for node in subject.diagram.nodes:
        if node.kind not in CATCHING | THROWING:
            continue
        found = node.definitions
        if len(found) > 1:
            subject.report.add(SEVERAL_DEFINITIONS, node.id, count=len(found))
        position = _position(node)
        for event in [local(e).removesuffix("EventDefinition") for e in found] or ["none"]:
            if event == "compensate":
                subject.report.add(COMPENSATION, node.id)
            elif event not in _ALLOWED[position] or event not in DEFINITIONS | {"none"}:
                subject.report.add(UNSUPPORTED_EVENT, node.id, kind=position, event=event)


@rule
def activities(subject: Subject) -> None:
    """Loops, compensation handlers and instantiating elements are refused."""
    for node in subject.diagram.nodes:
        element, add = node.element, subject.report.add
        if element.get("isForCompensation") == "true":
            add(COMPENSATION, node.id)
        if any(local(child) == "standardLoopCharacteristics" for child in element):
            add(STANDARD_LOOP, node.id)
        if element.get("instantiate") == "true":
            add(INSTANTIATE, node.id)
        if element.get("eventGatewayType") == "Parallel":
            add(PARALLEL_EVENTS, node.id)


@rule
def extensions(subject: Subject) -> None:
    """Every zeebe element is one that the engine reads; those of other products are told as without effect."""
    for container in subject.diagram.root.iter(f"{{{BPMN}}}extensionElements"):
        for element in container.iter():
            if namespace(element) == ZEEBE and local(element) not in _ZEEBE:
                subject.report.add(ZEEBE_EXTENSION, place(element), name=local(element))
        for element in container:
            if namespace(element) not in (ZEEBE, BPMN) and _is_behaviour(element):
                subject.report.add(FOREIGN_EXTENSION, place(element), name=etree_name(element))


def etree_name(element: Element) -> str:
    """The element's name as written, with its prefix."""
    return f"{element.prefix}:{local(element)}" if element.prefix else local(element)


def _is_behaviour(element: Element) -> bool:
    """Modelers keep colours and notes of their own in extensions; those of engines would change behaviour."""
    return any(
        vendor in namespace(element) for vendor in ("camunda", "activiti", "flowable", "jboss", "spiff")
    )


def _position(node: Node) -> str:
    if node.kind == "startEvent" and node.scope.kind == "subProcess":
        return f"{'event ' if node.scope.is_event_sub else ''}sub-process startEvent"
    return node.kind
