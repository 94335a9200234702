"""What a list says beside each task: the case, who has it, what was attached, how often it was returned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.clock import end_of_day
from engine.programme.returns.models import ApplicationReturn
from engine.programme.subjects import Subject
from engine.store.files import FileUse
from engine.store.tasks import CREATED, Submission, UserTask
from engine.workdays import YearUnknown
from webapp.blind import known_subjects
from webapp.names import holder_names, people_names
from webapp.shared import runtime, workdays_left

FAR = 60
"""Days ahead for which a list still says the working days."""
MOMENT = timedelta(microseconds=1)
"""A period that ends at 24:00 ends on the day before."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known about the tasks of one page."""

    subjects: Mapping[str, Subject]
    people: Mapping[str, str]
    """Who did what is done, and for whom."""
    holders: Mapping[str, str]
    """Who holds what is open; of those who are away, with the substitute."""
    returns: Mapping[str, int]
    attached: frozenset[int]
    """The instances to which somebody attached a file."""


_RETURNED = (
    select(ApplicationReturn.application_no, func.count())
    .where(ApplicationReturn.application_no.in_(bindparam("keys", expanding=True)))
    .group_by(ApplicationReturn.application_no)
)
_ATTACHED = (
    select(Submission.instance_id)
    .join(FileUse, FileUse.submission_id == Submission.id)
    .where(Submission.instance_id.in_(bindparam("instances", expanding=True)))
    .distinct()
)


def beside(session: Session, rows: Sequence[UserTask]) -> Beside:
    """The facts beside these tasks, in as many statements however many they are."""
    keys = sorted({row.business_key for row in rows if row.business_key})
    instances = sorted({row.instance_id for row in rows})
    return Beside(
        known_subjects(session, keys),
        people_names(session, {login for row in rows for login in (row.ended_by, row.ended_for)}),
        holder_names(session, {row.assignee for row in rows if row.state == CREATED}),
        {row[0]: row[1] for row in session.execute(_RETURNED, {"keys": keys})},
        frozenset(session.scalars(_ATTACHED, {"instances": instances})),
    )


def working_days(now: datetime) -> Callable[[datetime], int | None]:
    """How many working days until something is due, or since it was; None where nobody counts them.

    The rows of a page are due on few days: each day is counted once.
    """

    @cache
    def since(day: date) -> int | None:
        try:
            return runtime().calendar.count(day, now.date())
        except YearUnknown:
            return None

    @cache
    def left(day: date) -> int | None:
        return workdays_left(end_of_day(day), now)

    def days(due: datetime) -> int | None:
        if due <= now:
            return since(due.date())
        return left((due - MOMENT).date()) if (due - now).days <= FAR else None

    return days
