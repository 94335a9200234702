"""The diagram of a case's process as a picture: shapes and edges where the process owner drew them.

The picture is SVG made of attributes only, as the content security policy asks; what it shows stands beside it as a
list. Which step is open or done is told of the very case, and only to who may read the task.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from flask import render_template
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import xml
from engine.errors import NotFound
from engine.store.definitions import Definition, Resource
from engine.store.instances import Instance
from engine.store.tasks import CANCELED, CREATED, UserTask
from webapp import access
from webapp.access import actor, rule
from webapp.collaboration.blueprint import blueprint
from webapp.collaboration.following import order
from webapp.i18n import pick
from webapp.names import process_names
from webapp.shared import reading

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
MARGIN = 20
WIDE, NARROW = 12.0, 6.6  # user units of a Chinese character and of any other, at a font size of 12

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

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: its shapes from behind to the front, the points of its edges, and the part of the plane it takes."""

    shapes: list[Shape]
    edges: list[str]
    box: tuple[float, float, float, float]

    @property
    def steps(self) -> list[Shape]:
        """The steps of people in the order in which the flows lead to them; what no flow reaches as drawn."""
        return sorted((s for s in self.shapes if s.type == "userTask"), key=lambda s: (s.place, s.x, s.y))


@blueprint.get("/tasks/<int:id>/diagram")
@rule("task.read")
def diagram(id: int) -> str:
    """The process with this task's step marked, and the same as a list. Raises NotFound."""
    with reading() as session:
        task = session.get(UserTask, id)
        allowed = access.may("task.read", task) if task is not None else False
        if task is None or not (allowed or access.may("case.read", task)):
            raise NotFound(what_zh="这项任务", what_en="This task")
        takes_part = access.policy.may(actor(), "task.read", task)
        return render_template(
            "collaboration/diagram.html",
            task=task,
            takes_part=takes_part,
            drawing=of_task(session, task),
            process=process_names(session, [task.process_id])[task.process_id],
        )


def of_task(session: Session, task: UserTask) -> Drawing | None:
    """The drawing of the very version that the case runs; None for a file without a picture."""
    instance = session.get_one(Instance, task.instance_id)
    definition = session.get_one(Definition, instance.definition_id)
    resource = session.get_one(Resource, definition.sha256)
    drawing = read(xml.parse(resource.file, resource.content))
    if drawing is None:
        return None
    rows = session.execute(
        select(UserTask.element_id, UserTask.state).where(
            UserTask.instance_id == task.instance_id, UserTask.state != CANCELED
        )
    )
    states: dict[str, str] = {}
    for element, state in rows:
        if state == CREATED or element not in states:
            states[element] = "now" if state == CREATED else "done"
    for shape in drawing.shapes:
        shape.state = "this" if shape.id == task.element_id else states.get(shape.id, "")
    return drawing


def read(root: etree._Element) -> Drawing | None:
    """The drawing of a BPMN file; None when nothing is drawn."""
    elements = {node.get("id", ""): node for node in root.iter() if node.get("id")}
    lanes = _lanes(root, elements)
    shapes = [
        shape
        for drawn in root.iter(f"{{{DI}}}BPMNShape")
        if (shape := _shape(drawn, elements, lanes)) is not None
    ]
    places = order(root)
    for shape in shapes:
        shape.place = places.get(shape.id, len(elements))
    edges = [_points(drawn) for drawn in root.iter(f"{{{DI}}}BPMNEdge")]
    if not shapes:
        return None
    behind = ("pool", "lane", "scope")
    shapes.sort(
        key=lambda s: (behind.index(s.kind) if s.kind in behind else len(behind), -s.width * s.height)
    )
    left, top = min(s.x for s in shapes), min(s.y for s in shapes)
    right, bottom = max(s.x + s.width for s in shapes), max(s.y + s.height for s in shapes)
    box = (left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 3 * MARGIN)
    return Drawing(shapes, [points for points in edges if points], box)


def _shape(drawn: etree._Element, elements: dict[str, etree._Element], lanes: dict[str, str]) -> Shape | None:
    node = elements.get(drawn.get("bpmnElement", ""))
    bounds = drawn.find(f"{{{DC}}}Bounds")
    if node is None or bounds is None:
        return None
    x, y, width, height = (float(Decimal(bounds.get(name, "0"))) for name in ("x", "y", "width", "height"))
    type = xml.local(node)
    name = pick(node.get("name", ""), _english(node))
    shape = Shape(node.get("id", ""), _kind(type), name, x, y, width, height, type)
    above = (each.get("id", "") for each in (node, *node.iterancestors()))
    shape.lane = next((lanes[id] for id in above if id in lanes), "")
    room = 84.0 if shape.kind in ("event", "gateway") else width - 12
    if shape.kind in ("pool", "lane"):
        room = height - 8
    shape.lines = wrapped(name, room)[: 2 if shape.kind in ("pool", "lane") else 4]
    return shape


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


def _lanes(root: etree._Element, elements: dict[str, etree._Element]) -> dict[str, str]:
    """The name of the lane of each element."""
    return {
        (reference.text or "").strip(): pick(lane.get("name", ""), _english(lane))
        for lane in root.iter(f"{{{BPMN}}}lane")
        for reference in lane.iterchildren(f"{{{BPMN}}}flowNodeRef")
    }


def _points(drawn: etree._Element) -> str:
    return " ".join(
        f"{float(Decimal(point.get('x', '0'))):g},{float(Decimal(point.get('y', '0'))):g}"
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
