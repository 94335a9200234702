"""The pool: who is in it, filtered; one expert with relations, rests, seats and history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application
from engine.programme.reviews import pool
from engine.programme.reviews.draw_input import fields_of
from engine.programme.reviews.draw_rules import FIELDS
from engine.programme.reviews.models import Expert, Seat
from engine.programme.reviews.pool_models import ExpertBar, ExpertRest, PanelDraw
from engine.store.people import Account, RoleGrant
from webapp import access
from webapp.access import rule
from webapp.experts.blueprint import blueprint
from webapp.names import people_names
from webapp.paging import part_of
from webapp.shared import cities, now, reading

STATES = ("active", "resting", "left")


@dataclass(frozen=True, slots=True)
class Row:
    """One expert in the list."""

    expert: Expert
    fields: tuple[str, ...]
    resting: ExpertRest | None
    load: int
    account: bool


@dataclass(frozen=True, slots=True)
class Held:
    """One seat of an expert, with what it is at."""

    seat: Seat
    application: Application | None


@blueprint.get("")
@rule("expert.read")
def listing() -> str:
    """The pool, by name; filtered by words, field, city and state."""
    access.require("expert.read")
    wanted = {name: request.args.get(name, "").strip()[:80] for name in ("q", "field", "city", "state")}
    with reading() as session:
        found = [e for e in session.scalars(filtered(wanted)) if wanted["field"] in ("", *fields_of(e))]
        shown, page = part_of(found)
        rows = rows_of(session, shown)
        counts = _counts(session)
        drawn = select(PanelDraw.cycle_year).distinct().order_by(PanelDraw.cycle_year.desc())
        years = session.scalars(drawn).all() if access.may("draw.read") else []
    return render_template(
        "experts/list.html",
        rows=rows,
        page=page,
        wanted=wanted,
        counts=counts,
        fields=FIELDS,
        cities=cities(),
        years=years,
    )


def filtered(wanted: Mapping[str, str]) -> Any:
    """The experts that the filters leave, but for the field."""
    query = select(Expert).order_by(Expert.name, Expert.login)
    if wanted["q"]:
        like = f"%{wanted['q'].replace('%', '')}%"
        query = query.where(
            or_(*(column.ilike(like) for column in (Expert.name, Expert.login, Expert.employer)))
        )
    if wanted["city"]:
        query = query.where(Expert.employer_city == wanted["city"])
    if wanted["state"] == "left":
        query = query.where(~Expert.active)
    if wanted["state"] in ("active", "resting"):
        at_rest = Expert.login.in_(select(ExpertRest.login).where(_today()))
        query = query.where(Expert.active, at_rest if wanted["state"] == "resting" else ~at_rest)
    return query


def rows_of(session: Session, experts: Sequence[Expert]) -> list[Row]:
    """What the list shows of these experts."""
    logins = [e.login for e in experts]
    resting = {r.login: r for r in session.scalars(select(ExpertRest).where(_today()))}
    loads = dict(_loads(session))
    known = with_account(session, logins)
    return [
        Row(e, fields_of(e), resting.get(e.login), loads.get(e.login, 0), e.login in known) for e in experts
    ]


def with_account(session: Session, logins: Sequence[str]) -> set[str]:
    """Those of these logins that may sign in as experts."""
    query = (
        select(Account.login)
        .join(RoleGrant, RoleGrant.login == Account.login)
        .where(Account.active, RoleGrant.role == "expert", RoleGrant.revoked_at.is_(None))
    )
    return set(session.scalars(query)) & set(logins)


@blueprint.get("/<login>")
@rule("expert.read")
def show(login: str) -> str:
    """One expert. Raises ExpertUnknown."""
    access.require("expert.read")
    with reading() as session:
        return page_of(session, login)


def page_of(session: Session, login: str, wrong: pool.Wrong | None = None, typed: Any = None) -> str:
    """The page of one expert, with what was wrong in a small form of it."""
    expert = pool.require(session, login)
    history = pool.history(session, login)
    bars = session.scalars(
        select(ExpertBar).where(ExpertBar.login == login).order_by(ExpertBar.id.desc())
    ).all()
    rests = select(ExpertRest).where(ExpertRest.login == login).order_by(ExpertRest.starts_on.desc())
    names = people_names(session, [e.actor for e in history] + [b.barred_by for b in bars])
    return render_template(
        "experts/show.html",
        expert=expert,
        row=rows_of(session, [expert])[0],
        relations=pool.relations(session, login),
        rests=session.scalars(rests).all(),
        bars=bars,
        seats=seats_of(session, login),
        history=history,
        names=names,
        today=now().date(),
        wrong=wrong or {},
        typed=typed or {},
    )


def seats_of(session: Session, login: str) -> list[Held]:
    """Every seat of an expert, the newest first."""
    rows = session.execute(
        select(Seat, Application)
        .outerjoin(Application, Application.application_no == Seat.application_no)
        .where(Seat.expert == login)
        .order_by(Seat.id.desc())
    )
    return [Held(row[0], row[1]) for row in rows]


def _today() -> ColumnElement[bool]:
    day = now().date()
    return (ExpertRest.starts_on <= day) & or_(ExpertRest.ends_on.is_(None), ExpertRest.ends_on >= day)


def _loads(session: Session) -> list[tuple[str, int]]:
    """Seats that are held in the newest cycle that has any."""
    newest = select(func.max(Seat.cycle_year)).scalar_subquery()
    rows = session.execute(
        select(Seat.expert, func.count(Seat.id))
        .where(Seat.left_at.is_(None), Seat.cycle_year == newest)
        .group_by(Seat.expert)
    )
    return [(row[0], row[1]) for row in rows]


def _counts(session: Session) -> dict[str, int]:
    """How many are active, at rest, and no longer in the pool."""
    everyone = session.scalar(select(func.count(Expert.id))) or 0
    active = session.scalar(select(func.count(Expert.id)).where(Expert.active)) or 0
    resting = (
        session.scalar(
            select(func.count(Expert.id)).where(
                Expert.active, Expert.login.in_(select(ExpertRest.login).where(_today()))
            )
        )
        or 0
    )
    return {"active": active - resting, "resting": resting, "left": everyone - active}
