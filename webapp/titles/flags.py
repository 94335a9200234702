"""/flags: facts of article 6, raised with evidence, decided with a reason by another person, never deleted."""

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select

from engine.programme.applications import flags as register
from engine.programme.cycles.models import Cycle
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.names import people_names
from webapp.shared import reading, runtime
from webapp.titles.blueprint import blueprint
from webapp.titles.common import day_of, done_or, posted, year_of


@blueprint.get("/flags")
@rule("flag.read")
def flags() -> str:
    """The flags of a cycle, the days of its re-checks, and where facts changed since the application."""
    access.require("flag.read")
    return _page()


def _page(refusal: str = "", typed: Any = None) -> str:
    with reading() as session:
        cycles = list(session.scalars(select(Cycle).order_by(Cycle.year.desc())))
        year = year_of(cycles[0].year if cycles else None)
        rows = register.listed(session, year)
        checks = register.checks(session, year)
        cycle = next((c for c in cycles if c.year == year), None)
        years = int((cycle.parameters.get("lookback.years") if cycle else None) or 3)
        logins = {login for flag, _a in rows for login in (flag.raised_by, flag.resolved_by) if login}
        return render_template(
            "titles/flags.html",
            year=year,
            cycles=cycles,
            rows=rows,
            changed=[(f, a) for f, a in rows if register.changed_since(f, a)],
            outside={f.id for f, a in rows if register.outside_look_back(f, a, years)},
            grounds=register.GROUNDS,
            occasions=register.OCCASIONS,
            days=register.occasions(session, year),
            checks=checks,
            names=people_names(session, logins | {c.checked_by for c in checks}),
            may_raise=access.may("flag.raise"),
            may_resolve=access.may("flag.resolve"),
            me=actor().login,
            asked=request.args.get("application_no", ""),
            refusal=refusal,
            typed=typed or {},
            has_errors=bool(refusal),
        )


@blueprint.post("/flags")
@rule("flag.raise")
def raise_flag() -> Any:
    """Raise a flag on an application."""
    access.require("flag.raise")
    return done_or(
        lambda: register.flag(
            runtime(),
            actor(),
            posted("application_no"),
            ground=posted("ground"),
            fact=posted("fact"),
            evidence=posted("evidence"),
            event_date=day_of(posted("event_date")),
        ),
        _("已登记标记；处理之前该申报不能公布。"),
        url_for("titles.flags", year=posted("application_no").strip()[:4] or None),
        _page,
    )


@blueprint.post("/flags/<int:id>")
@rule("flag.resolve")
def resolve_flag(id: int) -> Any:
    """Decide a flag with a reason."""
    access.require("flag.resolve")
    return done_or(
        lambda: register.resolve(
            runtime(), actor(), id, excluded=posted("decision") != "CLEAR", reason=posted("reason")
        ),
        _("已登记处理结果。"),
        url_for("titles.flags", year=year_of()),
        _page,
    )


@blueprint.post("/flags/checks")
@rule("flag.raise")
def look_again() -> Any:
    """Put on record that article 6 was looked at again."""
    access.require("flag.raise")
    return done_or(
        lambda: register.check(
            runtime(),
            actor(),
            year_of(),
            posted("occasion"),
            sources=posted("sources"),
            result=posted("result"),
        ),
        _("已登记复核。"),
        url_for("titles.flags", year=year_of()),
        _page,
    )
