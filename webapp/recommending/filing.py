"""/recommending/filing: which counties' enterprises file with the city at once, who decided so, when and why."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound, Refusal
from engine.policy import CITY
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.cycles.models import DRAFT, Cycle
from engine.programme.recommendations.filing import MOST, decisions, is_direct, switch
from engine.programme.recommendations.models import DirectFiling
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.names import people_names
from webapp.recommending.blueprint import blueprint
from webapp.shared import now, reading, runtime


@dataclass(frozen=True, slots=True)
class County:
    """One county or zone of the city: how it files, what was decided last, how many lie with it."""

    code: str
    direct: bool
    last: DirectFiling | None
    waiting: int


@blueprint.get("/filing")
@rule("filing.switch")
def filing() -> str:
    """The city's counties. Raises NotAllowed, NotFound."""
    return _page()


@blueprint.post("/filing")
@rule("filing.switch")
def switch_filing() -> Any:
    """Switch one county to direct filing or back; what was typed stays when it is refused."""
    city, county = _city(), request.form.get("county", "")
    direct, reason = request.form.get("direct") == "true", request.form.get("reason", "")
    with reading() as session:
        year = _cycle(session).year
    access.by_command("filing.switch")
    try:
        switch(runtime(), actor(), year, city, county, direct=direct, reason=reason)
    except Refusal as refusal:
        return _page(county, reason, refusal), refusal.status
    flash(_("已改为直接报市。") if direct else _("已恢复县级环节。"))
    return redirect(url_for("recommending.filing"))


def _page(county: str = "", reason: str = "", refusal: Refusal | None = None) -> str:
    city = _city()
    with reading() as session:
        cycle = _cycle(session)
        counties, history = _counties(session, cycle, city)
        return render_template(
            "recommending/filing.html",
            cycle=cycle,
            city=city,
            counties=counties,
            history=history,
            people=people_names(session, {row.decided_by for row in history}),
            open=cycle.status == "OPEN"
            and cycle.county_deadline is not None
            and now() < cycle.county_deadline,
            most=MOST,
            tried=county,
            reason=reason,
            refusal=refusal.message(language()) if refusal is not None else "",
            has_errors=refusal is not None,
        )


def _city() -> str:
    """The city for which the person acts. Raises NotAllowed."""
    found = next((grant.organisation for grant in actor().grants if grant.role in CITY), "")
    access.require("filing.switch", {"city": found})
    return found


def _cycle(session: Session) -> Cycle:
    """The newest cycle whose notice is out. Raises NotFound."""
    found = session.scalar(select(Cycle).where(Cycle.status != DRAFT).order_by(Cycle.year.desc()).limit(1))
    if found is None:
        raise NotFound(what_zh="已发布的年度通知", what_en="An annual notice")
    return found


def _counties(session: Session, cycle: Cycle, city: str) -> tuple[list[County], list[DirectFiling]]:
    codes = [item.value for item in runtime().catalogues.get("regions").children(city)]
    history = decisions(session, cycle.year, codes)
    last: dict[str, DirectFiling] = {}
    for row in history:
        last.setdefault(row.county, row)
    waiting = access.visible("application.read", select(Application)).where(
        Application.cycle_year == cycle.year, Application.city == city, Application.status == s.SUBMITTED
    )
    counted = waiting.with_only_columns(Application.county, func.count(Application.id)).group_by(
        Application.county
    )
    counts: dict[str, int] = {row[0]: row[1] for row in session.execute(counted)}
    found = [County(code, is_direct(cycle, code), last.get(code), counts.get(code, 0)) for code in codes]
    return found, history
