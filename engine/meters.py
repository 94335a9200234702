"""What this process counts for monitoring: commands, jobs, timers, requests. Names and help are those of Prometheus.

The instruments are made at first use, so that `share` can come before: then several processes of one server keep
their counts in one folder. What the database knows is no count of a process: `engine.operation.figures` reads it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import Counter, Gauge, Histogram

QUICK = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 12, 30)
"""Seconds; 0.4 is what a completion may take (95 of 100)."""
LATE = (0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600, 86400)
DONE, REFUSED, FAILED = "done", "refused", "failed"


@dataclass(frozen=True, slots=True)
class Meters:
    """The instruments of this process."""

    requests: "Counter"
    request_seconds: "Histogram"
    commands: "Counter"
    command_seconds: "Histogram"
    repeated: "Counter"
    jobs: "Counter"
    job_seconds: "Histogram"
    timer_lag: "Histogram"
    connections: "Gauge"
    full: "Counter"


SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which the processes of one server keep their counts together."""


def share(folder: str) -> None:
    """Let this process and those that it forks keep their counts in this folder; before the first count."""
    from prometheus_client import values

    os.environ[SHARED] = folder
    # the library has looked at the environment when it was imported
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


def ended(pid: int) -> None:
    """A process of this server has ended: what it had in use is in use no more."""
    if os.environ.get(SHARED):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid)  # type: ignore[no-untyped-call]


_making = Lock()


def meters() -> Meters:
    """The instruments, made once, whichever thread counts first: a second set would be refused."""
    with _making:
        return _made()


@cache
def _made() -> Meters:
    from prometheus_client import Counter, Gauge, Histogram

    return Meters(
        Counter("luzhi_requests", "Requests answered.", ("endpoint", "status")),
        Histogram("luzhi_request_seconds", "Time to an answer.", ("endpoint",), buckets=QUICK),
        Counter("luzhi_commands", "Commands: done, refused by a rule, failed.", ("command", "outcome")),
        Histogram("luzhi_command_seconds", "Time of a command.", ("command",), buckets=QUICK),
        Counter("luzhi_commands_repeated", "Commands that lost a race and were done again.", ("command",)),
        Counter("luzhi_jobs", "Jobs of workers.", ("kind", "outcome")),
        Histogram("luzhi_job_seconds", "Time of a job.", ("kind",), buckets=QUICK),
        Histogram("luzhi_timer_lag_seconds", "How late a timer fired.", buckets=LATE),
        Gauge(
            "luzhi_database_connections",
            "Connections that are in use.",
            multiprocess_mode="livesum",
        ),
        Counter("luzhi_storage_full", "Times that the disk of the database or of the attachments was full."),
    )


@contextmanager
def command(name: str) -> Iterator[None]:
    """Count and time a command."""
    from engine.errors import Refusal

    began, outcome = perf_counter(), FAILED
    try:
        yield
        outcome = DONE
    except Refusal:
        outcome = REFUSED
        raise
    finally:
        found = meters()
        found.commands.labels(name, outcome).inc()
        found.command_seconds.labels(name).observe(perf_counter() - began)


@contextmanager
def job(kind: str) -> Iterator[None]:
    """Count and time a job."""
    began, outcome = perf_counter(), FAILED
    try:
        yield
        outcome = DONE
    finally:
        found = meters()
        found.jobs.labels(kind, outcome).inc()
        found.job_seconds.labels(kind).observe(perf_counter() - began)
