"""Fire what is due. Workers lease timers in batches; under its instance's lock each fires exactly once.

A timer fires because the locked state waits for it and its instant has come. Whoever finds it gone (a person's
click came first, another worker was faster) does nothing.
"""

from datetime import timedelta

import structlog
from sqlalchemy import exists, insert, or_, select, update

from engine import faults, logs
from engine.commands.leases import WorkersLost, alone, backoff, describe
from engine.commands.retrying import command
from engine.commands.scheduled import start_due, waiting
from engine.commands.stacks import stack
from engine.commands.work import open_work
from engine.policy import SYSTEM
from engine.runtime import Runtime, Transaction
from engine.store.instances import Incident
from engine.store.trouble import unable
from engine.store.work import Timer

log = structlog.get_logger(__name__)

ATTEMPTS = 5
"""Failures after which a timer waits for an administrator; its deadline holds all the same in every command."""


def fire_due_timers(rt: Runtime, limit: int = 100) -> int:
    """Fire up to `limit` timers whose instant has come, in its order; how many instances and starts moved."""
    now = rt.clock.now()
    with rt.reading() as session:
        due = exists().where(Timer.wake <= now), exists().where(*waiting(now))
        if not session.scalar(select(or_(*due))):
            return 0
    fired, taken = start_due(rt, now), 0
    while claimed := _claim(rt, limit - taken):
        for done, (timer_id, instance_id, lost) in enumerate(claimed):
            if rt.stopping.is_set():
                _give_back(rt, [key for key, _, _ in claimed[done:]])
                return fired
            faults.point("timer.claimed")
            fired += _fire_safely(rt, timer_id, instance_id, lost)
        taken += len(claimed)
        if claimed[0][2] == 0 or taken >= limit:
            break  # only what was lost before is taken singly: then there may be more
    return fired


@command
def _claim(rt: Runtime, limit: int) -> list[tuple[int, int, int]]:
    """Lease due timers, with how often each was lost: should this worker die, they wake again when the lease ends."""
    with rt.transaction() as tx:
        found = tx.session.execute(
            select(Timer.id, Timer.instance_id, Timer.lost)
            .where(Timer.wake <= tx.now)
            .order_by(Timer.wake, Timer.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        timers = alone(found, [timer.lost > 0 for timer in found])
        if timers:
            until = tx.now + timedelta(seconds=rt.settings.lease_seconds)
            # Counted before it fires: firing takes the row away, and a failure that is noted sets the count back.
            tx.session.execute(
                update(Timer)
                .where(Timer.id.in_([timer.id for timer in timers]))
                .values(wake=until, lost=Timer.lost + 1)
            )
    return [(timer.id, timer.instance_id, timer.lost) for timer in timers]


@command
def _give_back(rt: Runtime, timers: list[int]) -> None:
    """Leave timers that were not begun to other workers at once: this one is to end."""
    with rt.transaction() as tx:
        tx.session.execute(
            update(Timer)
            .where(Timer.id.in_(timers), Timer.wake.is_not(None))
            .values(wake=Timer.due, lost=Timer.lost - 1)
        )


def _fire_safely(rt: Runtime, timer_id: int, instance_id: int, lost: int) -> int:
    with logs.bound(timer=timer_id, instance=instance_id):
        try:
            if lost >= rt.settings.lost_limit:
                raise WorkersLost(lost)
            return _fire(rt, instance_id)
        except Exception as error:  # noqa: BLE001 - one broken instance must not hold up the others' deadlines
            log.warning("timer.failed", error=describe(error))
            _note_failure(rt, timer_id, error)
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
def _note_failure(rt: Runtime, timer_id: int, error: Exception) -> None:
    """Let a timer try again later; after its attempts an incident stands, one however often it is woken."""
    with rt.transaction() as tx:
        timer = tx.session.get(Timer, timer_id, with_for_update=True)
        if timer is None or timer.wake is None:  # fired meanwhile, or suspended
            return
        tried = 0 if unable(error) else 1  # a full disk is no failure of this instance
        timer.attempts = ATTEMPTS if isinstance(error, WorkersLost) else timer.attempts + tried
        timer.lost = 0
        timer.wake = tx.now + backoff(rt, timer.attempts) if timer.attempts < ATTEMPTS else None
        if timer.wake is None and not _has_incident(tx, timer):
            tx.session.execute(
                insert(Incident).values(
                    instance_id=timer.instance_id,
                    wait_key=timer.wait_key,
                    element_id=timer.element_id,
                    type="TIMER_NOT_FIRED",
                    message=describe(error),
                    stack=stack(error),
                    timer_id=timer.id,
                    created_at=tx.now,
                )
            )


def _has_incident(tx: Transaction, timer: Timer) -> bool:
    of_this_timer = select(Incident.id).where(Incident.timer_id == timer.id, Incident.resolved_at.is_(None))
    return tx.session.scalar(of_this_timer) is not None
