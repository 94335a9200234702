"""Everything a task page shows, read in one transaction: task, subject, form with its context, draft, history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from engine import bpmn
from engine.commands.environment import StoreEnvironment
from engine.errors import NotFound
from engine.form_context import form_context
from engine.programme.objections.models import Objection
from engine.programme.subjects import Subject, subjects
from engine.runtime import Transaction
from engine.store.instances import Instance
from engine.store.tasks import CREATED, Draft, Submission, UserTask
from forms import Form, FormView
from forms.errors import FieldError
from webapp import access
from webapp.i18n import language
from webapp.names import people_names, process_names, task_consequence
from webapp.shared import now, reading, runtime
from webapp.tasks.materials import Material, earlier
from webapp.tasks.progress import Step, optional, runs_the_process, steps


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task as its page needs it. `form` is None for a task without one."""

    task: UserTask
    process: str
    subject: Subject | None
    form: Form | None
    context: Mapping[str, Any]
    draft: Draft | None
    submission: Submission | None
    history: list[UserTask]
    steps: list[Step]
    materials: list[Material]
    objection: Objection | None
    names: Mapping[str, str]
    shows_people: bool

    @property
    def open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.task.state == CREATED

    @property
    def mine(self) -> bool:
        """Whether the person looking holds it."""
        return self.open and self.task.assignee == access.actor().login

    @property
    def claimable(self) -> bool:
        """Whether the person looking may take it."""
        return self.open and self.task.assignee is None and access.may("task.claim", self.task)

    @property
    def holder(self) -> str | None:
        """The name of who holds it."""
        return self.names.get(self.task.assignee, self.task.assignee) if self.task.assignee else None

    @property
    def consequence(self) -> str:
        """What happens when the due date passes, in the diagram's words."""
        return task_consequence(self.task)

    def view(self, data: Mapping[str, Any], errors: list[FieldError] | None = None) -> FormView | None:
        """The form with these answers; to read only unless the person holds the open task."""
        if self.form is None:
            return None
        return self.form.view(
            data,
            self.context,
            runtime().clock,
            errors or (),
            readonly=not self.mine,
            language=language(),
            functions=runtime().functions,
        )

    def kept(self) -> Mapping[str, Any]:
        """The answers to begin with: what was submitted, else my draft, else nothing."""
        if self.submission is not None:
            return self.submission.data
        return self.draft.data if self.draft else {}


def form_of(id: int) -> Form | None:
    """The form of one task, to read a body with. Raises NotFound, also for a task that this person may not see."""
    with reading() as session:
        task = _task(session, id)
        runtime().definitions.refresh(session)
        return _form(session, task)


def load(id: int, *, with_file: bool = True) -> TaskPage:
    """The page of one task, with or without what was submitted before. Raises NotFound as `form_of`."""
    with reading() as session:
        task = _task(session, id)
        instance = session.get_one(Instance, task.instance_id, options=[undefer(Instance.state)])
        runtime().definitions.refresh(session)
        form = _form(session, task)
        history = list(
            session.scalars(
                select(UserTask).where(UserTask.instance_id == task.instance_id).order_by(UserTask.id)
            )
        )
        names = people_names(session, {task.assignee, *(t.ended_by for t in history)})
        shows_people = runs_the_process(instance)
        variables = _variables(session, task, instance)
        return TaskPage(
            task=task,
            process=process_names(session, [task.process_id])[task.process_id],
            subject=subjects(session, [task.business_key]).get(task.business_key or ""),
            form=form,
            context=form_context(runtime(), variables) if form else {},
            draft=session.get(Draft, (task.id, access.actor().login)),
            submission=session.scalar(select(Submission).where(Submission.task_id == task.id)),
            history=history,
            steps=steps(history, names, with_people=shows_people),
            materials=earlier(session, task, variables) if with_file else [],
            objection=_objection(session, task),
            names=names,
            shows_people=shows_people,
        )


def _task(session: Session, id: int) -> UserTask:
    task = session.get(UserTask, id)
    if task is None or not access.may("task.read", task):
        raise NotFound(what_zh="这项任务", what_en="This task")
    return task


def _objection(session: Session, task: UserTask) -> Objection | None:
    """The objection that the task is about, for those who may read it; who objected is not asked for."""
    if task.process_id != "objection" or not access.may("objection.read", task):
        return None
    return session.scalar(select(Objection).where(Objection.objection_no == task.business_key))


def _form(session: Session, task: UserTask) -> Form | None:
    """The form version that the task is pinned to. Raises NotDeployed."""
    if task.form_id is None:
        return None
    definitions = runtime().definitions
    if task.form_definition_id is None:
        return definitions.form(session, definitions.find("form", task.form_id))
    return definitions.form(session, definitions.by_key(session, task.form_definition_id))


def _variables(session: Session, task: UserTask, instance: Instance) -> Mapping[str, Any]:
    """What the task's form may refer to: its scope while it is open, the instance's variables afterwards."""
    environment = StoreEnvironment(runtime(), Transaction(session, now()), access.actor().login, instance)
    case = bpmn.Case.load(instance.state, environment)
    if task.state == CREATED:
        return case.scope_view(task.wait_key)
    return case.variables


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a submission: when it was taken, and which steps are open now."""

    page: TaskPage
    at: datetime | None
    next: list[UserTask]

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
