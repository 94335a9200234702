"""The messages of a process: which it receives and sends, and at which step."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.extensions import BPMN
from engine.studio.handbook.flow import Flow, Node, definition
from engine.studio.handbook.words import label
from engine.xml import local, namespace

SENDING = frozenset(["endEvent", "intermediateThrowEvent", "sendTask"])


@dataclass(frozen=True, slots=True)
class Message:
    """One message at one place: its name, received or sent, and the step by number and name."""

    name: str
    direction: str
    step: str


def messages(flow: Flow) -> Iterator[Message]:
    """Every message of the process, boundary events and event sub-processes included, in the order of the file."""
    for node in flow.process.iterdescendants():
        found = node if node.get("messageRef") and node.get("id") else definition(node, "message")
        if found is not None and not local(node).endswith("EventDefinition"):
            root = flow.nodes.get(found.get("messageRef", ""))
            named = found if root is None else root
            name = named.get("name", "") or named.get("id", "") or named.get("messageRef", "")
            yield _message(flow, node, name, local(node) in SENDING)
        elif namespaced(node) and (name := flow.extensions(node).headers.get("messageName", "")):
            yield _message(flow, node, name, True)


def namespaced(node: Node) -> bool:
    """Whether it is an element of BPMN: others have no extensions of their own."""
    return namespace(node) == BPMN


def _message(flow: Flow, node: Node, name: str, sent: bool) -> Message:
    id = node.get("attachedToRef", "") or node.get("id", "")
    return Message(name, label("sent" if sent else "receives", flow.language), flow.told(id))
