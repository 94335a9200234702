"""The elements of a BPMN or DMN file with their properties by path: `timerEventDefinition/timeDuration`.

An element of its own is a step, a flow, a lane, an event, an annotation, a message, a decision, a column or a rule.
Everything below it that is none (timers, conditions, mappings, headers, listeners) is a property of it, however
deep. So nothing that could run differently is outside of the comparison.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from lxml import etree

from engine.studio.comparing.changes import Node
from engine.xml import coordinate, local, namespace, parse

FLOWS = frozenset(["process", "subProcess", "adHocSubProcess", "transaction", "collaboration"])
PARENTS = FLOWS | {"definitions", "laneSet", "childLaneSet", "decisionTable"}
NO_NODES = frozenset(
    ["documentation", "extensionElements", "laneSet", "childLaneSet", "ioSpecification", "description"]
)
DERIVED = frozenset(["incoming", "outgoing", "flowNodeRef"])
"""Said twice in the file: a flow names both its ends, and a step belongs to the lane that lists it."""

KEYS = {"property": "name", "header": "key", "input": "target", "output": "target"}
VALUES = {"property": "value", "header": "value", "input": "source", "output": "source"}
DRAWINGS = ("BPMN/20100524/DI", "DMN/20191111/DMNDI", "DMN/20180521/DMNDI")
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
SIDES = ("x", "y", "width", "height")
FILE = "definitions"
DEFAULTS = frozenset(
    {
        ("cancelActivity", "true"),
        ("isInterrupting", "true"),
        ("isForCompensation", "false"),
        ("isSequential", "false"),
        ("parallelMultiple", "false"),
        ("triggeredByEvent", "false"),
    }
)
"""What BPMN 2.0 assumes where nothing is said: editors leave it out, and nothing changes by that."""
NO_MATTER = frozenset(["exporter", "exporterVersion", "targetNamespace", "namespace"])


def xml_nodes(file: str, content: bytes) -> dict[str, Node]:
    """Every element of a diagram or decision file by its id. Raises XmlRefused."""
    root = parse(file, content)
    places, lanes = _places(root), _lanes(root)
    found: dict[str, Node] = {}
    for element in _nodes(root):
        node = _rule(element) if local(element) == "rule" else _node(element)
        lane = {"lane": lanes[node.id]} if node.id in lanes else {}
        found[node.id] = Node(
            node.id, node.type, node.name, {**lane, **node.properties}, places.get(node.id, ())
        )
    return found


def _nodes(root: etree._Element) -> Iterator[etree._Element]:
    yield root
    for element in root.iterdescendants():
        if _is_node(element):
            yield element


def _is_node(element: etree._Element) -> bool:
    parent = element.getparent()
    if parent is None or _drawn(element) or element.get("id") is None:
        return parent is None
    return local(parent) in PARENTS and local(element) not in NO_NODES


def _drawn(element: etree._Element) -> bool:
    return namespace(element).endswith(DRAWINGS)


def _node(element: etree._Element) -> Node:
    name = element.get("name") or element.get("label") or element.findtext("{*}text") or ""
    id = FILE if element.getparent() is None else element.get("id", "")
    properties = {path: text for path, text in _properties(element) if path not in NO_MATTER}
    return Node(id, local(element), name.strip(), properties)


def _properties(element: etree._Element, path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        plain = etree.QName(str(name)).localname
        if plain != "id" and str(name) != XSI_TYPE and (plain, str(value)) not in DEFAULTS:
            yield f"{path}/{plain}".lstrip("/"), str(value)
    if local(element) == "decisionTable" and "hitPolicy" not in element.attrib:
        # the standard's default (8.2.10): writing it out says nothing
        yield f"{path}/hitPolicy".lstrip("/"), "UNIQUE"
    if path and (text := (element.text or "").strip()):
        yield path, text
    children = [c for c in element if not _is_node(c) and not _drawn(c) and local(c) not in DERIVED]
    repeated, seen = Counter(map(local, children)), Counter[str]()
    for child in children:
        name = local(child)
        seen[name] += 1
        yield from _child(child, path, name, f"[{seen[name]}]" if repeated[name] > 1 else "")


def _child(child: etree._Element, path: str, name: str, number: str) -> Iterator[tuple[str, str]]:
    key = child.get(KEYS[name]) if name in KEYS else None
    if key is not None:
        yield f"{path}/{name}[{key}]".lstrip("/"), child.get(VALUES[name], "")
        return
    variable = child.find("{*}variable") if name == "contextEntry" else None
    number = f"[{variable.get('name')}]" if variable is not None else number
    yield from _properties(child, f"{path}/{name}{number}".lstrip("/"))


def _rule(rule: etree._Element) -> Node:
    """A row of a decision table: its cells by the columns' labels, its place among the rows as its name."""
    number = 1 + len(list(rule.itersiblings("{*}rule", preceding=True)))
    table = [*rule.itersiblings(preceding=True)][::-1]
    cells: dict[str, str] = {}
    for entry, column in (
        ("inputEntry", "input"),
        ("outputEntry", "output"),
        ("annotationEntry", "annotation"),
    ):
        labels = [_label(c, n) for n, c in enumerate((c for c in table if local(c) == column), start=1)]
        found = [e for e in rule if local(e) == entry]
        for n, cell in enumerate(found):
            label = labels[n] if n < len(labels) else str(n + 1)
            cells[f"{column}[{label}]"] = (cell.findtext("{*}text") or "").strip()
    return Node(rule.get("id", ""), "rule", str(number), cells)


def _label(column: etree._Element, number: int) -> str:
    return column.get("label") or column.get("name") or str(number)


def _lanes(root: etree._Element) -> dict[str, str]:
    """The innermost lane of every step, by name."""
    found: dict[str, str] = {}
    for lane in root.iterdescendants("{*}lane"):
        for step in lane.findall("{*}flowNodeRef"):
            found[(step.text or "").strip()] = lane.get("name") or lane.get("id") or ""
    return found


def _places(root: etree._Element) -> dict[str, tuple[str, ...]]:
    """The bounds and waypoints of every element that is drawn."""
    found: dict[str, list[str]] = defaultdict(list)
    for shape in root.iterdescendants():
        what = shape.get("bpmnElement") or shape.get("dmnElementRef")
        if what and _drawn(shape) and local(shape) != "BPMNPlane":
            for point in shape.iterdescendants("{*}Bounds", "{*}waypoint"):
                found[what].append(
                    " ".join(f"{k}={coordinate(point, k):g}" for k in SIDES if k in point.attrib)
                )
    return {id: tuple(points) for id, points in found.items()}
