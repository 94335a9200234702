"""/titles/plan and /titles/mandates: who is evaluated in a year, why and by whom; who is entrusted, until when."""

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from engine import commands
from engine.errors import Refusal
from engine.programme.monitoring import mandates as register
from engine.programme.monitoring import planning
from engine.programme.monitoring.models import Mandate
from engine.programme.monitoring.operations import evaluation_no
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.names import people_names
from webapp.shared import now, reading, runtime
from webapp.titles.blueprint import blueprint
from webapp.titles.common import done_or, posted, year_of

MOST = 200
"""Evaluations begun at once."""


@blueprint.get("/titles/plan")
@rule("title.oversee")
def plan() -> str:
    """The plan of a year: what is due, what is planned, how far it has come."""
    access.require("title.oversee")
    return _plan()


def _plan(refusal: str = "", typed: Any = None, tried: list[tuple[str, str]] | None = None) -> str:
    year = year_of()
    with reading() as session:
        planned = planning.plan(session, year)
        besides = planning.besides(session, year)
        due = planning.unplanned(session, year)
        return render_template(
            "titles/plan.html",
            year=year,
            planned=planned,
            due=due,
            besides=besides,
            counts=Counter(_state(p) for p in [*planned, *besides]),
            state=_state,
            agencies=_entrusted(session),
            agency_names={m.agency: m.agency_name for m in register.listed(session)},
            reasons=planning.REASONS,
            may_keep=access.may("title.keep"),
            refusal=refusal,
            typed=typed or {},
            tried=tried,
            has_errors=bool(refusal),
        )


def _state(planned: planning.Planned) -> str:
    if planned.evaluation is None:
        return "planned"
    return "closed" if planned.evaluation.status == "CLOSED" else "open"


def _entrusted(session: Session) -> list[tuple[str, str, str]]:
    """Agencies with a mandate that is valid today: code, name, number of the mandate."""
    today = now().date()
    rows = [m for m in register.listed(session) if m.starts_on <= today <= m.last_day]
    return [(m.agency, m.agency_name, m.document_no) for m in rows]


@blueprint.post("/titles/plan")
@rule("title.keep")
def add_to_plan() -> Any:
    """Put the ticked titles, or one by its number, into the plan with an agency."""
    access.require("title.keep")
    numbers = [n.strip() for n in request.form.getlist("title") if n.strip()]
    if posted("all"):
        with reading() as session:
            numbers += [title.title_no for title in planning.unplanned(session, year_of())][: planning.MOST]
    numbers += [posted("one").strip().upper()] if posted("one").strip() else []
    return done_or(
        lambda: planning.add(
            runtime(),
            actor(),
            year_of(),
            list(dict.fromkeys(numbers)),
            agency=posted("agency"),
            reason=posted("reason"),
            note=posted("note"),
        ),
        _("已列入监测计划。"),
        url_for("titles.plan", year=year_of()),
        _plan,
    )


@blueprint.post("/titles/plan/start")
@rule("title.keep")
def start_planned() -> Any:
    """Begin the evaluations that are planned: first a dry run that begins nothing, then one process each."""
    access.require("title.keep")
    wanted = set(request.form.getlist("title"))
    with reading() as session:
        items = [p.item for p in planning.plan(session, year_of()) if p.item and p.evaluation is None]
        chosen = [i for i in items if i.title_no in wanted][:MOST]
        found = [(i, planning.hindrance(session, i, runtime())) for i in chosen]
    if not chosen:
        return _plan(refusal=_("请勾选要开始的监测。")), 422
    if posted("_action") != "start":
        return _plan(tried=[(i.title_no, r.message(language()) if r else "") for i, r in found])
    results = []
    for item, hindered in found:
        results.append((item.title_no, hindered.message(language()) if hindered else _begin(item)))
    failed = [row for row in results if row[1]]
    if failed:
        return _plan(refusal=_("有 %(n)s 项没有开始，其余已开始。", n=len(failed)), tried=results), 409
    flash(_("已开始 %(n)s 项监测评估。", n=len(results)))
    return redirect(url_for("titles.plan", year=year_of()))


def _begin(item: planning.PlanItem) -> str:
    """Why it did not begin; empty when it did."""
    facts = {"title_no": item.title_no, "year": item.year, "agency": item.agency}
    try:
        commands.start(
            runtime(), actor(), "monitoring", facts, business_key=evaluation_no(item.title_no, item.year)
        )
    except Refusal as refusal:
        return refusal.message(language())
    return ""


@blueprint.get("/titles/mandates")
@rule("title.oversee")
def mandates() -> str:
    """Who is entrusted with what, until when."""
    access.require("title.oversee")
    return _mandates()


def _mandates(refusal: str = "", typed: Any = None) -> str:
    with reading() as session:
        rows = register.listed(session)
        return render_template(
            "titles/mandates.html",
            rows=rows,
            today=now().date(),
            agencies=register.agencies(session),
            names=people_names(session, _people(rows)),
            may_keep=access.may("title.keep"),
            refusal=refusal,
            typed=typed or {},
            has_errors=bool(refusal),
        )


def _people(rows: list[Mandate]) -> set[str]:
    return {login for row in rows for login in (row.recorded_by, row.ended_by) if login}


@blueprint.post("/titles/mandates")
@rule("title.keep")
def give_mandate() -> Any:
    """Entrust an agency."""
    access.require("title.keep")
    return done_or(
        lambda: register.give(runtime(), actor(), request.form),
        _("已登记委托。"),
        url_for("titles.mandates"),
        _mandates,
    )


@blueprint.post("/titles/mandates/<int:id>/end")
@rule("title.keep")
def end_mandate(id: int) -> Any:
    """End a mandate, with a reason."""
    access.require("title.keep")
    return done_or(
        lambda: register.end(runtime(), actor(), id, posted("reason")),
        _("已终止委托。"),
        url_for("titles.mandates"),
        _mandates,
    )
