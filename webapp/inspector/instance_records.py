"""What people did in an instance: tasks, what was submitted (that it was; its content for those who may read it), audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from engine.audit.words import ACTIONS, OBJECTS, told
from engine.errors import NotFound
from engine.store.tasks import Submission, UserTask
from engine.store.trail import Audit
from webapp import access
from webapp.access import rule
from webapp.i18n import language
from webapp.inspector import instance_words as words
from webapp.inspector.blueprint import blueprint
from webapp.inspector.instance_shown import Shown, shown
from webapp.inspector.instance_variables import LONGEST, Value, value
from webapp.names import task_name
from webapp.paging import Page, page_of
from webapp.shared import reading

TASKS = 200
"""So many tasks are listed, newest first; an instance of many experts or items has more."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task with what was submitted in it; `readable`: whether the reader may see what."""

    row: UserTask
    name: str
    holder: str
    ended_by: str
    submission: int | None
    readable: bool


@blueprint.get("/instances/<int:key>/records")
@rule("instance.read")
def instance_records(key: int) -> str:
    """Tasks, submissions and links of the audit trail of an instance. Raises NotFound."""
    with reading() as session:
        page = shown(session, key)
        links, part = _links(session, key)
        return render_template(
            "inspector/instance_records.html",
            page=page,
            words=words,
            tasks=_tasks(page),
            total=session.scalar(select(func.count()).where(UserTask.instance_id == key)),
            links=[(link, *page.eyes.link(link)) for link in links],
            part=part,
            value=value,
            told=told,
            ACTIONS=ACTIONS,
            OBJECTS=OBJECTS,
            language=language(),
        )


def _tasks(page: Shown) -> list[Task]:
    rows = page.session.execute(
        select(UserTask, Submission.id)
        .outerjoin(Submission, Submission.task_id == UserTask.id)
        .where(UserTask.instance_id == page.row.id)
        .order_by(UserTask.id.desc())
        .limit(TASKS)
    )
    return [
        Task(
            row=task,
            name=page.eyes.text(task_name(task)),
            holder=page.eyes.login(task.assignee),
            ended_by=page.eyes.login(task.ended_by),
            submission=submission,
            readable=submission is not None and access.may("submission.read", task),
        )
        for task, submission in rows
    ]


def _links(session: Session, key: int) -> tuple[Sequence[Audit], Page]:
    """The links about the instance and its tasks, newest first, a page of them."""
    tasks = session.scalars(select(UserTask.id).where(UserTask.instance_id == key))
    about: Any = and_(Audit.object_type == "instance", Audit.object_key == str(key))
    known = [str(task) for task in tasks]
    if known:
        about = or_(about, and_(Audit.object_type == "user_task", Audit.object_key.in_(known)))
    rows = select(Audit).where(about).order_by(Audit.sequence.desc())
    part = page_of(session, rows)
    return session.scalars(rows.offset(part.offset).limit(part.size)).all(), part


@blueprint.get("/instances/<int:key>/submissions/<int:id>")
@rule("submission.read")
def instance_submission(key: int, id: int) -> str:
    """What was submitted in one task, for those who may read it. Raises NotFound, NotAllowed."""
    with reading() as session:
        access.policy.require(access.actor(), "instance.read")
        submission = session.get(Submission, id)
        if submission is None or submission.instance_id != key:
            raise NotFound(what_zh="提交内容", what_en="What was submitted")
        task = session.get(UserTask, submission.task_id) if submission.task_id else None
        access.require("submission.read", task)
        page = shown(session, key)
        return render_template(
            "inspector/instance_submission.html",
            page=page,
            name=task_name(task) if task else submission.element_id,
            submission=submission,
            by=page.eyes.login(submission.by),
            rows=_answers(page, submission),
        )


def _answers(page: Shown, submission: Submission) -> list[tuple[str, Value]]:
    return [(name, value(page.eyes.value(found), LONGEST)) for name, found in submission.data.items()]
