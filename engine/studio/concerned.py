"""Whom a change concerns: the processes that its files take part in, and the cases that run on them.

A running case stays with the version with which it began; forms and decisions that it names without a version are
those that count when it gets there.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import Refusal
from engine.store.definitions import Definition, Resource
from engine.store.instances import Instance
from engine.store.tasks import CREATED, UserTask
from engine.studio.changes import Kind
from engine.studio.checking import names
from engine.studio.comparing import changes

MOST = 200
"""Cases that are listed; more are counted."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A running case on a touched process; `at` are its open steps, `differing` those of them that the change touches."""

    instance: Instance
    version: int
    at: tuple[str, ...]
    differing: tuple[str, ...]


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
    steps = _open_steps(session, [row.Instance.id for row in rows])
    touched = {sha: _touched(session, files, sha) for sha in {row.sha256 for row in rows}}
    return [
        Concerned(
            row.Instance,
            row.version,
            tuple(name for _, name in steps[row.Instance.id]),
            tuple(name for id, name in steps[row.Instance.id] if id in touched[row.sha256]),
        )
        for row in rows
    ]


def _open_steps(session: Session, instances: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = session.execute(
        select(UserTask.instance_id, UserTask.element_id, UserTask.name)
        .where(UserTask.instance_id.in_(instances), UserTask.state == CREATED)
        .order_by(UserTask.id)
    )
    for instance, element, name in rows:
        found[instance].append((element, name))
    return found


def _touched(session: Session, files: Mapping[str, bytes], sha256: str) -> frozenset[str]:
    """The elements that run differently in the draft than in a deployed version; none when either cannot be read."""
    resource = session.get_one(Resource, sha256)
    if resource.file not in files:
        return frozenset()
    try:
        found = changes(resource.file, resource.content, files[resource.file])
    except Refusal:
        return frozenset()
    return frozenset(change.id for change in found if change.kind != Kind.MOVED)
