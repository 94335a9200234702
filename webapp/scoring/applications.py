"""How the score of one application came about: sheets, what was left out, decision table, leader, rank."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.errors import NotFound, Refusal
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.lookup import by_key
from engine.programme.reviews import likeness
from engine.programme.reviews.models import ReviewResult, ReviewRound
from engine.programme.reviews.results import results
from engine.programme.reviews.rounds import opened_rounds, reopen
from engine.programme.reviews.scores_table import Scored, table
from engine.programme.reviews.sheets import by_round, digest
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.names import people_names
from webapp.scoring.blueprint import blueprint
from webapp.scoring.panel import Panel, panel
from webapp.shared import reading, runtime


@dataclass(frozen=True, slots=True)
class Round:
    """One round: why it was opened (None for the first), its sheets, what it came to, whether all hashes hold."""

    number: int
    opened: ReviewRound | None
    panel: Panel
    result: ReviewResult | None
    intact: bool

    @property
    def kept(self) -> list[Decimal]:
        """The totals that the decision table kept."""
        return [Decimal(total) for total in (self.result.facts.get("kept") or ())] if self.result else []


@blueprint.get("/applications/<application_no>")
@rule("score.read")
def show(application_no: str) -> str:
    """The page of one application. Raises NotFound."""
    access.require("score.read")
    return _page(application_no)


@blueprint.post("/applications/<application_no>/rescore")
@rule("score.reopen")
def rescore(application_no: str) -> str | Response | tuple[str, int]:
    """Open another round, with its reason. Raises NotFound."""
    access.by_command("score.reopen")
    reason = request.form.get("reason", "")
    try:
        number = reopen(runtime(), actor(), application_no, reason)
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _page(application_no, refusal=refusal, reason=reason), refusal.status
    flash(_("已组织第%(n)s轮评分，同组专家会收到新的评分任务。", n=number))
    return redirect(url_for("scoring.show", application_no=application_no))


def _page(application_no: str, *, refusal: Refusal | None = None, reason: str = "") -> str:
    with reading() as session:
        application = by_key(session, Application, Application.application_no, application_no)
        found = by_round(session, application_no)
        if application is None:
            raise NotFound(what_zh="这份申报", what_en="This application")
        cycle = by_key(session, Cycle, Cycle.year, application.cycle_year)
        rounds = _rounds(session, application_no, cycle.parameters if cycle else {})
        order = _order(session, application)
        logins = {sheet.expert for sheets in found.values() for sheet in sheets}
        logins |= {r.opened.opened_by for r in rounds if r.opened} | {
            r.result.leader for r in rounds if r.result
        }
        names = people_names(session, logins)
        hints = likeness.hints(session, application_no)
    return render_template(
        "scoring/application.html",
        application=application,
        rounds=rounds,
        order=order,
        names=names,
        hints=hints,
        refusal=refusal.message(language()) if refusal else "",
        reason=reason,
        may_reopen=application.status == s.REVIEWED and access.may("score.reopen"),
        has_errors=refusal is not None,
    )


def _rounds(session: Session, application_no: str, parameters: Mapping[str, Any]) -> list[Round]:
    opened = {row.round: row for row in opened_rounds(session, application_no)}
    came_to = results(session, application_no)
    found = by_round(session, application_no)
    return [
        Round(
            number,
            opened.get(number),
            panel(session, application_no, number, found.get(number, []), parameters),
            came_to.get(number),
            all(sheet.sha256 in (None, digest(sheet)) for sheet in found.get(number, ())),
        )
        for number in sorted({*found, *opened}, reverse=True)
    ]


@dataclass(frozen=True, slots=True)
class Order:
    """The application among its neighbours of the same type, and those with the same score."""

    own: Scored
    above: Scored | None
    below: Scored | None
    equal: list[Scored]


def _order(session: Session, application: Application) -> Order | None:
    rows = sorted(
        (
            row
            for row in table(session, application.cycle_year).rows
            if row.rank is not None and row.application.type == application.type
        ),
        key=lambda row: row.rank or 0,
    )
    place = next(
        (n for n, row in enumerate(rows) if row.application.application_no == application.application_no),
        None,
    )
    if place is None:
        return None
    own = rows[place]
    equal = [row for row in rows if row.application.score == own.application.score and row is not own]
    return Order(
        own, rows[place - 1] if place else None, rows[place + 1] if place + 1 < len(rows) else None, equal
    )
