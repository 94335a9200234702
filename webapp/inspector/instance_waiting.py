"""What an instance waits for and has sent: timers, jobs, messages, signals; its incidents; whom it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.store.instances import Incident, Instance
from engine.store.messages import Message, MessageCorrelation, MessageSubscription, SignalSubscription
from engine.store.work import Job, Timer
from webapp.inspector.instance_shown import Shown

MOST = 50
"""Rows of each table; an instance of many items waits for thousands."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The rows of one instance, each table with at most MOST of them."""

    timers: Sequence[Timer]
    jobs: Sequence[Job]
    messages: Sequence[MessageSubscription]
    signals: Sequence[SignalSubscription]
    sent: Sequence[Message]
    received: Sequence[Any]
    """Messages that reached it, each with the instance that sent it (None: from outside)."""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to show."""
        rows = (self.timers, self.jobs, self.messages, self.signals, self.sent, self.received)
        return not any(rows)


def waiting(session: Session, key: int) -> Waiting:
    """What an instance waits for, soonest first, and the messages it has sent and received, newest first."""

    def rows(table: Any, order: Any) -> Sequence[Any]:
        mine = select(table).where(table.instance_id == key).order_by(order).limit(MOST)
        return session.scalars(mine).all()

    received = (
        select(Message.id, Message.name, Message.correlation_key, Message.origin_id, MessageCorrelation.at)
        .join(MessageCorrelation, MessageCorrelation.message_id == Message.id)
        .where(MessageCorrelation.instance_id == key)
        .order_by(Message.id.desc())
        .limit(MOST)
    )
    sent = select(Message).where(Message.origin_id == key).order_by(Message.id.desc()).limit(MOST)
    return Waiting(
        timers=rows(Timer, Timer.due),
        jobs=rows(Job, Job.id),
        messages=rows(MessageSubscription, MessageSubscription.id),
        signals=rows(SignalSubscription, SignalSubscription.id),
        sent=session.scalars(sent).all(),
        received=session.execute(received).all(),
    )


def lag(timer: Timer, now: datetime) -> timedelta | None:
    """How late a timer is; None for one that is not due."""
    return now - timer.due if timer.due < now else None


def incidents(page: Shown) -> Sequence[Incident]:
    """The incidents that were open at the step that is looked at: of steps, jobs and timers alike."""
    of_it = select(Incident).where(Incident.instance_id == page.row.id)
    if page.step is None:
        of_it = of_it.where(Incident.resolved_at.is_(None))
    else:
        later = or_(Incident.resolved_at.is_(None), Incident.resolved_at > page.at)
        of_it = of_it.where(Incident.created_at <= page.at, later)
    return page.session.scalars(of_it.order_by(Incident.id).limit(MOST)).all()


@dataclass(frozen=True, slots=True)
class Family:
    """Instances beside this one: of which it is a part, which are its parts, which are about the same."""

    parent: Instance | None
    children: Sequence[Instance]
    same: Sequence[Instance]


def family(session: Session, row: Instance) -> Family:
    """The parent, the children and the instances with the same business key."""
    same: Sequence[Instance] = ()
    if row.business_key:
        alike = select(Instance).where(Instance.business_key == row.business_key, Instance.id != row.id)
        same = session.scalars(alike.order_by(Instance.id.desc()).limit(MOST)).all()
    below = select(Instance).where(Instance.parent_id == row.id).order_by(Instance.id).limit(MOST)
    parent = session.get(Instance, row.parent_id) if row.parent_id else None
    return Family(parent, session.scalars(below).all(), same)
