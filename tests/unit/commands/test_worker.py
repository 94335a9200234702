"""The worker's ticks: never dropped, never two at once, and never the end of the worker."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from apscheduler.jobstores.memory import MemoryJobStore
from sqlalchemy import select, text, update

from engine import commands, worker
from engine.clock import VirtualClock
from engine.commands import jobs
from engine.commands.publishing import leave
from engine.runtime import Runtime
from engine.store.instances import Incident, Instance
from engine.store.work import Job, Outbox, Timer
from engine.verbs import VerbContext
from tests.support.diagrams import catch, chain, diagram, end, service, start, task, timer
from tests.support.people import SYSADMIN
from tests.support.runtimes import deploy, open_tasks, rows
from tests.support.runtimes import start as begin


def test_the_schedulers_job_is_never_dropped_and_lives_in_memory(rt: Runtime) -> None:
    ticker = worker.scheduler(rt)
    ticker.start(paused=True)
    [job] = ticker.get_jobs()
    assert job.misfire_grace_time is None
    assert job.coalesce is True
    assert job.max_instances == 1
    assert isinstance(ticker._jobstores["default"], MemoryJobStore)
    ticker.shutdown()


def test_a_tick_fires_what_is_due(rt: Runtime, clock: VirtualClock) -> None:
    body = (
        start()
        + catch("wait", timer("Duration", "PT1H"))
        + task("t")
        + end()
        + chain("start", "wait", "t", "end")
    )
    deploy(rt, p=diagram("p", body))
    begin(rt, "p")
    worker._tick_safely(rt)
    assert open_tasks(rt) == []
    clock.advance(timedelta(hours=1))
    worker._tick_safely(rt)
    assert len(open_tasks(rt)) == 1


def test_a_tick_that_fails_does_not_end_the_worker(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def away(*_: Any) -> int:
        calls.append("tick")
        raise ConnectionError("the database is away")

    monkeypatch.setattr(commands, "run_jobs", away)
    worker._tick_safely(rt)
    worker._tick_safely(rt)
    assert calls == ["tick", "tick"]


def test_work_without_end_is_noticed(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "ROUNDS", 10)
    monkeypatch.setattr(worker, "tick", lambda _: 1)
    with pytest.raises(RuntimeError, match="still work due"):
        worker.drain(rt)


def test_an_effect_waits_for_a_worker_that_can_do_it(rt: Runtime) -> None:
    with rt.transaction() as tx:
        leave(tx.session, tx.now, "mail", {"to": "x"}, "k")
    worker.drain(rt)
    assert [row.done_at for row in rows(rt, select(Outbox))] == [None]
    sent: list[str] = []
    rt.effects["mail"] = lambda payload, key: sent.append(key)
    commands.wake_effects(rt)
    worker.drain(rt)
    assert sent == ["k"]
    assert rows(rt, select(Job)) == []


def test_a_lease_that_ended_in_the_queue_is_left_to_others(rt: Runtime, clock: VirtualClock) -> None:
    sent: list[str] = []

    def slow(_: Any, key: str) -> None:
        sent.append(key)
        clock.advance(timedelta(seconds=rt.settings.lease_seconds))

    rt.effects["mail"] = slow
    with rt.transaction() as tx:
        leave(tx.session, tx.now, "mail", {}, "one")
        leave(tx.session, tx.now, "mail", {}, "two")
    commands.run_jobs(rt)
    assert sent == ["one"]
    worker.drain(rt)
    assert sent == ["one", "two"]


def test_a_job_that_fails_in_a_suspended_instance_sleeps_and_holds_up_nobody(rt: Runtime) -> None:
    tries: list[int] = []

    def act(context: VerbContext) -> None:
        tries.append(context.instance_key)
        if len(tries) == 1:
            commands.suspend(rt, SYSADMIN, context.instance_key, "核查")
            raise ConnectionError("the mail server is away")

    rt.verbs.register("test.act", zh="办", en="act", pure=False)(act)
    body = start() + service("call", "test.act", retries="1") + end() + chain("start", "call", "end")
    deploy(rt, p=diagram("p", body))
    first, second = begin(rt, "p"), begin(rt, "p")
    worker.drain(rt)
    assert tries == [first, second]
    commands.resume(rt, SYSADMIN, first, "核查完毕")
    worker.drain(rt)
    assert tries == [first, second, first]
    assert rows(rt, select(Job)) == []


def test_a_failure_that_cannot_be_noted_holds_up_nobody(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def mail(_: Any, key: str) -> None:
        if key == "one":
            raise ConnectionError("the mail server is away")
        sent.append(key)

    def away(*_: Any) -> bool:
        raise OSError("the disk is full")

    rt.effects["mail"] = mail
    monkeypatch.setattr(jobs, "fail", away)
    with rt.transaction() as tx:
        leave(tx.session, tx.now, "mail", {}, "one")
        leave(tx.session, tx.now, "mail", {}, "two")
    commands.run_jobs(rt)
    assert sent == ["two"]


def test_a_timer_that_fails_again_after_its_incident_leaves_no_second_one(
    rt: Runtime, clock: VirtualClock
) -> None:
    body = start() + catch("wait", timer("Duration", "PT1H")) + end() + chain("start", "wait", "end")
    deploy(rt, p=diagram("p", body))
    broken, sound = begin(rt, "p"), begin(rt, "p")
    with rt.engine.begin() as connection:
        connection.execute(text("UPDATE instance SET state = '{}' WHERE id = :id"), {"id": broken})
    for _ in range(2):
        for _ in range(6):
            clock.advance(timedelta(hours=1))
            worker.drain(rt)
        with rt.transaction() as tx:
            tx.session.execute(update(Timer).values(wake=Timer.due))
    assert rows(rt, select(Instance.id).where(Instance.status == "COMPLETED")) == [sound]
    [incident] = rows(rt, select(Incident))
    assert (incident.instance_id, incident.type) == (broken, "TIMER_NOT_FIRED")


def test_serving_ends_with_the_signal(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: dict[int, Any] = {}
    monkeypatch.setattr(worker.signal, "signal", handlers.__setitem__)
    serving = threading.Thread(target=worker.serve, args=[rt])
    serving.start()
    while len(handlers) < 2:
        serving.join(0.01)
    handlers[worker.signal.SIGTERM]()
    serving.join(30)
    assert not serving.is_alive()
