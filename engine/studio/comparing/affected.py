"""What another version would mean for the cases that run: which wait in something that differs, which timers move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Refusal
from engine.store.definitions import Definition, Resource
from engine.store.instances import Instance
from engine.store.work import Timer
from engine.studio.comparing.changes import Change, Kind
from engine.studio.comparing.compare import changes
from engine.studio.migrating.cohort import Running, running

RULES_OF_TIME = ("timeDate", "timeDuration", "timeCycle")


@dataclass(frozen=True, slots=True)
class Affected:
    """A running case that waits where something differs."""

    case: Running
    there: tuple[Change, ...]
    """What differs of the elements in which it waits: changed or gone."""
    timers: Mapping[str, datetime]
    """When its timers whose rules differ fire as things stand, by element id: another version would reckon anew."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a content would mean for the cases of a process on other versions; `total` counts all of those."""

    affected: tuple[Affected, ...] = ()
    total: int = 0


def effect(
    session: Session, process_id: str, file: str, content: bytes, version: int | None = None
) -> Effect:
    """The running cases on other versions than `version` (None: on any), held against a content of the diagram.

    Nothing moves by itself: a case stays on its version until it is migrated. Cases of a version that cannot be
    compared are counted only.
    """
    cases = [case for case in running(session, process_id) if case.version != version]
    differences = {key: _differences(session, key, file, content) for key in {c.definition_id for c in cases}}
    timers = _timers(session, process_id) if cases else {}
    found = (_affected(case, differences[case.definition_id], timers) for case in cases)
    return Effect(tuple(each for each in found if each.there), len(cases))


def _differences(session: Session, key: int, file: str, content: bytes) -> Mapping[str, Change]:
    resource = session.get_one(Resource, session.get_one(Definition, key).sha256)
    try:
        found: Sequence[Change] = changes(file, resource.content, content)
    except Refusal:
        found = ()  # said on the page where it cannot be compared
    return {each.id: each for each in found if each.kind in (Kind.CHANGED, Kind.REMOVED)}


def _timers(session: Session, process_id: str) -> Mapping[tuple[int, str], datetime]:
    rows = session.execute(
        select(Timer.instance_id, Timer.element_id, Timer.due)
        .join(Instance, Instance.id == Timer.instance_id)
        .where(Instance.process_id == process_id, Instance.ended_at.is_(None))
    )
    return {(row.instance_id, row.element_id): row.due for row in rows}


def _affected(
    case: Running, differences: Mapping[str, Change], timers: Mapping[tuple[int, str], datetime]
) -> Affected:
    there = tuple(differences[id] for id in sorted(case.elements) if id in differences)
    moving = {
        change.id: timers[case.id, change.id]
        for change in there
        if (case.id, change.id) in timers
        and (change.kind == Kind.REMOVED or any(d.path.endswith(RULES_OF_TIME) for d in change.details))
    }
    return Affected(case, there, moving)
