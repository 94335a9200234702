"""What the database knows of the system's state, as numbers for monitoring; one short transaction that only reads."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, text
from sqlalchemy.orm import Session

from engine.clock import Clock, SystemClock
from engine.operation import workers
from engine.runtime import Runtime
from engine.store import migrations
from engine.store.instances import ACTIVE, SUSPENDED, Incident, Instance
from engine.store.tasks import CREATED, UserTask
from engine.store.trail import Audit, AuditHead
from engine.store.work import Job, Outbox, Timer

BACKUP = "system.backup"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number by the values of its labels."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    values: Mapping[Any, float] = field(default_factory=dict)
    """By the values of the labels, in their order: a tuple of texts."""


def figures(rt: Runtime, clock: Clock | None = None) -> list[Figure]:
    """Every figure. Instants of the business are measured by the business clock, others by the machine's."""
    machine = clock or SystemClock()
    with rt.reading() as session:
        return list(_figures(rt, session, rt.clock.now(), machine))


def _figures(rt: Runtime, session: Session, now: datetime, machine: Clock) -> Iterator[Figure]:
    yield _instances(session)
    yield _tasks(session, now)
    yield _incidents(session)
    yield from _timers(session, now)
    yield from _jobs(session, now)
    yield _outbox(session)
    alive = float(workers.alive(session, machine))
    yield Figure("luzhi_workers", "Workers that are alive.", values={(): alive})
    links = session.scalar(select(AuditHead.sequence)) or 0
    yield Figure("luzhi_audit_links", "Links of the audit chain.", values={(): float(links)})
    last = session.scalar(
        select(func.max(Audit.at)).where(Audit.object_type == "system", Audit.action == BACKUP)
    )
    if last is not None:
        age = (now - last).total_seconds()
        yield Figure("luzhi_backup_age_seconds", "Since the last finished backup.", values={(): age})
    yield from _machine(rt, session, machine)
    current = float(migrations.standing(rt.engine) == migrations.CURRENT)
    yield Figure("luzhi_schema_current", "1 when the tables are those of this version.", values={(): current})


def _machine(rt: Runtime, session: Session, machine: Clock) -> Iterator[Figure]:
    """Room for attachments, and how far this machine's clock is from the database's."""
    folder = rt.files.folder.absolute()
    while not folder.exists():
        folder = folder.parent
    free = float(shutil.disk_usage(folder).free)
    yield Figure("luzhi_disk_free_bytes", "Free on the disk of the attachments.", values={(): free})
    if rt.engine.dialect.name == "postgresql":
        there = session.scalars(text("SELECT clock_timestamp()")).one()
        apart = (machine.now() - there).total_seconds()
        help = "This machine's clock against the database's."
        yield Figure("luzhi_clock_difference_seconds", help, values={(): apart})


def _instances(session: Session) -> Figure:
    rows = session.execute(
        select(Instance.process_id, Instance.status, func.count())
        .where(Instance.status.in_((ACTIVE, SUSPENDED)))
        .group_by(Instance.process_id, Instance.status)
    )
    values = {(process, status.lower()): float(count) for process, status, count in rows}
    return Figure("luzhi_instances", "Instances that have not ended.", ("process", "status"), values)


def _tasks(session: Session, now: datetime) -> Figure:
    overdue = func.sum(case((UserTask.due_order <= now, 1), else_=0))
    open_ones, late = session.execute(
        select(func.count(), func.coalesce(overdue, 0)).where(UserTask.state == CREATED)
    ).one()
    values = {("open",): float(open_ones), ("overdue",): float(late)}
    return Figure("luzhi_tasks", "Tasks of people: open, and of these overdue.", ("state",), values)


def _incidents(session: Session) -> Figure:
    rows = session.execute(
        select(Incident.type, func.count()).where(Incident.resolved_at.is_(None)).group_by(Incident.type)
    )
    values = {(kind,): float(count) for kind, count in rows}
    return Figure("luzhi_incidents", "Open incidents.", ("type",), values or {("none",): 0.0})


def _timers(session: Session, now: datetime) -> Iterator[Figure]:
    due, oldest = session.execute(select(func.count(), func.min(Timer.wake)).where(Timer.wake <= now)).one()
    yield Figure("luzhi_timers_due", "Timers whose instant has come.", values={(): float(due)})
    late = (now - oldest).total_seconds() if oldest else 0.0
    yield Figure("luzhi_timers_late_seconds", "How late the latest of them is.", values={(): late})


def _jobs(session: Session, now: datetime) -> Iterator[Figure]:
    state = case((Job.wake.is_(None), "held"), (Job.lease.is_not(None), "leased"), else_="waiting")
    rows = session.execute(select(Job.kind, state, func.count()).group_by(Job.kind, state))
    values = {(kind, found): float(count) for kind, found, count in rows}
    yield Figure("luzhi_jobs_queued", "Jobs that are not done.", ("kind", "state"), values)
    oldest = session.scalar(select(func.min(Job.wake)).where(Job.wake <= now))
    late = (now - oldest).total_seconds() if oldest else 0.0
    yield Figure("luzhi_jobs_late_seconds", "How long the oldest has waited to be taken.", values={(): late})


def _outbox(session: Session) -> Figure:
    state = case((Outbox.refused_at.is_not(None), "refused"), else_="pending")
    rows = session.execute(
        select(Outbox.kind, state, func.count()).where(Outbox.done_at.is_(None)).group_by(Outbox.kind, state)
    )
    values = {(kind, found): float(count) for kind, found, count in rows}
    return Figure("luzhi_outbox", "Effects that were not done.", ("kind", "state"), values)
