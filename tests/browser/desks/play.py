"""Who plays which task: the days of a cycle turn as in a rehearsal, and certain tasks wait for a browser."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import TimeoutError

from engine.policy import Actor
from engine.programme.rehearsal.office import Body, Later, Never, Office
from engine.store.tasks import UserTask
from tests.browser.desks.hands import fill_in
from tests.browser.journey.house import LATEST, House
from tests.browser.journey.person import PATIENCE, Person
from tests.browser.journey.registering import signed_in

Look = Callable[["Play", UserTask, Body], None]


@dataclass(slots=True)
class Play:
    """One cycle: what waits for the browser, what has been played, and the pages that were looked at on the way."""

    house: House
    person: Person
    wanted: set[str]
    """`process/element` of the tasks whose first is done in the browser."""
    before: dict[str, Look]
    """What is done on a desk before its answers are typed."""
    instead: dict[str, Callable[[Body], Body]]
    """Answers other than those of the rehearsal, by step."""
    signed_in: str = ""
    played: list[str] = field(default_factory=list)

    @property
    def office(self) -> Office:
        """The invented people."""
        assert self.house.year is not None
        return self.house.year.office

    def begin(self) -> None:
        """Tell the invented people which tasks are none of theirs."""
        visitors = self.office.leaves
        self.office.leaves = lambda task: self.mine(task) or visitors(task)

    def mine(self, task: UserTask) -> bool:
        """Whether a task waits for the browser: the first of its step that is to be answered at all."""
        step = f"{task.process_id}/{task.element_id}"
        return step in self.wanted and step not in self.played and not self._left(task)

    def until(self, done: Callable[[], bool]) -> None:
        """Let days pass, and play what comes, until something is so."""
        while not done():
            assert self.house.clock.now().date() < LATEST, f"not played: {self.wanted - set(self.played)}"
            self.day()

    def day(self) -> None:
        """One day of the offices, then what waits for the browser, as long as something does."""
        self.house.days(1)
        while self._round():
            self.house.work()
            self.office.work()

    def _round(self) -> int:
        before = len(self.played)
        for task in self.office.open_tasks():
            if self.mine(task):
                self._play(task)
        return len(self.played) - before

    def _left(self, task: UserTask) -> bool:
        """Whether it is left to the invented people: nobody does it, or an expert who is to score steps aside."""
        actor = self.office.actor_for(task)
        body = self.office.would_answer(task, actor) if actor is not None else Never()
        if isinstance(body, Later | Never):
            return isinstance(body, Never)
        return body.get("declaration") == "RECUSE"

    def _play(self, task: UserTask) -> None:
        actor = self.office.actor_for(task)
        assert actor is not None
        body = self.office.would_answer(task, actor)
        if isinstance(body, Later | Never):
            return
        step = f"{task.process_id}/{task.element_id}"
        body = {**body, **self.instead.get(step, lambda answers: {})(body)}
        self.sign_in(actor)
        self._open(task)
        if step in self.before:
            self.before[step](self, task, body)
        self._submit(task, body)
        self.played.append(step)
        self.office.recall(task.instance_id, task.element_id, actor.login, task.business_key)

    def sign_in(self, actor: Actor) -> None:
        """As that official; whoever was there before signs out."""
        if self.signed_in == actor.login:
            return
        signed_in(self.person, actor.login)
        self.signed_in = actor.login

    def _open(self, task: UserTask) -> None:
        page = self.person.page
        self.person.open(f"/tasks/{task.id}")
        claim = page.get_by_role("button", name="领取任务", exact=True)
        if claim.count():
            self.person.leave(claim)
            page.wait_for_selector("#task-form", timeout=PATIENCE)
        self.person.look(f"{task.process_id} {task.element_id}")

    def _submit(self, task: UserTask, body: Body) -> None:
        form = self._form(task)
        if form is not None:
            fill_in(self.person, form, body)
        page = self.person.page
        try:
            self.person.leave(page.locator("#task-form button[name=_action][value=submit]").first)
        except TimeoutError as late:
            raise AssertionError(f"{task.process_id}/{task.element_id} stays: {self.person.last()}") from late
        wrong = page.locator("[data-error-summary]")
        assert not wrong.count(), f"{task.process_id}/{task.element_id}: {wrong.inner_text()} for {body}"
        assert page.url.endswith("/done"), page.url

    def _form(self, task: UserTask):  # type: ignore[no-untyped-def]
        definitions = self.house.runtime.definitions
        with self.house.runtime.reading() as session:
            if task.form_definition_id is None:
                return (
                    definitions.form(session, definitions.find("form", task.form_id))
                    if task.form_id
                    else None
                )
            return definitions.form(session, definitions.by_key(session, task.form_definition_id))
