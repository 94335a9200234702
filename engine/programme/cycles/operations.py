"""Rules of annual cycles.

Open one a year, publish its notice, extend it, freeze and continue it, close it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import clock
from engine.clock import start_of_day
from engine.programme.announcements.models import ANNUAL, SUPPLEMENT, Notice
from engine.programme.cycles.errors import (
    CitiesMissing,
    CycleNotOpen,
    DeadlinesOutOfOrder,
    ExtensionRefused,
    NoCycle,
    SecondCycle,
)
from engine.programme.cycles.models import (
    CLOSED,
    DRAFT,
    FROZEN,
    OPEN,
    STATUS_NAMES,
    TERMINATED,
    Cycle,
    CycleEvent,
)
from engine.programme.cycles.parameters import merged
from engine.programme.documents.operations import register as register_document
from engine.programme.lookup import by_key
from engine.programme.measures.operations import continue_acts
from engine.programme.measures.validity import require_act_allowed, require_cycle_within_validity
from engine.programme.values import as_date, as_instant

DEADLINES = ("enterprise_deadline", "county_deadline", "city_deadline")


def find(session: Session, year: int) -> Cycle | None:
    """The cycle of that year, or None."""
    return by_key(session, Cycle, Cycle.year, year)


def require(session: Session, year: int) -> Cycle:
    """The cycle of that year. Raises NoCycle."""
    cycle = find(session, year)
    if cycle is None:
        raise NoCycle(year=year)
    return cycle


def require_none(session: Session, year: int) -> None:
    """I1: one cycle a year (article 3). Raises SecondCycle; a unique column backs it against races."""
    if find(session, year) is not None:
        raise SecondCycle(year=year)


def require_act(session: Session, act: str, year: int | None, now: datetime) -> str:
    """The basis on which an act of this cycle may be done now (I14). Raises ActAfterExpiry and its kin."""
    cycle = find(session, year) if year is not None else None
    code = cycle.measure_code if cycle is not None else None
    return require_act_allowed(session, act, now, measure_code=code, cycle_year=year)


def record(cycle: Cycle, status: str, *, actor: str, basis: str, at: datetime, note: str = "") -> None:
    """Change a cycle's status, leaving actor, time and basis (I15)."""
    cycle.status = status
    cycle.events.append(CycleEvent(status=status, actor=actor, basis=basis, at=at, note=note))


def open_cycle(session: Session, year: int, *, actor: str, at: datetime) -> Cycle:
    """Begin a year's recognition under the measure in force (articles 3, 15).

    Raises SecondCycle, OutsideValidity.
    """
    require_none(session, year)
    measure = require_cycle_within_validity(session, at)
    cycle = Cycle(
        year=year,
        measure_code=measure.code,
        parameters=merged({}),
        catalogues={},
        cities=[],
        quotas={},
        direct_filing=[],
    )
    record(cycle, DRAFT, actor=actor, basis="第三条、第七条", at=at)
    session.add(cycle)
    session.flush()
    return cycle


def check_notice(session: Session, facts: Mapping[str, Any], now: datetime) -> None:
    """A notice's instants follow one another and lie within the measure's validity (article 7, I2).

    Raises DeadlinesOutOfOrder, OutsideValidity, CitiesMissing.
    """
    if not facts.get("cities"):
        raise CitiesMissing()
    instants = [as_instant(facts[name]) for name in DEADLINES]
    if not now < instants[0] < instants[1] < instants[2]:
        raise DeadlinesOutOfOrder()
    require_cycle_within_validity(session, now, instants[-1])


def publish(session: Session, cycle: Cycle, facts: Mapping[str, Any], *, actor: str, at: datetime) -> None:
    """Issue the annual notice: pin parameters and catalogue editions, open the window (articles 7, 14).

    `facts`: title, notice_no, notice_date, cities, the three deadlines, and optionally quotas, direct_filing,
    catalogues, parameters, body. Raises as check_notice, and when the number is malformed or taken.
    """
    check_notice(session, facts, at)
    require_cycle_within_validity(session, start_of_day(as_date(facts["notice_date"])))
    cycle.title, cycle.notice_no = facts["title"], facts["notice_no"]
    cycle.notice_date, cycle.published_at = as_date(facts["notice_date"]), at
    cycle.parameters = merged(facts.get("parameters") or {})
    cycle.catalogues = facts.get("catalogues") or {}
    cycle.pinned = facts.get("pinned") or None
    cycle.cities = sorted(facts["cities"])
    cycle.quotas = facts.get("quotas") or {}
    cycle.direct_filing = facts.get("direct_filing") or []
    for name in DEADLINES:
        setattr(cycle, name, as_instant(facts[name]))
    _issue(session, cycle, ANNUAL, facts, actor, at)
    record(cycle, OPEN, actor=actor, basis=cycle.notice_no or "", at=at)
    session.flush()


