"""Which running instances a migration is about: chosen by version, city, year, where they wait, or one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.inbox.faces import place_of
from engine.inbox.models import CaseFace
from engine.store.definitions import Definition
from engine.store.instances import Incident, Instance
from engine.store.messages import MessageSubscription, SignalSubscription
from engine.store.tasks import CREATED, UserTask
from engine.store.work import Job, Timer

MOST = 5_000
"""Instances of one migration."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The choice; what is empty chooses nothing away. `keys`: business keys, one by one."""

    versions: tuple[int, ...] = ()
    city: str = ""
    year: str = ""
    element: str = ""
    keys: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the table."""
        return {
            "versions": list(self.versions),
            "city": self.city,
            "year": self.year,
            "element": self.element,
            "keys": list(self.keys),
        }


@dataclass(frozen=True, slots=True)
class Running:
    """One running instance, as it is chosen by."""

    id: int
    definition_id: int
    version: int
    business_key: str
    status: str
    city: str
    year: str
    elements: frozenset[str]
    """Where it waits, or has stopped."""


def running(session: Session, process_id: str) -> list[Running]:
    """Every running instance of a process, oldest first."""
    rows = session.execute(
        select(Instance, Definition.version, CaseFace.city, CaseFace.year)
        .join(Definition, Definition.id == Instance.definition_id)
        .join(CaseFace, CaseFace.key == Instance.business_key, isouter=True)
        .where(Instance.process_id == process_id, Instance.ended_at.is_(None))
        .order_by(Instance.id)
    ).all()
    where = places(session, process_id)
    return [
        _running(row.Instance, row.version, row.city, row.year, where.get(row.Instance.id, set()))
        for row in rows
    ]


def chosen(found: Iterable[Running], cohort: Cohort) -> list[Running]:
    """Those that the choice takes."""
    return [
        each
        for each in found
        if (not cohort.versions or each.version in cohort.versions)
        and cohort.city in ("", each.city)
        and cohort.year in ("", each.year)
        and (not cohort.element or cohort.element in each.elements)
        and (not cohort.keys or each.business_key in cohort.keys)
    ]


def places(session: Session, process_id: str) -> Mapping[int, set[str]]:
    """The elements at which each running instance of a process waits or has stopped."""
    found: dict[int, set[str]] = {}
    for query in _waits(process_id):
        for row in session.execute(query):
            found.setdefault(row[0], set()).add(row[1])
    return found


def _waits(process_id: str) -> Sequence[Select[Any]]:
    ids = select(Instance.id).where(Instance.process_id == process_id, Instance.ended_at.is_(None))
    tables: tuple[Any, ...] = (Timer, Job, MessageSubscription, SignalSubscription)
    return [
        *(select(t.instance_id, t.element_id).where(t.instance_id.in_(ids)) for t in tables),
        select(UserTask.instance_id, UserTask.element_id).where(
            UserTask.instance_id.in_(ids), UserTask.state == CREATED
        ),
        select(Incident.instance_id, Incident.element_id).where(
            Incident.instance_id.in_(ids), Incident.resolved_at.is_(None)
        ),
    ]


def _running(row: Instance, version: int, city: str | None, year: str | None, where: set[str]) -> Running:
    said = place_of(row.business_key or "")
    return Running(
        id=row.id,
        definition_id=row.definition_id,
        version=version,
        business_key=row.business_key or "",
        status=row.status,
        city=city or said["city"],
        year=year or said["year"],
        elements=frozenset(where),
    )
