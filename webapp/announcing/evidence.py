"""What proves that a public notice stood: hash, address, when it was put up, looked at and taken down."""

from flask import render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.programme.announcements.facts import evidence_facts
from engine.programme.announcements.models import PublicNotice
from webapp import access
from webapp.access import rule
from webapp.announcing.blueprint import blueprint
from webapp.shared import now, reading


@blueprint.get("/evidence")
@rule("announcement.read")
def evidence_list() -> str:
    """All public notices, newest first, with how often each was looked at and whether it said what it should."""
    access.require("announcement.read")
    with reading() as session:
        notices = list(session.scalars(select(PublicNotice).order_by(PublicNotice.id.desc()).limit(50)))
        rows = [(notice, evidence_facts(session, notice.id)) for notice in notices]
    return render_template("announcing/evidence_list.html", rows=rows, at=now())


@blueprint.get("/evidence/<int:id>")
@rule("announcement.read")
def evidence(id: int) -> str:
    """The evidence of one public notice. Raises NotFound."""
    access.require("announcement.read")
    with reading() as session:
        facts = evidence_facts(session, id)
        return render_template("announcing/evidence.html", id=id, facts=facts, place=_place(session, id))


def _place(session: Session, id: int) -> str:
    """How documents name a public notice: its year and its place among the year's (`2024-2`)."""
    year = session.scalar(select(PublicNotice.cycle_year).where(PublicNotice.id == id))
    before = select(func.count(PublicNotice.id)).where(PublicNotice.cycle_year == year, PublicNotice.id <= id)
    return f"{year}-{session.scalar(before)}"
