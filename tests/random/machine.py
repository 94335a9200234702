"""A Hypothesis machine that does anything to anything through the commands, and looks after every step."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from engine import commands, worker
from engine.bpmn.model import _compile
from engine.clock import VirtualClock
from engine.commands.refusals import DeadlinePassed, InstanceEnded
from engine.errors import Refusal
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.instances import ACTIVE, SUSPENDED, Incident, Instance
from engine.store.messages import MessageSubscription
from engine.store.tasks import COMPLETED, CREATED, Submission, UserTask
from engine.store.work import Job, Timer
from engine.verbs import VerbContext, Verbs
from tests.random.blocks import generate
from tests.random.invariants import check, check_trail
from tests.random.parts import FORM
from tests.random.stored import GIVEN, verbs_of
from tests.support import diagrams as d
from tests.support.people import CITY, CITY_TOO, OTHER_CITY
from tests.support.runtimes import MORNING, open_runtime, sqlite_url

PEOPLE = (CITY, CITY_TOO, OTHER_CITY, SYSTEM)
PROGRAM = generate(8, 0)
KINDS = ("lapsing", "waiting", PROGRAM.main.id)
RUNNING = 4
"""Instances that run at the same time at most: enough to get into each other's way."""


def lapsing(version: int) -> bytes:
    """A task with a deadline of two days and a reminder every day; afterwards another one."""
    reminder = d.boundary("remind", "fill", d.timer("Cycle", "R3/P1D"), interrupting=False)
    late = d.boundary("lapse", "fill", d.timer("Duration", "P2D"))
    body = d.start() + d.task("fill", form=FORM, mapping=d.output("=given", "given")) + reminder + late
    body += d.service("note", "machine.later") + d.task("after") + d.end() + d.end("end2") + d.end("end3")
    flows = (
        d.chain("start", "fill", "note", "after", "end") + d.chain("lapse", "end2") + d.flow("remind", "end3")
    )
    return d.diagram("lapsing", f"<bpmn:documentation>{version}</bpmn:documentation>" + body + flows)


def waiting(version: int) -> bytes:
    """A message, a signal and a task in parallel; the verb after the task fails now and then."""
    roots = d.message_root("news", "=key") + d.signal_root("bell")
    body = d.start() + '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
    body += d.catch("news", d.message("news")) + d.catch("bell", d.signal("bell")) + d.task("sign")
    body += d.service("break", "machine.breaks") + d.end()
    flows = d.chain("start", "fork", "sign", "break", "join", "end")
    flows += "".join(d.flow("fork", id) + d.flow(id, "join") for id in ("news", "bell"))
    head = f"<bpmn:documentation>{version}</bpmn:documentation>"
    return d.diagram("waiting", head + body + flows, roots=roots)


