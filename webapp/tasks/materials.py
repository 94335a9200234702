"""What was submitted before in the same case, as far as the policy table lets this person read it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.files.reading import Known
from engine.form_context import form_context
from engine.programme.reviews import blind
from engine.programme.reviews.opening import keeps_closed
from engine.store.files import FileUse
from engine.store.tasks import Submission, UserTask
from forms import FormView
from webapp import access
from webapp.blind import tells
from webapp.blind import words as identifying_words
from webapp.i18n import language
from webapp.shared import runtime

APPLICATION_FORM = "application_form"
_EARLIER = (
    select(Submission, UserTask)
    .join(UserTask, UserTask.id == Submission.task_id)
    .where(Submission.instance_id == bindparam("instance"), Submission.task_id != bindparam("task"))
    .order_by(Submission.id)
)


@dataclass(frozen=True, slots=True)
class Material:
    """One earlier submission: the step, when, and its form to read."""

    task: UserTask
    at: datetime
    view: FormView


def earlier(session: Session, task: UserTask, variables: Mapping[str, Any]) -> list[Material]:
    """The submissions of the task's case, newest of each step; every sheet of a step with several people.

    None for an expert who has not declared to have no interest: the file is opened after that.
    """
    if keeps_closed(session, access.actor(), task):
        return []
    words = identifying_words(session, task.business_key) if _hides(session, task) else None
    rows = session.execute(_EARLIER, {"instance": task.instance_id, "task": task.id}).all()
    newest = {(t.element_id, t.assignee if not t.candidate_groups else ""): (s, t) for s, t in rows}
    return [
        Material(step, sent.at, view)
        for sent, step in newest.values()
        if access.may("submission.read", step)
        and (view := _seen(session, sent, step, variables, words)) is not None
    ]


def _hides(session: Session, task: UserTask) -> bool:
    return blind.hides(session, access.actor(), task.business_key)


def _seen(
    session: Session,
    sent: Submission,
    step: UserTask,
    variables: Mapping[str, Any],
    words: tuple[str, ...] | None,
) -> FormView | None:
    """A submission as it was; with words to cover the application only, without what tells who applies."""
    if words is None or step.assignee == access.actor().login:
        return _view(session, sent, step, variables)
    if step.form_id != APPLICATION_FORM:
        return None
    files = frozenset(session.scalars(select(FileUse.file_id).where(FileUse.submission_id == sent.id)))
    data = blind.covered_value(sent.data, words, files)
    view = _view(session, sent, step, blind.covered_value(variables, words), data)
    return replace(view, sections=tuple(s for s in view.sections if not tells(s))) if view else None


def _view(
    session: Session,
    sent: Submission,
    step: UserTask,
    variables: Mapping[str, Any],
    data: Mapping[str, Any] | None = None,
) -> FormView | None:
    """The form version that was filled in, with what was sent or `data`; None for a step without a form."""
    if sent.form_definition_id is None:
        return None
    definitions = runtime().definitions
    form = definitions.form(session, definitions.by_key(session, sent.form_definition_id))
    return form.view(
        sent.data if data is None else data,
        form_context(runtime(), variables, session, step.properties),
        runtime().clock,
        readonly=True,
        language=language(),
        functions=runtime().functions,
        files=Known(session),
    )


def of_submission(session: Session, id: int, variables: Mapping[str, Any]) -> FormView | None:
    """One submission to read, for whoever may; None for others, and where there is none."""
    sent = session.get(Submission, id)
    step = session.get(UserTask, sent.task_id) if sent is not None and sent.task_id is not None else None
    if sent is None or step is None or not access.may("submission.read", step):
        return None
    if _hides(session, step):
        return None
    return _view(session, sent, step, variables)
