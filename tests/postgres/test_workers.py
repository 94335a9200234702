"""Several workers on one PostgreSQL: everything is done, nothing is done twice, whoever dies or sleeps."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from engine import audit, commands, faults
from engine.clock import VirtualClock
from engine.programme.documents.operations import next_number
from engine.runtime import Runtime
from engine.store.instances import ElementEvent, Incident, Instance
from engine.store.people import Organisation
from engine.store.work import Job, Timer
from engine.verbs import Parameter, VerbContext
from engine.worker import drain
from tests.support.diagrams import catch, chain, diagram, end, service, start, task, timer
from tests.support.people import CITY
from tests.support.racing import race
from tests.support.runtimes import MORNING, deploy, open_runtime, open_task, open_tasks, rows
from tests.support.runtimes import start as begin

pytestmark = pytest.mark.postgres

CALLING = diagram(
    "calling",
    start()
    + catch("sleep", timer("Duration", "PT1H"))
    + service("call", "test.count")
    + task("then")
    + end()
    + chain("start", "sleep", "call", "then", "end"),
)


class Workers:
    """Runtimes of several machines on one database, whose clocks agree; `calls` counts the verb's calls."""

    def __init__(self, url: str) -> None:
        self.clock = VirtualClock(MORNING)
        self.calls: Counter[int] = Counter()
        self.runtimes = [open_runtime(url, self.clock, lease_seconds=60) for _ in range(3)]
        for rt in self.runtimes:
            inputs = (Parameter("no", "number", "号", "no"),)
            rt.verbs.register("test.count", zh="计", en="count", pure=False, inputs=inputs)(self._count)

    def _count(self, context: VerbContext, no: int) -> None:
        self.calls[no] += 1
        code = f"{no}-{self.calls[no]}"
        context.session.add(Organisation(code=code, name=code, kind="agency"))


@pytest.fixture
def workers(postgres_schema: str) -> Iterator[Workers]:
    """Three workers on a fresh database."""
    found = Workers(postgres_schema)
    yield found
    for rt in found.runtimes:
        rt.close()


def fill(workers: Workers, count: int) -> Runtime:
    rt = workers.runtimes[0]
    deploy(rt, calling=CALLING)
    for no in range(count):
        begin(rt, "calling", {"no": no})
    workers.clock.advance(timedelta(hours=1))
    return rt


def test_three_workers_fire_and_call_everything_once(workers: Workers) -> None:
    rt = fill(workers, 40)
    race(*(lambda rt=rt: drain(rt) for rt in workers.runtimes))
    drain(rt)
    assert workers.calls == Counter(range(40))
    fired = select(ElementEvent.instance_id).where(
        ElementEvent.element_id == "sleep", ElementEvent.event == "completed"
    )
    assert Counter(rows(rt, fired)) == Counter(rows(rt, select(Instance.id)))
    assert len(open_tasks(rt)) == 40
    assert rows(rt, select(Timer)) == rows(rt, select(Job)) == rows(rt, select(Incident)) == []
    with rt.reading() as session:
        assert audit.verify(session) is None


def test_workers_and_people_at_once(workers: Workers) -> None:
    rt = fill(workers, 12)
    drain(rt)
    keys = [task.id for task in open_tasks(rt)]
    for no in range(12, 24):
        begin(rt, "calling", {"no": no})
    workers.clock.advance(timedelta(hours=1))

    def click() -> None:
        for key in keys:
            commands.complete(rt, CITY, key, {})

    race(click, *(lambda rt=rt: drain(rt) for rt in workers.runtimes))
    drain(rt)
    assert Counter(rows(rt, select(Instance.status))) == {"COMPLETED": 12, "ACTIVE": 12}
    assert max(workers.calls.values()) == 1


def test_a_dead_workers_job_comes_back_when_its_lease_ends(workers: Workers) -> None:
    fill(workers, 1)
    dead, alive, _ = workers.runtimes
    drain_timers(dead)

    def die() -> None:
        raise SystemExit

    faults.arm("job.claimed", die)
    with pytest.raises(SystemExit):
        commands.run_jobs(dead)
    faults.disarm()
    assert commands.run_jobs(alive) == 0
    workers.clock.advance(timedelta(seconds=60))
    assert commands.run_jobs(alive) == 1
    assert workers.calls == {0: 1}
    assert open_task(alive, "then")


