"""What the aside of a task shows officials: comments, countersignatures, reminders, who looks, what is hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import policy
from engine.collaboration import comments, countersigns, seen
from engine.collaboration.countersigns import Asked
from engine.collaboration.models import CaseComment, Phrase, TaskUrge
from engine.collaboration.people import label
from engine.collaboration.phrases import usable
from engine.collaboration.places import place
from engine.commands import urging
from engine.commands.countersigning import candidates
from engine.policy import Actor
from engine.store.tasks import COMPLETED, CREATED, UserTask
from forms import FormView
from forms.viewmodel import FieldView
from webapp import access
from webapp.access import actor
from webapp.collaboration.blueprint import blueprint
from webapp.i18n import gettext as _
from webapp.names import people_names, task_name
from webapp.shared import now, reading
from webapp.tasks.reading import TaskPage


@dataclass(frozen=True, slots=True)
class Panel:
    """What colleagues said and asked about one task, and what this person may say and ask."""

    comments: Sequence[CaseComment]
    asked: Sequence[Asked]
    urges: Sequence[TaskUrge]
    looking: Sequence[str]
    names: Mapping[str, str]
    people: Sequence[str]
    """Suggestions of whom to mention; empty for who may not comment."""
    signers: Sequence[str]
    """Suggestions of whom to ask; empty for who may not, or where the diagram has no countersignatures."""
    recipients: Sequence[str]
    may_comment: bool
    may_ask: bool
    may_urge: bool
    may_copy: bool


_URGES = select(TaskUrge).where(TaskUrge.task_id == bindparam("task")).order_by(TaskUrge.id)


def of(session: Session, task: UserTask) -> Panel | None:
    """The panel of a task; None for who works in no office: an enterprise and an expert see none of this."""
    me, open_now = actor(), task.state == CREATED
    if not policy.ever(me, "comment.read"):
        return None
    where = place(session, me, task)
    said = comments.of_case(session, me, task)
    asked = countersigns.of_tasks(session, [task.id]).get(task.id, [])
    urges = list(session.scalars(_URGES, {"task": task.id}))
    speaks = bool(where.level) and access.may("comment.write", where)
    asks = open_now and countersigns.allowed(task) and access.may("task.countersign", task)
    copies = access.may("task.copy", task)
    logins = {login for c in said for login in (c.author, *c.mentions)} | {u.by for u in urges}
    logins |= {login for a in asked for login in (a.request.login, a.request.asked_by)}
    return Panel(
        comments=said,
        asked=asked if _sees_signatures(task, asked) else [],
        urges=urges,
        looking=seen.others(session, me, task.id, now()) if open_now else [],
        names=people_names(session, logins),
        people=_labels(comments.readers(session, me, task, where)) if speaks else [],
        signers=_labels(candidates(session, me, task)) if asks else [],
        recipients=_labels(urging.recipients(session, me, task)) if copies else [],
        may_comment=speaks,
        may_ask=asks,
        may_urge=open_now and task.assignee != me.login and access.may("task.urge", task),
        may_copy=copies,
    )


def _sees_signatures(task: UserTask, asked: Sequence[Asked]) -> bool:
    """Whoever may read what was submitted here, has the task, or signed it."""
    mine = any(a.request.login == actor().login for a in asked)
    return mine or access.may("submission.read", task) or access.may("task.read", task)


def _labels(people: Sequence[Actor]) -> list[str]:
    return [label(who) for who in people]


@blueprint.app_template_global("panel_of")
def panel_of(task: UserTask) -> Panel | None:
    """The panel of a task for its page."""
    with reading() as session:
        return of(session, task)


@blueprint.app_template_global("signatures_of")
def signatures_of(tasks: Sequence[UserTask]) -> dict[int, list[tuple[Asked, str]]]:
    """The countersignatures of steps that were submitted, by task, each with its signer's name; withdrawn ones not."""
    ids = [task.id for task in tasks if countersigns.allowed(task) and access.may("submission.read", task)]
    if not ids:
        return {}
    with reading() as session:
        found = countersigns.of_tasks(session, ids)
        names = people_names(session, {a.request.login for asked in found.values() for a in asked})
    return {
        id: [
            (a, names.get(a.request.login, "")) for a in asked if a.answer and a.answer.result != "WITHDRAWN"
        ]
        for id, asked in found.items()
    }


@blueprint.app_template_global("phrases_of")
def phrases_of() -> list[Phrase]:
    """The phrases that the person looking may insert."""
    if not policy.ever(actor(), "phrase.own"):
        return []
    with reading() as session:
        return usable(session, actor())


@blueprint.app_template_global("textareas")
def textareas(view: FormView) -> list[FieldView]:
    """The open fields of a form for longer texts into which a phrase can go by name."""
    fields = [each for section in view.sections for each in _flat(section.fields)]
    return [
        f for f in fields if f.kind == "textarea" and not (f.readonly or f.hidden) and f.path.isidentifier()
    ]


def _flat(fields: Sequence[FieldView]) -> list[FieldView]:
    return [each for f in fields for each in (_flat(f.fields) if f.kind == "group" else [f])]


@blueprint.app_template_global("hidden_steps")
def hidden_steps(page: TaskPage) -> list[str]:
    """The steps of the case whose submissions this person may not read: that there are some is no secret."""
    done = [task for task in page.history if task.state == COMPLETED and task.id != page.task.id]
    shown = {task_name(material.task) for material in page.materials}
    hidden = dict.fromkeys(task_name(t) for t in done if not policy.may(actor(), "submission.read", t))
    return [name for name in hidden if name not in shown]


@blueprint.app_template_global("colleague_links")
def colleague_links() -> list[tuple[str, str]]:
    """Addresses and names of the pages beside the inbox that this person has a use for."""
    if not policy.ever(actor(), "case.read"):
        return []
    links = [
        (url_for("collaboration.listing"), _("待我会签")),
        (url_for("collaboration.case_list"), _("辖区在办")),
    ]
    if policy.ever(actor(), "phrase.own"):
        links.append((url_for("collaboration.phrase_list"), _("常用语")))
    return links


@blueprint.app_template_filter("said_name")
def said_name(login: str, names: Mapping[str, str]) -> str:
    """The name of who was mentioned."""
    return names.get(login, login)
