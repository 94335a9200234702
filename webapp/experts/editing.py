"""Entering and changing experts: the entry, its relations and rests, an officer's own reason against a seat."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from engine.programme.applications.operations import require as require_application
from engine.programme.reviews import pool
from engine.programme.reviews.draw_rules import FIELDS
from engine.programme.reviews.models import Expert
from engine.programme.reviews.pool_errors import EndBeforeItWasDeclared, ExpertFactsWrong
from engine.runtime import Transaction
from webapp import access
from webapp.access import actor, rule
from webapp.experts import listing
from webapp.experts.blueprint import blueprint
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import cities, now, reading, runtime

Answer = Any


@blueprint.get("/new")
@rule("expert.manage")
def new() -> Answer:
    """The form for a new expert."""
    access.require("expert.manage")
    return _form(None, {})


@blueprint.post("/new")
@rule("expert.manage")
def add() -> Answer:
    """Enter an expert."""
    access.require("expert.manage")
    with reading() as session:
        known = session.query(Expert.id).filter(Expert.login == typed_facts()["login"]).first()
    if known is not None:
        taken = {"login": ("专家库中已有这个账号", "the pool has this login already")}
        return _form(None, typed_facts(), taken), 422
    return _save(None)


@blueprint.get("/<login>/edit")
@rule("expert.manage")
def edit(login: str) -> Answer:
    """The form of one entry. Raises ExpertUnknown."""
    access.require("expert.manage")
    with reading() as session:
        expert = pool.require(session, login)
        return _form(expert, {name: getattr(expert, name) for name in ("login", *pool.COLUMNS)})


@blueprint.post("/<login>/edit")
@rule("expert.manage")
def change(login: str) -> Answer:
    """Change an entry. Raises ExpertUnknown."""
    access.require("expert.manage")
    with reading() as session:
        pool.require(session, login)
    return _save(login)


@blueprint.post("/<login>/relations")
@rule("expert.manage")
def add_relation(login: str) -> Answer:
    """Declare a relation for an expert. Raises ExpertUnknown."""
    access.require("expert.manage")
    facts = typed_relation()
    return _within(
        login,
        lambda tx: pool.relate(tx.session, login, facts, actor=actor().login, at=tx.now),
        _("关系已登记。"),
        facts,
    )


@blueprint.post("/<login>/relations/<int:id>/end")
@rule("expert.manage")
def end_relation(login: str, id: int) -> Answer:
    """A relation has ended. Raises ExpertUnknown."""
    access.require("expert.manage")
    on = day("ended_on") or now().date()
    return _within(
        login,
        lambda tx: pool.end_relation(tx.session, login, id, on, actor=actor().login, at=tx.now),
        _("已登记结束日期，记录保留。"),
        {},
    )


@blueprint.post("/<login>/rests")
@rule("expert.manage")
def add_rest(login: str) -> Answer:
    """An expert is not drawn for a time. Raises ExpertUnknown."""
    access.require("expert.manage")
    start, end, why = day("rest_from") or now().date(), day("rest_to"), request.form.get("rest_reason", "")
    return _within(
        login,
        lambda tx: pool.rest(tx.session, login, start, end, why, actor=actor().login, at=tx.now),
        _("暂停期间已登记。"),
        {},
    )


@blueprint.post("/<login>/rests/<int:id>/end")
@rule("expert.manage")
def end_rest(login: str, id: int) -> Answer:
    """A rest ends today. Raises ExpertUnknown."""
    access.require("expert.manage")
    return _within(
        login,
        lambda tx: pool.end_rest(tx.session, login, id, tx.now.date(), actor=actor().login, at=tx.now),
        _("暂停已结束。"),
        {},
    )


@blueprint.post("/<login>/bars")
@rule("expert.manage")
def add_bar(login: str) -> Answer:
    """An officer's own reason against one application. Raises ExpertUnknown, NoApplication."""
    access.require("expert.manage")
    number, why = request.form.get("application_no", "").strip(), request.form.get("reason", "")

    def act(tx: Transaction) -> None:
        require_application(tx.session, number)
        pool.bar(tx.session, number, login, why, actor=actor().login, at=tx.now)

    return _within(
        login, act, _("已登记，该专家不能评审这项申报。"), {"application_no": number, "reason": why}
    )


@blueprint.post("/<login>/bars/<int:id>/lift")
@rule("expert.manage")
def lift_bar(login: str, id: int) -> Answer:
    """Take that reason back, with a reason. Raises ExpertUnknown."""
    access.require("expert.manage")
    why = request.form.get("lift_reason", "")
    return _within(
        login,
        lambda tx: pool.lift_bar(tx.session, id, why, actor=actor().login, at=tx.now),
        _("已解除。"),
        {},
    )


def typed_facts() -> dict[str, Any]:
    """An entry as the form sends it."""
    form = request.form
    facts: dict[str, Any] = {name: form.get(name, "").strip() for name in ("login", *pool.TEXTS)}
    main = form.get("main_field", "")
    others = [code for code in form.getlist("fields") if code != main]
    facts["fields"] = [main, *others] if main else others
    facts["industries"] = (
        form.get("industries", "").replace("，", " ").replace(",", " ").replace("、", " ").split()
    )
    for name in ("employer_uscc", "employer_city"):
        facts[name] = form.get(name, "").strip().upper()
    facts["active"] = form.get("active") == "true"
    return facts


def typed_relation() -> dict[str, Any]:
    """A relation as the form sends it; a share that is no number is out of its range."""
    form = request.form
    share = form.get("share", "").strip()
    return {
        **{name: form.get(name, "").strip() for name in ("enterprise", "uscc", "kind", "note")},
        "share": (int(share) if share.isascii() and share.isdigit() and len(share) < 4 else -1)
        if share
        else None,
        "starts_on": day("starts_on"),
        "ends_on": day("ends_on"),
    }


def day(name: str) -> date | None:
    """A date field of the form; None when it is empty or not a date."""
    try:
        return date.fromisoformat(request.form.get(name, "").strip())
    except ValueError:
        return None


def words(wrong: pool.Wrong) -> dict[str, str]:
    """What is wrong, in the language of the request."""
    return {name: pair[language() == "en"] for name, pair in wrong.items()}


def _save(login: str | None) -> Answer:
    facts = typed_facts() | ({"login": login} if login else {})
    try:
        with runtime().transaction() as tx:
            pool.save(tx.session, facts, actor=actor().login, at=tx.now)
    except ExpertFactsWrong as refusal:
        with reading() as session:
            expert = pool.require(session, login) if login else None
            return _form(expert, facts, refusal.wrong), refusal.status
    flash(_("专家信息已保存。"))
    return redirect(url_for("experts.show", login=facts["login"]))


def _within(login: str, act: Callable[[Transaction], Any], done: str, typed: dict[str, Any]) -> Answer:
    try:
        with runtime().transaction() as tx:
            act(tx)
    except (ExpertFactsWrong, EndBeforeItWasDeclared) as refusal:
        wrong = getattr(refusal, "wrong", None) or {
            "ended_on": (refusal.message("zh"), refusal.message("en"))
        }
        with reading() as session:
            return listing.page_of(session, login, words(wrong), typed), refusal.status
    flash(done)
    return redirect(url_for("experts.show", login=login))


def _form(expert: Expert | None, typed: dict[str, Any], wrong: pool.Wrong | None = None) -> str:
    return render_template(
        "experts/form.html",
        expert=expert,
        typed=typed or {"active": True, "fields": [], "industries": []},
        wrong=words(wrong or {}),
        fields=FIELDS,
        cities=cities(),
        has_errors=bool(wrong),
    )
