"""The addresses of starting processes for people with an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for

from engine import commands
from engine.commands import Started
from engine.errors import NotFound, Refusal
from engine.programme.openings import Opening, openings_for
from engine.store.tasks import UserTask
from forms import Form
from forms.errors import FieldError, InvalidForm
from forms.viewmodel import FormView
from webapp import access, files
from webapp.access import actor, rule
from webapp.i18n import language
from webapp.shared import reading, runtime
from webapp.start import following
from webapp.start import opening as starting
from webapp.start.blueprint import blueprint
from webapp.tasks import rows
from webapp.tasks.progress import optional


@blueprint.get("")
@rule("instance.start")
def listing() -> str:
    """What this person may begin."""
    deployed = starting.deployed()
    found = [
        o
        for o in openings_for(actor())
        if access.may("instance.start", {"process_id": o.process_id}) and o.process_id in deployed
    ]
    access.asked_for_each("instance.start")
    return render_template("start/list.html", openings=found, posted=access.may("objection.enter"))


@blueprint.get("/<process_id>")
@rule("instance.start")
def show(process_id: str) -> Any:
    """The start form of a process. Raises NotAllowed, NotFound."""
    opening = starting.find(process_id)
    form = starting.form_for(opening)
    known = starting.context(opening)
    return _page(opening, {key: known[key] for key in (form.keys if form else ()) if key in known})


@blueprint.post("/<process_id>/follow")
@rule("instance.start")
def follow(process_id: str) -> str:
    """What of the start form looks different for these answers; nothing is kept. Raises NotAllowed, NotFound."""
    opening = starting.find(process_id)
    form = starting.form_for(opening)
    if form is None:
        raise NotFound(what_zh="这项业务的表单", what_en="A form of this matter")
    files.page(starting.purpose(opening))
    return following.redrawn(form, lambda data: _view(opening, form, data, None))


@dataclass(frozen=True, slots=True)
class Filled:
    """A start form with what its expressions see."""

    form: Form | None
    context: Mapping[str, Any]


@blueprint.post("/<process_id>")
@rule("instance.start")
@files.takes_files()
def submit(process_id: str) -> Any:
    """Start the process, then open its first task or the inbox."""
    opening = starting.find(process_id)
    form = starting.form_for(opening)
    body = form.decode(files.take(starting.purpose(opening))) if form else {}
    if request.form.get("_action", "").startswith(rows.ACTIONS):
        changed, errors = rows.apply(Filled(form, starting.context(opening)), body, request.form)
        return _page(opening, changed, [*files.problems(), *errors])
    if files.problems():
        return _page(opening, body, files.problems()), 422
    try:
        started = starting.begin(opening, body)
    except InvalidForm as refusal:
        return _page(opening, body, refusal.errors), refusal.status
    except Refusal as refusal:
        return _page(opening, body, refusal=refusal), refusal.status
    first = _first_task(started)
    return redirect(url_for("tasks.show", id=first) if first else url_for("inbox.listing"))


def _first_task(started: Started) -> int | None:
    """The one step that the starter goes on with, taken at once; None when there is none, or a choice."""
    with reading() as session:
        opened = [session.get_one(UserTask, id) for id in started.tasks]
        own = [task for task in opened if not optional(task) and access.may("task.complete", task)]
        if len(own) != 1:
            return started.tasks[0] if len(started.tasks) == 1 else None
        task, claimable = own[0].id, own[0].assignee is None and access.may("task.claim", own[0])
    if claimable:
        commands.claim(runtime(), actor(), task)
    return task


def _page(
    opening: Opening,
    data: Mapping[str, Any],
    errors: list[FieldError] | None = None,
    *,
    refusal: Refusal | None = None,
) -> str:
    form = starting.form_for(opening)
    files.page(starting.purpose(opening))
    view = _view(opening, form, data, errors) if form else None
    return render_template(
        "start/form.html",
        opening=opening,
        view=view,
        shown=following.shown(view),
        follows=following.attributes(form, url_for("start.follow", process_id=opening.process_id)),
        refusal=refusal.message(language()) if refusal else "",
        basis_of_refusal=refusal.as_dict()["basis"] if refusal else "",
        has_errors=bool(errors or refusal),
    )


def _view(opening: Opening, form: Form, data: Mapping[str, Any], errors: list[FieldError] | None) -> FormView:
    return form.view(
        data,
        starting.context(opening),
        runtime().clock,
        errors or (),
        language=language(),
        functions=runtime().functions,
        files=files.usable(starting.purpose(opening)),
    )