def extend(session: Session, cycle: Cycle, facts: Mapping[str, Any], *, actor: str, at: datetime) -> None:
    """Issue a supplementary notice with later instants, the same for all. Raises ExtensionRefused.

    `facts`: title, notice_no, notice_date, the three deadlines.
    """
    check_extension(cycle, facts, at)
    check_notice(session, {**facts, "cities": cycle.cities}, at)
    for name in DEADLINES:
        setattr(cycle, name, as_instant(facts[name]))
    _issue(session, cycle, SUPPLEMENT, facts, actor, at)
    record(cycle, cycle.status, actor=actor, basis=facts["notice_no"], at=at, note="延长时限")
    session.flush()


def check_extension(cycle: Cycle, facts: Mapping[str, Any], at: datetime) -> None:
    """A supplementary notice comes before the old enterprise deadline and only lengthens.

    Raises ExtensionRefused.
    """
    old = [getattr(cycle, name) for name in DEADLINES]
    new = [as_instant(facts[name]) for name in DEADLINES]
    if at >= old[0] or any(after < before for before, after in zip(old, new, strict=True)):
        raise ExtensionRefused(deadline=clock.deadline(old[0]))


_DOCUMENT_KINDS = {ANNUAL: "NOTICE", SUPPLEMENT: "SUPPLEMENTARY"}


def _issue(
    session: Session, cycle: Cycle, kind: str, facts: Mapping[str, Any], actor: str, at: datetime
) -> None:
    day: date = as_date(facts["notice_date"])
    register_document(
        session,
        number=facts["notice_no"],
        kind=_DOCUMENT_KINDS[kind],
        title=facts["title"],
        issued_on=day,
        subject=str(cycle.year),
        actor=actor,
        at=at,
    )
    session.add(
        Notice(
            cycle_year=cycle.year,
            kind=kind,
            notice_no=facts["notice_no"],
            title=facts["title"],
            notice_date=day,
            body=facts.get("body") or "",
            facts={
                **{name: getattr(cycle, name).isoformat() for name in DEADLINES},
                "cities": cycle.cities,
                "parameters": cycle.parameters,
                "catalogues": cycle.catalogues,
            },
            issued_by=actor,
            issued_at=at,
        )
    )


def require_open(session: Session, year: int) -> Cycle:
    """The cycle, if its notice is out and it is neither frozen nor over. Raises NoCycle, CycleNotOpen."""
    cycle = require(session, year)
    if cycle.status != OPEN:
        zh, en = STATUS_NAMES[cycle.status]
        raise CycleNotOpen(year=year, status_zh=zh, status_en=en)
    return cycle


def deadlines(cycle: Cycle) -> dict[str, str]:
    """The instants that count now, as ISO text for process variables."""
    return {name: getattr(cycle, name).isoformat() for name in DEADLINES}


def freeze(cycle: Cycle, *, actor: str, at: datetime) -> None:
    """到期冻结: the measure has ended, nothing goes on without a decision (article 15, I14)."""
    record(cycle, FROZEN, actor=actor, basis="第十五条", at=at, note="依据文件有效期届满")


def continue_cycle(
    session: Session,
    cycle: Cycle,
    *,
    document_no: str,
    legal_opinion: str,
    acts: Iterable[str],
    decided_on: date,
    actor: str,
    at: datetime,
) -> None:
    """Record the 延续办理决定 and thaw the cycle; the listed acts may go on with that basis.

    Raises ContinuationInvalid.
    """
    register_document(
        session,
        number=document_no,
        kind="CONTINUATION",
        title=f"关于{cycle.year}年度认定工作延续办理的决定",
        issued_on=decided_on,
        subject=str(cycle.year),
        actor=actor,
        at=at,
    )
    continue_acts(
        session,
        measure_code=cycle.measure_code,
        cycle_year=cycle.year,
        document_no=document_no,
        legal_opinion=legal_opinion,
        acts=acts,
        decided_on=decided_on,
        actor=actor,
        at=at,
    )
    record(cycle, OPEN, actor=actor, basis=document_no, at=at, note="延续办理")


def finish(cycle: Cycle, *, terminated: bool, actor: str, at: datetime, basis: str) -> None:
    """Close the cycle for good: archived, or terminated because its basis has ended."""
    record(cycle, TERMINATED if terminated else CLOSED, actor=actor, basis=basis, at=at)
