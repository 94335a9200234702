"""How long the steps of a cycle take, in working days, and what is late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from engine.programme.figures.days import Spans, business_day
from engine.store.people import Organisation
from engine.store.tasks import CANCELED, COMPLETED, CREATED, UserTask
from engine.workdays import WorkCalendar

PROCESSES = ("application", "recommendation", "annual_cycle")
EXPERTS = ("expert_sheet", "leader_review")
"""Steps of experts: counted as steps, never shown by person (I19)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: how often done, median and 90th percentile in working days, and what is open or late.

    `median` and `p90` are None where nothing was done yet, or in a year without a calendar.
    """

    process: str
    element: str
    name: str
    done: int
    median: int | None
    p90: int | None
    late: int
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Load:
    """What one office or one person has: `who` is a code or a login; "" stands for what nobody has claimed."""

    who: str
    open: int
    overdue: int
    done: int
    late: int


def steps(
    session: Session, year: int, now: datetime, calendar: WorkCalendar, city: str | None = None
) -> list[Step]:
    """The steps of a cycle in the order in which they first came up."""
    t = UserTask
    begun, ended = business_day(t.created_at), business_day(t.ended_at)
    spans = session.execute(
        select(t.process_id, t.element_id, begun, ended, func.count())
        .where(_of(year, city), t.state == COMPLETED)
        .group_by(t.process_id, t.element_id, begun, ended)
    )
    days = _days(spans.all(), Spans(calendar))
    counted = session.execute(
        select(t.process_id, t.element_id, func.max(t.name), *_counts(now))
        .where(_of(year, city), t.state != CANCELED)
        .group_by(t.process_id, t.element_id)
        .order_by(func.min(t.created_at), t.process_id, t.element_id)
    )
    return [_step(row, days.get((row[0], row[1]), [])) for row in counted]


def offices(session: Session, year: int, now: datetime, city: str | None = None) -> list[Load]:
    """What each office has and did: the department, cities, counties and zones; enterprises are none."""
    t = UserTask
    kinds = ("province", "city", "county", "zone")
    rows = session.execute(
        select(t.organisation, *_counts(now))
        .join(Organisation, and_(Organisation.code == t.organisation, Organisation.kind.in_(kinds)))
        .where(_of(year, city), t.state != CANCELED)
        .group_by(t.organisation)
        .order_by(t.organisation)
    )
    return [_load(row) for row in rows]


def people(
    session: Session, year: int, now: datetime, organisation: str, city: str | None = None
) -> list[Load]:
    """What each person of one office has and did, experts left out (I19)."""
    t = UserTask
    who = func.coalesce(t.ended_by, t.assignee, "")
    rows = session.execute(
        select(who, *_counts(now))
        .where(_of(year, city), t.organisation == organisation, t.element_id.not_in(EXPERTS))
        .where(t.state != CANCELED)
        .group_by(who)
        .order_by(who)
    )
    return [_load(row) for row in rows]


def _of(year: int, city: str | None) -> ColumnElement[bool]:
    t = UserTask
    mine = and_(t.year == str(year), t.process_id.in_(PROCESSES))
    return mine if city is None else and_(mine, t.city == city)


def _counts(now: datetime) -> tuple[ColumnElement[Any], ...]:
    """Open, overdue, done, done late: as columns, in the order of `Load`."""
    t = UserTask
    open_, done = t.state == CREATED, t.state == COMPLETED
    tests = (open_, and_(open_, t.due < now), done, and_(done, t.ended_at > t.due))
    return tuple(func.sum(case((test, 1), else_=0)) for test in tests)


def _step(row: Sequence[Any], days: list[tuple[int, int]]) -> Step:
    process, element, name, open_, overdue, done, late = row
    middle, ninety = percentile(days, 50), percentile(days, 90)
    return Step(process, element, name, done, middle, ninety, late, open_, overdue)


def _load(row: Sequence[Any]) -> Load:
    who, open_, overdue, done, late = row
    return Load(who, open_, overdue, done, late)


def _days(rows: Iterable[Sequence[Any]], spans: Spans) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Step -> (working days, how often), shortest first."""
    found: dict[tuple[str, str], dict[int, int]] = {}
    for process, element, begun, ended, count in rows:
        taken = spans.workdays(begun, ended)
        if taken is not None:
            counts = found.setdefault((process, element), {})
            counts[taken] = counts.get(taken, 0) + count
    return {step: sorted(counts.items()) for step, counts in found.items()}


def percentile(weighted: Sequence[tuple[int, int]], percent: int) -> int | None:
    """The nearest-rank percentile of (value, how often), values ascending; None of nothing."""
    total = sum(count for _, count in weighted)
    rank, seen = -(-total * percent // 100), 0
    for value, count in weighted:
        seen += count
        if seen >= rank:
            return value
    return None
