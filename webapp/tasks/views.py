"""All addresses of one task in one place. Every change goes through a command, which asks the policy table."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import commands
from engine.clock import BUSINESS_ZONE
from engine.errors import Refusal
from forms import Form
from forms.errors import FieldError, InvalidForm
from webapp import access, problems
from webapp.access import actor, rule
from webapp.i18n import language
from webapp.shared import now, runtime
from webapp.tasks import changes, reading, rows
from webapp.tasks.reading import TaskPage

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")

Answer = Any


@blueprint.get("/<int:id>")
@rule("task.read")
def show(id: int) -> Answer:
    """The task with its form. Raises NotFound."""
    page = reading.load(id)
    return _page(page, page.kept())


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
    flash(_("任务已退回，本单位其他人可以领取。"))
    return redirect(url_for("inbox.listing"))


@blueprint.post("/<int:id>/draft")
@rule("task.draft")
def draft(id: int) -> Answer:
    """Keep what was typed so far, and answer what of the form changes by it. For htmx; nothing depends on it."""
    page = reading.load(id, with_file=False)
    access.by_command("task.draft")
    data = _draft(id, page.form)
    view = page.view(data)
    sections, fields = changes.to_redraw(view, request.form.get(changes.SHOWN, "")) if view else ([], [])
    answer = make_response(
        render_template(
            "tasks/kept.html",
            saved=now().astimezone(BUSINESS_ZONE),
            sections=sections,
            fields=fields,
            shown=changes.shown(view) if view else "",
        )
    )
    answer.headers["HX-Trigger"] = "luzhi:kept"
    return answer


@blueprint.post("/<int:id>")
@rule("task.complete")
def submit(id: int) -> Answer:
    """Submit; or, by the other buttons of the form, save a draft, add or remove a row."""
    action = request.form.get("_action", "submit")
    form = reading.form_of(id)
    access.by_command("task.complete")
    if action == "save":
        _draft(id, form)
        flash(_("草稿已保存。提交之前不算完成。"))
        return redirect(url_for("tasks.show", id=id))
    body = form.decode(request.form.items(multi=True)) if form else {}
    if action.startswith(rows.ACTIONS):
        return _page(reading.load(id), rows.changed(body, action))
    return _complete(id, body)


def _complete(id: int, body: Mapping[str, Any]) -> Answer:
    try:
        commands.complete(runtime(), actor(), id, body, revision=_revision())
    except InvalidForm as refusal:
        return _page(reading.load(id), body, refusal.errors), refusal.status
    except Refusal as refusal:
        return _refused(id, body, refusal)
    return redirect(url_for("tasks.done", id=id))


def _refused(id: int, body: Mapping[str, Any], refusal: Refusal) -> Answer:
    """A refusal keeps the text: in the form while the task is open, else to be copied from the error page."""
    fresh = reading.load(id)
    if fresh.mine or (fresh.open and fresh.claimable):
        return _page(fresh, body, refusal=refusal), refusal.status
    return problems.answer(problems.refusal_page(refusal), _texts(fresh, body))


def _texts(page: TaskPage, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was typed, by the labels of the fields."""
    view = page.view(body)
    fields = [f for section in view.sections for f in section.fields if f.text] if view else []
    return [(field.label, field.text) for field in fields]


@blueprint.get("/<int:id>/done")
@rule("task.read")
def done(id: int) -> Answer:
    """The confirmation after a submission: its number, and what happens now. Raises NotFound."""
    return render_template("tasks/done.html", outcome=reading.outcome(id))


def _draft(id: int, form: Form | None) -> Mapping[str, Any]:
    data: dict[str, Any] = form.draft(form.decode(request.form.items(multi=True))) if form else {}
    commands.save_draft(runtime(), actor(), id, data)
    return data


def _revision() -> int | None:
    text = request.form.get("_revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _page(
    page: TaskPage,
    data: Mapping[str, Any],
    errors: list[FieldError] | None = None,
    *,
    refusal: Refusal | None = None,
) -> str:
    view = page.view(data, errors)
    return render_template(
        "tasks/task.html",
        page=page,
        view=view,
        shown=changes.shown(view) if view else "",
        refusal=refusal.message(language()) if refusal else "",
        has_errors=bool(errors or refusal),
    )
