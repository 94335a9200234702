"""What people try that the rules forbid. Every try must be refused by name; one that is not is reported.

Late clicks come at the very instant of a deadline with no worker running: the deadline has to hold by itself.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from sqlalchemy import select

from engine import commands
from engine.policy import PUBLIC, Actor
from engine.programme.announcements.models import PublicNotice
from engine.programme.announcements.operations import publish
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.rehearsal.forbidden import FORBIDDEN, Try
from engine.programme.rehearsal.office import Body, Later, Never, Office
from engine.programme.rehearsal.population import Enterprise
from engine.programme.returns.models import ApplicationReturn
from engine.store.tasks import UserTask

EACH = 3  # tries of every kind: enough to tell, few enough not to cost
OF_ALL = 1  # tries of what can be tried about every task, per element


class Misdeeds:
    """The tries, each kind a few times. They are made just before and just after the lawful answers."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._tries: Counter[str] = Counter()
        office.before, office.after = self._before, self._after

    def second_cycle(self, officer: Actor, year: int) -> None:
        """Open the same year's cycle again (article 3, I1)."""
        facts = {"cycle_year": year}
        self.office.refuse(
            f"a second cycle {year}",
            lambda: commands.start(self.office.runtime, officer, "annual_cycle", facts),
            "SecondCycle",
        )

    def deadlines(self) -> list[tuple[datetime, Callable[[], None]]]:
        """The instants at which late ones click, with what they do then."""
        with self.office.runtime.reading() as session:
            rows = session.execute(select(Cycle.enterprise_deadline, Cycle.city_deadline)).all()
            open_ones = select(ApplicationReturn.due).where(ApplicationReturn.closed_at.is_(None))
            dues = set(session.scalars(open_ones))
        instants = {instant for row in rows for instant in row if instant is not None}
        late = [(instant, self._late_clicks) for instant in sorted(instants)]
        return late + [(due, self._late_corrections) for due in sorted(dues)]

    def during(self, day: date) -> None:
        """Have the publication's verb called while a public notice runs (I5)."""
        with self.office.runtime.reading() as session:
            running = session.scalars(
                select(PublicNotice).where(PublicNotice.ends_at > self.office.clock.now())
            ).all()
        for notice in running:
            if self._may_try(f"published early {notice.id}", 1):
                what = f"published {notice.cycle_year} before {notice.ends_at}"
                self.office.refuse(what, partial(self._publish, notice.cycle_year), "NothingToPublish")

    def _publish(self, year: int) -> None:
        with self.office.runtime.transaction() as tx:
            cycle = require_cycle(tx.session, year)
            publish(
                tx.session,
                cycle,
                document_no="鲁工信装〔2030〕1号",
                document_date=tx.now.date(),
                title="抢先公布",
                actor=PUBLIC.login,
                at=tx.now,
            )

    def _late_corrections(self) -> None:
        """A supplement or correction is handed in at the instant at which it is over (articles 7 and 8)."""
        now = self.office.clock.now()
        for task in self.office.open_tasks():
            actor = self.office.actor_for(task)
            if task.element_id in ("correct", "supplement") and task.due == now and actor is not None:
                self.attempt(Try(f"late {task.element_id}", task, actor, {}, _LATE), always=True)

    def _late_clicks(self) -> None:
        for task in self.office.open_tasks():
            enterprise = self.office.enterprises.get(task.business_key or "")
            actor = self.office.actor_for(task)
            if actor is None:
                continue
            if task.form_id == "application_form" and enterprise and enterprise.temper == "late":
                self.attempt(
                    Try("late", task, actor, self._late_body(task, actor, enterprise), _LATE), always=True
                )
            elif task.process_id == "recommendation" and task.element_id == "rank":
                self.attempt(Try("late package", task, actor, {"decision": "NONE"}, _LATE))

    def _late_body(self, task: UserTask, actor: Actor, enterprise: Enterprise) -> Body:
        desk = self.office.desk(task, actor)
        desk.enterprise = replace(enterprise, temper="plain")
        body = self.office.answer(task)(desk)
        return body if isinstance(body, dict) else {}

    def _before(self, task: UserTask, actor: Actor, body: Body | Later | Never) -> None:
        for number, forbidden in enumerate(FORBIDDEN.get((task.process_id, task.element_id), ())):
            name = f"{task.process_id}/{task.element_id} {number}"
            if self._tries[name] < EACH and (found := forbidden(self.office, task, actor, body)) is not None:
                self._tries[name] += 1
                self.attempt(found, always=True)
        if isinstance(body, Later | Never) or not self._may_try(
            f"any {task.process_id}/{task.element_id}", OF_ALL
        ):
            return
        self.attempt(
            Try("stale page", task, actor, body, ("StalePage",), revision=task.revision + 7), always=True
        )
        self.attempt(
            Try("smuggled field", task, actor, {**body, "__builtins__": 1}, ("InvalidForm",)), always=True
        )
        self.attempt(Try("outsider", task, PUBLIC, body, ("NotAllowed", "NotFound")), always=True)

    def _after(self, task: UserTask, actor: Actor, body: Body | Later | Never) -> None:
        if isinstance(body, Later | Never) or not self._may_try(
            f"twice {task.process_id}/{task.element_id}", OF_ALL
        ):
            return
        self.attempt(Try("twice", task, actor, body, ("TaskCompleted",)), always=True)

    def _may_try(self, kind: str, most: int) -> bool:
        self._tries[kind] += 1
        return self._tries[kind] <= most

    def attempt(self, found: Try, *, always: bool = False) -> None:
        """Make a try, if there were not enough of its kind already."""
        if not always and not self._may_try(found.kind, EACH):
            return
        self.office.tried[found.kind] += 1
        runtime, task, actor = self.office.runtime, found.task, found.actor
        what = f"{found.kind}: {task.business_key} {task.element_id} by {actor.login}"
        self.office.refuse(
            what,
            lambda: commands.complete(runtime, actor, task.id, found.body, revision=found.revision),
            *found.codes,
        )


_LATE = ("DeadlinePassed", "TaskCanceled")
