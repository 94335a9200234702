"""Deadlines that come near: three working days before, and one, an enterprise is reminded of what is not submitted.

A worker looks every minute; what was told once is not told again, so several workers and missed looks are nothing.
It is no timer of a diagram, for then every diagram would have to draw it; and a deadline acts without it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clock import end_of_day
from engine.notifications import tasks
from engine.notifications.models import Notification
from engine.notifications.operations import Message, Recipient, keep, members
from engine.notifications.words import workdays_left
from engine.programme.subjects import subjects
from engine.runtime import Runtime
from engine.store.tasks import CREATED, UserTask
from engine.workdays import WorkCalendar, YearUnknown

DISTANCES = (3, 1)
"""Working days before the deadline's day."""

_COLUMNS = (
    "id",
    "business_key",
    "name",
    "documentation",
    "properties",
    "candidate_groups",
    "due",
    "priority",
)
_AT_A_TIME = 500


def remind(rt: Runtime) -> int:
    """Tell enterprises of deadlines that come near; how many people were told."""
    now = rt.clock.now()
    with rt.reading() as session:
        near = _near(session, now, rt.calendar)
    if not near:
        return 0
    with rt.transaction() as tx:
        told = _messages(tx.session, near, tx.now, rt.calendar)
        keep(tx.session, told, tx.now, by_sms=rt.settings.sms_url is not None)
        return sum(len(people) for _, people in told)


def _near(session: Session, now: datetime, calendar: WorkCalendar) -> list[Mapping[str, Any]]:
    """The open tasks of enterprises whose deadline is at most the longest distance away."""
    rows = session.execute(
        select(*(getattr(UserTask, name) for name in _COLUMNS), UserTask.created_at)
        .where(
            UserTask.state == CREATED, UserTask.due_order > now, UserTask.due_order <= _horizon(now, calendar)
        )
        .order_by(UserTask.due_order, UserTask.id)
    ).mappings()
    # whoever got a task today knows its deadline
    return tasks.for_enterprises([dict(row) for row in rows if row["created_at"].date() < now.date()])


def _horizon(now: datetime, calendar: WorkCalendar) -> datetime:
    try:
        return end_of_day(calendar.add(now.date(), max(DISTANCES)))
    except YearUnknown:
        return now + timedelta(days=max(DISTANCES))


def _messages(
    session: Session, near: Sequence[Mapping[str, Any]], now: datetime, calendar: WorkCalendar
) -> list[tuple[Message, Sequence[Recipient]]]:
    about = subjects(session, [task["business_key"] for task in near])
    said = [
        (tasks.reminder(task, about.get(task["business_key"] or ""), days, now, calendar), task)
        for task in near
        for days in [_distance(task["due"], now, calendar)]
    ]
    known = _known(session, [message.key for message, _ in said])
    new = [(message, task) for message, task in said if message.key not in known]
    by_code = members(session, tasks.codes(task for _, task in new))
    return [(message, tasks.doers(task, by_code)) for message, task in new]


def _distance(due: datetime, now: datetime, calendar: WorkCalendar) -> int:
    """The shortest distance that is reached."""
    left = workdays_left(due, now, calendar)
    return min(DISTANCES) if left is None or left <= min(DISTANCES) else max(DISTANCES)


def _known(session: Session, keys: Sequence[str]) -> set[str]:
    """Of these keys those under which somebody was told already."""
    found: set[str] = set()
    for first in range(0, len(keys), _AT_A_TIME):
        part = keys[first : first + _AT_A_TIME]
        found.update(session.scalars(select(Notification.key).where(Notification.key.in_(part)).distinct()))
    return found
