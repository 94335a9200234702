"""What an instance waits for at one moment, read from the tables: two looks are compared, nothing is guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.notifications.models import Notification
from engine.store.instances import Incident, Instance
from engine.store.messages import MessageSubscription, SignalSubscription
from engine.store.tasks import CREATED, UserTask
from engine.store.work import Job, Outbox, Timer


@dataclass(frozen=True, slots=True)
class Look:
    """One instance: its row, and what waits in it by wait key (incidents and jobs without one by their own)."""

    status: str
    revision: int
    version: int
    tasks: Mapping[str, Any]
    timers: Mapping[str, Any]
    jobs: Mapping[str, Any]
    events: Mapping[str, Any]
    incidents: Mapping[str, Any]
    outbox: int
    notifications: int


def look(session: Session, instance: int) -> Look:
    """One instance as the open transaction sees it."""
    row = session.execute(
        select(Instance.status, Instance.revision, Instance.definition_id).where(Instance.id == instance)
    ).one()
    return Look(
        status=row.status,
        revision=row.revision,
        version=row.definition_id,
        tasks=_tasks(session, instance),
        timers=_rows(session, Timer, instance, "element_id", "due", "wake"),
        jobs=_rows(session, Job, instance, "element_id", "type", "wake"),
        events={
            **_rows(session, MessageSubscription, instance, "element_id", "name"),
            **_rows(session, SignalSubscription, instance, "element_id", "name"),
        },
        incidents=_incidents(session, instance),
        outbox=session.scalar(select(func.max(Outbox.id))) or 0,
        notifications=session.scalar(select(func.max(Notification.id))) or 0,
    )


def left_outside(session: Session, before: Look, now: datetime) -> tuple[dict[str, int], int]:
    """The effects that were left since a look, by kind, and how many messages to people."""
    effects = select(Outbox.kind, func.count()).where(Outbox.id > before.outbox, Outbox.created_at == now)
    told = select(func.count()).where(Notification.id > before.notifications, Notification.created_at == now)
    return {row[0]: row[1] for row in session.execute(effects.group_by(Outbox.kind))}, session.scalar(
        told
    ) or 0


def _tasks(session: Session, instance: int) -> dict[str, Any]:
    columns = (UserTask.wait_key, UserTask.element_id, UserTask.due, UserTask.assignee)
    found = select(*columns).where(UserTask.instance_id == instance, UserTask.state == CREATED)
    return {row.wait_key: row for row in session.execute(found)}


def _rows(session: Session, table: Any, instance: int, *columns: str) -> dict[str, Any]:
    wanted = [getattr(table, name) for name in ("wait_key", *columns)]
    found = select(table.id, *wanted).where(table.instance_id == instance)
    return {row.wait_key or f"#{row.id}": row for row in session.execute(found)}


def _incidents(session: Session, instance: int) -> dict[str, Any]:
    columns = (Incident.id, Incident.wait_key, Incident.element_id, Incident.type, Incident.message)
    found = select(*columns).where(Incident.instance_id == instance, Incident.resolved_at.is_(None))
    return {row.wait_key: row for row in session.execute(found)}
