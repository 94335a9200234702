"""Turn the days of a rehearsal: enterprises begin, offices work, deadlines pass, the unlawful try their luck."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from sqlalchemy import select

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.directory import Scribe
from engine.policy import SYSTEM, Actor
from engine.programme.cycles.models import CLOSED, TERMINATED, Cycle
from engine.programme.rehearsal.answers import ANSWERS
from engine.programme.rehearsal.answers.applicants import start_body
from engine.programme.rehearsal.misdeeds import Misdeeds
from engine.programme.rehearsal.objectors import Objectors
from engine.programme.rehearsal.office import Office
from engine.programme.rehearsal.people import enlist, enlist_enterprise, places
from engine.programme.rehearsal.population import CAST, Enterprise, Temper, populate
from engine.runtime import Runtime
from engine.shifted_clock import walk
from engine.store.instances import Instance
from engine.worker import drain

Advance = Callable[[float, str], None]
MORNING = clock_time(9, 30)
LONGEST = 420  # days after which a cycle that has not closed never will


@dataclass(slots=True)
class Season:
    """One cycle of a rehearsal and the enterprises that take part."""

    year: int
    enterprises: list[Enterprise]
    pending: list[tuple[date, Enterprise]] = field(default_factory=list)
    begun: bool = False


class Year:
    """The people and their days. `run` one season after the other, or `go_on`; the clock only goes forward.

    A small house has one county a city and fewer experts: enough for a few dozen applications.
    """

    def __init__(self, runtime: Runtime, clock: VirtualClock, seed: int, *, small: bool = False) -> None:
        self.runtime, self.clock, self.seed = runtime, clock, seed
        self.catalogues = runtime.catalogues
        self.places = places(self.catalogues, counties=1 if small else 3)
        scribe = Scribe(SYSTEM, clock.now())
        with runtime.transaction() as tx:
            staff = enlist(tx.session, self.catalogues, self.places, scribe, seed, experts=4 if small else 12)
        self.office = Office(runtime, clock, staff, seed, ANSWERS)
        self.misdeeds = Misdeeds(self.office)
        self.objectors = Objectors(self.office)
        self._agenda: dict[date, list[Callable[[], None]]] = {}
        self._stops: list[tuple[datetime, Callable[[], None]]] = []
        self._seasons: list[Season] = []
        self.every_day: Callable[[], None] | None = None
        """What is looked at every day, rest days included."""

    def at(self, day: date, act: Callable[[], None]) -> None:
        """Do something more on that working day."""
        self._agenda.setdefault(day, []).append(act)

    def stop_at(self, instant: datetime, act: Callable[[], None]) -> None:
        """Do something at that very instant, before any worker has run."""
        self._stops.append((instant, act))

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

    def prepare(self, year: int, applications: int, cast: tuple[Temper, ...] = CAST) -> Season:
        """Invent the enterprises of a cycle and enter them, with their people."""
        industries = [(i.value, i.label) for i in self.catalogues.get("industries").lists["industries"]]
        enterprises = populate(applications, self.seed, year, self.places, industries, cast)
        scribe = Scribe(SYSTEM, self.clock.now())
        with self.runtime.transaction() as tx:
            for enterprise in enterprises:
                enlist_enterprise(tx.session, self.office.staff, enterprise, scribe)
        self.office.population = enterprises
        self.office.quota = max(5, round(applications / 16 * 1.2))
        return Season(year, enterprises)

    def begin(self, season: Season) -> None:
        """Start the cycle; from now on its enterprises come as the days go by."""
        officer = self._one("dept_officer@370000")
        commands.start(self.runtime, officer, "annual_cycle", {"cycle_year": season.year})
        self.misdeeds.second_cycle(officer, season.year)
        self._seasons.append(season)

    def take_up(self, seasons: list[Season], today: date) -> None:
        """Go on with cycles that were begun before: who has not filed yet comes as the days go by."""
        filed = {enterprise.uscc for enterprise in self.office.enterprises.values()}
        for season in seasons:
            season.begun = True
            cycle = self._cycle(season.year)
            if cycle is not None and cycle.published_at and cycle.enterprise_deadline:
                planned = self._schedule(season, cycle.published_at.date(), cycle.enterprise_deadline)
                season.pending = [(max(on, today), e) for on, e in planned if e.uscc not in filed]
            self._seasons.append(season)

    def run(self, season: Season, until: datetime | None, advance: Advance) -> None:
        """Begin the cycle and turn the days until it is closed or `until` has come."""
        first = self.clock.now().date()
        self.begin(season)
        for number, day in enumerate(self._days(first, until), start=1):
            self._day(day)
            advance(min(0.99, number / 200), f"{day:%Y-%m-%d}")
            if self._closed(season.year):
                return

    def go_on(self, until: datetime, advance: Advance) -> None:
        """Turn the days from tomorrow on to the day of `until`."""
        today = self.clock.now().date()
        span = max(1, (until.date() - today).days)
        for day in self._days(today + timedelta(days=1), until):
            self._day(day)
            advance(min(0.99, (day - today).days / span), f"{day:%Y-%m-%d}")
        if until > self.clock.now():
            walk(self.runtime, self.clock, until, drain)

    def _days(self, first: date, until: datetime | None) -> Iterator[date]:
        last = until.date() if until else first + timedelta(days=LONGEST)
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if self.runtime.calendar.is_workday(day):
                yield day

    def _day(self, day: date) -> None:
        """One working day: what fell due since, what the applicants begin, what the offices do."""
        morning = datetime.combine(day, MORNING, BUSINESS_ZONE)
        if morning > self.clock.now():
            self._stop_on_the_way(morning)
            self._look_on_the_way(morning)
            walk(self.runtime, self.clock, morning, drain)
        for season in self._seasons:
            self._applicants(season, day)
        self.objectors.during(day)
        for act in self._agenda.pop(day, ()):
            act()
        self.misdeeds.during(day)
        self.office.work()
        if self.every_day is not None:
            self.every_day()

    def _stop_on_the_way(self, morning: datetime) -> None:
        """Come to every stop with everything before it done, and let act whoever waits for that instant."""
        stops = sorted([*self.misdeeds.deadlines(), *self._stops], key=lambda stop: stop[0])
        for instant, act in stops:
            if self.clock.now() < instant <= morning:
                walk(self.runtime, self.clock, instant - timedelta(seconds=1), drain)
                self.clock.set(instant)
                act()

    def _look_on_the_way(self, morning: datetime) -> None:
        """Let every rest day before this morning have its look, too."""
        if self.every_day is None:
            return
        day = self.clock.now() + timedelta(days=1)
        while (rest := datetime.combine(day.date(), MORNING, BUSINESS_ZONE)) < morning:
            walk(self.runtime, self.clock, rest, drain)
            self.every_day()
            day = rest + timedelta(days=1)

    def _applicants(self, season: Season, day: date) -> None:
        if season.begun and not season.pending:
            return
        cycle = self._cycle(season.year)
        if cycle is None or cycle.published_at is None or cycle.enterprise_deadline is None:
            return
        if not season.begun:
            season.pending, season.begun = self._schedule(season, day, cycle.enterprise_deadline), True
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
