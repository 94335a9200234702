"""The addresses of a task as a whole. Every change goes through a command, which asks the policy table."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from engine import commands
from engine.errors import Refusal
from forms.errors import InvalidForm
from webapp import access, files
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.inbox import saved, trail
from webapp.names import task_name
from webapp.shared import reading as reading_session
from webapp.shared import runtime
from webapp.tasks import keeping, pages, reading, rows, stages
from webapp.tasks.blueprint import blueprint
from webapp.tasks.opened import Opened, opened
from webapp.tasks.phrasing import phrased
from webapp.tasks.refused import refused
from webapp.tasks.sections import decoded, pairs

Answer = Any


class ChangedSinceChecked(Refusal):
    """The draft was changed, in another tab, after its answers were shown to be checked."""

    zh = "核对之后，草稿在另一个页面中又有改动，没有提交。"
    en = "The draft was changed on another page after you checked it; nothing was submitted."
    remedy_zh = "下面是现在的内容，请重新核对后再提交。"
    remedy_en = "This is what it says now: check it again, then submit."


@blueprint.get("/<int:id>")
@rule("task.read")
def show(id: int) -> Answer:
    """The task: its form, or the list of its form's sections. Raises NotFound."""
    page = reading.load(id)
    if page.mine and page.opened.sectioned and not page.opened.expired:
        return pages.overview(page)
    return pages.task(page, page.kept())


@blueprint.post("/<int:id>/claim")
@rule("task.claim")
def claim(id: int) -> Answer:
    """Take the task, then open it."""
    access.by_command("task.claim")
    commands.claim(runtime(), actor(), id)
    return redirect(url_for("tasks.show", id=id))


@blueprint.post("/<int:id>/give-back")
@rule("task.give_back")
def give_back(id: int) -> Answer:
    """Leave the task to a colleague; the draft stays with its writer."""
    access.by_command("task.give_back")
    commands.give_back(runtime(), actor(), id)
    flash(_("任务已放回待领取，本单位其他人可以领取。"))
    return redirect(trail.back(id))


@blueprint.post("/<int:id>/assign")
@rule("task.assign")
def assign(id: int) -> Answer:
    """Let somebody of the office hold the task, with a reason; a draft stays with its writer."""
    access.by_command("task.assign")
    chosen = {name: request.form.get(name, "").strip()[:500] for name in ("assignee", "reason")}
    commands.assign(runtime(), actor(), id, chosen["assignee"], chosen["reason"])
    flash(_("任务已改派，理由已记入案件经过。"))
    return redirect(url_for("tasks.show", id=id))


@blueprint.post("/<int:id>")
@rule("task.complete")
@files.takes_files()
def submit(id: int) -> Answer:
    """Submit; or, by the other buttons of a form on one page, save a draft, add or remove a row."""
    action = request.form.get("_action", "submit")
    task = opened(id)
    access.by_command("task.complete")
    body = decoded(task, chosen=True)
    if action.startswith(rows.ACTIONS):
        changed, errors = rows.apply(task, body, request.form)
        return pages.task(reading.load(id), changed, errors, memory=keeping.carried())
    if action == "phrase":
        return pages.task(reading.load(id), phrased(body), memory=keeping.carried())
    if action == "save":
        return _save(task, body)
    if files.problems() and not task.sectioned:
        return pages.task(reading.load(id), body, files.problems(), memory=keeping.carried()), 422
    return _submit_sections(task, body) if task.sectioned else _complete(id, body, body)


def _save(task: Opened, body: Mapping[str, Any]) -> Answer:
    try:
        kept = keeping.keep(task, body)
    except Refusal as refusal:
        return refused(task.task.id, body, refusal)
    if kept.conflicts:
        return pages.conflict(task, None, kept, pairs()), 409
    if files.problems():
        return pages.task(reading.load(task.task.id), body, files.problems(), memory=kept.memory), 422
    flash(_("草稿已保存。提交之前不算完成。"))
    return redirect(url_for("tasks.show", id=task.task.id))


def _submit_sections(task: Opened, body: Mapping[str, Any]) -> Answer:
    """Send what the person has just read: the draft as it was then, with the declaration on top."""
    id = task.task.id
    if request.form.get("_draft", "") != str(task.draft.revision if task.draft else 0):
        return pages.check(reading.load(id), {**task.kept(), **body}, refusal=ChangedSinceChecked()), 409
    data = {**task.kept(), **body}
    if not pages.promised(task, task.survey(data)) and request.form.get("_declared") != "true":
        return pages.check(reading.load(id), data, (), declared=False), 422
    return _complete(id, data, body)


def _complete(id: int, data: Mapping[str, Any], body: Mapping[str, Any]) -> Answer:
    try:
        commands.complete(runtime(), actor(), id, data, revision=_revision())
    except InvalidForm as refusal:
        page = reading.load(id)
        if page.opened.sectioned:
            return pages.check(page, data, refusal.errors, declared=True), refusal.status
        return pages.task(page, body, refusal.errors, memory=keeping.carried()), refusal.status
    except Refusal as refusal:
        return refused(id, body, refusal)
    return _onwards(id)


def _onwards(id: int) -> Answer:
    """The confirmation; for who has chosen so the next task of the list, with a word about this one."""
    with reading_session() as session:
        following = trail.following(session) if saved.preference(session).next_task else None
    if following is None:
        return redirect(url_for("tasks.done", id=id))
    outcome = reading.outcome(id)
    if outcome.came_back or outcome.page.submission is None:
        return redirect(url_for("tasks.done", id=id))
    number = outcome.page.submission.id
    flash(
        _(
            "已提交：%(task)s，提交编号 %(number)s。这是下一项。",
            task=task_name(outcome.page.task),
            number=number,
        )
    )
    return redirect(following.address)


@blueprint.get("/<int:id>/done")
@rule("task.read")
def done(id: int) -> Answer:
    """The confirmation after a submission: its number, and what happens now. Raises NotFound."""
    outcome = reading.outcome(id)
    way = outcome.page.stages
    with reading_session() as session:
        following, likes = trail.following(session), saved.preference(session)
    return render_template(
        "tasks/done.html",
        outcome=outcome,
        following=following,
        next_task=likes.next_task,
        # while the next step is the person's own, the application is still being filled in
        stages=stages.moved(way, "submit")
        if way and way[0].state == "now" and not outcome.next_for_me
        else way,
    )


def _revision() -> int | None:
    text = request.form.get("_revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
