"""The worker's ticks: never dropped, never two at once, and never the end of the worker."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from apscheduler.jobstores.memory import MemoryJobStore
from sqlalchemy import select

from engine import commands, worker
from engine.clock import VirtualClock
from engine.runtime import Runtime
from engine.store.work import Job, Outbox
from tests.support.diagrams import catch, chain, diagram, end, start, task, timer
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
    from engine.commands.publishing import leave

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
