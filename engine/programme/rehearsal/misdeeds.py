"""What people try that the rules forbid. Every try must be refused by name; one that is not is reported.

Late clicks come at the very instant of the deadline with no worker running: the deadline has to hold by itself.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from engine import commands
from engine.conditions import Grant
from engine.policy import Actor
from engine.programme.announcements.models import PublicNotice
from engine.programme.cycles.models import Cycle
from engine.programme.rehearsal.office import Body, Office
from engine.programme.rehearsal.population import Enterprise
from engine.shifted_clock import walk
from engine.store.tasks import UserTask
from engine.worker import drain

EACH = 5  # tries of every kind: enough to tell, few enough not to cost


class Misdeeds:
    """The tries, each kind a few times."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._tries: Counter[str] = Counter()

    def second_cycle(self, officer: Actor, year: int) -> None:
        """Open the same year's cycle again (article 3, I1)."""
        facts = {"cycle_year": year}
        self.office.refuse(
            f"a second cycle {year}",
            lambda: commands.start(self.office.runtime, officer, "annual_cycle", facts),
        )

    def before(self, morning: datetime) -> None:
        """Stop at an enterprise deadline on the way to `morning`, and let the late ones click."""
        office = self.office
        with office.runtime.reading() as session:
            deadlines = session.scalars(select(Cycle.enterprise_deadline)).all()
        for deadline in sorted(d for d in deadlines if d is not None):
            if office.clock.now() < deadline <= morning:
                walk(office.runtime, office.clock, deadline - timedelta(seconds=1), drain)
                office.clock.set(deadline)
                self._late_clicks()

    def during(self, day: date) -> None:
        """One round of everything else."""
        self._twice()
        for task in self.office.open_tasks():
            kind = _KINDS.get(task.element_id)
            if kind is not None:
                kind(self, task)

    def _late_clicks(self) -> None:
        for task in self.office.open_tasks():
            enterprise = self.office.enterprises.get(task.business_key or "")
            if task.form_id == "application_form" and enterprise and enterprise.temper == "late":
                actor = self.office.actor_for(task)
                if actor is not None:
                    body = self._late_body(task, actor, enterprise)
                    self._try("late", task, actor, body, always=True)

    def _late_body(self, task: UserTask, actor: Actor, enterprise: Enterprise) -> Body:
        desk = self.office.desk(task, actor)
        desk.enterprise = replace(enterprise, temper="plain")
        body = self.office.answer(task)(desk)
        return body if isinstance(body, dict) else {}

    def _twice(self) -> None:
        if self.office.last_done is not None:
            self._try("twice", *self.office.last_done)

    def _foreign_city(self, task: UserTask) -> None:
        people = self.office.staff.by_group
        others = [g for g in people if g.startswith("city_officer@") and g not in task.candidate_groups]
        if others:
            self._try("foreign city", task, people[others[0]][0], {"result": "RECOMMEND", "opinion": "越权"})

    def _same_person(self, task: UserTask) -> None:
        checker = self.office.completer(task, "formal_check")
        if checker is not None:
            both = Actor(checker.login, checker.name, (*checker.grants, Grant("dept_head", "370000")))
            self._try("same person", task, both, {"decision": "AGREE"})

    def _stale(self, task: UserTask) -> None:
        actor = self.office.actor_for(task)
        if actor is not None:
            body = {"result": "AGREE", "inspected": True, "opinion": "旧页面"}
            self._try("stale page", task, actor, body, revision=task.revision + 7)

    def _smuggled(self, task: UserTask) -> None:
        actor = self.office.actor_for(task)
        if actor is not None:
            self._try(
                "smuggled field", task, actor, {"decision": "SUBMIT", "sealed": True, "__builtins__": 1}
            )

    def _too_early(self, task: UserTask) -> None:
        year = int((task.business_key or "0").split("-")[0])
        with self.office.runtime.reading() as session:
            notices = session.scalars(select(PublicNotice).where(PublicNotice.cycle_year == year)).all()
        actor = self.office.actor_for(task)
        if actor is not None and any(n.ends_at > self.office.clock.now() for n in notices):
            body = self.office.answer(task)(self.office.desk(task, actor))
            self._try("published early", task, actor, body if isinstance(body, dict) else {})

    def _try(
        self,
        kind: str,
        task: UserTask,
        actor: Actor,
        body: Body,
        *,
        revision: int | None = None,
        always: bool = False,
    ) -> None:
        if self._tries[kind] >= EACH and not always:
            return
        self._tries[kind] += 1
        what = f"{kind}: {task.business_key} {task.element_id} by {actor.login}"
        runtime = self.office.runtime
        self.office.refuse(what, lambda: commands.complete(runtime, actor, task.id, body, revision=revision))


_KINDS: dict[str, Callable[[Misdeeds, UserTask], None]] = {
    "city_review": Misdeeds._foreign_city,
    "formal_approve": Misdeeds._same_person,
    "county_opinion": Misdeeds._stale,
    "sign": Misdeeds._smuggled,
    "publication": Misdeeds._too_early,
}
