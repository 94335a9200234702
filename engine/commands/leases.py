"""How workers share jobs: a claimed job is leased; whoever comes late with an old lease changes nothing.

The token of the lease is random. Its end is the job's next `wake`, so a killed worker's jobs come back alone. Each of
them is then taken by itself: a job that kills its worker cannot have others counted with it.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, case, delete, select, update
from sqlalchemy.orm import Session

from engine import logs
from engine.runtime import Runtime, Transaction
from engine.store.trouble import unable
from engine.store.work import Job

LONGEST_WAIT = timedelta(hours=1)


T = TypeVar("T")


class LeaseLost(Exception):
    """The lease ended and another worker holds the job, or its wait is over: the work must not count."""


class WorkersLost(Exception):
    """Worker after worker was given this and not heard of again: nobody is given it any more."""

    def __init__(self, times: int) -> None:
        super().__init__(f"{times} workers took it and were not heard of again: it may have killed them")


@dataclass(frozen=True, slots=True)
class Lease:
    """A claimed job, as a plain value: it outlives the transaction that claimed it."""

    id: int
    token: str
    kind: str
    type: str
    instance_id: int | None
    wait_key: str | None
    element_id: str
    subject: int | None
    payload: Any
    until: datetime
    lost: int


def claim(rt: Runtime, limit: int) -> list[Lease]:
    """Take up to `limit` jobs that wake, for `lease_seconds`; nobody else gets them meanwhile."""
    with rt.transaction() as tx:
        found = tx.session.scalars(
            select(Job)
            .where(Job.wake <= tx.now)
            .order_by(Job.wake, Job.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        jobs = alone(found, [job.lease is not None for job in found])
        token, until = secrets.token_hex(16), tx.now + timedelta(seconds=rt.settings.lease_seconds)
        if jobs:
            tx.session.execute(
                update(Job)
                .where(Job.id.in_([job.id for job in jobs]))
                .values(
                    lease=token,
                    leased_until=until,
                    wake=until,
                    attempts=Job.attempts + 1,
                    lost=Job.lost + case((Job.lease.is_not(None), 1), else_=0),
                )
                .execution_options(synchronize_session=False)
            )
    return [
        Lease(
            j.id,
            token,
            j.kind,
            j.type,
            j.instance_id,
            j.wait_key,
            j.element_id,
            j.subject,
            j.payload,
            until,
            j.lost + (j.lease is not None),
        )
        for j in jobs
    ]


def alone(found: Sequence[T], lost: Iterable[bool]) -> list[T]:
    """What one worker takes of what is due, in order: what was lost before is taken by itself."""
    pairs = list(zip(found, lost, strict=True))
    if pairs and pairs[0][1]:
        return [pairs[0][0]]
    return [row for row, _ in takewhile(lambda pair: not pair[1], pairs)]


def give_back(rt: Runtime, leases: Sequence[Lease]) -> None:
    """Leave jobs that were not begun to other workers at once: this one is to end."""
    with rt.transaction() as tx:
        for lease in leases:
            postpone(tx.session, lease, tx.now)


def held(session: Session, lease: Lease) -> bool:
    """Whether the lease still stands; locks the job until the transaction ends."""
    found = select(Job.id).where(Job.id == lease.id, Job.lease == lease.token).with_for_update()
    return session.scalar(found) is not None


def finish(session: Session, lease: Lease) -> None:
    """Remove a job that is done. Raises LeaseLost."""
    _one(session, delete(Job).where(Job.id == lease.id, Job.lease == lease.token))


def postpone(session: Session, lease: Lease, wake: datetime | None) -> None:
    """Give a job back until `wake`; None parks it until somebody wakes it. Does nothing for a lost lease."""
    session.execute(
        update(Job)
        .where(Job.id == lease.id, Job.lease == lease.token)
        .values(wake=wake, lease=None, leased_until=None, lost=0)
    )


def fail(rt: Runtime, tx: Transaction, lease: Lease, error: BaseException) -> bool:
    """Note a failure and try again later, twice as late each time; whether the retries are spent now."""
    job = tx.session.scalars(
        select(Job).where(Job.id == lease.id, Job.lease == lease.token).with_for_update()
    ).one_or_none()
    if job is None:
        return False
    job.error = describe(error)
    tried = 0 if unable(error) else 1  # a full disk is no failure of this job
    job.retries = 0 if isinstance(error, WorkersLost) else job.retries - tried
    job.lost = 0
    job.leased_until = None
    spent = job.retries <= 0
    if not spent:
        job.lease = None
    job.wake = None if spent else tx.now + backoff(rt, job.attempts)
    tx.session.flush()
    return spent


def describe(error: BaseException) -> str:
    """An error in one line, for the incident that an administrator reads; without values that a database names."""
    return f"{type(error).__name__}: {logs.without_values(str(error))}"


def backoff(rt: Runtime, attempts: int) -> timedelta:
    """The wait after the n-th failed attempt."""
    return min(timedelta(seconds=rt.settings.retry_seconds * 2 ** min(attempts - 1, 12)), LONGEST_WAIT)


def _one(session: Session, statement: Any) -> None:
    if cast("CursorResult[Any]", session.execute(statement)).rowcount != 1:
        raise LeaseLost
