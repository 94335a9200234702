"""The order of the steps of a process as its flows lead through it, for the list beside the picture."""

from collections.abc import Iterator

from lxml import etree

from engine import xml

SCOPES = ("subProcess", "adHocSubProcess", "transaction")
Node = etree._Element


def order(root: Node) -> dict[str, int]:
    """The place of each element: behind all that lead to it, loops aside; what no flow reaches is left out."""
    nodes = {node.get("id", ""): node for node in root.iter() if isinstance(node.tag, str) and node.get("id")}
    edges: dict[str, list[str]] = {}
    for source, target in _edges(nodes):
        edges.setdefault(source, []).append(target)
    left: list[str] = []  # elements in the order in which nothing new follows them: the last of a way first
    seen: set[str] = set()
    for begin in [id for id, node in nodes.items() if _begins(node)][::-1]:
        way = [(begin, iter(edges.get(begin, [])))] if begin not in seen else []
        seen.add(begin)
        while way:
            at, ahead = way[-1]
            found = next((target for target in ahead if target not in seen), None)
            if found is None:
                left.append(at)
                way.pop()
            else:
                seen.add(found)
                way.append((found, iter(edges.get(found, []))))
    return {id: place for place, id in enumerate(reversed(left))}


def _begins(node: Node) -> bool:
    parent = node.getparent()
    return xml.local(node) == "startEvent" and parent is not None and xml.local(parent) == "process"


def _edges(nodes: dict[str, Node]) -> Iterator[tuple[str, str]]:
    """Flows, the ways into and out of a subprocess, to its boundary events, and from a link to its other end."""
    links: dict[str, tuple[list[str], list[str]]] = {}
    for id, node in nodes.items():
        kind = xml.local(node)
        if kind == "sequenceFlow":
            source, target = node.get("sourceRef", ""), node.get("targetRef", "")
            inside = _ends(nodes[source]) if source in nodes else []
            yield from ((end, target) for end in inside or [source])
        elif kind == "boundaryEvent":
            yield node.get("attachedToRef", ""), id
        elif kind in SCOPES:
            yield from ((id, child.get("id", "")) for child in node if _is(child, "startEvent"))
        elif kind == "linkEventDefinition" and (event := node.getparent()) is not None:
            throws = _is(event, "intermediateThrowEvent")
            links.setdefault(node.get("name", ""), ([], []))[0 if throws else 1].append(event.get("id", ""))
    for throws_, catches in links.values():
        yield from ((source, target) for source in throws_ for target in catches)


def _ends(node: Node) -> list[str]:
    """The ends inside a subprocess, from which its own flow goes on; none for any other element."""
    return (
        [child.get("id", "") for child in node if _is(child, "endEvent")] if xml.local(node) in SCOPES else []
    )


def _is(node: Node, kind: str) -> bool:
    return isinstance(node.tag, str) and xml.local(node) == kind
