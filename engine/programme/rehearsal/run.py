"""Run a rehearsal: one cycle on a fresh database and, if wished, on past the end of the measure."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.clock import VirtualClock, start_of_day
from engine.outbox import DOCUMENTS_DUE
from engine.programme.rehearsal import report as reports
from engine.programme.rehearsal.hands import hands
from engine.programme.rehearsal.invariants import Registers, check_all
from engine.programme.rehearsal.report import Report
from engine.programme.rehearsal.sequel import Sequel
from engine.programme.rehearsal.year import Advance, Year
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.migrations import upgrade

Deploy = Callable[[Runtime], Any]
LARGE = 60  # applications that need every county and a large pool of experts


@dataclass(frozen=True, slots=True)
class Plan:
    """What to rehearse: the cycle, how many applications, the seed; the day to go on to, if any, and whether a
    cycle in flight at expiry is continued then or terminated; how many processes complete tasks at the same time.
    """

    year: int
    applications: int
    seed: int
    until: datetime | None = None
    continues: bool = True
    hands: int = 1


def rehearse(settings: Settings, plan: Plan, deploy: Deploy, advance: Advance) -> Report:
    """Run the plan on a fresh database and check the law. Raises what the engine raises unexpectedly."""
    began = time.perf_counter()
    clock = VirtualClock(start_of_day(date(plan.year, 5, 20)) + timedelta(hours=9))
    runtime = Runtime.open(settings, clock=clock)
    runtime.effects.pop(
        DOCUMENTS_DUE
    )  # typesetting is no part of the law; a worker of the site does it later
    try:
        upgrade(runtime.engine)
        deploy(runtime)
        year = Year(runtime, clock, plan.seed, small=plan.applications < LARGE)
        year.open_house()
        first = clock.now().date()
        with hands(settings, plan.hands, clock.now()) as year.office.hands:
            late = _turn(year, plan, advance)
        days = (clock.now().date() - first).days
        return _report(year, plan, late, days, round(time.perf_counter() - began, 1))
    finally:
        runtime.close()


def _turn(year: Year, plan: Plan, advance: Advance) -> int | None:
    """Turn all days of the plan; answers the year of the cycle that was in flight at expiry, if there was one."""
    season = year.prepare(plan.year, plan.applications)
    year.run(season, plan.until, advance)
    if plan.until is None or plan.until <= year.clock.now():
        return None
    sequel = Sequel.of(year, plan.applications, plan.continues)
    sequel.enter()
    year.go_on(plan.until, advance)
    sequel.verify()
    return sequel.late.year if sequel.late else None


def _report(year: Year, plan: Plan, late: int | None, days: int, seconds: float) -> Report:
    """Count, and check every invariant."""
    with year.runtime.reading() as session:
        return Report(
            plan.year,
            reports.counts(session, plan.year),
            reports.by_city(session, plan.year),
            reports.states(session, plan.year),
            {str(late): {**reports.counts(session, late), "states": reports.states(session, late)}}
            if late
            else {},
            year.office,
            check_all(Registers(session, year.runtime.calendar)),
            reports.open_incidents(session),
            days,
            seconds,
        )
