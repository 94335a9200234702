"""What has stopped, by kind: one element of one process with one complaint; and where its diagram says it."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import xml as xml_door
from engine.definitions import Definitions
from engine.store.definitions import Definition, Resource
from engine.store.instances import Incident, Instance

MOST = 20_000
"""Open incidents that are grouped: beyond, something is wrong that no list will mend."""
_VALUE = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|\b[\d][\w.:+-]*|\b[0-9a-f]{8,}\b")


@dataclass(frozen=True, slots=True)
class Kind:
    """Incidents of one kind. `message` is that of one of them; `keys` are all of them, oldest first."""

    id: str
    process_id: str
    element_id: str
    type: str
    message: str
    first: datetime
    last: datetime
    keys: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.keys)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a diagram's file: what the expression there is for, its text, whether the complaint quotes it."""

    line: int
    what: str
    text: str
    quoted: bool


def open_incidents() -> Select[Any]:
    """Every open incident with its process, oldest first."""
    return (
        select(
            Incident.id,
            Incident.element_id,
            Incident.type,
            func.substr(Incident.message, 1, 300).label("message"),
            Incident.created_at,
            func.coalesce(Instance.process_id, "").label("process_id"),
        )
        .join(Instance, Instance.id == Incident.instance_id, isouter=True)
        .where(Incident.resolved_at.is_(None))
        .order_by(Incident.id)
    )


def kinds(session: Session, process_id: str = "", type: str = "") -> list[Kind]:
    """The kinds of open incidents, the most frequent first."""
    query = open_incidents().limit(MOST)
    if process_id:
        query = query.where(Instance.process_id == process_id)
    if type:
        query = query.where(Incident.type == type)
    groups: dict[tuple[str, str, str, str], list[Any]] = {}
    for row in session.execute(query):
        same = (row.process_id, row.element_id, row.type, shape(row.message))
        groups.setdefault(same, []).append(row)
    found = [_kind(same, rows) for same, rows in groups.items()]
    return sorted(found, key=lambda kind: (-kind.count, kind.keys[0]))


def kind(session: Session, id: str) -> Kind | None:
    """One kind; None when nothing of it is open any more."""
    return next((each for each in kinds(session) if each.id == id), None)


def shape(message: str) -> str:
    """A complaint without the values that it quotes: two with the same one are of a kind."""
    return _VALUE.sub("…", message)


def _kind(same: Sequence[str], rows: Sequence[Any]) -> Kind:
    id = hashlib.sha256("\0".join(same).encode()).hexdigest()[:16]
    keys = tuple(row.id for row in rows)
    process, element, type, _shape = same
    return Kind(id, process, element, type, rows[0].message, rows[0].created_at, rows[-1].created_at, keys)


def places(session: Session, definitions: Definitions, incident: Incident) -> list[Place]:
    """The expressions of the element in the file of its version, with their lines; its own line first."""
    version = session.scalar(select(Instance.definition_id).where(Instance.id == incident.instance_id))
    if version is None:
        return []
    content = session.scalar(
        select(Resource.content)
        .join(Definition, Definition.sha256 == Resource.sha256)
        .where(Definition.id == version)
    )
    if content is None:
        return []
    root = xml_door.parse("incident.bpmn", content)
    found = [node for node in root.iter() if node.get("id") == incident.element_id]
    return list(_places(found[0], incident.message)) if found else []


def _places(node: Any, message: str) -> Iterator[Place]:
    yield Place(node.sourceline, _tag(node), node.get("name") or "", False)
    for inner in _with_flows(node):
        for what, text in _texts(inner):
            yield Place(inner.sourceline, what, text, text.lstrip("= ") in message)


def _with_flows(node: Any) -> Iterator[Any]:
    """The element with all inside, and the conditions of the flows that leave it."""
    yield from node.iter()
    parent = node.getparent()
    for other in parent if parent is not None else ():
        if other.get("sourceRef") == node.get("id"):
            yield from other.iter()


def _texts(node: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(node.tag, str):
        return
    text = (node.text or "").strip()
    if text.startswith("=") and len(node) == 0:
        yield _tag(node), text
    for name, value in node.attrib.items():
        if value.startswith("="):
            yield f"{_tag(node)} {name}", value


def _tag(node: Any) -> str:
    return str(node.tag).rpartition("}")[2]


def types(found: Iterable[Kind]) -> list[str]:
    """The types among kinds, sorted."""
    return sorted({each.type for each in found})
