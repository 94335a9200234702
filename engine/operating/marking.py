"""By what an object is known to be as it was: a mark that a page keeps, and what has changed when it differs."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions import Definitions
from engine.operating.acts import INCIDENT, INSTANCE, JOB, OUTBOX, TASK, instance_of
from engine.operating.comparing import state_words
from engine.operating.findings import Finding, finding
from engine.operating.names import names
from engine.store.instances import ElementEvent, Incident, Instance
from engine.store.tasks import UserTask
from engine.store.work import EFFECT, Job, Outbox

SHOWN = 5
"""Changes that are named one by one."""
WORDS = {
    "activated": ("进入", "was reached"),
    "completed": ("办结", "was completed"),
    "terminated": ("终止", "was terminated"),
    "incident": ("停在", "stopped"),
    "resolved": ("故障消除：", "went on"),
    "rescheduled": ("期限已改：", "was given another deadline"),
}


def mark(session: Session, target: str, key: int) -> str:
    """How an object stands now, as a short text. Raises NotFound."""
    instance = instance_of(session, target, key)
    if target == OUTBOX:
        return _of_outbox(session, key)
    if target == JOB:
        return _joined(session.execute(select(Job.attempts, Job.retries, Job.wake).where(Job.id == key)))
    if target == INCIDENT:
        return _joined(session.execute(select(Incident.type, Incident.resolved_at).where(Incident.id == key)))
    own = _of_instance(session, instance)
    if target == TASK:
        return own + _joined(
            session.execute(select(UserTask.state, UserTask.revision).where(UserTask.id == key))
        )
    return own


def _of_instance(session: Session, instance: int | None) -> str:
    row = session.execute(select(Instance.revision, Instance.status).where(Instance.id == instance)).one()
    stopped = select(Incident.id).where(Incident.instance_id == instance, Incident.resolved_at.is_(None))
    ids = sorted(session.scalars(stopped))
    return f"{row.revision}.{row.status}.{','.join(map(str, ids))}"


def _of_outbox(session: Session, key: int) -> str:
    row = select(Outbox.done_at, Outbox.refused_at).where(Outbox.id == key)
    job = select(Job.attempts, Job.retries).where(Job.kind == EFFECT, Job.subject == key)
    return _joined(session.execute(row)) + _joined(session.execute(job))


def _joined(rows: Any) -> str:
    return ";".join(".".join(_text(value) for value in row) for row in rows) + ";"


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def changes(session: Session, definitions: Definitions, target: str, key: int, seen: str) -> list[Finding]:
    """What has happened to an object since a mark was taken."""
    instance = instance_of(session, target, key)
    if target not in (INSTANCE, TASK) or instance is None:
        return [finding("since_other")]
    return list(_since(session, definitions, instance, seen)) or [finding("since_other")]


def _since(session: Session, definitions: Definitions, instance: int, seen: str) -> Iterator[Finding]:
    revision, _dot, rest = seen.partition(".")
    row = session.execute(
        select(Instance.status, Instance.definition_id).where(Instance.id == instance)
    ).one()
    if rest.partition(".")[0] != row.status:
        yield finding("since_status", **state_words(row.status, "now"))
    lines = session.scalars(
        select(ElementEvent)
        .where(
            ElementEvent.instance_id == instance,
            ElementEvent.revision > int(revision if revision.isdigit() else 0),
            ElementEvent.event.in_(WORDS),
            ElementEvent.element_type != "process",
        )
        .order_by(ElementEvent.id)
    ).all()
    known = names(session, definitions, row.definition_id)
    for line in lines[:SHOWN]:
        zh, en = WORDS[line.event]
        said = {"what_zh": zh, "what_en": en, **known.of(line.element_id)}
        yield finding("since", line.element_id, at=line.at.isoformat(), **said)
    if len(lines) > SHOWN:
        yield finding("since_more", count=len(lines) - SHOWN)
