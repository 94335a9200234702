"""Run the work that commands left behind: verbs that are not pure, messages, signals, effects."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog
from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm import undefer

from engine import bpmn, faults, logs, meters
from engine.bpmn.waits import JobWait
from engine.commands import messages, signals
from engine.commands.environment import StoreEnvironment, UnknownVerb, call
from engine.commands.leases import (
    Lease,
    LeaseLost,
    WorkersLost,
    claim,
    describe,
    fail,
    finish,
    give_back,
    held,
    postpone,
)
from engine.commands.retrying import command
from engine.commands.stacks import stack
from engine.commands.work import Work, open_work
from engine.outbox import EffectRefused
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
    for done, lease in enumerate(leases):
        if rt.stopping.is_set():
            give_back(rt, leases[done:])
            return done
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
    if rt.clock.now() >= lease.until:
        return  # the jobs before it took longer than the lease: another worker may be at it
    with logs.bound(job=lease.id, kind=lease.kind, type=lease.type, instance=lease.instance_id):
        try:
            if lease.lost >= rt.settings.lost_limit:
                raise WorkersLost(lease.lost)
            with meters.job(lease.kind):
                _unless_given_up(rt, lease, HANDLERS[lease.kind])
        except Exception as error:  # noqa: BLE001 - whatever a job raises is noted on it and tried again
            log.warning("job.failed", error=describe(error))
            _note_safely(rt, lease, error)


def _unless_given_up(rt: Runtime, lease: Lease, step: Callable[[Runtime, Lease], None]) -> None:
    """Take a step, unless the lease is lost or the instance suspended: then the job is left, or sleeps."""
    try:
        step(rt, lease)
    except LeaseLost:
        log.info("job.lease_lost")
    except _Suspended:
        with rt.transaction() as tx:
            postpone(tx.session, lease, None)


def _note_safely(rt: Runtime, lease: Lease, error: Exception) -> None:
    try:
        _unless_given_up(rt, lease, partial(_note, error=error))
    except Exception as unnoted:  # the next jobs must not wait for one that cannot even fail
        log.exception("job.failure_not_noted", error=describe(unnoted))


@command
def _note(rt: Runtime, lease: Lease, error: Exception) -> None:
    """Note a failure on its job. When the retries are spent, an incident stands where an administrator sees it."""
    with rt.transaction() as tx:
        # The instance before the job, as everywhere: a command that takes the job away holds the instance.
        work = _work(rt, tx, lease) if lease.kind == VERB else None
        if not fail(rt, tx, lease, error):
            return
        if work is None:
            _open_incident(tx, lease, error)
        else:
            work.environment.stacks[str(lease.wait_key)] = stack(error)
            work.case.fail(str(lease.wait_key), describe(error))
            work.save(detail={"verb": lease.type, "element": lease.element_id, "error": describe(error)})


def _open_incident(tx: Transaction, lease: Lease, error: Exception) -> None:
    of_this_job = select(Incident.id).where(Incident.job_id == lease.id, Incident.resolved_at.is_(None))
    if tx.session.scalar(of_this_job) is not None:
        return  # a message that was woken for a new receiver and failed again
    tx.session.execute(
        insert(Incident).values(
            instance_id=lease.instance_id,
            wait_key=f"job:{lease.id}",
            element_id=lease.element_id,
            type="JOB_NO_RETRIES",
            message=describe(error),
            stack=stack(error),
            job_id=lease.id,
            created_at=tx.now,
        )
    )


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
            if _still_wanted(work, lease):
                work.case.complete(str(lease.wait_key), outputs)
                work.run()
            work.save(detail={"verb": lease.type, "element": lease.element_id})
    except BpmnError as error:
        _throw(rt, lease, error)


def _throw(rt: Runtime, lease: Lease, error: BpmnError) -> None:
    """What the verb wrote is gone; its error goes the way that the diagram has for it, or becomes an incident."""
    with rt.transaction() as tx:
        work = _work(rt, tx, lease)
        if _still_wanted(work, lease):
            work.case.throw_error(str(lease.wait_key), error.code, error.message, error.variables)
            work.run()
        work.save(detail={"verb": lease.type, "element": lease.element_id, "error": error.code})


def _still_wanted(work: Work, lease: Lease) -> bool:
    """Whether the element waits for its job still, once the deadlines that have passed have acted."""
    return not work.fire_due() or lease.wait_key in work.case.waits()


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
    kept: Mapping[str, Any] | None = None
    refusal: str | None = None
    if row.done_at is None:
        try:
            kept = handler(row.payload, row.idempotency_key)
        except EffectRefused as error:
            kept, refusal = error.kept, str(error)
        faults.point("job.done")
    with rt.transaction() as tx:
        _end_effect(tx, tx.session.get_one(Outbox, lease.subject), kept, refusal)
        finish(tx.session, lease)


def _end_effect(tx: Transaction, row: Outbox, kept: Mapping[str, Any] | None, refusal: str | None) -> None:
    """Note that an effect was done, or refused for good; and forget what of it nobody needs any more."""
    if refusal is None:
        row.done_at = tx.now
    else:
        row.refused_at, row.refusal = tx.now, refusal
    if kept is not None:
        row.payload = dict(kept)


HANDLERS: dict[str, Callable[[Runtime, Lease], None]] = {
    VERB: _call_verb,
    MESSAGE: messages.deliver,
    MATCH: messages.match,
    SIGNAL: signals.carry,
    EFFECT: _do_effect,
}
