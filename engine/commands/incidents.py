"""Retry what an incident stopped."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from engine import audit, policy
from engine.commands.operations import require_reason, standing
from engine.commands.refusals import NothingFailed, NothingToRetry
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.commands.work import Work, open_work
from engine.errors import NotFound
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.definitions import StartSubscription
from engine.store.instances import Incident
from engine.store.work import Job, Timer


@command
def retry(rt: Runtime, actor: Actor, incident_key: int, reason: str, retries: int = 1) -> bool:
    """Try again what failed; whether the incident is gone (a job's goes at once and returns if it fails again).

    Raises NotFound, NotAllowed, NoReason, NothingToRetry, InstanceEnded, InstanceSuspended.
    """
    with rt.transaction() as tx:
        return retry_in(rt, tx, actor, incident_key, reason, retries)


def retry_in(
    rt: Runtime, tx: Transaction, actor: Actor, incident_key: int, reason: str, retries: int = 1
) -> bool:
    """The same within a transaction."""
    policy.require(actor, "instance.retry")
    require_reason(reason)
    incident = tx.session.scalars(select(Incident).where(Incident.id == incident_key)).one_or_none()
    if incident is None:
        raise NotFound(what_zh="故障", what_en="The incident")
    work = None
    if incident.instance_id is not None:
        work = open_work(rt, tx, actor, incident.instance_id, "incident.retry")
        tx.session.refresh(incident)
        work.require_running()
    else:
        tx.session.refresh(incident, with_for_update=True)
    if incident.resolved_at is not None:
        raise NothingToRetry(by=incident.resolved_by, at=instant(incident.resolved_at))
    if incident.job_id is None and incident.timer_id is None and work is not None:
        return _retry_step(work, incident, reason)
    _wake(tx, incident, retries)
    incident.resolved_at, incident.resolved_by = tx.now, actor.login
    tx.session.flush()
    detail = {"reason": reason, **_failed(incident), "after": {"tries": retries}}
    if work is not None:
        work.record(None, detail)
    else:
        _record(tx, actor, incident, detail)
    return True


def retry_all_in(rt: Runtime, tx: Transaction, actor: Actor, instance_key: int, reason: str) -> None:
    """Try again everything that stopped in one instance, oldest first. Raises what `retry` raises, NothingFailed."""
    policy.require(actor, "instance.retry")
    require_reason(reason)
    open_work(rt, tx, actor, instance_key, "incident.retry").require_running()
    stopped = select(Incident.id).where(Incident.instance_id == instance_key, Incident.resolved_at.is_(None))
    keys = tx.session.scalars(stopped.order_by(Incident.id)).all()
    if not keys:
        raise NothingFailed()
    for key in keys:
        if (
            tx.session.scalar(stopped.where(Incident.id == key)) is not None
        ):  # one may have taken the next along
            retry_in(rt, tx, actor, key, reason)


def _retry_step(work: Work, incident: Incident, reason: str) -> bool:
    work.fire_due()
    if incident.wait_key in work.case.incidents:
        work.case.retry(incident.wait_key)
        work.run()
    again = work.case.incidents.get(incident.wait_key)
    after = {"type": again.type} if again is not None else {"at": standing(work)["at"]}
    work.save(detail={"reason": reason, **_failed(incident), "after": after})
    return again is None


def _failed(incident: Incident) -> dict[str, Any]:
    """What stopped and why, for the audit trail; never the message, which quotes values of the case."""
    before = {"type": incident.type, "since": incident.created_at.isoformat()}
    return {"incident": incident.id, "element": incident.element_id, "before": before}


def _record(tx: Transaction, actor: Actor, incident: Incident, detail: Mapping[str, Any]) -> None:
    """The audit link where there is no instance: a message, an effect or a start."""
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action="incident.retry",
        object_type="incident",
        object_key=incident.id,
        detail={"job": incident.job_id, **detail},
    )


def _wake(tx: Transaction, incident: Incident, retries: int) -> None:
    if incident.job_id is not None:
        tx.session.execute(
            update(Job).where(Job.id == incident.job_id).values(retries=retries, wake=tx.now, lease=None)
        )
    if incident.timer_id is not None:
        tx.session.execute(
            update(Timer).where(Timer.id == incident.timer_id).values(attempts=0, lost=0, wake=Timer.due)
        )
    if incident.start_id is not None:
        tx.session.execute(
            update(StartSubscription)
            .where(StartSubscription.id == incident.start_id)
            .values(attempts=0, held_until=None)
        )
