"""Suspend an instance and resume it: meanwhile nothing moves in it, and nothing is lost."""

from typing import cast

from sqlalchemy import select, update

from engine import policy
from engine.commands.messages import wake_messages
from engine.commands.operations import open_for, require_reason
from engine.commands.refusals import InstanceEnded, InstanceNotSuspended
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.commands.work import STATUS, open_work
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.instances import ACTIVE, SUSPENDED
from engine.store.messages import MessageSubscription
from engine.store.work import Job, Timer


@command
def suspend(rt: Runtime, actor: Actor, instance_key: int, reason: str) -> None:
    """Let timers, jobs and people wait. Raises NotFound, NotAllowed, NoReason, InstanceEnded, InstanceSuspended."""
    with rt.transaction() as tx:
        suspend_in(rt, tx, actor, instance_key, reason)


def suspend_in(rt: Runtime, tx: Transaction, actor: Actor, instance_key: int, reason: str) -> None:
    """The same within a transaction; an end that a deadline brought just now is in `tx.refusal`."""
    work = open_for(rt, tx, actor, instance_key, "instance.suspend", reason)
    work.require_running()
    if work.fire_due():
        work.save_timers()
    if work.row.ended_at is not None:
        tx.refusal = InstanceEnded(at=instant(work.row.ended_at))
        return
    work.row.status = SUSPENDED
    tx.session.execute(update(Timer).where(Timer.instance_id == instance_key).values(wake=None))
    tx.session.execute(
        # A worker that holds a job already notices at its end, and leaves the job to be done again.
        update(Job).where(Job.instance_id == instance_key, Job.lease.is_(None)).values(wake=None)
    )
    tx.session.flush()
    moved = {"before": {"status": ACTIVE}, "after": {"status": SUSPENDED}}
    work.record(None, {"reason": reason, **moved})


@command
def resume(rt: Runtime, actor: Actor, instance_key: int, reason: str) -> None:
    """Let it go on; deadlines that passed meanwhile act now.

    Raises NotFound, NotAllowed, NoReason, InstanceNotSuspended.
    """
    with rt.transaction() as tx:
        resume_in(rt, tx, actor, instance_key, reason)


def resume_in(rt: Runtime, tx: Transaction, actor: Actor, instance_key: int, reason: str) -> None:
    """The same within a transaction."""
    policy.require(actor, "instance.resume")
    require_reason(reason)
    work = open_work(rt, tx, actor, instance_key, "instance.resume")
    if work.row.status != SUSPENDED:
        raise InstanceNotSuspended()
    work.row.status = ACTIVE
    _wake(tx, instance_key)
    fired = work.fire_due()
    status = STATUS[work.case.status] if fired else ACTIVE
    detail = {"reason": reason, "before": {"status": SUSPENDED}, "after": {"status": status}}
    if fired:
        work.save(detail=detail)
    else:
        tx.session.flush()
        work.record(None, detail)


def _wake(tx: Transaction, instance_key: int) -> None:
    """Timers, jobs and messages that slept meanwhile."""
    tx.session.execute(update(Timer).where(Timer.instance_id == instance_key).values(wake=Timer.due))
    tx.session.execute(
        update(Job).where(Job.instance_id == instance_key, Job.retries > 0).values(wake=tx.now, lease=None)
    )
    sought = tx.session.execute(
        select(MessageSubscription.name, MessageSubscription.correlation_key).where(
            MessageSubscription.instance_id == instance_key
        )
    ).all()
    if sought:
        wake_messages(tx, cast("list[tuple[str, str]]", sought))
