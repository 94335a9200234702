"""Workers report themselves: a row each, renewed while they work, so that pages and alerts see who is alive.

The report says that the *ticks* come to an end, not that the process is there: a worker whose database is away, or
that hangs in one job, is not alive. Instants are the machine's; a demonstration's clock has nothing to do with it.
"""

import os
import secrets
import socket
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from engine.clock import Clock, SystemClock
from engine.runtime import Runtime
from engine.store.operation import Worker

BEAT_SECONDS = 10
"""Pause between two reports."""
GONE = timedelta(seconds=60)
"""A worker that has not reported for so long is taken for dead."""
STUCK = timedelta(minutes=5)
"""A worker whose look at timers and jobs has not come to an end for so long is taken for stuck."""
KEPT = timedelta(days=7)
"""How long the row of an ended worker is kept."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker as it last reported."""

    id: str
    host: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    worked_at: datetime | None
    stopped_at: datetime | None
    done: int
    alive: bool


@dataclass(slots=True)
class Heartbeat:
    """The reports of this process. `did` counts; `beat` writes."""

    rt: Runtime
    clock: Clock = field(default_factory=SystemClock)
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    done: int = 0
    worked_at: datetime | None = None
    began_at: datetime | None = None

    def begin(self) -> None:
        """Enter this process."""
        now = self.began_at = self.clock.now()
        row = {
            "id": self.id,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "version": version("luzhi"),
            "started_at": now,
            "seen_at": now,
            "done": 0,
        }
        with self.rt.transaction() as tx:
            tx.session.execute(insert(Worker), [row])

    def did(self, number: int) -> None:
        """A look at timers and jobs came to its end, and did so many."""
        self.done += number
        self.worked_at = self.clock.now()

    def works(self) -> bool:
        """Whether looks at timers and jobs come to an end; what this process knows of itself."""
        since = self.worked_at or self.began_at
        return since is not None and self.clock.now() - since < STUCK

    def beat(self) -> None:
        """Report; forget the rows of workers that ended long ago."""
        now = self.clock.now()
        with self.rt.transaction() as tx:
            self._write(tx.session, seen_at=now, worked_at=self.worked_at, done=self.done)
            tx.session.execute(delete(Worker).where(Worker.seen_at < now - KEPT))

    def end(self) -> None:
        """Report an orderly end."""
        now = self.clock.now()
        with self.rt.transaction() as tx:
            self._write(tx.session, seen_at=now, stopped_at=now, worked_at=self.worked_at, done=self.done)

    def _write(self, session: Session, **values: datetime | int | None) -> None:
        session.execute(update(Worker).where(Worker.id == self.id).values(**values))


def seen(session: Session, clock: Clock | None = None) -> list[Seen]:
    """Every worker of the last days, those that are alive first, then the last seen."""
    now = (clock or SystemClock()).now()
    rows = [_seen(row, now) for row in session.scalars(select(Worker).order_by(Worker.seen_at.desc()))]
    return sorted(rows, key=lambda found: not found.alive)


def alive(session: Session, clock: Clock | None = None) -> int:
    """How many workers are alive."""
    return sum(found.alive for found in seen(session, clock))


def _seen(row: Worker, now: datetime) -> Seen:
    since = row.worked_at or row.started_at
    living = row.stopped_at is None and now - row.seen_at < GONE and now - since < STUCK
    return Seen(
        row.id,
        row.host,
        row.pid,
        row.version,
        row.started_at,
        row.seen_at,
        row.worked_at,
        row.stopped_at,
        row.done,
        living,
    )
