"""All addresses of starting processes in one place."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from engine import commands
from engine.definitions import NotDeployed
from engine.errors import Refusal
from engine.programme import public
from engine.programme.openings import Opening, openings_for
from forms import Form
from forms.errors import FieldError, InvalidForm
from webapp import access
from webapp.access import actor, everyone, rule
from webapp.i18n import language
from webapp.limits import OBJECTIONS, limiter
from webapp.shared import now, reading, runtime
from webapp.start import opening as starting

blueprint = Blueprint("start", __name__, url_prefix="/start")

NUMBER = re.compile(r"YY-\d{4}-\d{4,}")


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
    return render_template("start/list.html", openings=found)


@blueprint.get("/<process_id>")
@rule("instance.start")
def show(process_id: str) -> Any:
    """The start form of a process. Raises NotAllowed, NotFound."""
    opening = starting.find(process_id)
    form = starting.form_for(opening)
    known = starting.context(opening)
    return _page(opening, {key: known[key] for key in (form.keys if form else ()) if key in known})


@blueprint.post("/<process_id>")
@rule("instance.start")
def submit(process_id: str) -> Any:
    """Start the process, then open its first task or the inbox."""
    opening = starting.find(process_id)
    form = starting.form_for(opening)
    body = form.decode(request.form.items(multi=True)) if form else {}
    try:
        started = starting.begin(opening, body)
    except InvalidForm as refusal:
        return _page(opening, body, refusal.errors), refusal.status
    except Refusal as refusal:
        return _page(opening, body, refusal=refusal), refusal.status
    if len(started.tasks) == 1:
        return redirect(url_for("tasks.show", id=started.tasks[0]))
    return redirect(url_for("inbox.listing"))


def _page(
    opening: Opening,
    data: Mapping[str, Any],
    errors: list[FieldError] | None = None,
    *,
    refusal: Refusal | None = None,
) -> str:
    form = starting.form_for(opening)
    view = _view(form, data, starting.context(opening), errors) if form else None
    return render_template(
        "start/form.html",
        opening=opening,
        view=view,
        refusal=refusal.message(language()) if refusal else "",
        basis_of_refusal=refusal.as_dict()["basis"] if refusal else "",
        has_errors=bool(errors or refusal),
    )


def _view(
    form: Form, data: Mapping[str, Any], context: Mapping[str, Any], errors: list[FieldError] | None
) -> Any:
    return form.view(
        data, context, runtime().clock, errors or (), language=language(), functions=runtime().functions
    )


OBJECTION_FORM = "objection_start"


@blueprint.get("/objection/<int:notice>")
@everyone("anybody may object to a public notice (article 8)")
def objection(notice: int) -> Any:
    """The objection form of one public notice. Raises NotFound."""
    return _objection_page(notice, {})


@blueprint.post("/objection/<int:notice>")
@everyone("anybody may object to a public notice (article 8)")
@limiter.limit(OBJECTIONS)
def submit_objection(notice: int) -> Any:
    """Take an objection in and tell its number; nothing of it is shown to anybody who knows the number."""
    form = starting.form_of(OBJECTION_FORM)
    body = form.decode(request.form.items(multi=True))
    announcement = _announcement(notice)
    try:
        data = form.validate(body, _items(announcement), runtime().clock, functions=runtime().functions)
    except InvalidForm as refusal:
        return _objection_page(notice, body, refusal.errors), refusal.status
    item = next(i for i in announcement.items if i.reference == data["application_no"])
    facts = {**data, "cycle_year": announcement.cycle_year, "city": item.city}
    received = commands.receive_objection(runtime(), actor(), facts, announcement.ends_at)
    return redirect(url_for("start.objection_received", no=received.objection_no))


@blueprint.get("/objection/received/<no>")
@everyone("a confirmation that repeats only the number in its address")
def objection_received(no: str) -> Any:
    """The confirmation of an objection."""
    if not NUMBER.fullmatch(no):
        abort(404)
    return render_template("start/objection_received.html", no=no)


def _announcement(notice: int) -> public.Announcement:
    with reading() as session:
        return public.announcement(session, notice)


def _items(announcement: public.Announcement) -> dict[str, Any]:
    return {
        "items": [
            {"value": i.reference, "label": f"{i.enterprise} — {i.object_name}"} for i in announcement.items
        ]
    }


def _objection_page(notice: int, data: Mapping[str, Any], errors: list[FieldError] | None = None) -> str:
    announcement = _announcement(notice)
    try:
        form = starting.form_of(OBJECTION_FORM)
    except NotDeployed:
        form = None
    view = _view(form, data, _items(announcement), errors) if form else None
    return render_template(
        "start/objection.html",
        announcement=announcement,
        open=announcement.open_at(now()),
        view=view,
        has_errors=bool(errors),
    )
