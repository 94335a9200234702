"""Plays programs through the commands on a database; every command is done by a process that has just started."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from engine import commands, worker
from engine.bpmn import Case
from engine.bpmn.model import _compile
from engine.clock import VirtualClock
from engine.commands.environment import StoreEnvironment
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.instances import ACTIVE, ElementEvent, Incident, Instance
from engine.store.messages import MessageSubscription
from engine.store.tasks import CREATED, UserTask
from engine.store.work import Outbox, Timer
from engine.verbs import Handler, Parameter, VerbContext, Verbs
from tests.random.cases import HISTORY, answer, may_fail
from tests.random.invariants import check
from tests.random.parts import FORM
from tests.random.program import Open, Outcome, Program
from tests.support.people import CITY
from tests.support.runtimes import MORNING, open_runtime

GIVEN = b"""{"schemaVersion": 19, "type": "default", "id": "fill", "components": [
  {"type": "number", "id": "f_given", "key": "given", "label": "\xe6\x95\xb0", "validate": {"required": true},
   "properties": {"label_en": "Number"}}]}"""
FACTS = {"submission_id", "completed_by", "completed_at"}
"""What the commands add to a completion; without a mapping it becomes variables."""


class StoredDriver:
    """A run of a program on a database."""

    def __init__(self, program: Program, database: str) -> None:
        self.database, self.clock = database, VirtualClock(MORNING)
        self.tried: set[str] = set()
        self.now = open_runtime(database, self.clock)
        files = {f"{d.id}.bpmn": d.xml() for d in program.diagrams}
        with self.process() as rt:
            commands.deploy(rt, SYSTEM, {**files, f"{FORM}.form": GIVEN})
        with self.process() as rt:
            self.instance = commands.start(rt, SYSTEM, program.main.id, program.variables).instance_key
            worker.drain(rt)
        check(self.now)

    @contextmanager
    def process(self) -> Iterator[Runtime]:
        """What one fresh process does: it has compiled nothing and knows nothing."""
        self.now.close()
        _compile.cache_clear()
        self.now = rt = open_runtime(self.database, self.clock)
        rt.verbs.merge(verbs_of(self.tried))
        rt.effects["test.effect"] = lambda payload, key: None
        yield rt

    def open(self) -> list[Open]:
        with self.now.reading() as session:
            tasks = session.scalars(select(UserTask).where(UserTask.state == CREATED)).all()
            timers = session.scalars(select(Timer)).all()
            messages = session.scalars(select(MessageSubscription)).all()
            incidents = session.scalars(select(Incident).where(Incident.resolved_at.is_(None))).all()
        found = (("user", tasks), ("timer", timers), ("message", messages), ("incident", incidents))
        return [Open(kind, row.element_id, row.wait_key, row) for kind, rows in found for row in rows]

    def answer(self, item: Open, data: dict[str, int]) -> None:
        with self.process() as rt:
            self._answer(rt, item, data)
            worker.drain(rt)
        check(self.now)

    def _answer(self, rt: Runtime, item: Open, data: dict[str, int]) -> None:
        row = item.subject
        if item.kind == "user":
            actor = SYSTEM if row.manual else CITY  # a manual task is offered to nobody
            commands.complete(rt, actor, row.id, data, revision=row.revision)
        elif item.kind == "timer":
            self.clock.set(row.due)
        elif item.kind == "message":
            commands.publish_message(rt, SYSTEM, row.name, row.correlation_key, data)
        else:
            commands.retry(rt, SYSTEM, row.id, "once more")

    def outcome(self) -> Outcome:
        with self.process() as rt, rt.transaction() as tx:
            row = tx.session.get_one(Instance, self.instance)
            case = Case.load(row.state, StoreEnvironment(rt, tx, SYSTEM.login, row))
            variables = {name: value for name, value in case.variables.items() if name not in FACTS}
            events = tx.session.scalars(select(ElementEvent).order_by(ElementEvent.id)).all()
            history = Counter((e.element_id, e.event) for e in events if e.event in HISTORY)
            outbox = tx.session.scalars(select(Outbox)).all()
            assert all(row.done_at for row in outbox)
            effects = Counter((o.payload["type"], o.payload["element"], o.payload["x"]) for o in outbox)
        return Outcome("active" if row.status == ACTIVE else row.status.lower(), history, variables, effects)

    def close(self) -> None:
        """Leave the database alone."""
        self.now.close()


def verbs_of(tried: set[str]) -> Verbs:
    """The verbs of the generated processes; `tried` remembers which flaky ones have failed once."""
    verbs = Verbs()
    x = (Parameter("x", "number", "数", "number", required=False),)
    for type in ("test.note", "test.flaky", "test.work"):
        verbs.register(type, zh=type, en=type, pure=type != "test.work", inputs=x)(_noting(type, tried))
    fails = (Parameter("fails", "boolean", "是否", "whether"),)
    for type in ("test.may_fail", "test.may_fail_later"):
        verbs.register(type, zh=type, en=type, pure=type == "test.may_fail", inputs=fails)(_may_fail)
    return verbs


def _noting(type: str, tried: set[str]) -> Handler:
    def work(context: VerbContext, x: int | None = None) -> dict[str, Any]:
        key = f"{context.instance_key}/{context.element_instance}"
        context.outbox("test.effect", {"type": type, "element": context.element_id, "x": x}, key)
        if type == "test.flaky" and key not in tried:
            tried.add(key)
            raise RuntimeError("not at the first time")
        return {"y": answer(x)}

    return work


def _may_fail(context: VerbContext, fails: bool) -> dict[str, Any]:
    return may_fail(fails, context.headers["code"])
