"""What the worker does of a batch: previews a row, or does it as its state says in the same transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import faults
from engine.commands.retrying import command
from engine.errors import Refusal
from engine.operating import findings as f
from engine.operating.acts import ACTS, Deed
from engine.operating.batches import STEPS
from engine.operating.doing import do_in
from engine.operating.findings import Finding, finding
from engine.operating.trying import preview
from engine.policy import Actor, Grant
from engine.runtime import Runtime
from engine.store import operating as o
from engine.store.operating import OperatorBatch, OperatorBatchItem
from engine.store.people import Account, RoleGrant

VERDICTS = {f.INFO: o.CAN, f.WARN: o.WARNED, f.CANNOT: o.CANNOT}


def perform(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """The next step of a batch (`engine.commands.stepping`)."""
    STEPS.perform(rt, payload, {o.CHECKING: _check, o.RUNNING: _do}, _broken)


def _broken(rt: Runtime, batch: OperatorBatch, number: int, error: Exception) -> None:
    _note(rt, batch, number, finding("broken", message=type(error).__name__))


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
        item = STEPS.wanted(tx, batch, number, o.PLANNED)
        if item is None:
            return
        do_in(rt, tx, _actor(rt, batch.started_by or batch.planned_by), _deed(batch, item), item.mark)
        if tx.refusal is None:
            item.state, item.at = o.SUCCEEDED, tx.now
            tx.session.flush()
        faults.point("batch.written")


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
