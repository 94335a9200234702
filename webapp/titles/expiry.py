"""/titles/expiry: what was open when the measure ended, the decision on each; old titles under the successor."""

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.programme.measures import afterwards
from engine.programme.measures.models import Continuation, Measure
from engine.programme.measures.validity import governing
from engine.programme.subjects import subjects
from engine.programme.titles.models import Title
from engine.programme.titles.operations import valid_titles
from engine.store.tasks import CREATED, UserTask
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.names import people_names, process_names
from webapp.shared import now, reading, runtime
from webapp.titles.blueprint import blueprint
from webapp.titles.common import day_of, done_or, posted

MAPPED = ("measure_code", "title_type", "title_no", "level", "successor", "document_no")


@blueprint.get("/titles/expiry")
@rule("title.oversee")
def expiry() -> str:
    """The list of open matters with decisions, decisions to continue, and the mapping table."""
    access.require("title.oversee")
    return _page()


def _measure(session: Session) -> Measure | None:
    asked = request.values.get("measure_code", "")
    return governing(session, now(), asked or None)


def _page(refusal: str = "", typed: Any = None) -> str:
    with reading() as session:
        measure = _measure(session)
        rows = afterwards.still_open(session, measure.code) if measure else []
        levels = afterwards.levels(session, measure.code) if measure else []
        logins = {d.decided_by for row in rows for d in row.decisions} | {row.recorded_by for row in levels}
        return render_template(
            "titles/expiry.html",
            measure=measure,
            expired=measure is not None and now() >= measure.expires_at,
            rows=rows,
            decisions=afterwards.DECISIONS,
            continuations=_continuations(session, measure),
            waiting=_waiting(session),
            levels=levels,
            valid=_valid(session, measure),
            processes=process_names(session, {row.item.process_id for row in rows}),
            subjects=subjects(session, [row.item.business_key for row in rows]),
            names=people_names(session, logins),
            may_decide=access.may("title.decide"),
            refusal=refusal,
            typed=typed or {},
            has_errors=bool(refusal),
        )


def _continuations(session: Session, measure: Measure | None) -> list[Continuation]:
    if measure is None:
        return []
    query = select(Continuation).where(Continuation.measure_code == measure.code)
    return list(session.scalars(query.order_by(Continuation.id)))


def _waiting(session: Session) -> list[UserTask]:
    """The tasks that decide for a whole cycle whether it goes on, and the one that closes the list."""
    query = select(UserTask).where(
        UserTask.state == CREATED, UserTask.form_id.in_(("continuation", "measure_open_list"))
    )
    return [task for task in session.scalars(query) if access.may("task.read", task)]


def _valid(session: Session, measure: Measure | None) -> int:
    if measure is None:
        return 0
    query = valid_titles(now().date()).where(Title.measure_code == measure.code)
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


@blueprint.post("/titles/expiry/<int:id>")
@rule("title.decide")
def decide_open(id: int) -> Any:
    """Put the decision on one open case on record."""
    access.require("title.decide")
    return done_or(
        lambda: afterwards.decide(
            runtime(),
            actor(),
            id,
            posted("decision"),
            document_no=posted("document_no"),
            reason=posted("reason"),
        ),
        _("已登记处置。"),
        url_for("titles.expiry"),
        _page,
    )


@blueprint.post("/titles/expiry/levels")
@rule("title.decide")
def map_levels() -> Any:
    """Enter what old titles are called under the successor."""
    access.require("title.decide")
    return done_or(
        lambda: afterwards.map_level(
            runtime(), actor(), {name: posted(name) for name in MAPPED}, day_of(posted("effective_on"))
        ),
        _("已登记衔接关系。"),
        url_for("titles.expiry"),
        _page,
    )
