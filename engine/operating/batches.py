"""One act on many objects: chosen, previewed row by row, then done row by row; stopped and gone on with at any time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, func, insert, select, update
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.operations import require_reason
from engine.commands.retrying import command
from engine.commands.stepping import Stepped
from engine.operating.acts import ACTS, INCIDENT, INSTANCE, JOB, OUTBOX
from engine.operating.again import AGAIN, stopped_again
from engine.operating.refusals import BatchMoved, NotForBatches, NothingChosen, NothingToDo, TooMany
from engine.policy import Actor
from engine.runtime import OPERATIONS, Runtime, Transaction
from engine.store import json
from engine.store import operating as o
from engine.store.instances import Incident, Instance
from engine.store.operating import OperatorBatch, OperatorBatchItem
from engine.store.work import Job, Outbox

RULE = "batch.operate"
MOST = 5_000
"""Objects of one batch."""
STATES = {
    o.CHECKING: ("预览中", "being previewed"),
    o.CHECKED: ("已预览，待办理", "previewed"),
    o.RUNNING: ("办理中", "under way"),
    o.STOPPED: ("已停止", "stopped"),
    o.DONE: ("已办完", "done"),
    o.DROPPED: ("已取消", "called off"),
}
_TABLES: Mapping[str, Any] = {INSTANCE: Instance, INCIDENT: Incident, OUTBOX: Outbox, JOB: Job}


def _todo(batch: OperatorBatch) -> Select[int]:
    items = OperatorBatchItem
    planned = select(items.number).where(items.batch_id == batch.id, items.state == o.PLANNED)
    wanted = (o.UNKNOWN,) if batch.state == o.CHECKING else (o.CAN, o.WARNED)
    return planned.where(items.verdict.in_(wanted))


def _moved(batch: OperatorBatch) -> BatchMoved:
    zh, en = STATES[batch.state]
    return BatchMoved(state_zh=zh, state_en=en)


def _ended(batch: OperatorBatch, now: datetime) -> None:
    if batch.state == o.DONE:
        batch.ended_at = now


STEPS = Stepped(
    name="batch",
    subject="batch",
    effect=OPERATIONS,
    work=OperatorBatch,
    row=OperatorBatchItem,
    what=("这一批", "This batch"),
    after=o.AT_WORK,
    todo=_todo,
    moved=_moved,
    ended=_ended,
)


@command
def plan(
    rt: Runtime,
    actor: Actor,
    act: str,
    targets: Sequence[int],
    reason: str,
    arguments: Mapping[str, Any] | None = None,
    chosen: Mapping[str, Any] | None = None,
) -> int:
    """Note what is to be done to which objects and let a worker preview each; the batch's number. Nothing moves yet.

    Raises NotAllowed, NoReason, NotForBatches, NothingChosen, TooMany, BadJson.
    """
    policy.require(actor, RULE)
    policy.require(actor, ACTS[act].rule)
    require_reason(reason)
    if not ACTS[act].many:
        raise NotForBatches(act=ACTS[act].words[0])
    keys = list(dict.fromkeys(targets))
    if len(keys) > MOST:
        raise TooMany(count=len(keys), most=MOST)
    with rt.transaction() as tx:
        found = _known(tx.session, ACTS[act].target, keys)
        if not found:
            raise NothingChosen()
        batch = OperatorBatch(
            act=act,
            arguments=json.checked(dict(arguments or {})),
            reason=reason.strip(),
            chosen=json.checked(dict(chosen or {})),
            planned_by=actor.login,
            planned_at=tx.now,
        )
        tx.session.add(batch)
        tx.session.flush()
        _add_items(tx, batch, found)
        STEPS.next_step(tx, batch)
        _record(tx, actor, batch, "batch.plan", {"count": len(found), "chosen": batch.chosen})
        return batch.id


@command
def start(rt: Runtime, actor: Actor, batch_id: int, step: int) -> None:
    """Let a worker do what can be done; also go on with a batch that was stopped.

    Raises NotAllowed, NotFound, BatchMoved, NothingToDo.
    """
    policy.require(actor, RULE)
    with rt.transaction() as tx:
        batch = STEPS.at(tx, batch_id, step, o.CHECKED, o.STOPPED)
        policy.require(actor, ACTS[batch.act].rule)
        if not STEPS.left(tx.session, batch):
            raise NothingToDo()
        if batch.started_by is None:
            batch.started_by, batch.started_at = actor.login, tx.now
        former, batch.state = batch.state, o.RUNNING
        STEPS.next_step(tx, batch)
        _record(tx, actor, batch, "batch.start", {"before": {"state": former}, "after": {"state": o.RUNNING}})


@command
def stop(rt: Runtime, actor: Actor, batch_id: int) -> None:
    """Stop between two rows; what has been done stays done. Raises NotAllowed, NotFound, BatchMoved."""
    policy.require(actor, RULE)
    with rt.transaction() as tx:
        batch = STEPS.locked(tx, batch_id)
        if batch.state != o.RUNNING:
            raise _moved(batch)
        batch.state = o.STOPPED
        batch.step += 1
        _record(
            tx, actor, batch, "batch.stop", {"before": {"state": o.RUNNING}, "after": {"state": o.STOPPED}}
        )


@command
def drop(rt: Runtime, actor: Actor, batch_id: int) -> None:
    """Call off what has not been done; it cannot be gone on with. Raises NotAllowed, NotFound, BatchMoved."""
    policy.require(actor, RULE)
    with rt.transaction() as tx:
        batch = STEPS.locked(tx, batch_id)
        if batch.state not in (o.CHECKING, o.CHECKED, o.STOPPED):
            raise _moved(batch)
        former, batch.state, batch.ended_at = batch.state, o.DROPPED, tx.now
        batch.step += 1
        of_batch = (OperatorBatchItem.batch_id == batch_id, OperatorBatchItem.state == o.PLANNED)
        tx.session.execute(update(OperatorBatchItem).where(*of_batch).values(state=o.LEFT))
        _record(tx, actor, batch, "batch.drop", {"before": {"state": former}, "after": {"state": o.DROPPED}})


def counted(session: Session, batch_id: int) -> dict[str, int]:
    """How many rows there are by state and by verdict, and `all`; done ones that stopped again apart (`AGAIN`)."""
    items = OperatorBatchItem
    rows = select(items.state, items.verdict, func.count()).where(items.batch_id == batch_id)
    counts = dict.fromkeys(
        ("all", o.UNKNOWN, o.CAN, o.WARNED, o.CANNOT, o.PLANNED, o.SUCCEEDED, o.REFUSED, o.LEFT), 0
    )
    for state, verdict, count in session.execute(rows.group_by(items.state, items.verdict)):
        for name in ("all", state, verdict):
            counts[name] += count
    counts[AGAIN] = _stopped_again(session, batch_id)
    counts[o.SUCCEEDED] -= counts[AGAIN]
    return counts


def _stopped_again(session: Session, batch_id: int) -> int:
    found = stopped_again(session.get_one(OperatorBatch, batch_id).act)
    if found is None:
        return 0
    again = select(func.count()).where(OperatorBatchItem.batch_id == batch_id, found.is_not(None))
    return session.scalar(again.select_from(OperatorBatchItem)) or 0


def _known(session: Session, target: str, keys: Sequence[int]) -> list[tuple[int, int | None]]:
    """The objects that are there, with their instances, in the order of their keys."""
    table = _TABLES[target]
    instance = {INSTANCE: Instance.id, OUTBOX: None}.get(target, getattr(table, "instance_id", None))
    found: dict[int, int | None] = {}
    for at in range(0, len(keys), 500):
        wanted = table.id.in_(keys[at : at + 500])
        columns = [table.id] if instance is None else [table.id, instance]
        for row in session.execute(select(*columns).where(wanted)):
            found[row[0]] = None if instance is None else row[1]
    return sorted(found.items())


def _add_items(tx: Transaction, batch: OperatorBatch, found: Sequence[tuple[int, int | None]]) -> None:
    blank: Mapping[str, Any] = {"findings": [], "outcome": [], "mark": "", "verdict": o.UNKNOWN}
    rows = [
        {
            "batch_id": batch.id,
            "number": n,
            "target": key,
            "instance_id": instance,
            "state": o.PLANNED,
            **blank,
        }
        for n, (key, instance) in enumerate(found, 1)
    ]
    tx.session.execute(insert(cast("Table", OperatorBatchItem.__table__)), rows)


def _record(
    tx: Transaction, actor: Actor, batch: OperatorBatch, action: str, detail: Mapping[str, Any]
) -> None:
    tx.session.flush()
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action=action,
        object_type="operator_batch",
        object_key=batch.id,
        detail={"act": batch.act, "reason": batch.reason, **detail},
    )
