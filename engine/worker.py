"""The worker: ticks that fire due timers and run jobs. Due times live in the tables, so a missed tick is nothing."""

import signal
import threading
from collections.abc import Callable
from datetime import timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from engine import commands
from engine.audit.keeping import keep
from engine.clock import BUSINESS_ZONE
from engine.files.cleaning import clean
from engine.notifications.reminders import remind
from engine.operation import retention
from engine.operation.workers import BEAT_SECONDS, Heartbeat
from engine.programme.announcements.evidence import watch
from engine.runtime import Runtime
from engine.studio.drafts.deploying import deploy_due

log = structlog.get_logger(__name__)

REMINDER_SECONDS = 60
"""Pause between two looks at deadlines that come near."""

CLEANING_SECONDS = 3600
"""Pause between two looks at uploads that were broken off and files that nothing uses."""

WATCHING_SECONDS = 3600
"""Pause between two looks at the public notices; each is looked at once a day."""

KEEPING_SECONDS = 600
"""Pause between two looks at the audit trail, which gets an anchor and is checked once a day."""

RETENTION_SECONDS = 6 * 3600
"""Pause between two looks at what has had its time."""

ROUNDS = 100_000
"""Rounds of `drain` after which something must be going round in circles."""


def drain(rt: Runtime) -> int:
    """Run jobs and fire timers until nothing is due at the clock's present instant; how many of both.

    Raises RuntimeError when that never ends.
    """
    done = 0
    for _ in range(ROUNDS):
        moved = tick(rt)
        if moved == 0:
            return done
        done += moved
    raise RuntimeError(f"after {ROUNDS} rounds there was still work due")


def tick(rt: Runtime) -> int:
    """One look at changes of the rules that are due, then at jobs, then at timers.

    Jobs were left before the present instant, so they come before timers; what begins now follows the rules of now.
    """
    limit = rt.settings.tick_limit
    return deploy_due(rt) or commands.run_jobs(rt, limit) or commands.fire_due_timers(rt, limit)


def scheduler(
    rt: Runtime, heart: Heartbeat | None = None, stopping: threading.Event | None = None
) -> BackgroundScheduler:
    """A scheduler that ticks; not started. Its job store is memory: nothing of it outlives or leaves the process."""
    ticker = BackgroundScheduler(timezone=BUSINESS_ZONE)
    ticker.add_job(
        _tick_safely,
        "interval",
        args=[rt, heart, stopping],
        seconds=rt.settings.tick_seconds,
        max_instances=1,
        coalesce=True,  # ticks that were missed together are one tick
        misfire_grace_time=None,  # however late, a tick is never dropped
    )
    return ticker


def serve(rt: Runtime, heart: Heartbeat | None = None) -> None:
    """Tick until SIGINT or SIGTERM comes; what was taken is finished first, and no more is taken."""
    stopping = rt.stopping
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    commands.wake_effects(rt)
    heart = heart or Heartbeat(rt)
    heart.begin()
    ticker = scheduler(rt, heart, stopping)
    ticker.add_job(
        _beat_safely, "interval", args=[heart], seconds=BEAT_SECONDS, max_instances=1, coalesce=True
    )
    for name, (act, seconds) in BESIDES.items():
        ticker.add_job(
            _safely, "interval", args=[name, act, rt], seconds=seconds, max_instances=1, coalesce=True
        )
    ticker.start()
    log.info("worker.started", tick=str(timedelta(seconds=rt.settings.tick_seconds)))
    stopping.wait()
    log.info("worker.stopping")
    ticker.shutdown(wait=True)
    heart.end()
    log.info("worker.stopped")


def _tick_safely(
    rt: Runtime, heart: Heartbeat | None = None, stopping: threading.Event | None = None
) -> None:
    try:
        while done := tick(rt):
            if heart is not None:
                heart.did(done)
            if stopping is not None and stopping.is_set():
                return
        if heart is not None:
            heart.did(0)
    except Exception:  # the database may be away for a while: the next tick tries again
        log.exception("worker.tick_failed")


def _beat_safely(heart: Heartbeat) -> None:
    try:
        heart.beat()
    except Exception:  # the database may be away for a while; who reads the rows sees that no report came
        log.exception("worker.beat_failed")


BESIDES: dict[str, tuple[Callable[[Runtime], object], int]] = {
    "reminders": (remind, REMINDER_SECONDS),  # a deadline acts without its reminder
    "cleaning": (clean, CLEANING_SECONDS),
    "watching": (watch, WATCHING_SECONDS),  # a day without a look shows in the evidence
    "retention": (retention.remove, RETENTION_SECONDS),
    "anchors": (keep, KEEPING_SECONDS),
}
"""What a worker does beside jobs and timers; nothing waits for it, and the next look tries again."""


def _safely(name: str, act: Callable[[Runtime], object], rt: Runtime) -> None:
    try:
        act(rt)
    except Exception:  # whatever it was: the worker goes on
        log.exception("worker.failed", besides=name)
