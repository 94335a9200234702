"""The events of a process, case by case and in order, as few at a time as a batch of cases has."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.definitions import Definitions
from engine.policy import RESERVED
from engine.store.instances import ElementEvent, Instance
from engine.store.tasks import UserTask

CASES = 200
"""Cases whose events are read at once."""

ACTIVATED, COMPLETED, TERMINATED, INCIDENT, RESOLVED = (
    "activated",
    "completed",
    "terminated",
    "incident",
    "resolved",
)
TOLD = (ACTIVATED, COMPLETED, TERMINATED, INCIDENT, RESOLVED)
"""Of the history what happened on elements; `variable` is content, `migrated` no activity."""
LEFT_OUT = ("process", "sequenceFlow")


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a log."""

    case: str
    instance: int
    version: int
    element: str
    element_instance: str
    name: str
    type: str
    transition: str
    at: datetime
    resource: str | None
    role: str | None
    group: str | None


class Pseudonyms:
    """Gives each login another name, the same all over one export. The key is random and not kept."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, login: str) -> str:
        """The pseudonym of a login; system and public are nobody's names."""
        if login in RESERVED:
            return login
        return "P-" + hmac.new(self._key, login.encode(), hashlib.sha256).hexdigest()[:12]


def transition(event: str, type: str) -> str:
    """The transition of XES' standard lifecycle model: a user task is scheduled when it opens, others begin at once."""
    if event == ACTIVATED:
        return "schedule" if type == "userTask" else "start"
    if event == TERMINATED:
        return "withdraw" if type == "userTask" else "ate_abort"
    return {COMPLETED: "complete", INCIDENT: "suspend", RESOLVED: "resume"}[event]


def cases(
    session: Session,
    definitions: Definitions,
    process_id: str,
    first: datetime,
    until: datetime,
    pseudonyms: Pseudonyms,
    only: int | None = None,
) -> Iterator[list[Happening]]:
    """The happenings of each case from `first` until before `until`, a case at a time; cases without any are left out.

    `only`: of one instance.
    """
    after = 0
    while True:
        query = (
            select(Instance.id, Instance.business_key, Instance.definition_id)
            .where(Instance.process_id == process_id, Instance.id > after, Instance.started_at < until)
            .where(or_(Instance.ended_at.is_(None), Instance.ended_at >= first))
            .order_by(Instance.id)
            .limit(CASES)
        )
        query = query.where(Instance.id == only) if only is not None else query
        batch = {row.id: row for row in session.execute(query)}
        if not batch:
            return
        offices = _offices(session, list(batch))
        for key, events in groupby(_events(session, list(batch), first, until), lambda row: row.instance_id):
            names = _names(session, definitions, batch[key].definition_id, process_id)
            yield [_happening(event, batch[key], names, offices, pseudonyms) for event in events]
        after = max(batch)


def _events(session: Session, instances: list[int], first: datetime, until: datetime) -> Iterator[Any]:
    columns = (
        ElementEvent.instance_id,
        ElementEvent.element_instance,
        ElementEvent.element_id,
        ElementEvent.element_type,
        ElementEvent.event,
        ElementEvent.at,
        ElementEvent.actor,
    )
    query = (
        select(*columns)
        .where(ElementEvent.instance_id.in_(instances), ElementEvent.event.in_(TOLD))
        .where(ElementEvent.at >= first, ElementEvent.at < until)
        .where(ElementEvent.element_type.not_in(LEFT_OUT))
        .order_by(ElementEvent.instance_id, ElementEvent.id)
    )
    yield from session.execute(query)


def _offices(session: Session, instances: list[int]) -> dict[tuple[int, str], tuple[str, str | None]]:
    """The first role, and the office of it, that each user task was offered to; a task given by name has neither."""
    query = select(UserTask.instance_id, UserTask.wait_key, UserTask.candidate_groups)
    found: dict[tuple[int, str], tuple[str, str | None]] = {}
    for instance, key, groups in session.execute(query.where(UserTask.instance_id.in_(instances))):
        if groups:
            role, _at, office = str(groups[0]).partition("@")
            found[instance, key] = (role, office or None)
    return found


def _names(
    session: Session, definitions: Definitions, definition: int, process_id: str
) -> tuple[int, Mapping[str, Any]]:
    version = definitions.by_key(session, definition)
    return version.version, definitions.model(session, version).processes[process_id].elements


def _happening(
    event: Any,
    case: Any,
    names: tuple[int, Mapping[str, Any]],
    offices: Mapping[tuple[int, str], tuple[str, str | None]],
    pseudonyms: Pseudonyms,
) -> Happening:
    version, elements = names
    element = elements.get(event.element_id)
    role, group = offices.get((event.instance_id, event.element_instance), (None, None))
    told = transition(event.event, event.element_type)
    return Happening(
        case.business_key or str(case.id),
        case.id,
        version,
        event.element_id,
        event.element_instance,
        (element.name if element else "") or event.element_id,
        event.element_type,
        told,
        event.at,
        None if told == "schedule" else pseudonyms.of(event.actor),  # nobody has it yet
        role,
        group,
    )
