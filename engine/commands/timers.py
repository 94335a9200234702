"""Fire what is due. Workers lease timers in batches; under its instance's lock each fires exactly once.

A timer fires because the locked state waits for it and its instant has come. Whoever finds it gone (a person's
click came first, another worker was faster) does nothing.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, insert, or_, select, update

from engine import faults, logs
from engine.commands.leases import backoff, describe
from engine.commands.retrying import command
from engine.commands.schedules import next_due
from engine.commands.starts import begin
from engine.commands.work import open_work
from engine.policy import SYSTEM
from engine.runtime import Runtime, Transaction
from engine.store.definitions import StartSubscription
from engine.store.instances import Incident
from engine.store.work import Timer

log = structlog.get_logger(__name__)

ATTEMPTS = 5
"""Failures after which a timer waits for an administrator; its deadline holds all the same in every command."""


def fire_due_timers(rt: Runtime, limit: int = 100) -> int:
    """Fire up to `limit` timers whose instant has come, in its order; how many instances and starts moved."""
    now = rt.clock.now()
    with rt.reading() as session:
        due = exists().where(Timer.wake <= now), exists().where(StartSubscription.due <= now)
        if not session.scalar(select(or_(*due))):
            return 0
    fired = _start_safely(rt, now)
    for timer_id, instance_id in _claim(rt, limit):
        faults.point("timer.claimed")
        fired += _fire_safely(rt, timer_id, instance_id)
    return fired


@command
def _claim(rt: Runtime, limit: int) -> list[tuple[int, int]]:
    """Lease due timers: should this worker die, they wake again when the lease ends."""
    with rt.transaction() as tx:
        timers = tx.session.execute(
            select(Timer.id, Timer.instance_id)
            .where(Timer.wake <= tx.now)
            .order_by(Timer.wake, Timer.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        if timers:
            until = tx.now + timedelta(seconds=rt.settings.lease_seconds)
            tx.session.execute(
                update(Timer).where(Timer.id.in_([timer.id for timer in timers])).values(wake=until)
            )
    return [(timer.id, timer.instance_id) for timer in timers]


def _fire_safely(rt: Runtime, timer_id: int, instance_id: int) -> int:
    with logs.bound(timer=timer_id, instance=instance_id):
        try:
            return _fire(rt, instance_id)
        except Exception as error:  # noqa: BLE001 - one broken instance must not hold up the others' deadlines
            log.warning("timer.failed", error=describe(error))
            _note_failure(rt, timer_id, describe(error))
            return 0


@command
def _fire(rt: Runtime, instance_id: int) -> int:
    """Fire everything that is due in one instance; 1 when something was."""
    with rt.transaction() as tx:
        work = open_work(rt, tx, SYSTEM, instance_id, "timer.fire")
        if not work.fire_due():
            return 0  # somebody was faster
        work.save()
        return 1


@command
def _note_failure(rt: Runtime, timer_id: int, error: str) -> None:
    """Let a timer try again later; after its attempts an incident stands, one however often it is woken."""
    with rt.transaction() as tx:
        timer = tx.session.get(Timer, timer_id, with_for_update=True)
        if timer is None or timer.wake is None:  # fired meanwhile, or suspended
            return
        timer.attempts += 1
        timer.wake = tx.now + backoff(rt, timer.attempts) if timer.attempts < ATTEMPTS else None
        if timer.wake is None and not _has_incident(tx, timer):
            tx.session.execute(
                insert(Incident).values(
                    instance_id=timer.instance_id,
                    wait_key=timer.wait_key,
                    element_id=timer.element_id,
                    type="TIMER_NOT_FIRED",
                    message=error,
                    timer_id=timer.id,
                    created_at=tx.now,
                )
            )


def _has_incident(tx: Transaction, timer: Timer) -> bool:
    of_this_timer = select(Incident.id).where(Incident.timer_id == timer.id, Incident.resolved_at.is_(None))
    return tx.session.scalar(of_this_timer) is not None


def _start_safely(rt: Runtime, now: datetime) -> int:
    """Start what is due; how many. A start that fails stays due, and holds up nobody else."""
    with rt.reading() as session:
        due = select(StartSubscription.id).where(StartSubscription.due <= now).order_by(StartSubscription.due)
        starts, started = session.scalars(due).all(), 0
    for key in starts:
        try:
            while _start_one(rt, key):
                started += 1
        except Exception as error:  # noqa: BLE001 - one broken diagram must not hold up the others' deadlines
            log.warning("start.failed", start=key, error=describe(error))
    return started


@command
def _start_one(rt: Runtime, key: int) -> bool:
    """Start one instance of a timer start event; False when it is not due (any more)."""
    with rt.transaction() as tx:
        start = tx.session.scalars(
            select(StartSubscription)
            .where(StartSubscription.id == key, StartSubscription.due <= tx.now)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if start is None or start.due is None:
            return False
        rt.definitions.refresh(tx.session)
        version = rt.definitions.by_key(tx.session, start.definition_id)
        begin(rt, tx, SYSTEM, version, {}, start_element=start.element_id)
        start.due, start.remaining = next_due(
            rt, start.timer_kind, start.expression, start.due, start.remaining or 0, tx.now
        )
        return True
