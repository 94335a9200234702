"""What a list says beside each task: the case, who has it, what was attached, how often it was returned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.programme.returns.models import ApplicationReturn
from engine.programme.subjects import Subject
from engine.store.files import FileUse
from engine.store.tasks import CREATED, Submission, UserTask
from engine.workdays import YearUnknown
from webapp.blind import known_subjects
from webapp.inbox.filters import OVERDUE, Moment
from webapp.names import holder_names, people_names
from webapp.shared import runtime, workdays_left

FAR = 60
"""Days ahead for which a list still says the working days."""


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


def working_days(task: UserTask, at: Moment) -> int | None:
    """Working days until a task is due, or since it was; None where nobody counts them."""
    if task.due is None or (task.due - at.now).days > FAR:
        return None
    if at.bucket(task.due) != OVERDUE:
        return workdays_left(task.due, at.now)
    try:
        return runtime().calendar.count(task.due.date(), at.now.date())
    except YearUnknown:
        return None
