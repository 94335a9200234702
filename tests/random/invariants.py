"""What must hold after every command, whatever it was: the tables say what the stored states wait for."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from engine import audit
from engine.bpmn import Case, JobWait, MessageWait, SignalWait, TimerWait, UserTaskWait, Wait
from engine.commands.environment import StoreEnvironment
from engine.policy import SYSTEM
from engine.runtime import Runtime, Transaction
from engine.store.instances import ACTIVE, SUSPENDED, Incident, Instance
from engine.store.messages import Message, MessageSubscription, SignalSubscription
from engine.store.tasks import COMPLETED, CREATED, Submission, UserTask, UserTaskCandidate
from engine.store.work import EFFECT, MESSAGE, VERB, Job, Outbox, Timer

ROWS: dict[type[Any], tuple[Any, Any]] = {
    UserTaskWait: (UserTask, UserTask.state == CREATED),
    TimerWait: (Timer, True),
    MessageWait: (MessageSubscription, True),
    SignalWait: (SignalSubscription, True),
    JobWait: (Job, Job.kind == VERB),
}


def check(rt: Runtime) -> None:
    """Every invariant of one database; the audit chain is walked by `check_trail`, once a run."""
    with rt.transaction() as tx:
        for row in tx.session.scalars(select(Instance).options(undefer(Instance.state))):
            _check_instance(rt, tx, row)
        _check_nothing_lost(tx.session)


def check_trail(rt: Runtime) -> None:
    """The audit chain verifies, and each completed task has exactly one submission."""
    with rt.reading() as session:
        assert audit.verify(session) is None
        done = select(UserTask.id).where(UserTask.state == COMPLETED)
        submitted = session.scalars(select(Submission.task_id).where(Submission.task_id.is_not(None))).all()
        assert sorted(submitted) == sorted(session.scalars(done).all())


def _check_instance(rt: Runtime, tx: Transaction, row: Instance) -> None:
    over = row.status not in (ACTIVE, SUSPENDED)
    assert over == (row.ended_at is not None)
    case = Case.load(row.state, StoreEnvironment(rt, tx, SYSTEM.login, row))
    assert case.dump() == row.state, "a state that changes by being read"
    assert over == (case.status != "active")
    assert case.waits() or case.incidents or over, f"instance {row.id} stands still"
    waits = list(case.waits().values())
    if over:
        assert not waits
        assert not case.incidents
    for kind, (table, where) in ROWS.items():
        found = tx.session.scalars(select(table).where(table.instance_id == row.id, where)).all()
        wanted = {wait.key: wait for wait in waits if isinstance(wait, kind)}
        assert sorted(r.wait_key for r in found) == sorted(wanted), f"{table.__tablename__} of {row.id}"
        for stored in found:
            _check_row(row, stored, wanted[stored.wait_key])
    _check_incidents(tx.session, row, case)


def _check_row(instance: Instance, stored: Any, wait: Wait) -> None:
    assert stored.element_id == wait.element_id
    if isinstance(wait, TimerWait):
        assert stored.due == wait.due
        assert (stored.wake is None) == (instance.status == SUSPENDED)
    elif isinstance(wait, MessageWait):
        assert (stored.name, stored.correlation_key) == (wait.name, wait.correlation_key)
    elif isinstance(wait, SignalWait):
        assert stored.name == wait.name


def _check_incidents(session: Session, row: Instance, case: Case) -> None:
    """Incidents of elements; those of jobs and timers that a worker gave up stand on their rows instead."""
    found = session.scalars(
        select(Incident.wait_key).where(
            Incident.instance_id == row.id,
            Incident.resolved_at.is_(None),
            Incident.job_id.is_(None),
            Incident.timer_id.is_(None),
        )
    ).all()
    assert sorted(found) == sorted(case.incidents)


def _check_nothing_lost(session: Session) -> None:
    """Every message and effect that is not done has its job, and the inbox offers open tasks only."""
    for table, kind, open_ones in ((Message, MESSAGE, True), (Outbox, EFFECT, Outbox.done_at.is_(None))):
        waiting = session.scalars(select(table.id).where(open_ones)).all()
        jobs = session.scalars(select(Job.subject).where(Job.kind == kind)).all()
        assert sorted(waiting) == sorted(jobs), f"{kind} jobs"
    stray = (
        select(func.count())
        .select_from(UserTaskCandidate)
        .join(UserTask, UserTask.id == UserTaskCandidate.task_id)
        .where(UserTask.state != CREATED)
    )
    assert session.scalar(stray) == 0
