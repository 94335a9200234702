"""Run the work that commands left behind: verbs that are not pure, messages, signals, effects."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm import undefer

from engine import bpmn, faults
from engine.bpmn.waits import JobWait
from engine.commands import messages, signals
from engine.commands.environment import StoreEnvironment, UnknownVerb, call
from engine.commands.leases import Lease, LeaseLost, claim, describe, fail, finish, held, postpone
from engine.commands.work import Work, open_work
from engine.policy import SYSTEM
from engine.runtime import Runtime, Transaction
from engine.store.instances import ACTIVE, Incident, Instance
from engine.store.work import EFFECT, MATCH, MESSAGE, SIGNAL, VERB, Job, Outbox
from engine.verbs import BpmnError

log = structlog.get_logger(__name__)


class _Suspended(Exception):
    """The instance is suspended: its job sleeps until it is resumed."""


def run_jobs(rt: Runtime, limit: int = 100) -> int:
    """Claim up to `limit` jobs and run them; how many. A failure is noted on its job and stops no other."""
    with rt.reading() as session:
        if not session.scalar(select(exists().where(Job.wake <= rt.clock.now()))):
            return 0
    leases = claim(rt, limit)
    for lease in leases:
        faults.point("job.claimed")
        _run(rt, lease)
    return len(leases)


def wake_effects(rt: Runtime) -> None:
    """Let the effects that were left where nobody could do them be done, now that this worker can."""
    with rt.transaction() as tx:
        tx.session.execute(
            update(Job)
            .where(Job.kind == EFFECT, Job.wake.is_(None), Job.retries > 0, Job.type.in_(sorted(rt.effects)))
            .values(wake=tx.now)
        )


def _run(rt: Runtime, lease: Lease) -> None:
    try:
        HANDLERS[lease.kind](rt, lease)
    except LeaseLost:
        log.info("job.lease_lost", job=lease.id, kind=lease.kind, type=lease.type)
    except _Suspended:
        with rt.transaction() as tx:
            postpone(tx.session, lease, None)
    except Exception as error:  # noqa: BLE001 - whatever a job raises is noted on it and tried again
        log.warning("job.failed", job=lease.id, kind=lease.kind, type=lease.type, error=describe(error))
        with rt.transaction() as tx:
            if fail(rt, tx, lease, error):
                _stop(rt, tx, lease, error)


def _stop(rt: Runtime, tx: Transaction, lease: Lease, error: Exception) -> None:
    """The retries are spent: an incident stands where an administrator sees it."""
    if lease.kind != VERB:
        tx.session.execute(
            insert(Incident).values(
                instance_id=lease.instance_id,
                wait_key=f"job:{lease.id}",
                element_id=lease.element_id,
                type="JOB_NO_RETRIES",
                message=describe(error),
                job_id=lease.id,
                created_at=tx.now,
            )
        )
        return
    work = _work(rt, tx, lease)
    work.case.fail(str(lease.wait_key), describe(error))
    work.save(detail={"verb": lease.type, "element": lease.element_id, "error": describe(error)})


def _call_verb(rt: Runtime, lease: Lease) -> None:
    """Call a verb outside its instance's lock, then hand its outputs over under it."""
    row, wait, variables = _prepare(rt, lease)
    verb = rt.verbs.get(lease.type)
    if verb is None:
        raise UnknownVerb(lease.type)
    try:
        with rt.transaction() as tx:  # the database begins when the verb first asks it
            context = StoreEnvironment(rt, tx, SYSTEM.login, row).context(wait)
            outputs = call(verb, context, variables)
            tx.session.flush()
            faults.point("job.done")
            work = _work(rt, tx, lease)
            if work.fire_due() and lease.wait_key not in work.case.waits():
                outputs = {}
            else:
                work.case.complete(str(lease.wait_key), outputs)
                work.run()
            work.save(detail={"verb": lease.type, "element": lease.element_id})
    except BpmnError as error:
        _throw(rt, lease, error)


def _throw(rt: Runtime, lease: Lease, error: BpmnError) -> None:
    """What the verb wrote is gone; its error goes the way that the diagram has for it, or becomes an incident."""
    with rt.transaction() as tx:
        work = _work(rt, tx, lease)
        work.case.throw_error(str(lease.wait_key), error.code, error.message, error.variables)
        work.run()
        work.save(detail={"verb": lease.type, "element": lease.element_id, "error": error.code})


def _prepare(rt: Runtime, lease: Lease) -> tuple[Instance, JobWait, Mapping[str, Any]]:
    """The instance, the wait and its variables as they are now, without any lock."""
    with rt.reading() as session:
        row = session.get_one(Instance, lease.instance_id, options=[undefer(Instance.state)])
        if row.status != ACTIVE:
            raise _Suspended
        rt.definitions.refresh(session)
        environment = StoreEnvironment(rt, Transaction(session, rt.clock.now()), SYSTEM.login, row)
        case = bpmn.Case.load(row.state, environment)
        wait = case.waits().get(str(lease.wait_key))
        if not isinstance(wait, JobWait):
            raise LeaseLost
        return row, wait, case.scope_view(wait.key)


def _work(rt: Runtime, tx: Transaction, lease: Lease) -> Work:
    """The locked instance of a job whose lease still stands. Raises LeaseLost, _Suspended."""
    if lease.instance_id is None:
        raise LeaseLost
    work = open_work(rt, tx, SYSTEM, lease.instance_id, "job.run")
    if work.row.ended_at is not None or not held(tx.session, lease):
        raise LeaseLost
    if work.row.status != ACTIVE:
        raise _Suspended
    return work


def _do_effect(rt: Runtime, lease: Lease) -> None:
    """Do what an outbox row asks for. Without a handler it stays undone, for a worker that has one."""
    with rt.reading() as session:
        row = session.get_one(Outbox, lease.subject)
    handler = rt.effects.get(row.kind)
    if handler is None:
        with rt.transaction() as tx:
            postpone(tx.session, lease, None)
        return
    if row.done_at is None:
        handler(row.payload, row.idempotency_key)
        faults.point("job.done")
    with rt.transaction() as tx:
        tx.session.get_one(Outbox, lease.subject).done_at = tx.now
        finish(tx.session, lease)


HANDLERS: dict[str, Callable[[Runtime, Lease], None]] = {
    VERB: _call_verb,
    MESSAGE: messages.deliver,
    MATCH: messages.match,
    SIGNAL: signals.carry,
    EFFECT: _do_effect,
}
