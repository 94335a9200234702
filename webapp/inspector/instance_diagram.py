"""The diagram of an instance with its tokens, and the same as a list."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from engine import xml
from engine.definitions import NotDeployed
from engine.errors import Language
from engine.inspecting.past import Node
from engine.store.definitions import Resource
from webapp import drawing
from webapp.drawing import Drawing
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.inspector.instance_shown import Shown
from webapp.shared import runtime

BODY = "multiInstanceBody"


@dataclass(slots=True)
class Mark:
    """What stands on an element: how many instances of it are at work, were completed, terminated, stopped."""

    id: str
    name: str
    type: str
    lane: str
    active: int = 0
    completed: int = 0
    terminated: int = 0
    incidents: int = 0

    @property
    def state(self) -> str:
        """How it is painted."""
        if self.incidents:
            return "stopped"
        return "now" if self.active else "done" if self.completed else "ended"

    @property
    def told(self) -> str:
        """What stands on it, in words."""
        said = [
            (self.incidents, _("故障 %(n)s 处", n=self.incidents)),
            (self.active, _("进行中 %(n)s", n=self.active)),
            (self.completed, _("完成 %(n)s", n=self.completed)),
            (self.terminated, _("终止 %(n)s", n=self.terminated)),
        ]
        return pick("，", ", ").join(words for count, words in said if count)


@dataclass(frozen=True, slots=True)
class Picture:
    """The diagram of one process instance: its drawing (None when it has none), and its marks in order of beginning."""

    process: str
    drawing: Drawing | None
    marks: Mapping[str, Mark]
    unreached: int
    """How many elements were not reached."""

    @property
    def busy(self) -> list[Mark]:
        """The marks where something is at work or stopped and that are drawn, what is stopped first."""
        drawn = {shape.id for shape in self.drawing.shapes} if self.drawing else set()
        found = [mark for mark in self.marks.values() if (mark.active or mark.incidents) and mark.id in drawn]
        return sorted(found, key=lambda mark: not mark.incidents)


def picture(shown: Shown, process: str) -> Picture:
    """The diagram of a process instance (its key) with what stands on it."""
    marks = _marks(shown, process)
    found = _drawing(shown, process)
    if found is not None:
        flows = {flow: "done" for at, flow in shown.past.passed if at == process}
        found.mark({**flows, **{id: mark.state for id, mark in marks.items()}})
        for shape in found.shapes:
            if shape.id in marks and shape.lane:
                marks[shape.id].lane = shape.lane  # in the language of the page
    known = shown.elements(process)
    return Picture(process, found, marks, sum(id not in marks for id in known))


def _marks(shown: Shown, process: str) -> dict[str, Mark]:
    known = shown.elements(process)
    mine = [node for node in shown.past.nodes.values() if node.process == process and node.type != "process"]
    many = {node.element_id for node in mine if node.type != BODY}
    marks: dict[str, Mark] = {}
    for node in mine:
        if node.waits_only and node.incident is None:
            continue
        mark = marks.get(node.element_id)
        if mark is None:
            info = known.get(node.element_id)
            name = shown.name_in(process, node.element_id)
            type = info.type if info else node.type
            mark = marks[node.element_id] = Mark(node.element_id, name, type, (info and info.lane) or "")
        _count(mark, node, node.type != BODY or node.element_id not in many)
    return marks


def _count(mark: Mark, node: Node, counts: bool) -> None:
    """An instance of many counts, its body only where it has none."""
    mark.incidents += node.incident is not None
    if not counts:
        return
    mark.active += node.active
    mark.completed += node.outcome in ("completed", "joined")
    mark.terminated += node.outcome == "terminated"


def _drawing(shown: Shown, process: str) -> Drawing | None:
    """A fresh copy of the picture of the very version that counts at the step."""
    node = shown.past.nodes.get(process)
    known = runtime().definitions
    try:
        version = known.by_key(shown.session, int(node.reference)) if node and node.reference else None
    except (NotDeployed, ValueError):
        version = None
    if version is None:
        return None
    resource = shown.session.get_one(Resource, version.sha256)
    found = _read(resource.file, resource.content, language())
    if found is None:
        return None
    shapes, edges = ([replace(each) for each in part] for part in (found.shapes, found.edges))
    return Drawing(shapes, edges, found.box)  # type: ignore[arg-type]


@lru_cache(maxsize=64)
def _read(file: str, content: bytes, language: Language) -> Drawing | None:
    return drawing.read(xml.parse(file, content), language) if file.endswith(".bpmn") else None


def called(shown: Shown) -> list[tuple[Node, Counter[str]]]:
    """The processes that were called, each with how many steps of it run and have ended."""
    found = {node.key: (node, Counter[str]()) for node in shown.past.nodes.values() if node.type == "process"}
    for node in shown.past.nodes.values():
        if node.type != "process" and node.process in found:
            found[node.process][1]["active" if node.active else "ended"] += 1
    return [each for key, each in found.items() if key != shown.past.top]
