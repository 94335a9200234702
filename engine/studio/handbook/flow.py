"""A process as the handbook walks it: its elements in the order of the flow, and where each leads."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from lxml import etree

from engine.bpmn import extensions
from engine.bpmn.extensions import BPMN, Extensions
from engine.errors import Language
from engine.studio.following import order
from engine.studio.handbook.words import TYPES, label, say
from engine.xml import local, namespace

Node = etree._Element
PASSED = frozenset(["exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway"])
FAR = 50
"""Gateways that only join, and links, which are looked through on the way to what follows."""


class Flow:
    """One process of a file."""

    def __init__(self, root: Node, process: Node, language: Language) -> None:
        self.root, self.process, self.language = root, process, language
        self._read: dict[Node, Extensions] = {}
        self.nodes = {node.get("id", ""): node for node in root.iter() if node.get("id")}
        places = order(root)
        drawn = [node for node in process.iterdescendants() if self._is_step(node)]
        behind = len(places)
        drawn.sort(key=lambda node: places.get(node.get("id", ""), behind))
        self.steps = drawn
        self.numbers = {node.get("id", ""): n for n, node in enumerate(drawn, start=1)}

    def _is_step(self, node: Node) -> bool:
        kind = local(node)
        if namespace(node) != BPMN or kind not in TYPES or not node.get("id"):
            return False
        if _definition(node, "link") is not None:
            return False
        return kind not in PASSED or len(self.outgoing(node.get("id", ""))) > 1

    @cached_property
    def _outgoing(self) -> Mapping[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for flow in self.process.iterdescendants(f"{{{BPMN}}}sequenceFlow"):
            found.setdefault(flow.get("sourceRef", ""), []).append(flow)
        return found

    def outgoing(self, id: str) -> list[Node]:
        """The flows out of an element."""
        return self._outgoing.get(id, [])

    def boundaries(self, id: str) -> list[Node]:
        """The events attached to an activity."""
        return self._attached.get(id, [])

    @cached_property
    def _attached(self) -> Mapping[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for event in self.process.iterdescendants(f"{{{BPMN}}}boundaryEvent"):
            found.setdefault(event.get("attachedToRef", ""), []).append(event)
        return found

    def next(self, id: str) -> tuple[str, ...]:
        """What follows an element, a line a flow: when, and the number and name of what comes then."""
        node = self.nodes[id]
        lines = []
        for flow in self.outgoing(id):
            when = self.name(flow) or (flow.findtext(f"{{{BPMN}}}conditionExpression") or "").strip()
            if not when and node.get("default") == flow.get("id"):
                when = label("otherwise", self.language)
            told = self.told(flow.get("targetRef", ""))
            colon = "：" if self.language == "zh" else ": "
            lines.append(f"{when}{colon}{told}" if when else told)
        return tuple(lines)

    def told(self, id: str) -> str:
        """An element by number and name; what only joins is looked through."""
        for _ in range(FAR):
            node = self.nodes.get(id)
            if node is None or id in self.numbers:
                break
            ahead = self._link(node) or [flow.get("targetRef", "") for flow in self.outgoing(id)]
            if not ahead:
                break
            id = ahead[0]
        node = self.nodes.get(id)
        if node is None:
            return id
        number = f"{self.numbers[id]} " if id in self.numbers else ""
        return f"{number}{self.name(node) or say(TYPES.get(local(node), (id, id)), self.language)}"

    def _link(self, node: Node) -> list[str]:
        thrown = _definition(node, "link") if local(node) == "intermediateThrowEvent" else None
        if thrown is None:
            return []
        catches = self.process.iterdescendants(f"{{{BPMN}}}intermediateCatchEvent")
        named = [(each, _definition(each, "link")) for each in catches]
        return [
            each.get("id", "") for each, d in named if d is not None and d.get("name") == thrown.get("name")
        ]

    def extensions(self, node: Node) -> Extensions:
        """The zeebe extensions of an element."""
        if node not in self._read:
            self._read[node] = extensions.read(node)
        return self._read[node]

    def name(self, node: Node) -> str:
        """The name of an element in the language of the handbook."""
        english = self.property(node, "luzhi:name_en") if self.language == "en" else ""
        return (english or node.get("name") or "").strip()

    def text(self, node: Node) -> str:
        """The documentation of an element in the language of the handbook."""
        english = self.property(node, "luzhi:documentation_en") if self.language == "en" else ""
        return english or (node.findtext(f"{{{BPMN}}}documentation") or "").strip()

    def property(self, node: Node, name: str) -> str:
        """One zeebe property of an element; empty without it."""
        return self.extensions(node).properties.get(name, "")

    def lanes(self) -> Iterator[Node]:
        """The lanes of the process."""
        return self.process.iterdescendants(f"{{{BPMN}}}lane")

    @cached_property
    def lane_of(self) -> Mapping[str, str]:
        """The name of the lane of every element that one lists."""
        return {
            (step.text or "").strip(): self.name(lane)
            for lane in self.lanes()
            for step in lane.iterchildren(f"{{{BPMN}}}flowNodeRef")
        }

    def lane(self, node: Node) -> str:
        """The lane of an element, or of the part of the process around it."""
        ids = (each.get("id", "") for each in (node, *node.iterancestors()))
        return next((self.lane_of[id] for id in ids if id in self.lane_of), "")

    def inside(self, node: Node) -> str:
        """The name of the part of the process around an element; empty outside of any."""
        parent = node.getparent()
        if parent is None or parent is self.process or parent.get("id") not in self.numbers:
            return ""
        return self.name(parent)


def _definition(node: Node, kind: str) -> Node | None:
    return node.find(f"{{{BPMN}}}{kind}EventDefinition")


definition = _definition
"""The event definition of a kind directly under an event, or None."""
