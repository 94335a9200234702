"""A diagram as a picture: shapes and edges where the process owner drew them, for a page to paint.

The picture is SVG made of attributes only, as the content security policy asks (`templates/drawing.html`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine import xml
from engine.errors import Language
from engine.studio.following import order
from webapp.i18n import pick

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
MARGIN = 20
WIDE, NARROW = 12.0, 6.6  # user units of a Chinese character and of any other, at a font size of 12
LABEL = 84.0  # the room of a flow's name, as that of an event's

Pick = Callable[[str | None, str | None], str]
"""Of a Chinese and an English text, the one that is shown."""
KINDS = {"participant": "pool", "lane": "lane", "subProcess": "scope", "callActivity": "task"}


@dataclass(slots=True)
class Shape:
    """One drawn element: `kind` is pool, lane, scope, task, gateway, event or note."""

    id: str
    kind: str
    name: str
    x: float
    y: float
    width: float
    height: float
    type: str = ""
    state: str = ""
    lines: list[str] = field(default_factory=list)
    lane: str = ""
    place: int = 0
    label: tuple[float, float] | None = None
    """The middle of the top of the place that was drawn for the name; None under the element."""

    @property
    def said_at(self) -> tuple[float, float]:
        """Where the name of an event or a gateway begins: its middle, and its first line."""
        if self.label is None:
            return self.middle[0], self.y + self.height + 14
        above = self.label[1] < self.y  # more lines than were drawn grow away from the shape
        return self.label[0], self.label[1] + 11 - (15 * (len(self.lines) - 1) if above else 0)

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(slots=True)
class Edge:
    """One drawn flow: the points of its line; its name, if it has one, at the place that was drawn for it."""

    id: str
    points: str
    state: str = ""
    name: str = ""
    x: float = 0
    y: float = 0
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: its shapes from behind to the front, its edges, and the part of the plane it takes."""

    shapes: list[Shape]
    edges: list[Edge]
    box: tuple[float, float, float, float]

    @property
    def steps(self) -> list[Shape]:
        """The steps of people in the order in which the flows lead to them; what no flow reaches as drawn."""
        return sorted((s for s in self.shapes if s.type == "userTask"), key=lambda s: (s.place, s.x, s.y))

    def mark(self, states: Mapping[str, str]) -> None:
        """Give elements and flows their states by id; what is not named has none."""
        for each in (*self.shapes, *self.edges):
            each.state = states.get(each.id, "")


def read(root: etree._Element, language: Language | None = None) -> Drawing | None:
    """The drawing of a BPMN file in a language, by default the request's; None when nothing is drawn."""
    pick = _pick(language)
    elements = {node.get("id", ""): node for node in root.iter() if node.get("id")}
    lanes = _lanes(root, pick)
    shapes = [
        shape
        for drawn in root.iter(f"{{{DI}}}BPMNShape")
        if (shape := _shape(drawn, elements, lanes, pick)) is not None
    ]
    places = order(root)
    for shape in shapes:
        shape.place = places.get(shape.id, len(elements))
    edges = [_edge(drawn, elements, pick) for drawn in root.iter(f"{{{DI}}}BPMNEdge")]
    if not shapes:
        return None
    behind = ("pool", "lane", "scope")
    shapes.sort(
        key=lambda s: (behind.index(s.kind) if s.kind in behind else len(behind), -s.width * s.height)
    )
    left, top = min(s.x for s in shapes), min(s.y for s in shapes)
    right, bottom = max(s.x + s.width for s in shapes), max(s.y + s.height for s in shapes)
    box = (left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 3 * MARGIN)
    return Drawing(shapes, [edge for edge in edges if edge.points], box)


def painted(
    file: str, content: bytes, states: Mapping[str, str], language: Language | None = None
) -> Drawing | None:
    """The drawing of a diagram with states by element id; None for other files and where nothing is drawn.

    Raises XmlRefused.
    """
    found = read(xml.parse(file, content), language) if file.endswith(".bpmn") else None
    if found is not None:
        found.mark(states)
    return found


