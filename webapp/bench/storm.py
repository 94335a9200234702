"""The timer storm: very many timers due in the same second, fired by two worker processes, each once."""

import multiprocessing
import time
from collections import Counter
from datetime import timedelta

from sqlalchemy import func, insert, select

from engine import commands
from engine.clock import VirtualClock
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.instances import ACTIVE, ElementEvent, Instance
from engine.store.work import Timer
from engine.worker import drain
from webapp.bench.engine_benches import Figure, Size


def timer_storm(runtime: Runtime, size: Size, workers: int = 2) -> Figure:
    """Seconds until all timers have fired, and how often the busiest one did (once, or something is wrong)."""
    due = runtime.clock.now() + timedelta(days=1)
    commands.start(runtime, SYSTEM, "bench_timer", {"due": due.isoformat()}, business_key="storm-0")
    _copies(runtime, size.storm - 1)
    context = multiprocessing.get_context("spawn")
    url = runtime.engine.url.render_as_string(hide_password=False)
    crew = [context.Process(target=work, args=(url, due.isoformat())) for _ in range(workers)]
    began = time.perf_counter()
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    seconds = time.perf_counter() - began
    if any(process.exitcode for process in crew):
        raise RuntimeError("a worker of the storm failed")
    fired = _fired(runtime)
    return {
        "timers": size.storm,
        "workers": workers,
        "seconds": round(seconds, 2),
        "fired": len(fired),
        "most_often": max(fired.values()),
    }


def work(url: str, now: str) -> None:
    """One worker process: drain at the storm's instant."""
    from datetime import datetime

    runtime = Runtime.open(Settings(database_url=url), clock=VirtualClock(datetime.fromisoformat(now)))
    drain(runtime)
    runtime.close()


def _copies(runtime: Runtime, count: int) -> None:
    """Copy the waiting instance with its timer: what `count` starts would have written."""
    with runtime.transaction() as tx:
        model = tx.session.scalars(select(Instance).where(Instance.process_id == "bench_timer")).one()
        timer = tx.session.scalars(select(Timer).where(Timer.instance_id == model.id)).one()
        instance_row = {c.name: getattr(model, c.name) for c in Instance.__table__.columns if c.name != "id"}
        timer_row = {c.name: getattr(timer, c.name) for c in Timer.__table__.columns if c.name != "id"}
        for first in range(0, count, 2000):
            rows = [
                {**instance_row, "business_key": f"storm-{number}"}
                for number in range(first + 1, min(first + 2000, count) + 1)
            ]
            keys = tx.session.scalars(insert(Instance).returning(Instance.id), rows)
            tx.session.execute(insert(Timer), [{**timer_row, "instance_id": key} for key in keys])


def _fired(runtime: Runtime) -> Counter[int]:
    with runtime.reading() as session:
        running = session.scalar(select(func.count(Instance.id)).where(Instance.status == ACTIVE))
        if running:
            raise RuntimeError(f"{running} instances of the storm are still waiting")
        rows = session.scalars(
            select(ElementEvent.instance_id).where(
                ElementEvent.element_id == "wait", ElementEvent.event == "completed"
            )
        )
        return Counter(rows)
