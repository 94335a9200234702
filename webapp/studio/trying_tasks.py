"""A task of a trial with its real form: rendered, followed and validated as a task page does it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for

from engine.errors import NotFound, Refusal
from engine.studio.trying import playing, trials
from engine.studio.trying.filling import Filling, filling, require_other
from forms import FormView
from forms.errors import FieldError, InvalidForm
from webapp import access
from webapp.access import actor, rule
from webapp.files.page import stand_ins
from webapp.i18n import language
from webapp.shared import reading, runtime
from webapp.start import following
from webapp.studio import tried
from webapp.studio.blueprint import blueprint
from webapp.studio.trying import change_of, revision
from webapp.tasks import rows

Answer = Any


@blueprint.get("/trials/<int:trial>/tasks/<string:key>")
@rule("definition.deploy")
def trial_task(trial: int, key: str) -> str:
    """The form of an open task of a trial. Raises NotFound."""
    access.require("definition.deploy")
    found, task = _open(trial, key)
    return _page(found, task, task.begins_with())


@blueprint.post("/trials/<int:trial>/tasks/<string:key>/follow")
@rule("definition.deploy")
def follow_trial_task(trial: int, key: str) -> str:
    """What of the form looks different for these answers; nothing is kept. Raises NotFound."""
    access.require("definition.deploy")
    _found, task = _open(trial, key)
    if task.form is None:
        raise NotFound(what_zh="这项任务的表单", what_en="The form of this task")
    stand_ins()
    return following.redrawn(task.form, lambda data: _view(task, data))


@blueprint.post("/trials/<int:trial>/tasks/<string:key>")
@rule("definition.deploy")
def complete_trial_task(trial: int, key: str) -> Answer:
    """Complete the task in the trial, as any person; or change rows of its form. Raises NotFound."""
    access.require("definition.deploy")
    found, task = _open(trial, key)
    body = {**(task.limits.base or {}), **_decoded(task)} if task.limits.only else _decoded(task)
    if request.form.get("_action", "").startswith(rows.ACTIONS):
        changed, errors = rows.apply(task, body, request.form)
        return _page(found, task, changed, errors)
    by = request.form.get("_by", "").strip()[:100]
    try:
        if found.trial is not None:
            require_other(found.trial, task.task, by)
        answers = task.answers(runtime(), _decoded(task))
        story = playing.with_move(found.story, _step(found, task, answers, by))
        trials.keep(runtime(), actor(), trial, story, revision())
    except InvalidForm as refused:
        return _page(found, task, body, refused.errors), refused.status
    except Refusal as refused:
        return _page(found, task, body, refusal=refused), refused.status
    return redirect(url_for("studio.trial", trial=trial))


def _open(id: int, key: str) -> tuple[tried.Tried, Filling]:
    with reading() as session:
        found = tried.load(session, id)
        if found.trial is None:
            raise NotFound(what_zh="这个在办任务", what_en="This open task")
        return found, filling(runtime(), found.trial, key)


def _step(found: tried.Tried, task: Filling, answers: Mapping[str, Any], by: str) -> dict[str, Any]:
    """The step of the scenario that completes this task."""
    keys = [each.key for each in found.tasks if each.element_id == task.task.element_id]
    nth = keys.index(task.task.key) + 1
    step: dict[str, Any] = {"task": task.task.element_id, "answers": dict(answers)}
    return step | ({"by": by} if by else {}) | ({"nth": nth} if nth > 1 else {})


def _decoded(task: Filling) -> dict[str, Any]:
    return task.form.decode(request.form.items(multi=True)) if task.form is not None else {}


def _page(
    found: tried.Tried,
    task: Filling,
    data: Mapping[str, Any],
    errors: Iterable[FieldError] = (),
    *,
    refusal: Refusal | None = None,
) -> str:
    stand_ins()
    shown = task.with_files(runtime(), data)
    view = _view(task, shown, errors)
    address = url_for("studio.follow_trial_task", trial=found.row.id, key=task.task.key)
    with reading() as session:
        change = change_of(session, found.row.change_id)
    return render_template(
        "studio/trial_task.html",
        t=found,
        change=change,
        task=task.task,
        view=view,
        shown=following.shown(view),
        follows=following.attributes(task.form, address),
        by=request.form.get("_by", _somebody(task)),
        refusal=refusal.message(language()) if refusal else "",
        has_errors=bool(errors or refusal),
    )


def _somebody(task: Filling) -> str:
    """Whose task it is, as far as the diagram says."""
    return task.task.assignee or next(iter((*task.task.candidate_users, *task.task.candidate_groups)), "")


def _view(task: Filling, data: Mapping[str, Any], errors: Iterable[FieldError] = ()) -> FormView | None:
    return task.view(runtime(), data, errors, language())
