"""How late timers fire: very many sleep, some are due at every moment, and two workers are at it in earnest."""

import time
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select

from engine import commands
from engine.operation.workers import alive
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.instances import ElementEvent, Instance
from engine.store.work import Timer
from webapp.bench.engine_benches import Figure, Size, sleeping_timers
from webapp.bench.measure import settle
from webapp.bench.serving import working

WORKERS = 2
TRIED = 20
"""Instances that are begun beforehand, to see how long that takes here."""
BEFORE = timedelta(seconds=3)
"""What is left between the last instance that is begun and the first timer that is due."""
PATIENCE = 120.0  # seconds after the last is due, and for the workers to begin


def timer_lag(runtime: Runtime, size: Size) -> Figure:
    """Seconds between the instant at which a timer was due and the one at which it fired: median, p99, worst."""
    if size.idle_timers:
        sleeping_timers(runtime, size.idle_timers)
    settle(runtime.engine)
    with working(runtime, WORKERS):
        _at_work(runtime)
        dues = _begin(runtime, size)
        _wait(runtime, max(dues.values()))
    fired = _fired(runtime)
    lags = sorted((fired[key] - due).total_seconds() for key, due in dues.items())
    return {
        "idle": size.idle_timers,
        "due": size.due_timers,
        "workers": WORKERS,
        "median_s": round(median(lags), 3),
        "p99_s": round(lags[int(len(lags) * 0.99)], 3),
        "worst_s": round(lags[-1], 3),
        "fired": len(fired),
    }


def _begin(runtime: Runtime, size: Size) -> dict[int, datetime]:
    """The instances that wait, and when each is due; the first is when all of them are there."""
    took = [_one(runtime, runtime.clock.now() + timedelta(days=300))[1] for _ in range(TRIED)]
    first = runtime.clock.now() + 1.5 * size.due_timers * median(took) + BEFORE
    pause = timedelta(seconds=size.due_seconds) / size.due_timers
    dues = {}
    for number in range(size.due_timers):
        due = first + number * pause
        dues[_one(runtime, due)[0]] = due
    if runtime.clock.now() > first:
        raise RuntimeError("the machine was too busy to begin all instances in time")
    return dues


def _one(runtime: Runtime, due: datetime) -> tuple[int, timedelta]:
    """An instance that waits until then, and how long it took to begin it."""
    began = time.perf_counter()
    key = commands.start(runtime, SYSTEM, "bench_timer", {"due": due.isoformat()}).instance_key
    return key, timedelta(seconds=time.perf_counter() - began)


def _at_work(runtime: Runtime) -> None:
    """Wait until all workers have reported."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with runtime.reading() as session:
            if alive(session) >= WORKERS:
                return
        time.sleep(0.2)
    raise RuntimeError("the workers of the bench did not begin")


def _wait(runtime: Runtime, last: datetime) -> None:
    until = time.monotonic() + (last - runtime.clock.now()).total_seconds() + PATIENCE
    waiting = select(func.count(Timer.id)).where(Timer.due <= last)
    while time.monotonic() < until:
        with runtime.reading() as session:
            if not session.scalar(waiting):
                return
        time.sleep(0.5)
    raise RuntimeError("some timers never fired")


def _fired(runtime: Runtime) -> dict[int, datetime]:
    """When each fired. Raises RuntimeError for one that fired twice."""
    done = (ElementEvent.element_id == "wait", ElementEvent.event == "completed")
    query = select(ElementEvent.instance_id, ElementEvent.at).join(Instance).where(*done)
    with runtime.reading() as session:
        rows = session.execute(query.where(Instance.process_id == "bench_timer")).all()
    found = {row.instance_id: row.at for row in rows}
    if len(found) != len(rows):
        raise RuntimeError("a timer fired twice")
    return found
