"""What the worker does of a batch: some rows a step, each in a transaction of its own, wholly or not at all.

A worker that dies leaves what it committed; the next one goes on with what is left. Two that come to one row meet at
its lock, and the second finds it done. What somebody stopped, or what an older step asks for, is left alone.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine import faults
from engine.bpmn.errors import Interrupted
from engine.commands.retrying import command
from engine.errors import Refusal
from engine.operating import findings as f
from engine.operating.acts import ACTS, Deed
from engine.operating.batches import next_step, todo
from engine.operating.doing import do_in
from engine.operating.findings import Finding, finding
from engine.operating.trying import preview
from engine.policy import Actor, Grant
from engine.runtime import Runtime, Transaction
from engine.store import operating as o
from engine.store.operating import OperatorBatch, OperatorBatchItem
from engine.store.people import Account, RoleGrant

log = structlog.get_logger(__name__)

SLICE = 25
"""Rows of one step: it is over long before its lease is, and progress shows."""
VERDICTS = {f.INFO: o.CAN, f.WARN: o.WARNED, f.CANNOT: o.CANNOT}


def perform(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """The next step of a batch. Done twice it changes nothing more."""
    batch_id, step = int(payload["batch"]), int(payload["step"])
    with rt.reading() as session:
        batch = session.get_one(OperatorBatch, batch_id)
        if batch.step != step or batch.state not in o.AT_WORK:
            return
        items = select(OperatorBatchItem.number).where(*todo(batch)).order_by(OperatorBatchItem.number)
        numbers = session.scalars(items.limit(SLICE)).all()
    work = _check if batch.state == o.CHECKING else _do
    for number in numbers:
        try:
            work(rt, batch, number)
        except (DBAPIError, Interrupted):
            raise  # a database that is away is another matter than a broken row
        except Exception as error:
            log.exception("batch.failed", batch=batch.id, item=number)
            _note(rt, batch, number, finding("broken", message=type(error).__name__))
        faults.point("batch.between")
    _go_on(rt, batch_id, step, batch.state)


@command
def _go_on(rt: Runtime, batch_id: int, step: int, state: str) -> None:
    with rt.transaction() as tx:
        batch = tx.session.get_one(OperatorBatch, batch_id, with_for_update=True)
        if batch.step != step or batch.state != state:
            return  # stopped meanwhile
        if tx.session.scalar(select(OperatorBatchItem.number).where(*todo(batch)).limit(1)) is not None:
            next_step(tx, batch)
            return
        batch.state = o.CHECKED if state == o.CHECKING else o.DONE
        batch.ended_at = None if state == o.CHECKING else tx.now
        batch.step += 1


def _check(rt: Runtime, batch: OperatorBatch, number: int) -> None:
    """Preview one row, and note what it came to."""
    item = _item(rt, batch, number)
    try:
        seen = preview(rt, _actor(rt, batch.planned_by), _deed(batch, item))
    except Refusal as refusal:
        _note(rt, batch, number, _refused(refusal))
        return
    told = [_refused(seen.refusal)] if seen.refusal is not None else seen.findings
    _keep_preview(rt, batch, number, seen.mark, told)


@command
def _keep_preview(rt: Runtime, batch: OperatorBatch, number: int, mark: str, told: list[Finding]) -> None:
    with rt.transaction() as tx:
        item = tx.session.get_one(OperatorBatchItem, (batch.id, number), with_for_update=True)
        if item.state == o.PLANNED and item.verdict == o.UNKNOWN:
            item.mark, item.verdict, item.at = mark, VERDICTS[f.worst(told)], tx.now
            item.findings = [each.as_json() for each in told]


def _do(rt: Runtime, batch: OperatorBatch, number: int) -> None:
    """Do one row; its state says so in the same transaction. A refusal is noted in the next."""
    try:
        _do_once(rt, batch, number)
    except Refusal as refusal:
        _note(rt, batch, number, _refused(refusal))


@command
def _do_once(rt: Runtime, batch: OperatorBatch, number: int) -> None:
    with rt.transaction() as tx:
        item = _wanted(tx, batch, number)
        if item is None:
            return
        do_in(rt, tx, _actor(rt, batch.started_by or batch.planned_by), _deed(batch, item), item.mark)
        if tx.refusal is None:
            item.state, item.at = o.SUCCEEDED, tx.now
            tx.session.flush()
        faults.point("batch.written")


def _wanted(tx: Transaction, batch: OperatorBatch, number: int) -> OperatorBatchItem | None:
    """The locked row, if it is still to be done and nobody has stopped the batch."""
    now = tx.session.get_one(OperatorBatch, batch.id)
    item = tx.session.get_one(OperatorBatchItem, (batch.id, number), with_for_update=True)
    return item if item.state == o.PLANNED and now.state == batch.state and now.step == batch.step else None


@command
def _note(rt: Runtime, batch: OperatorBatch, number: int, why: Finding) -> None:
    """Why one was not done."""
    with rt.transaction() as tx:
        item = tx.session.get_one(OperatorBatchItem, (batch.id, number), with_for_update=True)
        if item.state != o.PLANNED:
            return
        if batch.state == o.CHECKING:
            item.verdict, item.findings, item.at = o.CANNOT, [why.as_json()], tx.now
        else:
            item.state, item.outcome, item.at = o.REFUSED, [why.as_json()], tx.now


def _refused(refusal: Refusal) -> Finding:
    return finding("refused", zh=refusal.told("zh"), en=refusal.told("en"))


def _item(rt: Runtime, batch: OperatorBatch, number: int) -> OperatorBatchItem:
    with rt.reading() as session:
        return session.get_one(OperatorBatchItem, (batch.id, number))


def _deed(batch: OperatorBatch, item: OperatorBatchItem) -> Deed:
    return Deed(ACTS[batch.act].name, item.target, batch.arguments, f"{batch.reason} [#{batch.id}]")


def _actor(rt: Runtime, login: str) -> Actor:
    """Who asked for it, with the roles held now: a right that was taken away meanwhile does nothing any more."""
    with rt.reading() as session:
        held = session.execute(
            select(RoleGrant.role, RoleGrant.organisation)
            .join(Account, Account.login == RoleGrant.login)
            .where(RoleGrant.login == login, RoleGrant.revoked_at.is_(None), Account.active)
        ).all()
    return Actor(login, login, tuple(Grant(row.role, row.organisation) for row in held))
