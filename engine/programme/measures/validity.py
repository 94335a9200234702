"""Validity: which measure is in force at an instant, and whether an act may be done then (article 15).

Validity follows from the registered dates alone. The status column only tells what the process has already
announced; a worker that is late does not lengthen a measure's life.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clock import end_of_day
from engine.programme.measures.acts import ACTS, Act, AfterExpiry
from engine.programme.measures.errors import ActAfterExpiry, ActBeforeForce, NoMeasure, OutsideValidity
from engine.programme.measures.models import Continuation, Measure

EXPIRED_REMARK = ("依据文件已失效", "The underlying measure has expired")


def by_code(session: Session, code: str) -> Measure | None:
    """The measure with this normative document number, or None."""
    return session.scalar(select(Measure).where(Measure.code == code))


def in_force(session: Session, at: datetime) -> Measure | None:
    """The measure in force at an instant, or None.

    Periods never overlap (`operations.register` refuses it).
    """
    rows = session.scalars(select(Measure).order_by(Measure.in_force_on))
    return next((m for m in rows if m.in_force_from <= at < m.expires_at), None)


def governing(session: Session, at: datetime, code: str | None = None) -> Measure | None:
    """The measure an act belongs to.

    The named one, else the one in force, else the last before `at`, else the first.
    """
    if code is not None:
        return by_code(session, code)
    rows = list(session.scalars(select(Measure).order_by(Measure.in_force_on)))
    begun = [m for m in rows if m.in_force_from <= at]
    return begun[-1] if begun else next(iter(rows), None)


def require_cycle_within_validity(
    session: Session, opens_at: datetime, last_deadline: datetime | None = None
) -> Measure:
    """I2: a cycle opens, and its application window closes, inside the validity of one measure; returns
    that measure.

    Instants are aware; `last_deadline` may be the very end of validity. Raises OutsideValidity (article
    15) with
    the way out, a registered successor; NoMeasure when no legal basis was ever registered.
    """
    measure = in_force(session, opens_at)
    if measure is not None and (last_deadline is None or last_deadline <= measure.expires_at):
        return measure
    named = measure or governing(session, opens_at)
    if named is None:
        raise NoMeasure(act=ACTS["cycle.open"].zh)
    outside = opens_at if measure is None else last_deadline
    raise OutsideValidity(
        name=named.name,
        code=named.code,
        first=named.in_force_on,
        last=named.expires_on,
        at=f"{outside:%Y-%m-%d}",
    )


def require_act_allowed(
    session: Session,
    act: str,
    now: datetime,
    *,
    measure_code: str | None = None,
    cycle_year: int | None = None,
    facts_on: date | None = None,
    other_basis: str = "",
) -> str:
    """I14: no act after expiry without a basis; returns the basis to be written beside the act.

    `act` is a name out of `acts.ACTS`. `cycle_year` limits which decisions to continue count; `facts_on` and
    `other_basis` matter to acts that depend on when the facts happened (revocation). Raises ActBeforeForce,
    ActAfterExpiry, NoMeasure; KeyError for an unknown act.
    """
    rule = ACTS[act]
    measure = governing(session, now, measure_code)
    if measure is None:
        raise NoMeasure(act=rule.zh)
    if now < measure.in_force_from:
        raise ActBeforeForce(act=rule.zh, name=measure.name, first=measure.in_force_on)
    if now < measure.expires_at:
        return f"《{measure.name}》（{measure.document_no}）"
    return _after_expiry(session, rule, measure, now, cycle_year, facts_on, other_basis)


def _after_expiry(
    session: Session,
    act: Act,
    measure: Measure,
    now: datetime,
    cycle_year: int | None,
    facts_on: date | None,
    other_basis: str,
) -> str:
    if act.after_expiry is AfterExpiry.ALWAYS:
        return f"《{measure.name}》（{measure.document_no}，{EXPIRED_REMARK[0]}）：有效期内事项的后续办理"
    if act.after_expiry is AfterExpiry.FACTS_IN_FORCE:
        if other_basis:
            return other_basis
        if facts_on is not None and facts_on <= measure.expires_on:
            return f"《{measure.name}》（{measure.document_no}）：事实发生在有效期内"
    if act.after_expiry is AfterExpiry.CONTINUATION:
        decision = continuation(session, measure, act.name, now, cycle_year)
        if decision is not None:
            return f"延续办理决定（{decision.document_no}）"
    way_zh, way_en = _WAYS[act.after_expiry]
    raise ActAfterExpiry(
        act=act.zh, act_en=act.en, name=measure.name, last=measure.expires_on, way_zh=way_zh, way_en=way_en
    )


_WAYS: Mapping[AfterExpiry, tuple[str, str]] = {
    AfterExpiry.CONTINUATION: (
        "须由省工业和信息化厅作出延续办理决定（文号、法制意见、事项清单）后方可继续。",
        "The department must first record a decision to continue (number, legal opinion, list of acts).",
    ),
    AfterExpiry.FACTS_IN_FORCE: (
        "事实发生在失效之后的，须选择其他依据。",
        "For facts after expiry another legal basis has to be given.",
    ),
    AfterExpiry.NEVER: ("须先登记接续办法。", "Register a successor measure first."),
    AfterExpiry.ALWAYS: ("", ""),
}


def continuation(
    session: Session, measure: Measure, act: str, now: datetime, cycle_year: int | None = None
) -> Continuation | None:
    """The decision to continue that covers this act now (in this cycle, if one is named), or None."""
    found = session.scalars(select(Continuation).where(Continuation.measure_code == measure.code))
    for decision in found:
        within = decision.until is None or now < end_of_day(decision.until)
        if act in decision.acts and within and cycle_year in (None, decision.cycle_year):
            return decision
    return None


def remark(session: Session, measure_code: str, now: datetime) -> str:
    """What the register shows beside a title: 依据文件已失效 once its measure has ended, else empty text."""
    measure = by_code(session, measure_code)
    return EXPIRED_REMARK[0] if measure is not None and now >= measure.expires_at else ""


def state(session: Session, now: datetime) -> dict[str, Any]:
    """The present legal state for pages: the measure in force or the last one, and what is to be done."""
    measure = governing(session, now)
    return {
        "measure": measure,
        "in_force": measure is not None and measure.in_force_from <= now < measure.expires_at,
        "expired": measure is not None and now >= measure.expires_at,
        "register_successor": measure is not None and now >= measure.expires_at,
    }
