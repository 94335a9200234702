"""Start what timer start events are due for. Nothing has begun yet, so a failure stands without an instance.

An attempt is counted before it is made: a start that kills its worker becomes an incident like one that fails.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import insert, or_, select

from engine.commands.leases import WorkersLost, backoff, describe
from engine.commands.retrying import command
from engine.commands.schedules import next_due
from engine.commands.stacks import stack
from engine.commands.starts import begin
from engine.policy import SYSTEM
from engine.runtime import Runtime, Transaction
from engine.store.definitions import StartSubscription
from engine.store.instances import Incident

log = structlog.get_logger(__name__)

ATTEMPTS = 5
"""Attempts after which a start waits for an administrator."""
TYPE = "START_NOT_MADE"


def waiting(now: datetime) -> tuple[Any, ...]:
    """The conditions of a start that a worker may make now."""
    free = or_(StartSubscription.held_until.is_(None), StartSubscription.held_until <= now)
    return StartSubscription.due <= now, free, StartSubscription.attempts <= ATTEMPTS


def start_due(rt: Runtime, now: datetime) -> int:
    """Start what is due; how many. A start that fails is tried again later, and holds up nobody else."""
    with rt.reading() as session:
        due = select(StartSubscription.id).where(*waiting(now)).order_by(StartSubscription.due)
        starts, started = session.scalars(due).all(), 0
    for key in starts:
        while _safely(rt, key):
            started += 1
    return started


def _safely(rt: Runtime, key: int) -> bool:
    attempt = _claim(rt, key)
    if attempt is None:
        return False
    try:
        if attempt > ATTEMPTS:
            raise WorkersLost(ATTEMPTS)
        return _start(rt, key)
    except Exception as error:  # noqa: BLE001 - one broken diagram must not hold up the others' deadlines
        log.warning("start.failed", start=key, error=describe(error))
        _note_failure(rt, key, error)
        return False


@command
def _claim(rt: Runtime, key: int) -> int | None:
    """Take a start for `lease_seconds`; the number of this attempt, or None when it is not due or somebody has it."""
    with rt.transaction() as tx:
        found = select(StartSubscription).where(StartSubscription.id == key, *waiting(tx.now))
        start = tx.session.scalars(found.with_for_update(skip_locked=True)).one_or_none()
        if start is None:
            return None
        start.attempts += 1
        start.held_until = tx.now + timedelta(seconds=rt.settings.lease_seconds)
        return start.attempts


@command
def _start(rt: Runtime, key: int) -> bool:
    """Start one instance; False when somebody else has started it, or a newer version is there, meanwhile."""
    with rt.transaction() as tx:
        found = select(StartSubscription).where(StartSubscription.id == key, StartSubscription.due <= tx.now)
        start = tx.session.scalars(found.with_for_update()).one_or_none()
        if start is None or start.due is None:
            return False
        rt.definitions.refresh(tx.session)
        version = rt.definitions.by_key(tx.session, start.definition_id)
        begin(rt, tx, SYSTEM, version, {}, start_element=start.element_id)
        start.due, start.remaining = next_due(
            rt, start.timer_kind, start.expression, start.due, start.remaining or 0, tx.now
        )
        start.attempts, start.held_until = 0, None
        return True


@command
def _note_failure(rt: Runtime, key: int, error: Exception) -> None:
    """Let a start be tried again later; after its attempts an incident stands that belongs to no instance."""
    with rt.transaction() as tx:
        start = tx.session.get(StartSubscription, key, with_for_update=True)
        if start is None or start.attempts == 0:  # replaced, or another worker was faster
            return
        if start.attempts < ATTEMPTS:
            start.held_until = tx.now + backoff(rt, start.attempts)
            return
        start.attempts, start.held_until = ATTEMPTS + 1, None
        tx.session.execute(
            insert(Incident).values(
                wait_key=f"start:{start.id}",
                element_id=start.element_id,
                type=TYPE,
                message=f"{start.process_id}: {describe(error)}",
                stack=stack(error),
                start_id=start.id,
                created_at=tx.now,
            )
        )


def resolve(tx: Transaction, process_id: str, by: str) -> None:
    """A newer version of the process has other start events: nothing waits for the former ones any more."""
    former = select(StartSubscription.id).where(StartSubscription.process_id == process_id)
    open_ones = select(Incident).where(Incident.start_id.in_(former), Incident.resolved_at.is_(None))
    for incident in tx.session.scalars(open_ones).all():
        incident.resolved_at, incident.resolved_by = tx.now, by
    tx.session.flush()
