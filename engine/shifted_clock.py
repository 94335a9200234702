"""The demonstration's clock: the machine's time, moved by a number of seconds that all processes read.

The shift is the setting `demo.clock.shift`. `walk` moves it forward from one due timer to the next, so that
everything that should have happened in between happens in order and at its own instant.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine.clock import BUSINESS_ZONE, Clock, SystemClock, VirtualClock
from engine.store.files import Setting
from engine.store.work import Job, Timer

if TYPE_CHECKING:
    from engine.runtime import Runtime

SETTING = "demo.clock.shift"
_FRESH_SECONDS = 1.0  # how long a process may use the shift that it has read


class ShiftedClock:
    """The machine's time plus the stored shift; the shift is read again after a second."""

    def __init__(self, engine: Engine, base: Clock | None = None) -> None:
        self._engine, self._base = engine, base or SystemClock()
        self._shift, self._read_at = timedelta(), -_FRESH_SECONDS

    def now(self) -> datetime:
        """The demonstration's present instant in the business time zone."""
        if monotonic() - self._read_at >= _FRESH_SECONDS:
            self._shift, self._read_at = self._stored(), monotonic()
        return (self._base.now() + self._shift).astimezone(BUSINESS_ZONE)

    def set(self, at: datetime, by: str) -> None:
        """Make `at` the present instant for every process. `by` is kept with the setting."""
        shift = at - self._base.now()
        with Session(self._engine) as session, session.begin():
            session.merge(Setting(name=SETTING, value=Decimal(str(shift.total_seconds())), by=by, at=at))
        self._read_at = monotonic() - _FRESH_SECONDS

    def _stored(self) -> timedelta:
        with Session(self._engine) as session:
            value = session.scalar(select(Setting.value).where(Setting.name == SETTING))
        return timedelta(seconds=float(value)) if value is not None else timedelta()


def walk(runtime: "Runtime", clock: VirtualClock, to: datetime, work: Callable[["Runtime"], int]) -> int:
    """Advance `clock` to `to`, stopping at every due timer and job to let `work` do it; answers how many were done.

    `runtime` must have been opened with `clock`.
    """
    done = work(runtime)
    while (due := next_wake(runtime)) is not None and due <= to:
        clock.set(max(due, clock.now()))
        step = work(runtime)
        if step == 0 and next_wake(runtime) == due:
            break  # held by another worker; it will be done there
        done += step
    clock.set(to)
    return done + work(runtime)


def next_wake(runtime: "Runtime") -> datetime | None:
    """The instant of the next timer or job, or None when nothing waits."""
    with runtime.reading() as session:
        wakes = [session.scalar(select(func.min(table.wake))) for table in (Timer, Job)]
    return min((wake for wake in wakes if wake is not None), default=None)
