"""Objections that came by post: an officer of the department enters them, with the scanned letter; the postmark counts."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import render_template
from sqlalchemy import select

from engine.errors import Refusal
from engine.programme import public
from engine.programme.announcements.models import PublicNotice
from engine.programme.objections.intake import enter_posted_objection
from forms.errors import FieldError, InvalidForm
from webapp import access, files
from webapp.access import actor, rule
from webapp.i18n import language
from webapp.shared import now, reading, runtime
from webapp.start import opening as starting
from webapp.start.blueprint import blueprint
from webapp.start.objection import FILES, announcement_of, choices, with_receipt

FORM = "objection_posted"
PURPOSE = "start:objection"
SHOWN_AFTER = timedelta(days=60)
"""How long after a notice has ended letters about it are entered here: the post is slow, late ones are entered, too."""


@blueprint.get("/posted-objection")
@rule("objection.enter")
def posted_objections() -> str:
    """The public notices of these weeks, to choose the one that a letter is about."""
    access.require("objection.enter")
    with reading() as session:
        wanted = select(PublicNotice).where(PublicNotice.ends_at > now() - SHOWN_AFTER)
        notices = session.scalars(wanted.order_by(PublicNotice.id.desc())).all()
    return render_template("start/posted_notices.html", notices=notices)


@blueprint.get("/posted-objection/<int:notice>")
@rule("objection.enter")
def posted_objection(notice: int) -> str:
    """The form for one letter. Raises NotFound."""
    access.require("objection.enter")
    return _page(notice, {})


@blueprint.post("/posted-objection/<int:notice>")
@rule("objection.enter")
@files.takes_files()
def submit_posted_objection(notice: int) -> Any:
    """Enter it, then show number and code once, for the acknowledgment that is posted. Raises NotFound."""
    access.require("objection.enter")
    announcement = announcement_of(notice)
    form = starting.form_of(FORM)
    body = form.decode(files.take(PURPOSE))
    try:
        data = _validated(body, announcement)
        evidence, letter = (data.pop(name, None) or [] for name in FILES)
        item = next(i for i in announcement.items if i.reference == data["application_no"])
        facts = {**data, "cycle_year": announcement.cycle_year, "city": item.city}
        received = enter_posted_objection(
            runtime(), actor(), facts, announcement.ends_at, evidence_files=evidence, letter_files=letter
        )
    except InvalidForm as refusal:
        return _page(notice, body, refusal.errors), refusal.status
    except Refusal as refusal:
        return _page(notice, body, refusal=refusal), refusal.status
    return with_receipt(received)


def _validated(body: Mapping[str, Any], announcement: public.Announcement) -> dict[str, Any]:
    """Raises InvalidForm with all errors at once."""
    try:
        data = starting.form_of(FORM).validate(
            body,
            choices(announcement),
            runtime().clock,
            functions=runtime().functions,
            files=files.usable(PURPOSE),
        )
    except InvalidForm as refusal:
        raise InvalidForm([*files.problems(), *refusal.errors]) from None
    if files.problems():
        raise InvalidForm(files.problems())
    return data


def _page(
    notice: int,
    data: Mapping[str, Any],
    errors: Sequence[FieldError] = (),
    *,
    refusal: Refusal | None = None,
) -> str:
    announcement = announcement_of(notice)
    files.page(PURPOSE)
    view = starting.form_of(FORM).view(
        data,
        choices(announcement),
        runtime().clock,
        errors,
        language=language(),
        functions=runtime().functions,
        files=files.usable(PURPOSE),
    )
    return render_template(
        "start/posted_objection.html",
        announcement=announcement,
        view=view,
        refusal=refusal.message(language()) if refusal else "",
        has_errors=bool(errors or refusal),
    )
