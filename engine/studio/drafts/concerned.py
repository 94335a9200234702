"""Whom a change concerns: the processes that its files take part in, and the cases that run on them.

A running case stays with the version with which it began; forms and decisions that it names without a version are
those that count when it gets there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import xml
from engine.errors import Refusal
from engine.store.definitions import Definition, Resource
from engine.store.instances import Incident, Instance
from engine.store.messages import MessageSubscription, SignalSubscription
from engine.store.tasks import CREATED, UserTask
from engine.store.work import Job, Timer
from engine.studio.comparing.changes import Kind
from engine.studio.comparing.compare import changes
from engine.studio.drafts.checking import names

MOST = 200
"""Cases that are listed; more are counted."""


Name = tuple[str, str]
"""What a diagram calls an element, Chinese and English."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A running case on a touched process; `at` is where it waits, `differing` what of that the change touches."""

    instance: Instance
    version: int
    at: tuple[Name, ...]
    differing: tuple[Name, ...]


def processes(files: Mapping[str, bytes], drafted: Sequence[str]) -> dict[str, list[str]]:
    """The processes that drafted files take part in, with those files: diagrams, and what diagrams name."""
    found: dict[str, list[str]] = defaultdict(list)
    diagrams = {file: content for file, content in files.items() if file.endswith(".bpmn")}
    for file in drafted:
        ids = [f'"{id}"'.encode() for id in names(file, files[file])] if not file.endswith(".bpmn") else []
        for diagram, content in diagrams.items():
            if diagram == file or any(id in content for id in ids):
                for process in names(diagram, content):
                    found[process].append(file)
    return dict(found)


def running(session: Session, processes: Sequence[str]) -> int:
    """How many cases run on these processes."""
    counted = select(func.count()).where(Instance.process_id.in_(processes), Instance.ended_at.is_(None))
    return session.scalar(counted) or 0


def concerned(session: Session, files: Mapping[str, bytes], processes: Sequence[str]) -> list[Concerned]:
    """The first of the cases that run on these processes, by process and age; `files` is the drafted set."""
    rows = session.execute(
        select(Instance, Definition.version, Definition.sha256)
        .join(Definition, Definition.id == Instance.definition_id)
        .where(Instance.process_id.in_(processes), Instance.ended_at.is_(None))
        .order_by(Instance.process_id, Instance.id)
        .limit(MOST)
    ).all()
    waits = _waits(session, [row.Instance.id for row in rows])
    versions = {sha: _version(session, files, sha) for sha in {row.sha256 for row in rows}}
    return [_concerned(row, waits[row.Instance.id], versions[row.sha256]) for row in rows]


@dataclass(frozen=True, slots=True)
class _Version:
    """A deployed diagram: the names of its elements, and which of them run differently in the draft."""

    names: Mapping[str, Name]
    touched: frozenset[str]


def _concerned(row: Any, waits: Sequence[str], version: _Version) -> Concerned:
    def called(ids: Iterable[str]) -> tuple[Name, ...]:
        return tuple(version.names.get(id, (id, id)) for id in ids)

    return Concerned(
        row.Instance, row.version, called(waits), called(id for id in waits if id in version.touched)
    )


def _waits(session: Session, instances: Sequence[int]) -> Mapping[int, list[str]]:
    """The elements at which each case waits: for people, for time, for messages and signals, for jobs, for help."""
    found: dict[int, list[str]] = defaultdict(list)
    for table in (UserTask, Timer, MessageSubscription, SignalSubscription, Job, Incident):
        wanted = select(table.instance_id, table.element_id).where(table.instance_id.in_(instances))
        if table is UserTask:
            wanted = wanted.where(UserTask.state == CREATED)
        elif table is Incident:
            wanted = wanted.where(Incident.resolved_at.is_(None))
        for instance, element in session.execute(wanted.order_by(table.id)):
            if instance is not None and element and element not in found[instance]:
                found[instance].append(element)
    return found


def _version(session: Session, files: Mapping[str, bytes], sha256: str) -> _Version:
    resource = session.get_one(Resource, sha256)
    root = xml.parse(resource.file, resource.content)  # it was deployed, so it can be read
    named = {id: _name(each, id) for each in root.iter() if (id := each.get("id"))}
    return _Version(named, _touched(resource, files))


def _name(element: etree._Element, id: str) -> Name:
    zh = element.get("name") or id
    inside = (each for child in element if xml.local(child) == "extensionElements" for each in child.iter())
    en = next((each.get("value") for each in inside if each.get("name") == "luzhi:name_en"), None)
    return zh, en or zh


def _touched(resource: Resource, files: Mapping[str, bytes]) -> frozenset[str]:
    """The elements that run differently in the draft; none when the draft cannot be read."""
    if resource.file not in files:
        return frozenset()
    try:
        found = changes(resource.file, resource.content, files[resource.file])
    except Refusal:
        return frozenset()
    return frozenset(change.id for change in found if change.kind != Kind.MOVED)
