"""The offices of a rehearsal at work: open tasks are taken up by somebody who may, and answered.

An answer is a function per form (`answers`), or per element (`process/element`) where one form serves several. It
returns the form's body, `Later` to leave the task for another day, or `Never` to let its deadline pass.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.errors import Refusal
from engine.guards import GuardContext
from engine.policy import Actor
from engine.programme.applications.verbs import CATALOGUES
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.measures.errors import ActAfterExpiry
from engine.programme.objections.models import Objection
from engine.programme.rehearsal import samples
from engine.programme.rehearsal.hands import Attached, Completed, Hands
from engine.programme.rehearsal.people import Staff
from engine.programme.rehearsal.population import Enterprise, Temper
from engine.programme.titles.models import Title
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
Temptation = Callable[[UserTask, Actor, Body | Later | Never], None]
"""What somebody tries about a task before (or after) the lawful answer."""


def _nothing(task: UserTask, actor: Actor, body: Body | Later | Never) -> None:
    """Nobody tries anything."""


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
    """Everybody's desks. `refused` counts clicks that were refused, by name; `missed` those that were not,
    or that were refused for another reason than the one that the law gives, and whatever else was expected in vain.
    """

    runtime: Runtime
    clock: VirtualClock
    staff: Staff
    seed: int
    answers: Mapping[str, Answer]
    enterprises: dict[str, Enterprise] = field(default_factory=dict)
    """Application number -> who applied."""
    population: list[Enterprise] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    """Forbidden completions by kind."""
    missed: list[str] = field(default_factory=list)
    confirmed: Counter[str] = field(default_factory=Counter)
    """What was expected and came true."""
    before: Temptation = _nothing
    after: Temptation = _nothing
    done: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(process, element, week) -> completions: the workload."""
    quota: int = 99
    """Recommendations that a city may send."""
    continues: bool | None = None
    """What is decided about a cycle in flight at expiry: continued, terminated, or nothing (None)."""
    failing: set[str] = field(default_factory=set)
    """Titles (by number) that fail their monitoring and its rectification."""
    leaves: Callable[[UserTask], bool] = lambda task: False
    """Tasks that are none of these people's business: a visitor's."""
    _numbers: "count[int]" = field(default_factory=lambda: count(100))
    _editions: dict[int, dict[str, str]] = field(default_factory=dict)
    _papers: dict[str, Attached] = field(default_factory=dict)
    _seen: Counter[str] = field(default_factory=Counter)
    _wait: dict[int, date] = field(default_factory=dict)
    _completers: dict[int, dict[str, str]] = field(default_factory=dict)
    _load: Counter[str] = field(default_factory=Counter)
    hands: Hands | None = None
    """Who completes tasks of applications side by side; None for one after the other."""
    _handed: list[tuple[UserTask, Actor, Body, Completed]] = field(default_factory=list)

    def work(self) -> int:
        """Do everything that is to be done today; answers how many tasks were completed."""
        total = 0
        drain(self.runtime)
        while done := self._round():
            total += done
            drain(self.runtime)
        return total

    def refuse(self, what: str, click: Callable[[], object], *codes: str) -> None:
        """Do what the rules forbid: it counts when it is refused by one of the names (any, if none is given)."""
        try:
            click()
        except Refusal as refusal:
            self.refused[refusal.code] += 1
            if codes and refusal.code not in codes:
                self.missed.append(f"{what}: {refusal.code} instead of {' or '.join(codes)}: {refusal}")
        else:
            self.missed.append(what)

    def expect(self, what: str, found: bool, detail: object = "") -> None:
        """Something that must be so now: it is counted, or reported with the detail."""
        if found:
            self.confirmed[what] += 1
        else:
            self.missed.append(f"{what}: {detail}")

    def next_number(self) -> int:
        """A document number that was not used yet."""
        return next(self._numbers)

    def cities(self) -> list[str]:
        """The cities with officials here: the notice goes to each of them, whoever is going to apply."""
        groups = (group.partition("@") for group in self.staff.by_group)
        return sorted(city for role, _, city in groups if role == "city_officer" and city)

    def first_time(self, desk: Desk) -> bool:
        """Whether this element of this case is answered for the first time."""
        key = f"{desk.task.business_key} {desk.task.element_id}"
        self._seen[key] += 1
        return self._seen[key] == 1

    def recall(self, instance: int, element: str, login: str, business_key: str | None) -> None:
        """Remember a task that somebody completed before these people came together again."""
        self._completers.setdefault(instance, {})[element] = login
        self._seen[f"{business_key} {element}"] += 1

    def number_from(self, numbers: "count[int]") -> None:
        """Take the document numbers from here on."""
        self._numbers = numbers

    def quality(self, application_no: str) -> float:
        """How good the applied-for object is, 0..1."""
        return self.enterprises[application_no].quality

    def city_document_no(self, year: int, city: str) -> str:
        """The next number of a city's own letters."""
        name = self.runtime.catalogues.item("regions", city).label.removesuffix("市")
        return f"{name}工信发〔{year}〕{self.next_number()}号"

    def all_closed(self, desk: Desk) -> bool:
        """Whether the guard of the task would let it pass: asked of the guard itself."""
        listed = str(desk.task.properties.get("luzhi:guard", ""))
        with self.runtime.reading() as session:
            year = int((desk.task.business_key or "").split("-")[0])
            context = GuardContext(
                session,
                self.clock,
                desk.actor,
                desk.task.instance_id,
                desk.task.business_key,
                desk.task.element_id,
                {"cycle_year": year},
                {"confirmed": True},
            )
            try:
                self.runtime.guards.check(listed, context)
            except Refusal:
                return False
        return True

    def is_failing(self, business_key: str) -> bool:
        """Whether the title of this case fails its monitoring."""
        return any(title_no in business_key for title_no in self.failing)

    def temper_of_objection(self, objection_no: str) -> Temper | None:
        """The temper of the enterprise that an objection is about."""
        with self.runtime.reading() as session:
            number = session.scalar(
                select(Objection.application_no).where(Objection.objection_no == objection_no)
            )
        enterprise = self.enterprises.get(number or "")
        return enterprise.temper if enterprise is not None else None

    def title(self, title_no: str) -> Title:
        """The title of that number."""
        with self.runtime.reading() as session:
            return session.scalars(select(Title).where(Title.title_no == title_no)).one()

    def choices(self, desk: Desk, list_name: str) -> list[dict[str, Any]]:
        """The items of a catalogue list that the task's form offers: in the edition that the cycle pinned."""
        year = int((desk.task.business_key or "").split("-")[0])
        if year not in self._editions:
            with self.runtime.reading() as session:
                pinned = require_cycle(session, year).catalogues
            self._editions[year] = {id: pinned[type] for type, id in CATALOGUES.items()}
        return list(self.runtime.catalogue_lists(self._editions[year]).get(list_name, []))

    def options(self, desk: Desk, list_name: str) -> list[str]:
        """All values of a list."""
        return [item["value"] for item in self.choices(desk, list_name)]

    def papers(self, desk: Desk) -> dict[str, list[str]]:
        """The attachments of an application, uploaded once by whoever fills it in; ids by name."""
        return self._attached(desk.task, desk.actor)()

    def _attached(self, task: UserTask, actor: Actor) -> Attached:
        key, purpose = task.business_key or "", f"task:{task.id}"
        if key not in self._papers:
            enterprise = self.enterprises.get(key)
            titled = enterprise is not None and enterprise.city_title
            if self.hands is not None:
                self._papers[key] = self.hands.attach(self.clock.now(), actor, purpose, city_title=titled)
            else:
                found = samples.attach(self.runtime, actor, purpose, city_title=titled)
                self._papers[key] = lambda: found
        return self._papers[key]

    def _attach_ahead(self, tasks: Sequence[UserTask]) -> None:
        """Other hands upload while these think: what will be asked for today is begun before anybody asks."""
        for task in tasks if self.hands is not None else ():
            wanted = task.form_id == "application_form" and not self._delay(task)
            if wanted and (actor := self.actor_for(task)):
                self._attached(task, actor)

    def option(self, desk: Desk, list_name: str) -> str:
        """One value of a list, at random."""
        return desk.rng.choice(self.options(desk, list_name))

    def actor_for(self, task: UserTask) -> Actor | None:
        """Somebody who may take the task and has not decided it already: the one with the least work."""
        if task.assignee:
            return self.staff.by_login.get(task.assignee)
        people = [p for group in task.candidate_groups for p in self.staff.by_group.get(group, ())]
        barred = self._barred(task)
        people = [p for p in people if p.login not in barred]
        return min(people, key=lambda p: (self._load[p.login], p.login), default=None)

    def desk(self, task: UserTask, actor: Actor) -> Desk:
        """That task on that person's desk."""
        rng = random.Random(f"{self.seed}-{task.business_key}-{task.element_id}-{task.id}")  # noqa: S311
        return Desk(self, task, actor, rng, self.enterprises.get(task.business_key or ""))

    def answer(self, task: UserTask) -> Answer:
        """What is answered to a task. Raises LookupError when nothing is."""
        found = self.answers.get(f"{task.process_id}/{task.element_id}") or self.answers.get(
            task.form_id or ""
        )
        if found is None:
            problem = f"nothing answers {task.process_id}/{task.element_id}"
            raise LookupError(problem)
        return found

    def would_answer(self, task: UserTask, actor: Actor) -> Body | Later | Never:
        """What would be answered now, without a trace."""
        seen = self._seen.copy()
        body = self.answer(task)(self.desk(task, actor))
        self._seen = seen
        return body

    def open_tasks(self) -> list[UserTask]:
        """Every open task, oldest first."""
        with self.runtime.reading() as session:
            rows = session.scalars(select(UserTask).where(UserTask.state == CREATED).order_by(UserTask.id))
            return list(rows)

    def completer(self, task: UserTask, element_id: str) -> Actor | None:
        """Who completed an element of the task's case, or None."""
        login = self._completers.get(task.instance_id, {}).get(element_id)
        return self.staff.by_login.get(login or "")

    def _open(self) -> list[UserTask]:
        """The open tasks that somebody looks at today; most others wait for another day, or for ever."""
        today = self.clock.now().date()
        with self.runtime.reading() as session:
            ids = session.scalars(select(UserTask.id).where(UserTask.state == CREATED)).all()
            due = [id for id in ids if self._wait.get(id, today) <= today]
            tasks = session.scalars(select(UserTask).where(UserTask.id.in_(due)).order_by(UserTask.id))
            return [task for task in tasks if not self.leaves(task)]

    def _round(self) -> int:
        """One look at every desk. A case moves once a round: its other tasks may be gone after that."""
        moved: set[int] = set()
        tasks = self._open()
        self._attach_ahead(tasks)
        for task in tasks:
            if task.instance_id not in moved and self._take(task):
                moved.add(task.instance_id)
        self._settle()
        return len(moved)

    def _take(self, task: UserTask) -> int:
        if task.process_id != "application":
            self._settle()  # whoever looks at many cases at once sees what was done before
        answer, actor = self.answer(task), self.actor_for(task)
        if actor is None:
            problem = f"nobody may do {task.process_id}/{task.element_id} ({task.candidate_groups})"
            raise LookupError(problem)
        delay = self._delay(task)
        body = Later(delay) if delay else answer(self.desk(task, actor))
        self.before(task, actor, body)
        if isinstance(body, Never):
            self._wait[task.id] = date.max
            return 0
        if isinstance(body, Later):
            self._wait[task.id] = self.clock.now().date() + timedelta(days=body.days)
            return 0
        if self.hands is not None and task.process_id == "application":
            self._load[actor.login] += 1
            now = self.clock.now()
            self._handed.append((task, actor, body, self.hands.complete(now, actor, task.id, body)))
            return 1
        try:
            commands.complete(self.runtime, actor, task.id, body)
        except ActAfterExpiry as refusal:
            return self._frozen(task, refusal.code)
        self._load[actor.login] += 1
        return self._completed(task, actor, body)

    def _settle(self) -> None:
        """Wait for what other hands complete. Raises RuntimeError when they were refused."""
        handed, self._handed = self._handed, []
        for task, actor, body, done in handed:
            refused = done()
            if refused is None:
                self._completed(task, actor, body)
            elif refused.code == ActAfterExpiry.__name__:
                self._frozen(task, refused.code)
            else:
                problem = f"{task.process_id}/{task.element_id}: {refused.code}: {refused.said}"
                raise RuntimeError(problem)

    def _frozen(self, task: UserTask, code: str) -> int:
        """After the expiry (article 15) tasks wait for the decision to continue."""
        self.refused[code] += 1
        self._wait[task.id] = self.clock.now().date() + timedelta(days=1)
        return 0

    def _delay(self, task: UserTask) -> int:
        """Days for which a task of an application lies before somebody begins: 0 to 2, 0 to 6 for experts."""
        if (
            task.id in self._wait
            or task.process_id != "application"
            or task.created_at.date() < self.clock.now().date()
        ):
            return 0
        longest = 6 if task.form_id == "expert_sheet" else 2
        return random.Random(f"{self.seed}-delay-{task.id}").randint(0, longest)  # noqa: S311 - repeatable

    def _completed(self, task: UserTask, actor: Actor, body: Body) -> int:
        self._completers.setdefault(task.instance_id, {})[task.element_id] = actor.login
        self._wait.pop(task.id, None)
        self.after(task, actor, body)
        year, week, _ = self.clock.now().isocalendar()
        self.done[task.process_id, task.element_id, f"{year}-W{week:02d}"] += 1
        return 1

    def _barred(self, task: UserTask) -> set[str]:
        listed = str(task.properties.get("luzhi:differentFrom", "")).split(",")
        earlier = self._completers.get(task.instance_id, {})
        return {earlier[e.strip()] for e in listed if e.strip() in earlier}
