"""How workers share jobs: a claimed job is leased; whoever comes late with an old lease changes nothing.

The token of the lease is random. Its end is the job's next `wake`, so a killed worker's jobs come back alone.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from engine import logs
from engine.runtime import Runtime, Transaction
from engine.store.work import Job

LONGEST_WAIT = timedelta(hours=1)


class LeaseLost(Exception):
    """The lease ended and another worker holds the job, or its wait is over: the work must not count."""


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


def claim(rt: Runtime, limit: int) -> list[Lease]:
    """Take up to `limit` jobs that wake, for `lease_seconds`; nobody else gets them meanwhile."""
    with rt.transaction() as tx:
        jobs = tx.session.scalars(
            select(Job)
            .where(Job.wake <= tx.now)
            .order_by(Job.wake, Job.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        token, until = secrets.token_hex(16), tx.now + timedelta(seconds=rt.settings.lease_seconds)
        if jobs:
            tx.session.execute(
                update(Job)
                .where(Job.id.in_([job.id for job in jobs]))
                .values(lease=token, leased_until=until, wake=until, attempts=Job.attempts + 1)
                .execution_options(synchronize_session=False)
            )
    return [
        Lease(
            j.id, token, j.kind, j.type, j.instance_id, j.wait_key, j.element_id, j.subject, j.payload, until
        )
        for j in jobs
    ]


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
        .values(wake=wake, lease=None, leased_until=None)
    )


def fail(rt: Runtime, tx: Transaction, lease: Lease, error: BaseException) -> bool:
    """Note a failure and try again later, twice as late each time; whether the retries are spent now."""
    job = tx.session.scalars(
        select(Job).where(Job.id == lease.id, Job.lease == lease.token).with_for_update()
    ).one_or_none()
    if job is None:
        return False
    job.error = describe(error)
    job.retries -= 1
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