class Machine(RuleBasedStateMachine):
    """Any command by anybody at any time. `template` is a database with the schema, `folder` where runs live."""

    template: Path
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        path = self.folder / "machine.sqlite3"
        shutil.copy(self.template, path)
        self.url, self.clock = sqlite_url(path), VirtualClock(MORNING)
        self.broken, self.version = False, 0
        self.tried: set[str] = set()
        self.accepted: list[int] = []
        self.holders: dict[int, str | None] = {}
        self.revisions: dict[int, tuple[int, str]] = {}
        self.running, self.last = 0, list[Any]()
        self.rt = self._open()

    def _open(self) -> Runtime:
        rt = open_runtime(self.url, self.clock)
        rt.verbs.merge(verbs_of(self.tried))
        rt.verbs.merge(self._verbs())
        rt.effects["test.effect"] = lambda payload, key: None
        return rt

    def _verbs(self) -> Verbs:
        verbs = Verbs()

        @verbs.register("machine.later", zh="稍后", en="later", pure=False)
        def later(context: VerbContext) -> dict[str, Any]:
            return self._work()

        @verbs.register("machine.breaks", zh="会坏", en="breaks")
        def breaks(context: VerbContext) -> dict[str, Any]:
            return self._work()

        return verbs

    def _work(self) -> dict[str, Any]:
        if self.broken:
            raise RuntimeError("the printer is on fire")
        return {"done": True}

    def teardown(self) -> None:
        self.rt.close()

    # ---------------------------------------------------------------- helpers

    def attempt(self, act: Callable[[], Any]) -> Any:
        """The answer, or None when it is refused by name."""
        refusal: Refusal
        try:
            return act() or True
        except Refusal as refused:
            refusal = refused
        assert refusal.message("zh") != refusal.message("en")
        if not isinstance(refusal, DeadlinePassed | InstanceEnded):  # what a deadline did is committed
            assert self.seen() == self.last, f"{refusal.code} changed something"
        return None

    def seen(self) -> list[Any]:
        """What a refusal must not change."""
        with self.rt.reading() as session:
            instances = session.execute(select(Instance.id, Instance.revision, Instance.status)).all()
            tasks = session.execute(select(UserTask.id, UserTask.state, UserTask.revision)).all()
        return [*instances, *tasks]

    def pick(self, table: Any, number: int, *where: Any) -> Any:
        """One of the rows, by any number; a key that does not exist when there are none."""
        with self.rt.reading() as session:
            found = session.scalars(select(table).where(*where).order_by(table.id)).all()
        return found[number % len(found)] if found else None

    # ---------------------------------------------------------------- what may happen

    @initialize()
    def first_deployment(self) -> None:
        files = {f"{x.id}.bpmn": x.xml() for x in PROGRAM.diagrams}
        with_form = {**files, f"{FORM}.form": GIVEN, "lapsing.bpmn": lapsing(0), "waiting.bpmn": waiting(0)}
        commands.deploy(self.rt, SYSTEM, with_form)
        for kind in KINDS:
            self._start(kind, 1, None)
        worker.drain(self.rt)

    @rule()
    def deploy(self) -> None:
        self.version += 1
        done = commands.deploy(
            self.rt, SYSTEM, {"lapsing.bpmn": lapsing(self.version), "waiting.bpmn": waiting(self.version)}
        )
        assert all(item.new and item.version == self.version + 1 for item in done.definitions)

    def _start(self, kind: str, key: int, business_key: str | None) -> None:
        given = PROGRAM.variables if kind == PROGRAM.main.id else {"key": f"k{key}"}
        self.attempt(lambda: commands.start(self.rt, SYSTEM, kind, given, business_key=business_key))

    @precondition(lambda self: self.running < RUNNING)
    @rule(kind=st.sampled_from(KINDS), key=st.integers(0, 2), business_key=st.sampled_from([None, None, "b"]))
    def start(self, kind: str, key: int, business_key: str | None) -> None:
        self._start(kind, key, business_key)

    @rule(number=st.integers(0, 99), who=st.sampled_from(PEOPLE))
    def claim(self, number: int, who: Actor) -> None:
        task = self.pick(UserTask, number)
        if task and self.attempt(lambda: commands.claim(self.rt, who, task.id)):
            assert self.holders.setdefault(task.id, who.login) in (who.login, None)
            self.holders[task.id] = who.login

    @rule(number=st.integers(0, 99), who=st.sampled_from(PEOPLE))
    def give_back(self, number: int, who: Actor) -> None:
        task = self.pick(UserTask, number)
        if task and self.attempt(lambda: commands.give_back(self.rt, who, task.id)):
            self.holders[task.id] = None

    @rule(number=st.integers(0, 99), who=st.sampled_from(PEOPLE), given=st.sampled_from([5, 5, 5, None, "x"]))
    def complete(self, number: int, who: Actor, given: Any) -> None:
        task = self.pick(UserTask, number, UserTask.state != COMPLETED) or self.pick(UserTask, number)
        if task is None:
            return
        body = {"given": given} if task.form_id and given is not None else {}
        if self.attempt(lambda: commands.complete(self.rt, who, task.id, body, revision=task.revision)):
            assert self.holders.get(task.id) in (None, who.login), "somebody else holds it"
            self.accepted.append(task.id)

    @rule(number=st.integers(0, 99))
    def complete_as_it_should_be(self, number: int) -> None:
        task = self.pick(UserTask, number, UserTask.state == CREATED)
        if task is None:
            return
        who = next((p for p in PEOPLE if p.login == task.assignee), SYSTEM if task.manual else CITY)
        body = {"given": number} if task.form_id else {}
        if self.attempt(lambda: commands.complete(self.rt, who, task.id, body)):
            self.accepted.append(task.id)

    @precondition(lambda self: self.accepted)
    @rule(number=st.integers(0, 99))
    def complete_again(self, number: int) -> None:
        key = self.accepted[number % len(self.accepted)]
        assert self.attempt(lambda: commands.complete(self.rt, CITY, key, {})) is None

    @rule(number=st.integers(0, 99), who=st.sampled_from(PEOPLE))
    def draft(self, number: int, who: Actor) -> None:
        task = self.pick(UserTask, number)
        if task:
            self.attempt(lambda: commands.save_draft(self.rt, who, task.id, {"given": "half"}))

    @rule(hours=st.sampled_from([1, 12, 25, 49, 24 * 365]))
    def time_passes_without_a_worker(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))

    @rule(hours=st.sampled_from([0, 0, 1, 25]))
    def work(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))
        worker.drain(self.rt)
        now = self.clock.now()
        with self.rt.reading() as session:
            assert session.scalars(select(Timer.id).where(Timer.wake <= now)).all() == []
            assert session.scalars(select(Job.id).where(Job.wake <= now)).all() == []

    @rule(number=st.integers(0, 99), live=st.booleans())
    def publish(self, number: int, live: bool) -> None:
        wanted = self.pick(MessageSubscription, number)
        name, key = (wanted.name, wanted.correlation_key) if wanted else ("news", f"k{number % 3}")
        ttl = "P1D" if live else "PT0S"
        commands.publish_message(self.rt, SYSTEM, name, key, {"sent": number}, time_to_live=ttl)

    @rule()
    def ring(self) -> None:
        commands.broadcast_signal(self.rt, SYSTEM, "bell", {})

    @rule(number=st.integers(0, 99))
    def suspend(self, number: int) -> None:
        row = self.pick(Instance, number)
        if row:
            self.attempt(lambda: commands.suspend(self.rt, SYSTEM, row.id, "as the machine wills"))

    @rule(number=st.integers(0, 99))
    def resume(self, number: int) -> None:
        row = self.pick(Instance, number, Instance.status == SUSPENDED)
        if row:
            commands.resume(self.rt, SYSTEM, row.id, "as the machine wills")

    @rule(number=st.integers(0, 99))
    def cancel(self, number: int) -> None:
        row = self.pick(Instance, number if number < 30 else 0)
        over = row is not None and row.status not in (ACTIVE, SUSPENDED)
        done = row and self.attempt(lambda: commands.cancel(self.rt, SYSTEM, row.id, "as the machine wills"))
        assert not (over and done), "an instance ends once"

    @rule(number=st.integers(0, 99))
    def migrate(self, number: int) -> None:
        row = self.pick(Instance, number, Instance.process_id.in_(["lapsing", "waiting"]))
        if row:
            self.attempt(lambda: commands.migrate(self.rt, SYSTEM, row.id, reason="a new version"))

    @rule()
    def the_printer_burns_or_is_put_out(self) -> None:
        self.broken = not self.broken

    @rule(number=st.integers(0, 99))
    def retry(self, number: int) -> None:
        row = self.pick(Incident, number, Incident.resolved_at.is_(None))
        if row:
            self.attempt(lambda: commands.retry(self.rt, SYSTEM, row.id, "as the machine wills"))

    @rule()
    def restart(self) -> None:
        self.rt.close()
        _compile.cache_clear()
        self.rt = self._open()

    # ---------------------------------------------------------------- what must always hold

    @invariant()
    def tables_say_what_states_wait_for(self) -> None:
        check(self.rt)
        check_trail(self.rt)

    @invariant()
    def every_accepted_click_is_there_once(self) -> None:
        with self.rt.reading() as session:
            assert sorted(session.scalars(select(Submission.task_id)).all()) == sorted(self.accepted)

    @invariant()
    def revisions_grow_with_every_change_and_only_then(self) -> None:
        with self.rt.reading() as session:
            rows = session.execute(select(Instance.id, Instance.revision, Instance.state)).all()
        for id, revision, state in rows:
            before, former = self.revisions.get(id, (0, ""))
            assert revision >= before
            assert revision > before or state == former, f"instance {id} changed under its revision"
            self.revisions[id] = (revision, state)
        with self.rt.reading() as session:
            live = select(Instance.id).where(Instance.ended_at.is_(None))
            self.running = len(session.scalars(live).all())
        self.last = self.seen()
