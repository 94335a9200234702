"""Everything a task page shows, read in one transaction: the opened task, its subject, its case, its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.commands.claims import eligible
from engine.errors import NotFound
from engine.inbox.faces import follows
from engine.programme.applications.models import Application
from engine.programme.objections.models import Objection
from engine.programme.subjects import Subject
from engine.store.people import Organisation
from engine.store.tasks import CANCELED, CREATED, Draft, Submission, UserTask
from forms import Form, FormView
from forms.errors import FieldError
from webapp import access
from webapp.blind import known_subjects
from webapp.names import doer_name, holder_names, people_names, process_names, task_consequence
from webapp.shared import now, reading, workdays_left
from webapp.tasks import stages
from webapp.tasks.materials import Material, earlier
from webapp.tasks.opened import Opened, open_in
from webapp.tasks.progress import Step, optional, runs_the_process, steps
from webapp.tasks.stages import Stage


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task as its page needs it."""

    opened: Opened
    process: str
    subject: Subject | None
    history: list[UserTask]
    steps: list[Step]
    materials: list[Material]
    objection: Objection | None
    names: Mapping[str, str]
    held_by: str
    shows_people: bool
    stages: tuple[Stage, ...]
    contact: Organisation | None
    followed: bool
    """Whether the person looking follows the case."""
    assignable: list[tuple[str, str]]
    """To whom the person looking may give it, login and name; nobody for who may not."""

    @property
    def closed(self) -> bool:
        """Whether nobody can do it any more: its deadline has passed, or it was withdrawn."""
        return self.opened.expired or self.task.state == CANCELED

    @property
    def checks(self) -> frozenset[str]:
        """The steps by other people that this one checks (`luzhi:differentFrom`): what they sent is shown opened."""
        listed = str(self.task.properties.get("luzhi:differentFrom", "")).split(",")
        return frozenset(part.strip() for part in listed)

    @property
    def closed_by_deadline(self) -> bool:
        """Whether the deadline closed it, and nothing else did."""
        reason = self.task.ended_reason or {}
        return self.opened.expired or (self.task.state == CANCELED and reason.get("kind") == "timer")

    @property
    def basis(self) -> str:
        """The article by which a passed deadline ends it, in the diagram's words (`luzhi:article`)."""
        return str(self.task.properties.get("luzhi:article", ""))

    @property
    def task(self) -> UserTask:
        """The task."""
        return self.opened.task

    @property
    def form(self) -> Form | None:
        """Its form; None for a task without one."""
        return self.opened.form

    @property
    def draft(self) -> Draft | None:
        """My draft."""
        return self.opened.draft

    @property
    def submission(self) -> Submission | None:
        """What was submitted."""
        return self.opened.submission

    @property
    def open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.opened.open

    @property
    def mine(self) -> bool:
        """Whether the person looking holds it."""
        return self.opened.mine

    @property
    def claimable(self) -> bool:
        """Whether the person looking may take it."""
        return self.open and self.task.assignee is None and access.may("task.claim", self.task)

    @property
    def holder(self) -> str | None:
        """The name of who holds it, with the substitute's while that person is away."""
        return self.held_by or None

    @property
    def stands_in_for(self) -> str:
        """The name of who is away, when the person looking does the task for them; else empty."""
        away = self.opened.stands_in_for
        return self.names.get(away, away) if away else ""

    @property
    def doer(self) -> str:
        """Who did it, with for whom, for those who run the process and those who did it."""
        own = access.actor().login in (self.task.ended_by, self.task.ended_for)
        return doer_name(self.task, self.names) if self.shows_people or own else ""

    @property
    def consequence(self) -> str:
        """What happens when the due date passes, in the diagram's words."""
        return task_consequence(self.task)

    @property
    def workdays(self) -> int | None:
        """Working days until it is due, today left out; None when nobody knows them yet."""
        return workdays_left(self.task.due, now()) if self.open and self.task.due else None

    def view(self, data: Mapping[str, Any], errors: Sequence[FieldError] = ()) -> FormView | None:
        """The form with these answers; to read only unless the person holds the open task."""
        return self.opened.view(data, errors)

    def kept(self) -> Mapping[str, Any]:
        """The answers to begin with."""
        return self.opened.kept()


_HISTORY = select(UserTask).where(UserTask.instance_id == bindparam("instance")).order_by(UserTask.id)


def load(id: int, *, with_file: bool = True) -> TaskPage:
    """The page of one task, with or without what was submitted before. Raises NotFound as `opened`."""
    with reading() as session:
        opened = open_in(session, id)
        task = opened.task
        history = list(session.scalars(_HISTORY, {"instance": task.instance_id}))
        acted = {login for t in history for login in (t.ended_by, t.ended_for)}
        names = people_names(session, {task.assignee, *acted})
        shows_people = runs_the_process(opened.instance)
        return TaskPage(
            opened=opened,
            process=process_names(session, [task.process_id])[task.process_id],
            subject=known_subjects(session, [task.business_key]).get(task.business_key or ""),
            history=history,
            steps=steps(history, names, with_people=shows_people),
            materials=earlier(session, task, opened.variables) if with_file else [],
            objection=_objection(session, task),
            names=names,
            held_by=holder_names(session, {task.assignee}, names).get(
                task.assignee or "", task.assignee or ""
            ),
            shows_people=shows_people,
            stages=stages.of(session, task),
            contact=_contact(session, task),
            followed=follows(session, access.actor(), task.business_key),
            assignable=eligible(session, task)
            if opened.open and not opened.expired and access.may("task.assign", task)
            else [],
        )


def _contact(session: Session, task: UserTask) -> Organisation | None:
    """The county's office that answers an applicant's questions; None for a task of anything else."""
    county = select(Application.county).where(Application.application_no == task.business_key)
    if task.process_id != "application":
        return None
    return session.scalar(select(Organisation).where(Organisation.code == county.scalar_subquery()))


def _objection(session: Session, task: UserTask) -> Objection | None:
    """The objection that the task is about, for those who may read it; who objected is not asked for."""
    if task.process_id != "objection" or not access.may("objection.read", task):
        return None
    return session.scalar(select(Objection).where(Objection.objection_no == task.business_key))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a submission: when it was taken, and which steps are open now."""

    page: TaskPage
    at: datetime | None
    next: list[UserTask]

    @property
    def came_back(self) -> bool:
        """Whether the same step is open once more: what was sent did not let the case go on."""
        return any(t.element_id == self.page.task.element_id and t.id > self.page.task.id for t in self.next)

    @property
    def next_for_me(self) -> UserTask | None:
        """A next step that the person may do."""
        return next((t for t in self.next if access.may("task.complete", t)), None)


def outcome(id: int) -> Outcome:
    """What came of a task that this person has done. Raises NotFound."""
    page = load(id, with_file=False)
    if page.open:
        raise NotFound(what_zh="这份提交", what_en="This submission")
    return Outcome(
        page, page.task.ended_at, [t for t in page.history if t.state == CREATED and not optional(t)]
    )
