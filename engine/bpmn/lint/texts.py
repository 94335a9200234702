"""Every text of a diagram that is, or may be, FEEL: conditions, mappings, keys, assignments, timers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.bpmn.lint.diagram import Diagram, Element, Node, children, place, zeebe
from engine.xml import local

TIMER_KINDS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text at an element; `required` means that only FEEL, with its `=`, makes sense there."""

    element: str
    where: str
    text: str
    required: bool = False

    @property
    def is_feel(self) -> bool:
        """Whether it is written as FEEL."""
        return self.text.startswith("=")

    @property
    def expression(self) -> str:
        """The expression without its `=`, with non-breaking spaces as plain ones."""
        return self.text.removeprefix("=").replace("\u00a0", " ")


def texts(diagram: Diagram) -> Iterator[Text]:
    """All of them that are not empty."""
    everything = (*_flows(diagram), *_roots(diagram), *(text for n in diagram.nodes for text in _node(n)))
    return (text for text in everything if text.text)


def timers(node: Node) -> list[tuple[str, str]]:
    """The (kind, text) pairs of a timer event; kind is date, duration or cycle."""
    found = []
    for definition in children(node.element, "timerEventDefinition"):
        for child in definition:
            if local(child) in TIMER_KINDS and (child.text or "").strip():
                found.append((TIMER_KINDS[local(child)], (child.text or "").strip()))
    return found


def _flows(diagram: Diagram) -> Iterator[Text]:
    for flow in (flow for scope in diagram.scopes for flow in scope.flows):
        yield Text(flow.id or place(flow.element), "condition", flow.condition, True)


def _roots(diagram: Diagram) -> Iterator[Text]:
    for id, element in diagram.roots.items():
        kind = local(element)
        if kind in ("message", "signal"):
            yield Text(id, f"{kind} name", element.get("name", "").strip())
        if kind in ("error", "escalation"):
            yield Text(id, f"{kind} code", element.get(f"{kind}Code", "").strip())
        for subscription in zeebe(element, "subscription"):
            yield Text(id, "correlationKey", subscription.get("correlationKey", "").strip(), True)


def _node(node: Node) -> Iterator[Text]:
    for mapping in _inside(node.zeebe("ioMapping")):
        target = mapping.get("target", "")
        required = local(mapping) == "output"
        yield Text(node.id, f"{local(mapping)} {target}", mapping.get("source", "").strip(), required)
    for kind, text in timers(node):
        yield Text(node.id, f"timer {kind}", text)
    yield from _attributes(node, "assignmentDefinition", ("assignee", "candidateGroups", "candidateUsers"))
    yield from _attributes(node, "taskSchedule", ("dueDate", "followUpDate"))
    yield from _attributes(node, "priorityDefinition", ("priority",))
    yield from _attributes(node, "formDefinition", ("formId", "externalReference"))
    yield from _attributes(node, "taskDefinition", ("type", "retries"))
    yield from _attributes(node, "calledDecision", ("decisionId",))
    yield from _attributes(node, "calledElement", ("processId",))
    yield from _attributes(node, "script", ("expression",), required=True)
    yield from _loop(node)


def _loop(node: Node) -> Iterator[Text]:
    for loop in children(node.element, "multiInstanceLoopCharacteristics"):
        for given in zeebe(loop, "loopCharacteristics"):
            for name in ("inputCollection", "outputElement"):
                yield Text(node.id, name, given.get(name, "").strip(), True)
        for condition in children(loop, "completionCondition"):
            yield Text(node.id, "completionCondition", (condition.text or "").strip(), True)


def _attributes(node: Node, name: str, keys: Iterable[str], *, required: bool = False) -> Iterator[Text]:
    for element in node.zeebe(name):
        for key in keys:
            yield Text(node.id, key, element.get(key, "").strip(), required)


def _inside(elements: Iterable[Element]) -> Iterator[Element]:
    for element in elements:
        yield from element
