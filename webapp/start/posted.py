"""Objections that came by post: an officer of the department enters them, with the scanned letter; the postmark counts."""

from datetime import timedelta
from typing import Any

from flask import render_template
from sqlalchemy import select

from engine.errors import Refusal
from engine.programme.announcements.models import PublicNotice
from engine.programme.objections.intake import enter_posted_objection
from forms.errors import InvalidForm
from webapp import access, files
from webapp.access import actor, rule
from webapp.shared import now, reading, runtime
from webapp.start import opening as starting
from webapp.start.blueprint import blueprint
from webapp.start.noticed import NoticeForm, announcement_of, parted
from webapp.start.objection import with_receipt

FORM = "objection_posted"
PURPOSE = "start:objection"
POSTED = NoticeForm(FORM, "start/posted_objection.html", "start.follow_posted_objection", lambda: PURPOSE)
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
    return POSTED.page(notice, {})


@blueprint.post("/posted-objection/<int:notice>/follow")
@rule("objection.enter")
def follow_posted_objection(notice: int) -> str:
    """What of the form looks different for these answers; nothing is kept. Raises NotFound."""
    access.require("objection.enter")
    return POSTED.redrawn(notice)


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
        found = parted(announcement, POSTED.validated(body, announcement, files.problems()))
        received = enter_posted_objection(
            runtime(),
            actor(),
            found.facts,
            announcement.ends_at,
            evidence_files=found.evidence,
            letter_files=found.letter,
        )
    except InvalidForm as refusal:
        return POSTED.page(notice, body, refusal.errors), refusal.status
    except Refusal as refusal:
        return POSTED.page(notice, body, refusal=refusal), refusal.status
    return with_receipt(received)
