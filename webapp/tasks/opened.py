"""A task opened to be filled in: its form, what the form may refer to, what is open in it, and one's own draft.

Everything that an autosave needs is here and nothing else; a page adds the history of the case (`reading`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from engine import policy
from engine.errors import NotFound
from engine.form_context import Limits, form_context, limits
from engine.store.instances import Instance
from engine.store.tasks import CREATED, Draft, Submission, UserTask
from forms import Form, FormView
from forms.errors import FieldError
from forms.files import Files
from forms.hints import Hint
from forms.judge import Around
from forms.survey import Outline, Survey, outline, survey
from webapp import access, files
from webapp.i18n import language
from webapp.shared import now, reading, runtime
from webapp.tasks import scopes
from webapp.tasks.left_over import LeftOver, left_over

NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Opened:
    """One task as its form needs it. `form` is None for a task without one."""

    task: UserTask
    instance: Instance
    """The task's case."""
    form: Form | None
    variables: Mapping[str, Any]
    context: Mapping[str, Any]
    limits: Limits
    draft: Draft | None
    submission: Submission | None

    @property
    def open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.task.state == CREATED

    @property
    def mine(self) -> bool:
        """Whether the person looking holds it, or stands in for who does."""
        if not self.open or self.task.assignee is None:
            return False
        return self.task.assignee == access.actor().login or self.stands_in_for is not None

    @property
    def stands_in_for(self) -> str | None:
        """The login of who holds it and is away, when the person looking stands in."""
        return policy.acting_for(access.actor(), self.task) if self.open else None

    @property
    def filing(self) -> bool:
        """Whether its due date is a filing deadline (截止), as the diagram declares; else a handling period."""
        return self.task.properties.get("luzhi:due") == "closes"

    @property
    def expired(self) -> bool:
        """Whether its filing deadline has passed, be a worker there to say so or not: nothing is taken any more."""
        return self.filing and self._passed

    @property
    def overdue(self) -> bool:
        """Whether its handling period has passed: it is late, and is still to be done."""
        return self._passed and not self.filing

    @property
    def _passed(self) -> bool:
        return self.open and self.task.due is not None and self.task.due <= now()

    @property
    def sectioned(self) -> bool:
        """Whether its form is filled in one section a page."""
        return self.form is not None and self.form.layout == "sections"

    @property
    def left_over(self) -> Sequence[LeftOver]:
        """What the person typed into an older version of the form, and this one does not ask."""
        if self.form is None or self.draft is None or not self.open:
            return []
        return left_over(self.form, self.draft.data)

    def kept(self) -> Mapping[str, Any]:
        """The answers to begin with: what was submitted, else my draft over what a return is about.

        What an older version of the form asked and this one does not is left out (`left_over`).
        """
        if self.submission is not None:
            return self.submission.data
        found = {**(self.limits.base or {}), **(self.draft.data if self.draft else {})}
        known = found.keys() if self.form is None else set(self.form.keys)
        return {key: value for key, value in found.items() if key in known}

    def view(
        self,
        data: Mapping[str, Any],
        errors: Sequence[FieldError] = (),
        *,
        readonly: bool | None = None,
        section: str | None = None,
        hints: Sequence[Hint] = (),
    ) -> FormView | None:
        """The form with these answers; to read only unless the person holds the open task."""
        if self.form is None:
            return None
        return self.form.view(
            data,
            self.context,
            runtime().clock,
            errors,
            readonly=not self.mine if readonly is None else readonly,
            language=language(),
            functions=runtime().functions,
            files=self.files,
            only=self.limits.only,
            base=self.limits.base,
            before=self.limits.before,
            section=section,
            hints=hints,
        )

    def survey(self, data: Mapping[str, Any]) -> Survey:
        """How far each section has come, what is wrong, what looks odd.

        In what was returned, only what was saved since counts as begun.
        """
        if self.form is None:
            raise NotFound(what_zh="这项任务的表单", what_en="The form of this task")
        around = self._around()
        found = survey(self.form, data, around, language())
        if self.limits.only is None:
            return found
        saved = self.draft.data if self.draft else {}
        return replace(found, progress=survey(self.form, saved, around, language()).progress)

    def outline(self, data: Mapping[str, Any], section: str) -> Outline:
        """Of a survey what the page of one section shows."""
        if self.form is None:
            raise NotFound(what_zh="这项任务的表单", what_en="The form of this task")
        return outline(self.form, data, self._around(), section, language())

    def _around(self) -> Around:
        return Around(
            self.context,
            runtime().clock,
            functions=runtime().functions,
            files=self.files,
            only=self.limits.only,
            base=self.limits.base,
        )

    @property
    def purpose(self) -> str:
        """What files that are uploaded here are for."""
        return f"task:{self.task.id}"

    @property
    def files(self) -> Files:
        """The facts of the files in the answers: of those that this person may use here, or of all that was sent."""
        return files.usable(self.purpose, self.task.instance_id) if self.open else files.known()


def opened(id: int) -> Opened:
    """One task with its form. Raises NotFound, also for a task that this person may not see."""
    with reading() as session:
        return open_in(session, id)


def open_in(session: Session, id: int) -> Opened:
    """The same within a session that goes on to read more."""
    found = session.execute(_WHOLE, {"id": id, "login": access.actor().login}).first()
    if found is None or not access.may("task.read", found[0]):
        raise NotFound(what_zh="这项任务", what_en="This task")
    task, instance, draft = found
    runtime().definitions.refresh(session)
    form = _form(session, task)
    known = scopes.variables(session, task, instance)
    return Opened(
        task=task,
        instance=instance,
        form=form,
        variables=known,
        context=form_context(runtime(), known, session, task.properties) if form else {},
        limits=limits(runtime(), session, task.properties, known) if form else NO_LIMITS,
        draft=draft,
        submission=_submission(session, task),
    )


_WHOLE = (
    select(UserTask, Instance, Draft)
    .join(Instance, Instance.id == UserTask.instance_id)
    .outerjoin(Draft, and_(Draft.task_id == UserTask.id, Draft.login == bindparam("login")))
    .where(UserTask.id == bindparam("id"))
)


def _submission(session: Session, task: UserTask) -> Submission | None:
    if task.state == CREATED:
        return None
    return session.scalar(select(Submission).where(Submission.task_id == task.id))


def _form(session: Session, task: UserTask) -> Form | None:
    """The form version that the task is pinned to. Raises NotDeployed."""
    if task.form_id is None:
        return None
    definitions = runtime().definitions
    if task.form_definition_id is None:
        return definitions.form(session, definitions.find("form", task.form_id))
    return definitions.form(session, definitions.by_key(session, task.form_definition_id))
