"""Comment, remind, send a copy, say that one is looking. What was typed survives a refusal."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as NoPage

from engine import commands, policy
from engine.collaboration import seen
from engine.collaboration.comments import reads
from engine.collaboration.people import office_of
from engine.errors import NotAllowed, NotFound, Refusal
from engine.store.tasks import CREATED, UserTask
from webapp import access, shell
from webapp.access import actor, rule
from webapp.collaboration import panel
from webapp.collaboration.blueprint import blueprint
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import now, reading, runtime, writing

LONGEST = 5000


@blueprint.post("/tasks/<int:id>/comments")
@rule("comment.write")
def comment(id: int) -> Any:
    """Say something about the case; whom it mentions is told."""
    access.by_command("comment.write")
    text, mentions = given("text"), given("mentions")
    return say(id, "comment", lambda: _commented(commands.comment(runtime(), actor(), id, text, mentions)))


def _commented(told: list[str]) -> str:
    return _("已发表，并通知了%(names)s。", names="、".join(told)) if told else _("已发表。没有通知任何人。")


@blueprint.post("/tasks/<int:id>/urge")
@rule("task.urge")
def urge(id: int) -> Any:
    """Remind whoever has the task."""
    access.by_command("task.urge")
    note = given("note")
    return say(
        id, "urge", lambda: _("已催办，通知了%(n)s人。", n=commands.urge(runtime(), actor(), id, note))
    )


@blueprint.post("/tasks/<int:id>/copy")
@rule("task.copy")
def copy(id: int) -> Any:
    """Send colleagues a notice of the case."""
    access.by_command("task.copy")
    to, note = given("to"), given("note")
    return say(id, "copy", lambda: _copied(commands.copy(runtime(), actor(), id, to, note)))


def _copied(told: list[str]) -> str:
    return _("已抄送%(names)s。", names="、".join(told))


@blueprint.post("/tasks/<int:id>/here")
@rule("task.read")
def here(id: int) -> Any:
    """Say that one has the task open, and answer who else of the office has. For scripts; nothing depends on it."""
    with reading() as session:
        task = session.get(UserTask, id)
    if task is None or not access.may("task.read", task):
        raise NotFound(what_zh="这项任务", what_en="This task")
    if not office_of(actor()) or task.state != CREATED:
        return "", 204
    with writing() as session:
        seen.note(session, actor(), id, now())
        others = seen.others(session, actor(), id, now())
    shell.leave_out()
    return render_template("collaboration/_looking.html", looking=others)


def given(name: str) -> str:
    """A field as it was typed."""
    return request.form.get(name, "")[:LONGEST]


def say(id: int, what: str, act: Callable[[], str]) -> Any:
    """Do it and go back to the task; a refusal is said above the same form, with what was typed."""
    try:
        told = act()
    except (NotAllowed, NotFound, NoPage):
        raise
    except Refusal as refusal:
        return refused(id, what, refusal), refusal.status
    flash(told)
    return redirect(home(id))


def home(id: int) -> str:
    """The page of a task; for who has no part in it, how its case stands."""
    with reading() as session:
        task = session.get(UserTask, id)
    takes_part = task is not None and policy.may(actor(), "task.read", task)
    return url_for("tasks.show" if takes_part else "collaboration.case", id=id)


def refused(id: int, what: str, refusal: Refusal) -> str:
    """The form once more, with the refusal above it and what was typed in it."""
    with reading() as session:
        task = session.get(UserTask, id)
        if task is None or not reads(actor(), task):
            raise refusal
        found = panel.of(session, task)
    if found is None:
        raise refusal
    return render_template(
        "collaboration/say.html",
        task=task,
        panel=found,
        what=what,
        back=home(id),
        refusal=refusal.message(language()),
        given=request.form,
        has_errors=True,
    )
