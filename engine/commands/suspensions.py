"""Suspend an instance and resume it: meanwhile nothing moves in it, and nothing is lost."""

from typing import cast

from sqlalchemy import select, update

from engine import policy
from engine.commands.messages import wake_messages
from engine.commands.refusals import InstanceEnded, InstanceNotSuspended
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.commands.work import open_work
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.instances import ACTIVE, SUSPENDED
from engine.store.messages import MessageSubscription
from engine.store.work import Job, Timer


@command
def suspend(rt: Runtime, actor: Actor, instance_key: int, reason: str = "") -> None:
    """Let timers, jobs and people wait. Raises NotFound, NotAllowed, InstanceEnded, InstanceSuspended."""
    policy.require(actor, "instance.suspend")
    with rt.transaction() as tx:
        work = open_work(rt, tx, actor, instance_key, "instance.suspend")
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
        work.record(None, {"reason": reason})


@command
def resume(rt: Runtime, actor: Actor, instance_key: int, reason: str = "") -> None:
    """Let it go on; deadlines that passed meanwhile act now. Raises NotFound, NotAllowed, InstanceNotSuspended."""
    policy.require(actor, "instance.resume")
    with rt.transaction() as tx:
        work = open_work(rt, tx, actor, instance_key, "instance.resume")
        if work.row.status != SUSPENDED:
            raise InstanceNotSuspended()
        work.row.status = ACTIVE
        tx.session.execute(update(Timer).where(Timer.instance_id == instance_key).values(wake=Timer.due))
        tx.session.execute(
            update(Job)
            .where(Job.instance_id == instance_key, Job.retries > 0)
            .values(wake=tx.now, lease=None)
        )
        sought = tx.session.execute(
            select(MessageSubscription.name, MessageSubscription.correlation_key).where(
                MessageSubscription.instance_id == instance_key
            )
        ).all()
        if sought:
            wake_messages(tx, cast("list[tuple[str, str]]", sought))
        if work.fire_due():
            work.save(detail={"reason": reason})
        else:
            tx.session.flush()
            work.record(None, {"reason": reason})
