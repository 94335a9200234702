"""A BPMN file as lint looks at it: nodes, flows and scopes over the XML tree, whatever state the file is in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from engine.xml import local, namespace

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"

Element = etree._Element

ACTIVITIES = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "subProcess",
        "callActivity",
    }
)
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWING = frozenset({"intermediateThrowEvent", "endEvent"})
NODES = ACTIVITIES | GATEWAYS | CATCHING | THROWING
DEFINITIONS = frozenset({"message", "signal", "error", "escalation", "timer", "link", "terminate"})


@dataclass(eq=False, slots=True)
class Flow:
    """A sequence flow; an end that does not exist in its scope is None."""

    element: Element
    id: str
    source: "Node | None"
    target: "Node | None"

    @property
    def condition(self) -> str:
        """The text of its condition, empty without one."""
        child = next(children(self.element, "conditionExpression"), None)
        return (child.text or "").strip() if child is not None else ""

    @property
    def default(self) -> bool:
        """Whether it is the default flow of its source."""
        return self.source is not None and bool(self.id) and self.source.element.get("default") == self.id


@dataclass(eq=False, slots=True)
class Node:
    """A flow node in its scope."""

    element: Element
    id: str
    kind: str
    scope: "Scope"
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name."""
        return (self.element.get("name") or "").strip()

    @property
    def definitions(self) -> list[Element]:
        """Its event definitions."""
        return [child for child in self.element if local(child).endswith("EventDefinition")]

    @property
    def event(self) -> str:
        """What its event is about: none, message, timer …; the first definition counts."""
        found = self.definitions
        return local(found[0]).removesuffix("EventDefinition") if found else "none"

    @property
    def is_event_sub(self) -> bool:
        """Whether it is an event sub-process."""
        return self.element.get("triggeredByEvent") == "true"

    def zeebe(self, name: str) -> Iterator[Element]:
        """Its zeebe extension elements of that name."""
        return zeebe(self.element, name)

    def has(self, name: str) -> bool:
        """Whether it has a zeebe extension element of that name."""
        return next(self.zeebe(name), None) is not None

    def property(self, name: str) -> str:
        """The value of one of its zeebe properties; empty without it."""
        listed = (p for ps in self.zeebe("properties") for p in ps if p.get("name") == name)
        return next((p.get("value", "") for p in listed), "")


@dataclass(eq=False, slots=True)
class Scope:
    """A process or sub-process with what stands directly in it."""

    element: Element
    id: str
    kind: str
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)

    @property
    def is_event_sub(self) -> bool:
        """Whether it is an event sub-process."""
        return self.element.get("triggeredByEvent") == "true"

    def starts(self) -> list[Node]:
        """Its start events."""
        return [node for node in self.nodes if node.kind == "startEvent"]


class Diagram:
    """The whole file."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.processes = list(children(root, "process"))
        self.scopes: list[Scope] = []
        for process in self.processes:
            self._scope(process)

    @cached_property
    def nodes(self) -> list[Node]:
        """All flow nodes of all scopes."""
        return [node for scope in self.scopes for node in scope.nodes]

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """All flow nodes by id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def roots(self) -> dict[str, Element]:
        """Messages, signals, errors, escalations by id."""
        return {child.get("id", ""): child for child in self.root}

    @cached_property
    def hosts(self) -> dict[str, list[Node]]:
        """Boundary events by the id of what they are attached to."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            if node.kind == "boundaryEvent":
                found.setdefault(node.element.get("attachedToRef", ""), []).append(node)
        return found

    def _scope(self, element: Element) -> None:
        scope = Scope(element, element.get("id", ""), local(element))
        self.scopes.append(scope)
        for child in element:
            if namespace(child) == BPMN and local(child) in NODES:
                scope.nodes.append(Node(child, child.get("id", ""), local(child), scope))
        self._flows(scope)
        for node in scope.nodes:
            if node.kind == "subProcess":
                self._scope(node.element)

    def _flows(self, scope: Scope) -> None:
        by_id = {node.id: node for node in scope.nodes if node.id}
        for element in children(scope.element, "sequenceFlow"):
            source = by_id.get(element.get("sourceRef", ""))
            target = by_id.get(element.get("targetRef", ""))
            flow = Flow(element, element.get("id", ""), source, target)
            scope.flows.append(flow)
            if source is not None:
                source.outgoing.append(flow)
            if target is not None:
                target.incoming.append(flow)


def children(element: Element, name: str) -> Iterator[Element]:
    """The BPMN children of that name."""
    return element.iterchildren(f"{{{BPMN}}}{name}")


def zeebe(element: Element, name: str) -> Iterator[Element]:
    """The zeebe extension elements of that name directly under an element."""
    for extensions in children(element, "extensionElements"):
        yield from extensions.iterchildren(f"{{{ZEEBE}}}{name}")


def documentation(element: Element) -> str:
    """The text of the documentation, empty without one."""
    return "".join((child.text or "").strip() for child in children(element, "documentation"))


def place(element: Element) -> str:
    """The id of the element, else of the nearest one around it that has an id."""
    at: Element | None = element
    while at is not None:
        if at.get("id"):
            return at.get("id", "")
        at = at.getparent()
    return ""