def test_a_paused_worker_that_wakes_with_an_old_lease_changes_nothing(workers: Workers) -> None:
    fill(workers, 1)
    paused, other, _ = workers.runtimes
    drain_timers(paused)

    def meanwhile() -> None:
        faults.disarm()
        workers.clock.advance(timedelta(minutes=5))
        assert commands.run_jobs(other) == 1

    faults.arm("job.done", meanwhile)
    commands.run_jobs(paused)
    # it was called twice, as every call to the outside may be; what it wrote counts once
    assert workers.calls == {0: 2}
    assert rows(other, select(Organisation.code)) == ["0-2"]
    assert len(open_tasks(other)) == 1
    called = select(ElementEvent).where(ElementEvent.element_id == "call", ElementEvent.event == "completed")
    assert len(rows(other, called)) == 1
    assert rows(other, select(Job)) == []


def test_a_paused_worker_fires_no_timer_twice(workers: Workers) -> None:
    fill(workers, 1)
    paused, other, _ = workers.runtimes

    def meanwhile() -> None:
        faults.disarm()
        workers.clock.advance(timedelta(minutes=5))
        assert commands.fire_due_timers(other) == 1

    faults.arm("timer.claimed", meanwhile)
    assert commands.fire_due_timers(paused) == 0
    fired = select(ElementEvent).where(ElementEvent.element_id == "sleep", ElementEvent.event == "completed")
    assert len(rows(other, fired)) == 1


def test_a_broken_state_row_holds_up_nobody_else(workers: Workers) -> None:
    rt = fill(workers, 3)
    with rt.engine.begin() as connection:
        connection.execute(text("UPDATE instance SET state = '{}' WHERE id = 2"))
    for _ in range(6):
        drain(rt)
        workers.clock.advance(timedelta(hours=1))
    assert len(open_tasks(rt)) == 2
    [incident] = rows(rt, select(Incident))
    assert (incident.instance_id, incident.type) == (2, "TIMER_NOT_FIRED")


def test_a_deadlock_is_done_again(workers: Workers) -> None:
    """Two transactions take two rows crosswise: PostgreSQL gives one up, and the command repeats it."""
    from engine.commands.retrying import command

    rt = workers.runtimes[0]
    with rt.transaction() as tx:
        tx.session.add_all(Organisation(code=code, name="0", kind="agency") for code in "ab")
    attempts: Counter[str] = Counter()
    both_hold_one = threading.Barrier(2)

    @command
    def take(first: str, second: str) -> None:
        attempts[first] += 1
        with rt.transaction() as tx:
            lock(tx.session, first)
            if attempts[first] == 1:
                both_hold_one.wait(30)
            lock(tx.session, second)
            for code in (first, second):
                tx.session.get_one(Organisation, code).name += first

    race(lambda: take("a", "b"), lambda: take("b", "a"))
    assert sum(attempts.values()) > 2
    assert {"".join(sorted(name)) for name in rows(rt, select(Organisation.name))} == {"0ab"}


def test_the_first_two_numbers_of_a_series_differ(workers: Workers) -> None:
    first, second, looking = workers.runtimes
    given: list[int] = []

    def take(rt: Runtime) -> None:
        with rt.transaction() as tx:
            given.append(next_number(tx.session, "objection 2024"))

    waiting = threading.Thread(target=take, args=[second])
    with first.transaction() as tx:
        given.append(next_number(tx.session, "objection 2024"))
        waiting.start()
        while not somebody_waits(looking):
            waiting.join(0.01)
    waiting.join(30)
    assert given == [1, 2]


def somebody_waits(rt: Runtime) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with rt.reading() as session:
        return bool(session.scalar(text(query)))


def lock(session: Any, code: str) -> None:
    session.execute(select(Organisation).where(Organisation.code == code).with_for_update())


def drain_timers(rt: Runtime) -> None:
    while commands.fire_due_timers(rt):
        continue
