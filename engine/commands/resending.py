"""Let work that was left for after a commit be done now: an effect on the world outside, or a job.

Nothing is ever sent twice by it: what is done is refused, and so is what a worker holds at this moment.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import audit, policy
from engine.commands.operations import require_reason
from engine.commands.refusals import (
    AlreadySent,
    BeingDone,
    InstanceSuspended,
    NothingKept,
)
from engine.commands.retrying import command
from engine.commands.work import open_work
from engine.errors import NotFound
from engine.outbox import ATTEMPTS, enqueue
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.instances import SUSPENDED, Incident
from engine.store.work import EFFECT, MESSAGE, Job, Outbox

SEND, RUN = "outbox.resend", "job.run"
_WRITTEN = ("mail", "sms")
"""Kinds of effects whose text is forgotten once it was handed over or refused."""


@command
def resend(rt: Runtime, actor: Actor, outbox_id: int, reason: str) -> None:
    """Let an effect that waits, failed or was refused be tried now, with all its attempts anew.

    Raises NotAllowed, NoReason, NotFound, AlreadySent, BeingDone, NothingKept.
    """
    with rt.transaction() as tx:
        resend_in(rt, tx, actor, outbox_id, reason)


def resend_in(rt: Runtime, tx: Transaction, actor: Actor, outbox_id: int, reason: str) -> None:
    """The same within a transaction."""
    policy.require(actor, SEND)
    require_reason(reason)
    found = select(Job).where(Job.kind == EFFECT, Job.subject == outbox_id).with_for_update()
    job = tx.session.scalars(
        found.execution_options(populate_existing=True)
    ).first()  # the job before the row
    row = tx.session.get(Outbox, outbox_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(what_zh="这条外发记录", what_en="This row of the outbox")
    before = outbox_state(row, job)
    _require_sendable(tx, row, job)
    row.refused_at = row.refusal = None
    tx.session.flush()
    if job is None:
        enqueue(tx.session, tx.now, EFFECT, {}, type=row.kind, subject=row.id)
    else:
        _wake(tx, actor, job)
    _record(tx, actor, SEND, "outbox", row.id, {"kind": row.kind, "reason": reason, "before": before})


@command
def run_job(rt: Runtime, actor: Actor, job_id: int, reason: str) -> None:
    """Let a job that waits or has spent its tries be done now; a message looks for receivers again.

    Raises NotAllowed, NoReason, NotFound, BeingDone, InstanceSuspended.
    """
    with rt.transaction() as tx:
        run_job_in(rt, tx, actor, job_id, reason)


def run_job_in(rt: Runtime, tx: Transaction, actor: Actor, job_id: int, reason: str) -> None:
    """The same within a transaction."""
    policy.require(actor, RUN)
    require_reason(reason)
    known = tx.session.get(Job, job_id)
    if known is not None and known.instance_id is not None:  # the instance before the job, as everywhere
        work = open_work(rt, tx, actor, known.instance_id, RUN)
        if work.row.status == SUSPENDED:
            raise InstanceSuspended()
    job = tx.session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None:
        raise NotFound(what_zh="这项后台工作", what_en="This job")
    if held(tx, job):
        raise BeingDone()
    before = job_state(job)
    _wake(tx, actor, job)
    detail = {"kind": job.kind, "type": job.type, "instance": job.instance_id, "reason": reason}
    _record(tx, actor, RUN, "job", job.id, {**detail, "before": before, "after": job_state(job)})


def outbox_state(row: Outbox, job: Job | None) -> dict[str, Any]:
    """How an effect stands, for the audit trail."""
    state = "done" if row.done_at else "refused" if row.refused_at else "waiting" if job else "lost"
    return {"state": state, **(job_state(job) if job is not None else {})}


def job_state(job: Job) -> dict[str, Any]:
    """How a job stands, for the audit trail."""
    return {"attempts": job.attempts, "left": job.retries, "wakes": job.wake and job.wake.isoformat()}


def held(tx: Transaction, job: Job) -> bool:
    """Whether a worker is at it now."""
    return job.lease is not None and job.leased_until is not None and job.leased_until > tx.now


def _require_sendable(tx: Transaction, row: Outbox, job: Job | None) -> None:
    if row.done_at is not None:
        raise AlreadySent()
    if job is not None and held(tx, job):
        raise BeingDone()
    if row.kind in _WRITTEN and "text" not in row.payload:
        raise NothingKept()


def _wake(tx: Transaction, actor: Actor, job: Job) -> None:
    """Let a worker take the job now; an incident that it has left is over until it fails again."""
    job.retries = max(job.retries, 1 if job.kind == MESSAGE else ATTEMPTS)
    job.wake, job.lease, job.leased_until, job.lost = tx.now, None, None, 0
    for incident in tx.session.scalars(
        select(Incident).where(Incident.job_id == job.id, Incident.resolved_at.is_(None))
    ):
        incident.resolved_at, incident.resolved_by = tx.now, actor.login
    tx.session.flush()


def _record(
    tx: Transaction, actor: Actor, action: str, kind: str, key: int, detail: Mapping[str, Any]
) -> None:
    after = {"after": {"state": "waiting", "wakes": tx.now.isoformat()}}
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action=action,
        object_type=kind,
        object_key=key,
        detail={**after, **detail},
    )
