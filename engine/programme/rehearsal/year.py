"""Turn the days of a rehearsal: enterprises begin, offices work, deadlines pass, the unlawful try their luck."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from sqlalchemy import select

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock, start_of_day
from engine.directory import Scribe
from engine.policy import SYSTEM, Actor
from engine.programme.cycles.models import CLOSED, TERMINATED, Cycle
from engine.programme.rehearsal import report as reports
from engine.programme.rehearsal.answers import ANSWERS
from engine.programme.rehearsal.answers.applicants import start_body
from engine.programme.rehearsal.invariants import Registers, check_all
from engine.programme.rehearsal.misdeeds import Misdeeds
from engine.programme.rehearsal.objectors import Objectors
from engine.programme.rehearsal.office import Office
from engine.programme.rehearsal.people import enlist, enlist_enterprise, places
from engine.programme.rehearsal.population import Enterprise, populate
from engine.programme.rehearsal.report import Report
from engine.runtime import Runtime
from engine.settings import Settings
from engine.shifted_clock import walk
from engine.store.instances import Instance
from engine.store.migrations import upgrade
from engine.worker import drain

Advance = Callable[[float, str], None]
Deploy = Callable[[Runtime], Any]
MORNING = clock_time(9, 30)
LONGEST = 420  # days after which a cycle that has not closed never will


@dataclass(frozen=True, slots=True)
class Plan:
    """What to rehearse: the cycle, how many applications, the seed, and the day to go on to, if any."""

    year: int
    applications: int
    seed: int
    until: datetime | None = None


@dataclass(slots=True)
class Season:
    """One cycle of a rehearsal: when its notice is drafted, and which enterprises take part."""

    year: int
    begins: date
    enterprises: list[Enterprise]
    pending: list[tuple[date, Enterprise]] = field(default_factory=list)


def rehearse(settings: Settings, plan: Plan, deploy: Deploy, advance: Advance) -> Report:
    """Run a whole cycle on a fresh database and check the law. Raises what the engine raises unexpectedly."""
    began = time.perf_counter()
    clock = VirtualClock(start_of_day(date(plan.year, 5, 20)) + timedelta(hours=9))
    runtime = Runtime.open(settings, clock=clock)
    upgrade(runtime.engine)
    deploy(runtime)
    year = Year(runtime, clock, plan.seed)
    year.open_house()
    season = year.prepare(plan.year, clock.now().date(), plan.applications)
    days = year.run(season, plan.until, advance)
    result = year.report(plan.year, days, round(time.perf_counter() - began, 1))
    runtime.close()
    return result


class Year:
    """The people and their days. `run` one season after the other; the clock only goes forward."""

    def __init__(self, runtime: Runtime, clock: VirtualClock, seed: int) -> None:
        self.runtime, self.clock, self.seed = runtime, clock, seed
        self.catalogues = runtime.catalogues
        self.places = places(self.catalogues)
        scribe = Scribe(SYSTEM, clock.now())
        with runtime.transaction() as tx:
            staff = enlist(tx.session, self.catalogues, self.places, scribe, seed)
        self.office = Office(runtime, clock, staff, seed, ANSWERS)
        self.misdeeds = Misdeeds(self.office)
        self.objectors = Objectors(self.office, set())
        self._agenda: dict[date, list[Callable[[], None]]] = {}

    def at(self, day: date, act: Callable[[], None]) -> None:
        """Do something more on that working day."""
        self._agenda.setdefault(day, []).append(act)

    def rest_until(self, day: date) -> None:
        """Go on to a day on which nothing but what falls due happens."""
        to = datetime.combine(day, MORNING, BUSINESS_ZONE)
        if to > self.clock.now():
            walk(self.runtime, self.clock, to, drain)
            self.office.work()

    def open_house(self) -> None:
        """Register the measure: the legal basis of everything that follows (article 15)."""
        officer = self._one("dept_officer@370000")
        commands.start(self.runtime, officer, "measure", {})
        self.office.work()

    def prepare(self, year: int, begins: date, applications: int) -> Season:
        """Invent the enterprises of a cycle and enter them, with their people."""
        industries = [(i.value, i.label) for i in self.catalogues.get("industries").lists["industries"]]
        enterprises = populate(applications, self.seed, year, self.places, industries)
        scribe = Scribe(SYSTEM, self.clock.now())
        with self.runtime.transaction() as tx:
            for enterprise in enterprises:
                enlist_enterprise(tx.session, self.office.staff, enterprise, scribe)
        self.office.population = enterprises
        self.office.quota = max(3, round(applications / 16 * 1.2))
        return Season(year, begins, enterprises)

    def run(self, season: Season, until: datetime | None, advance: Advance) -> int:
        """Turn the days until the cycle is closed, and on to `until`; answers how many days that took."""
        officer = self._one("dept_officer@370000")
        commands.start(self.runtime, officer, "annual_cycle", {"cycle_year": season.year})
        self.misdeeds.second_cycle(officer, season.year)
        first = self.clock.now().date()
        for number, day in enumerate(self._days(first, until), start=1):
            self._day(season, day)
            advance(min(0.99, number / 200), f"{day:%Y-%m-%d}")
            if until is None and self._closed(season.year):
                return (day - first).days
        return (self.clock.now().date() - first).days

    def report(self, year: int, days: int, seconds: float) -> Report:
        """Count, and check every invariant."""
        with self.runtime.reading() as session:
            return Report(
                year,
                reports.counts(session, year),
                reports.by_city(session, year),
                reports.states(session, year),
                self.office.refused,
                self.office.missed,
                self.office.done,
                check_all(Registers(session, self.runtime.calendar)),
                reports.open_incidents(session),
                days,
                seconds,
            )

    def _days(self, first: date, until: datetime | None) -> Iterator[date]:
        last = until.date() if until else first + timedelta(days=LONGEST)
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if self.runtime.calendar.is_workday(day):
                yield day

    def _day(self, season: Season, day: date) -> None:
        """One working day: what fell due since, what the applicants begin, what the offices do."""
        morning = datetime.combine(day, MORNING, BUSINESS_ZONE)
        if morning > self.clock.now():
            self.misdeeds.on_the_way(morning)
            walk(self.runtime, self.clock, morning, drain)
        self._applicants(season, day)
        self.objectors.during(day)
        for act in self._agenda.pop(day, ()):
            act()
        self.misdeeds.during(day)
        self.office.work()

    def _applicants(self, season: Season, day: date) -> None:
        cycle = self._cycle(season.year)
        if cycle is None or cycle.published_at is None or cycle.enterprise_deadline is None:
            return
        if not season.pending and not self.office.enterprises_of(season.year):
            season.pending = self._schedule(season, day, cycle.enterprise_deadline)
        due = [enterprise for at, enterprise in season.pending if at <= day]
        season.pending = [(at, enterprise) for at, enterprise in season.pending if at > day]
        for enterprise in due:
            self._begin(season.year, enterprise)

    def _schedule(self, season: Season, day: date, deadline: datetime) -> list[tuple[date, Enterprise]]:
        """Half of them come in the last third of the window, as in life."""
        rng = random.Random(f"{self.seed}-{season.year}-schedule")  # noqa: S311 - repeatable, not secret
        window = (deadline.date() - day).days - 5
        return [(day + timedelta(days=round(window * rng.random() ** 0.6)), e) for e in season.enterprises]

    def _begin(self, year: int, enterprise: Enterprise) -> None:
        filler = self._one(f"enterprise_filler@{enterprise.uscc}")
        started = commands.start(self.runtime, filler, "application", start_body(enterprise, year))
        with self.runtime.reading() as session:
            number = session.scalar(select(Instance.business_key).where(Instance.id == started.instance_key))
        if number is None:
            problem = f"the application of {enterprise.name} got no number"
            raise LookupError(problem)
        self.office.enterprises[number] = enterprise

    def _cycle(self, year: int) -> Cycle | None:
        with self.runtime.reading() as session:
            return session.scalar(select(Cycle).where(Cycle.year == year))

    def _closed(self, year: int) -> bool:
        cycle = self._cycle(year)
        return cycle is not None and cycle.status in (CLOSED, TERMINATED)

    def _one(self, group: str) -> Actor:
        return self.office.staff.by_group[group][0]


__all__ = ["Plan", "Season", "Year", "rehearse"]