def _pick(language: Language | None) -> Pick:
    if language is None:
        return pick
    return lambda zh, en: (en if language == "en" and en else zh) or ""


def _shape(
    drawn: etree._Element, elements: dict[str, etree._Element], lanes: dict[str, str], pick: Pick
) -> Shape | None:
    node = elements.get(drawn.get("bpmnElement", ""))
    bounds = drawn.find(f"{{{DC}}}Bounds")
    if node is None or bounds is None:
        return None
    x, y, width, height = (xml.coordinate(bounds, name) for name in ("x", "y", "width", "height"))
    type = xml.local(node)
    name = pick(node.get("name", ""), _english(node))
    shape = Shape(node.get("id", ""), _kind(type), name, x, y, width, height, type)
    above = (each.get("id", "") for each in (node, *node.iterancestors()))
    shape.lane = next((lanes[id] for id in above if id in lanes), "")
    room = 84.0 if shape.kind in ("event", "gateway") else width - 12
    if shape.kind in ("pool", "lane"):
        room = height - 8
    if shape.kind in ("event", "gateway"):
        shape.label = _label(drawn)
    shape.lines = wrapped(name, room)[: 2 if shape.kind in ("pool", "lane") else 4]
    return shape


def _label(drawn: etree._Element) -> tuple[float, float] | None:
    bounds = drawn.find(f"{{{DI}}}BPMNLabel/{{{DC}}}Bounds")
    if bounds is None:
        return None
    return xml.coordinate(bounds, "x") + xml.coordinate(bounds, "width") / 2, xml.coordinate(bounds, "y")


def _edge(drawn: etree._Element, elements: dict[str, etree._Element], pick: Pick) -> Edge:
    edge = Edge(drawn.get("bpmnElement", ""), _points(drawn))
    node = elements.get(edge.id)
    place = drawn.find(f"{{{DI}}}BPMNLabel/{{{DC}}}Bounds")
    if node is not None and place is not None and xml.local(node) == "sequenceFlow":
        edge.name = pick(node.get("name", ""), _english(node))
        edge.x, edge.y = xml.coordinate(place, "x"), xml.coordinate(place, "y")
        edge.lines = wrapped(edge.name, LABEL)[:3]
    return edge


def _kind(type: str) -> str:
    if type in KINDS:
        return KINDS[type]
    if type.endswith("Gateway"):
        return "gateway"
    if type.endswith("Event"):
        return "event"
    return "task" if type.lower().endswith("task") else "note"


def _english(node: etree._Element) -> str | None:
    for found in node.iterchildren(f"{{{BPMN}}}extensionElements"):
        for each in found.iter():
            if each.get("name") == "luzhi:name_en":
                return each.get("value")
    return None


def _lanes(root: etree._Element, pick: Pick) -> dict[str, str]:
    """The name of the lane of each element."""
    return {
        (reference.text or "").strip(): pick(lane.get("name", ""), _english(lane))
        for lane in root.iter(f"{{{BPMN}}}lane")
        for reference in lane.iterchildren(f"{{{BPMN}}}flowNodeRef")
    }


def _points(drawn: etree._Element) -> str:
    return " ".join(
        f"{xml.coordinate(point, 'x'):g},{xml.coordinate(point, 'y'):g}"
        for point in drawn.iterchildren(WAYPOINT)
    )


def wrapped(text: str, room: float) -> list[str]:
    """A text in lines that fit into `room` user units; English breaks between words, Chinese anywhere."""
    lines, used = [""], 0.0
    for part in _parts(text):
        width = sum(WIDE if ord(sign) > 0x2E7F else NARROW for sign in part)
        if used and used + width > room:
            lines.append("")
            used = 0.0
        lines[-1] += part
        used += width
    return [found.strip() for found in lines if found.strip()]


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    for sign in text:
        joins = parts and ord(sign) <= 0x2E7F and ord(parts[-1][-1]) <= 0x2E7F and sign != " "
        if joins:
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts
