"""The offices of a rehearsal at work: open tasks are taken up by somebody who may, and answered.

An answer is a function per user task (`answers`), found by process and element id. It returns the form's body,
`Later` to leave the task for another day, or `Never` to let its deadline pass.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.errors import Refusal
from engine.policy import Actor
from engine.programme.rehearsal.people import Staff
from engine.programme.rehearsal.population import Enterprise
from engine.runtime import Runtime
from engine.store.tasks import CREATED, UserTask
from engine.worker import drain


@dataclass(frozen=True, slots=True)
class Later:
    """Not today: look again after so many days."""

    days: int = 1


@dataclass(frozen=True, slots=True)
class Never:
    """Nobody will do this task; what its deadline does is what happens."""


Body = Mapping[str, Any]
Answer = Callable[["Desk"], Body | Later | Never]


@dataclass(slots=True)
class Desk:
    """One task on somebody's desk, and all that an answer may look at."""

    office: "Office"
    task: UserTask
    actor: Actor
    rng: random.Random
    enterprise: Enterprise | None

    @property
    def today(self) -> date:
        """The day in the business time zone."""
        return self.office.clock.now().date()


@dataclass(slots=True)
class Office:
    """Everybody's desks. `refused` counts clicks that were refused, by name; `missed` those that were not."""

    runtime: Runtime
    clock: VirtualClock
    staff: Staff
    seed: int
    answers: Mapping[tuple[str, str], Answer]
    enterprises: dict[str, Enterprise] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    done: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(process, element, week) -> completions: the workload."""
    _wait: dict[int, date] = field(default_factory=dict)
    _completers: dict[int, dict[str, str]] = field(default_factory=dict)
    _load: Counter[str] = field(default_factory=Counter)

    def work(self) -> int:
        """Do everything that is to be done today; answers how many tasks were completed."""
        total = 0
        drain(self.runtime)
        while count := sum(self._take(task) for task in self._open()):
            total += count
            drain(self.runtime)
        return total

    def refuse(self, what: str, click: Callable[[], object]) -> None:
        """Do what the rules forbid: it counts when it is refused, and is reported when it is not."""
        try:
            click()
        except Refusal as refusal:
            self.refused[refusal.code] += 1
        else:
            self.missed.append(what)

    def actor_for(self, task: UserTask) -> Actor | None:
        """Somebody who may take the task and has not decided it already: the one with the least work."""
        if task.assignee:
            return self.staff.by_login.get(task.assignee)
        people = [p for group in task.candidate_groups for p in self.staff.by_group.get(group, ())]
        barred = self._barred(task)
        people = [p for p in people if p.login not in barred]
        return min(people, key=lambda p: (self._load[p.login], p.login), default=None)

    def _open(self) -> list[UserTask]:
        today = self.clock.now().date()
        with self.runtime.reading() as session:
            rows = session.scalars(select(UserTask).where(UserTask.state == CREATED).order_by(UserTask.id))
            return [task for task in rows if self._wait.get(task.id, today) <= today]

    def _take(self, task: UserTask) -> int:
        answer = self.answers.get((task.process_id, task.element_id))
        actor = self.actor_for(task)
        if answer is None or actor is None:
            problem = f"nobody answers {task.process_id}/{task.element_id} ({task.candidate_groups})"
            raise LookupError(problem)
        rng = random.Random(f"{self.seed}-{task.business_key}-{task.element_id}-{task.id}")  # noqa: S311
        enterprise = self.enterprises.get(task.business_key or "")
        body = answer(Desk(self, task, actor, rng, enterprise))
        if isinstance(body, Never):
            self._wait[task.id] = date.max
            return 0
        if isinstance(body, Later):
            self._wait[task.id] = self.clock.now().date() + timedelta(days=body.days)
            return 0
        return self._complete(task, actor, body)

    def _complete(self, task: UserTask, actor: Actor, body: Body) -> int:
        commands.complete(self.runtime, actor, task.id, body)
        self._completers.setdefault(task.instance_id, {})[task.element_id] = actor.login
        self._load[actor.login] += 1
        self._wait.pop(task.id, None)
        year, week, _ = self.clock.now().isocalendar()
        self.done[task.process_id, task.element_id, f"{year}-W{week:02d}"] += 1
        return 1

    def _barred(self, task: UserTask) -> set[str]:
        listed = str(task.properties.get("luzhi:differentFrom", "")).split(",")
        earlier = self._completers.get(task.instance_id, {})
        return {earlier[e.strip()] for e in listed if e.strip() in earlier}
