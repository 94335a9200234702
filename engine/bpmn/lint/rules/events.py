"""What events refer to: messages, signals, errors, escalations, links (BPMN 2.0, 10.5)."""

from collections import Counter

from engine.bpmn.lint.diagram import Element, Node, zeebe
from engine.bpmn.lint.kinds import error
from engine.bpmn.lint.registry import Subject, rule
from engine.xml import local

NO_REFERENCE = error(
    "EVENT_REFERENCE", "{event} 事件没有引用已有的 {event}。", "The {event} event refers to no {event}."
)
NO_NAME = error("EVENT_NAME", "{event}“{id}”没有名称。", "The {event} “{id}” has no name.")
NO_CODE = error(
    "EVENT_CODE", "抛出的 {event}“{id}”没有代码。", "The {event} “{id}” that is thrown has no code."
)
NO_CORRELATION = error(
    "CORRELATION_KEY",
    "等待消息“{name}”须有关联键（subscription correlationKey）。",
    "Waiting for the message “{name}” needs a correlation key.",
)
PUBLISH_KEY = error(
    "PUBLISH_CORRELATION_KEY",
    "发送消息须有目标为 correlationKey 的输入映射。",
    "Publishing a message needs an input mapping with the target correlationKey.",
)
LINK_PARTNER = error(
    "LINK_PARTNER",
    "链接“{name}”在同一层流程中没有对应的{other}。",
    "The link “{name}” has no {other_en} in the same scope.",
)
LINK_NAME = error("LINK_NAME", "链接事件没有名称。", "The link event has no name.")
LINK_TWICE = error(
    "LINK_TWICE", "链接“{name}”有多个捕获事件。", "The link “{name}” has several catch events."
)
INTERRUPTING_ERROR = error(
    "ERROR_NOT_INTERRUPTING", "错误事件总是中断，不能设为非中断。", "An error event always interrupts."
)
DUPLICATE_CATCH = error(
    "DUPLICATE_CATCH",
    "活动“{host}”上有多个捕获同一 {event}“{what}”的边界事件。",
    "Several boundary events of “{host}” catch the same {event} “{what}”.",
)

_REFERENCES = {
    "message": "messageRef",
    "signal": "signalRef",
    "error": "errorRef",
    "escalation": "escalationRef",
}
PUBLISH = "message.publish"


@rule
def references(subject: Subject) -> None:
    """Events name an existing message, signal, error or escalation; only catches of any error need none."""
    for node in subject.diagram.nodes:
        event = node.event
        if node.kind in ("receiveTask", "sendTask"):
            event = "message"
        if event not in _REFERENCES:
            continue
        root = referred(subject, node)
        if root is None:
            if not _may_lack(node, event):
                subject.report.add(NO_REFERENCE, node.id, event=event)
            continue
        _named(subject, node, event, root)


def referred(subject: Subject, node: Node) -> Element | None:
    """The message, signal, error or escalation that a node refers to, or None."""
    task = node.kind in ("receiveTask", "sendTask")
    carrier = node.element if task else next(iter(node.definitions), None)
    event = "message" if task else node.event
    if carrier is None or event not in _REFERENCES:
        return None
    root = subject.diagram.roots.get(carrier.get(_REFERENCES[event], ""))
    return root if root is not None and local(root) == event else None


def _may_lack(node: Node, event: str) -> bool:
    """A catch may be of any error or escalation; a throw or send task may leave it all to its verb."""
    throws = node.kind in ("intermediateThrowEvent", "endEvent", "sendTask")
    if event == "message":
        verbs = [element.get("type", "") for element in node.zeebe("taskDefinition")]
        return throws and verbs not in ([], [PUBLISH]) and not _refers(node)
    return event in ("error", "escalation") and not throws


def _refers(node: Node) -> bool:
    """Whether a message is named at all, be it one that does not exist."""
    return any(element.get("messageRef") for element in (node.element, *node.definitions))


def _named(subject: Subject, node: Node, event: str, root: Element) -> None:
    id = root.get("id", "")
    throws = node.kind in ("intermediateThrowEvent", "endEvent", "sendTask")
    if event in ("message", "signal") and not root.get("name", "").strip():
        subject.report.add(NO_NAME, id, event=event, id=id)
    if event in ("error", "escalation") and throws and not root.get(f"{event}Code", "").strip():
        subject.report.add(NO_CODE, id, event=event, id=id)


@rule
def correlation(subject: Subject) -> None:
    """Whoever waits for a message has a correlation key, and whoever publishes one gives it."""
    for node in subject.diagram.nodes:
        if node.event != "message" and node.kind not in ("receiveTask", "sendTask"):
            continue
        if node.kind in ("intermediateThrowEvent", "endEvent", "sendTask"):
            _publishes(subject, node)
        elif node.kind != "startEvent" or node.scope.kind != "process":
            root = referred(subject, node)
            keys = zeebe(root, "subscription") if root is not None else ()
            if root is not None and not any(key.get("correlationKey", "").strip() for key in keys):
                subject.report.add(NO_CORRELATION, node.id, name=root.get("name") or root.get("id", ""))


def _publishes(subject: Subject, node: Node) -> None:
    verbs = [element.get("type", "") for element in node.zeebe("taskDefinition")] or [PUBLISH]
    mapped = {m.get("target") for io in node.zeebe("ioMapping") for m in io if local(m) == "input"}
    if verbs == [PUBLISH] and "correlationKey" not in mapped:
        subject.report.add(PUBLISH_KEY, node.id)


@rule
def links(subject: Subject) -> None:
    """A link throw has exactly one catch of its name in its scope, and a catch has a throw."""
    for scope in subject.diagram.scopes:
        events = [node for node in scope.nodes if node.event == "link"]
        throws = Counter(_link(node) for node in events if node.kind == "intermediateThrowEvent")
        catches = Counter(_link(node) for node in events if node.kind == "intermediateCatchEvent")
        for node in events:
            name, is_throw = _link(node), node.kind == "intermediateThrowEvent"
            if not name:
                subject.report.add(LINK_NAME, node.id)
            elif not (catches if is_throw else throws)[name]:
                other, other_en = ("捕获事件", "catch event") if is_throw else ("抛出事件", "throw event")
                subject.report.add(LINK_PARTNER, node.id, name=name, other=other, other_en=other_en)
            elif not is_throw and catches[name] > 1:
                subject.report.add(LINK_TWICE, node.id, name=name)


def _link(node: Node) -> str:
    return (node.definitions[0].get("name") or "").strip()


@rule
def interrupting(subject: Subject) -> None:
    """Errors interrupt (BPMN 2.0, table 10.93)."""
    for node in subject.diagram.nodes:
        attribute = {"boundaryEvent": "cancelActivity", "startEvent": "isInterrupting"}.get(node.kind)
        if attribute and node.event == "error" and node.element.get(attribute) == "false":
            subject.report.add(INTERRUPTING_ERROR, node.id)


@rule
def twice(subject: Subject) -> None:
    """Two boundary events of one activity that catch the same thing: which one fires would be luck."""
    for host, boundaries in subject.diagram.hosts.items():
        caught = Counter(
            (node.event, _caught(subject, node)) for node in boundaries if node.event in _REFERENCES
        )
        for (event, what), count in caught.items():
            if count > 1:
                subject.report.add(DUPLICATE_CATCH, host, host=host, event=event, what=what or "*")


def _caught(subject: Subject, node: Node) -> str:
    root = referred(subject, node)
    if root is None:
        return ""
    return root.get(f"{node.event}Code" if node.event in ("error", "escalation") else "name", "")
