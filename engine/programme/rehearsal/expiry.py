"""The measure ends (article 15): nothing goes on by itself, and what was granted stays.

The clicks at the very instant of expiry come with no worker running; the rule has to hold by the clock alone.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine import commands
from engine.errors import Refusal
from engine.policy import Actor
from engine.programme.applications import statuses
from engine.programme.applications.models import Application
from engine.programme.cycles.models import FROZEN, Cycle
from engine.programme.measures.models import EXPIRED, Measure
from engine.programme.measures.validity import EXPIRED_REMARK
from engine.programme.rehearsal.office import Later, Never, Office
from engine.programme.titles.operations import export_rows
from engine.store.tasks import UserTask
from engine.store.work import Outbox
from engine.worker import drain

FROZEN_PROCESSES = ("annual_cycle", "application", "recommendation")
ALWAYS_OPEN = ("withdraw", "continuation")  # leaving is always possible; the decision is what is waited for
EACH = 10  # clicks on every element at the instant
CONFIRMATIONS = ("receipt_confirm", "formal_list", "reviews_done")


@dataclass(slots=True)
class Expiry:
    """What is tried when a measure ends, and what must be so afterwards."""

    office: Office
    at: datetime
    titles: int = 0
    in_flight: tuple[str, ...] = ()

    def strike(self) -> None:
        """At the instant itself: every office clicks, before any worker has run and again when it has."""
        with self.office.runtime.reading() as session:
            self.titles = len(export_rows(session, self.at.date(), self.at))
            self.in_flight = tuple(
                session.scalars(
                    select(Application.application_no).where(Application.status.not_in(statuses.ENDED))
                )
            )
        clicks = self._click_everything(EACH)
        self.office.expect("offices click at the instant", clicks > 0 or not self.in_flight, self.in_flight)
        drain(self.office.runtime)
        self._click_everything(1)
        self._frozen()

    def new_cycle(self, officer: Actor) -> None:
        """A cycle of the year after the measure cannot be opened."""
        facts = {"cycle_year": self.at.year}
        self.refuse(
            f"a cycle of {self.at.year}",
            lambda: commands.start(self.office.runtime, officer, "annual_cycle", facts),
            "OutsideValidity",
        )

    def refuse(self, what: str, click: Callable[[], object], code: str) -> None:
        """A click that must be refused by article 15 in so many words."""

        def naming_the_article() -> None:
            try:
                click()
            except Refusal as refusal:
                named = "第十五条" in refusal.as_dict()["basis"] + refusal.message("zh")
                self.office.expect("a refusal after expiry names article 15", named, refusal)
                raise

        self.office.refuse(what, naming_the_article, code)

    def titles_stay(self) -> None:
        """Expiry ends no title; the register says that the underlying measure has expired."""
        now = self.office.clock.now()
        with self.office.runtime.reading() as session:
            rows = export_rows(session, self.at.date(), now)
        self.office.expect("titles stay valid", len(rows) == self.titles, f"{len(rows)} of {self.titles}")
        for row in rows:
            remark = row["remark"]
            self.office.expect(
                "the register says that the measure has expired", remark == EXPIRED_REMARK[0], row
            )

    def terminated(self) -> None:
        """Without a decision to continue every open application has ended, and its applicant was told."""
        with self.office.runtime.reading() as session:
            for number in self.in_flight:
                status = session.scalar(
                    select(Application.status).where(Application.application_no == number)
                )
                self.office.expect("terminated", status in statuses.ENDED, f"{number} is {status}")
                told = session.scalar(
                    select(Outbox.id).where(Outbox.idempotency_key == f"terminated-{number}")
                )
                self.office.expect("applicant told", told is not None, number)

    def _click_everything(self, most: int) -> int:
        """Up to `most` clicks on each element; how many there were."""
        clicks: Counter[str] = Counter()
        for task in self.office.open_tasks():
            element = f"{task.process_id}/{task.element_id}"
            concerned = task.process_id in FROZEN_PROCESSES and task.element_id not in ALWAYS_OPEN
            if concerned and clicks[element] < most:
                clicks[element] += self._click(task)
        return clicks.total()

    def _click(self, task: UserTask) -> bool:
        """Whether somebody had something to hand in; it must have been refused."""
        actor = self.office.actor_for(task)
        if actor is None:
            return False
        answer = self.office.would_answer(task, actor)
        if isinstance(answer, Later | Never):
            if task.form_id not in CONFIRMATIONS:
                return False
            answer = {"confirmed": True}
        runtime, body = self.office.runtime, answer
        what = f"after expiry: {task.business_key} {task.element_id} by {actor.login}"
        self.refuse(what, lambda: commands.complete(runtime, actor, task.id, body), "ActAfterExpiry")
        return True

    def _frozen(self) -> None:
        with self.office.runtime.reading() as session:
            measures = session.scalars(select(Measure).where(Measure.expires_on < self.at.date())).all()
            cycles = session.scalars(select(Cycle)).all()
        for measure in measures:
            self.office.expect("the measure has expired", measure.status == EXPIRED, measure.code)
        flying = {int(number.split("-")[0]) for number in self.in_flight}
        for cycle in cycles:
            if cycle.year in flying:
                self.office.expect(
                    "the cycle is frozen", cycle.status == FROZEN, f"{cycle.year} {cycle.status}"
                )
