"""An expert's own page: the entry as it stands, relations to declare, rests to ask for, seats held."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from engine.programme.reviews import pool
from engine.programme.reviews.pool_errors import EndBeforeItWasDeclared, ExpertFactsWrong, RelationHasEnded
from webapp import access
from webapp.access import actor, rule
from webapp.experts import listing
from webapp.experts.blueprint import blueprint
from webapp.experts.editing import day, typed_relation, words
from webapp.i18n import gettext as _
from webapp.shared import now, reading, runtime


@blueprint.get("/me")
@rule("expert.own")
def me() -> Any:
    """What the pool knows of me. Raises ExpertUnknown."""
    access.require("expert.own", {"login": actor().login})
    with reading() as session:
        return _page(session)


@blueprint.post("/me/relations")
@rule("expert.own")
def declare() -> Any:
    """Declare a relation of mine. Raises ExpertUnknown."""
    access.require("expert.own", {"login": actor().login})
    facts = typed_relation()
    try:
        with runtime().transaction() as tx:
            pool.relate(tx.session, actor().login, facts, actor=actor().login, at=tx.now)
    except ExpertFactsWrong as refusal:
        with reading() as session:
            return _page(session, words(refusal.wrong), facts), refusal.status
    flash(_("已申明。抽取和评分时据此回避。"))
    return redirect(url_for("experts.me"))


@blueprint.post("/me/relations/<int:id>/end")
@rule("expert.own")
def end_own_relation(id: int) -> Any:
    """A relation of mine has ended: it stays on record. Raises ExpertUnknown."""
    access.require("expert.own", {"login": actor().login})
    on = day("ended_on") or now().date()
    try:
        with runtime().transaction() as tx:
            pool.end_relation(tx.session, actor().login, id, on, actor=actor().login, at=tx.now)
    except (EndBeforeItWasDeclared, RelationHasEnded) as refusal:
        wrong = {"ended_on": (refusal.message("zh"), refusal.message("en"))}
        with reading() as session:
            return _page(session, words(wrong)), refusal.status
    flash(_("已登记结束日期，记录保留。"))
    return redirect(url_for("experts.me"))


def _page(session: Session, wrong: dict[str, str] | None = None, typed: Any = None) -> str:
    login = actor().login
    expert = pool.require(session, login)
    return render_template(
        "experts/me.html",
        expert=expert,
        row=listing.rows_of(session, [expert])[0],
        relations=pool.relations(session, login),
        history=[
            e for e in pool.history(session, login) if e.action in ("RELATED", "ENDED", "ADDED", "CHANGED")
        ],
        today=now().date(),
        wrong=wrong or {},
        typed=typed or {},
        has_errors=bool(wrong),
    )
