"""Where applications stand, read for a page in a fixed number of statements, however many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.policy import ENTERPRISE_ROLES, Actor
from engine.programme import progress
from engine.programme.announcements.models import PublicNotice, PublicNoticeItem
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application, ApplicationEvent
from engine.programme.cycles.models import Cycle
from engine.programme.progress import Expectation
from engine.store.people import Organisation
from engine.store.tasks import CREATED, UserTask, UserTaskCandidate
from webapp import access
from webapp.shared import runtime

OPTIONAL_BELOW = 50
TONES = {
    s.RECOGNISED: "tag-green",
    s.RETURNED: "tag-amber",
    s.SUPPLEMENTING: "tag-amber",
    s.DRAFT: "tag-amber",
}


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task of the enterprise: `mine` when the person may do it, else whose it is, by roles."""

    task: UserTask
    mine: bool
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One application: its status, who has it, what comes next and until when, and what is to be done now."""

    application: Application
    status: tuple[str, str]
    tone: str
    next: tuple[str, str] | None
    office: Organisation | None
    with_enterprise: bool
    since: datetime
    expected: Expectation | None
    tasks: Sequence[OpenTask]
    may_leave: UserTask | None


def codes_of(actor: Actor) -> list[str]:
    """The enterprises for which the person acts or looks on."""
    return sorted({g.organisation for g in actor.grants if g.role in ENTERPRISE_ROLES})


def open_tasks(session: Session, codes: Iterable[str]) -> list[UserTask]:
    """Every open task that is offered to one of these enterprises, the nearest deadline first."""
    groups = [f"{role}@{code}" for code in codes for role in ENTERPRISE_ROLES]
    offered = select(UserTaskCandidate.task_id).where(UserTaskCandidate.candidate.in_(groups))
    return list(
        session.scalars(
            select(UserTask)
            .where(UserTask.id.in_(offered), UserTask.state == CREATED)
            .order_by(UserTask.due_order, UserTask.id)
        )
    )


def optional(task: UserTask) -> bool:
    """Whether a task only offers something, as the withdrawal does."""
    return task.due is None and task.priority < OPTIONAL_BELOW


def as_open(task: UserTask) -> OpenTask:
    """A task with whose it is."""
    roles = tuple(dict.fromkeys(str(group).partition("@")[0] for group in task.candidate_groups))
    return OpenTask(task, access.may("task.complete", task), roles)


def standings(
    session: Session, applications: Sequence[Application], tasks: Sequence[UserTask]
) -> list[Standing]:
    """Where these applications stand, in their order; `tasks` are the open tasks of their enterprises."""
    since = _since(session, applications)
    cycles = {
        c.year: c
        for c in session.scalars(select(Cycle).where(Cycle.year.in_({a.cycle_year for a in applications})))
    }
    ends = _notice_ends(session, applications)
    offices = _offices(session, applications)
    return [
        _standing(
            a,
            cycles.get(a.cycle_year),
            since.get(a.id, a.opened_at),
            ends.get(a.application_no),
            offices,
            tasks,
        )
        for a in applications
    ]


def _standing(
    application: Application,
    cycle: Cycle | None,
    since: datetime,
    notice_ends: datetime | None,
    offices: dict[str, Organisation],
    tasks: Sequence[UserTask],
) -> Standing:
    own = [task for task in tasks if task.business_key == application.application_no]
    duties = [task for task in own if not optional(task)]
    due = next((task.due for task in duties if task.due is not None), None)
    direct = cycle is not None and application.county in cycle.direct_filing
    status = application.status
    code = progress.office_of(status, application.county, application.city, direct=direct)
    instants = progress.parameters_of(cycle, notice_ends) if cycle else progress.Instants(None, None, None)
    tone = TONES.get(status, "tag-red" if status in s.ENDED else "tag-blue")
    return Standing(
        application,
        progress.shown_status(status),
        tone,
        progress.next_step(status),
        offices.get(code or ""),
        progress.handler(status) == progress.ENTERPRISE,
        since,
        progress.expected(status, since, instants, runtime().calendar, due),
        [as_open(task) for task in duties],
        next((task for task in own if optional(task) and access.may("task.complete", task)), None),
    )


def _since(session: Session, applications: Sequence[Application]) -> dict[int, datetime]:
    """When each application came to the status that is shown: within what is not decided yet, when that began."""
    rows = session.execute(
        select(ApplicationEvent.application_id, func.max(ApplicationEvent.at))
        .where(
            ApplicationEvent.application_id.in_([a.id for a in applications]),
            ApplicationEvent.to_status.not_in(progress.UNDECIDED - {s.IN_REVIEW}),
            # another round of scoring is nothing that an applicant is told
            ApplicationEvent.from_status.is_distinct_from(s.REVIEWED)
            | ApplicationEvent.to_status.is_distinct_from(s.IN_REVIEW),
        )
        .group_by(ApplicationEvent.application_id)
    )
    return {row[0]: row[1] for row in rows}


def _notice_ends(session: Session, applications: Sequence[Application]) -> dict[str, datetime]:
    """The end of each application's last public notice, where it has one."""
    rows = session.execute(
        select(PublicNoticeItem.application_no, func.max(PublicNotice.ends_at))
        .join(PublicNotice, PublicNotice.id == PublicNoticeItem.notice_id)
        .where(PublicNoticeItem.application_no.in_([a.application_no for a in applications]))
        .group_by(PublicNoticeItem.application_no)
    )
    return {row[0]: row[1] for row in rows}


def _offices(session: Session, applications: Sequence[Application]) -> dict[str, Organisation]:
    codes = {code for a in applications for code in (a.county, a.city)} | {"370000"}
    rows = session.scalars(select(Organisation).where(Organisation.code.in_(codes)))
    return {row.code: row for row in rows}
