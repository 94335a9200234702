"""Retry what an incident stopped."""

from sqlalchemy import select, update

from engine import audit, policy
from engine.commands.refusals import NothingToRetry
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.commands.work import Work, open_work
from engine.errors import NotFound
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.instances import Incident
from engine.store.work import Job, Timer


@command
def retry(rt: Runtime, actor: Actor, incident_key: int, retries: int = 1) -> bool:
    """Try again what failed; whether the incident is gone (a job's goes at once and returns if it fails again).

    Raises NotFound, NotAllowed, NothingToRetry, InstanceEnded, InstanceSuspended.
    """
    policy.require(actor, "instance.retry")
    with rt.transaction() as tx:
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
            return _retry_step(work, incident)
        _wake(tx, incident, retries)
        incident.resolved_at, incident.resolved_by = tx.now, actor.login
        tx.session.flush()
        if work is not None:
            work.record(None, {"incident": incident_key})
        else:
            _record(tx, actor, incident)
        return True


def _retry_step(work: Work, incident: Incident) -> bool:
    work.fire_due()
    if incident.wait_key in work.case.incidents:
        work.case.retry(incident.wait_key)
        work.run()
    work.save(detail={"incident": incident.id, "element": incident.element_id})
    return incident.wait_key not in work.case.incidents


def _record(tx: Transaction, actor: Actor, incident: Incident) -> None:
    """The audit link where there is no instance: a message or an effect."""
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action="incident.retry",
        object_type="incident",
        object_key=incident.id,
        detail={"job": incident.job_id},
    )


def _wake(tx: Transaction, incident: Incident, retries: int) -> None:
    if incident.job_id is not None:
        tx.session.execute(
            update(Job).where(Job.id == incident.job_id).values(retries=retries, wake=tx.now, lease=None)
        )
    if incident.timer_id is not None:
        tx.session.execute(
            update(Timer).where(Timer.id == incident.timer_id).values(attempts=0, wake=Timer.due)
        )
