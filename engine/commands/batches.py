"""One act on many tasks: first what would happen, then row by row, each its own transaction and audit entry."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.claims import assign_in, claim_in, give_back_in
from engine.commands.completions import complete_in
from engine.commands.refusals import HeldByAnother, NotClaimed, TaskCanceled, TaskCompleted
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.errors import NotAllowed, NotFound, Refusal
from engine.inbox import models as m
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.tasks import COMPLETED, CREATED, UserTask

MOST, SLICE = 500, 25
"""Tasks of one batch; rows of one request, so that none is long."""
ACTIONS = {
    m.CLAIM: "task.claim",
    m.ASSIGN: "task.assign",
    m.GIVE_BACK: "task.give_back",
    m.COMPLETE: "task.complete",
}


class NothingChosen(Refusal):
    """No task was chosen."""

    zh = "没有选中任务。"
    en = "No task was chosen."
    remedy_zh = "请勾选任务，或选择“全部结果”。"
    remedy_en = "Tick some tasks, or choose all results."
    status = 422


class TooMany(Refusal):
    """More tasks than one batch takes."""

    zh = "选中了 {count} 项，一次最多办理 {most} 项。"
    en = "{count} tasks were chosen; one batch takes {most}."
    remedy_zh = "请用筛选缩小范围，分批办理。"
    remedy_en = "Narrow the list by filters and do it in parts."
    status = 422


class OneByOne(Refusal):
    """The step's diagram does not allow one opinion for many tasks (`luzhi:bulk`)."""

    zh = "环节“{task}”须逐件办理，不能用同一意见批量办理。"
    en = "Step {task} is done one by one; it takes no common opinion."
    remedy_zh = "请打开任务单独办理。"
    remedy_en = "Open the task and do it by itself."


class OtherForm(Refusal):
    """The task's form asks something else than the first one's of the batch."""

    zh = "任务“{task}”的表单与本批第一项要填的内容不同，不能用同一意见。"
    en = "The form of task {task} asks something else than the first of this batch; one opinion does not fit both."
    remedy_zh = "请按环节筛选后分批办理。"
    remedy_en = "Filter by step and do each in a batch of its own."


@command
def plan_batch(rt: Runtime, actor: Actor, action: str, task_keys: Sequence[int], back: str) -> str:
    """Note what is to be done to which tasks, with who cannot be done and why; nothing is done yet.

    Answers the batch's id. Raises NothingChosen, TooMany.
    """
    keys = list(dict.fromkeys(task_keys))
    if not keys:
        raise NothingChosen()
    if len(keys) > MOST:
        raise TooMany(count=len(keys), most=MOST)
    with rt.transaction() as tx:
        found = {task.id: task for task in tx.session.scalars(select(UserTask).where(UserTask.id.in_(keys)))}
        seen = [found[key] for key in keys if key in found and policy.may(actor, "task.read", found[key])]
        if not seen:
            raise NothingChosen()
        id = secrets.token_urlsafe(16)
        facts = {"id": id, "login": actor.login, "action": action, "back": back, "arguments": {}}
        tx.session.execute(insert(m.Batch).values(**facts, created_at=tx.now))
        questions = _Questions(rt, tx.session)
        first = next((task for task in seen if _refusal(actor, action, task) is None), None)
        rows = [
            _item(id, n, task, _refusal(actor, action, task) or questions.differ(action, task, first))
            for n, task in enumerate(seen, 1)
        ]
        tx.session.execute(insert(cast("Table", m.BatchItem.__table__)), rows)
    return id


@command
def confirm_batch(rt: Runtime, actor: Actor, batch_id: str, arguments: Mapping[str, Any]) -> None:
    """Let a batch that was looked at be done with these arguments; a second time changes nothing.

    `arguments`: `assignee` and `reason` for ASSIGN, `body` for COMPLETE. Raises NotFound.
    """
    with rt.transaction() as tx:
        batch = _own(tx.session, actor, batch_id)
        if batch.confirmed_at is not None:
            return
        batch.arguments, batch.confirmed_at = dict(arguments), tx.now
        tx.session.flush()
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="batch.confirm",
            object_type="inbox_batch",
            object_key=batch_id,
            detail={"action": batch.action},
        )


def run_batch(rt: Runtime, actor: Actor, batch_id: str, count: int = SLICE) -> int:
    """Do the next `count` rows of a confirmed batch; how many are left. May be stopped and called again at any time.

    Raises NotFound.
    """
    with rt.reading() as session:
        batch = _own(session, actor, batch_id)
        items = m.BatchItem
        waiting = session.scalars(
            select(items.number)
            .where(items.batch_id == batch_id, items.state == m.READY)
            .order_by(items.number)
        ).all()
    if batch.confirmed_at is None:
        return len(waiting)
    for number in waiting[:count]:
        try:
            _run(rt, actor, batch, number)
        except Refusal as refusal:
            _note(rt, batch_id, number, refusal)
    return max(0, len(waiting) - count)


def unfinished(session: Session, actor: Actor) -> list[tuple[str, int]]:
    """The batches that a person confirmed and that were stopped: id and rows left, the oldest first."""
    return [(row[0], row[1]) for row in session.execute(_UNFINISHED, {"login": actor.login})]


_UNFINISHED = (
    select(m.Batch.id, func.count())
    .join(m.BatchItem, m.BatchItem.batch_id == m.Batch.id)
    .where(
        m.Batch.login == bindparam("login"), m.Batch.confirmed_at.is_not(None), m.BatchItem.state == m.READY
    )
    .group_by(m.Batch.id, m.Batch.created_at)
    .order_by(m.Batch.created_at)
)


@command
def _run(rt: Runtime, actor: Actor, batch: m.Batch, number: int) -> None:
    """Do one row, once: its state changes in the same transaction. Raises what the act raises."""
    with rt.transaction() as tx:
        item = tx.session.get(m.BatchItem, (batch.id, number), with_for_update=True)
        if item is None or item.state != m.READY:
            return
        _act(rt, tx, actor, batch, item)
        if tx.refusal is None:
            item.state, item.at = m.SUCCEEDED, tx.now


def _act(rt: Runtime, tx: Transaction, actor: Actor, batch: m.Batch, item: m.BatchItem) -> None:
    given = batch.arguments
    if batch.action == m.CLAIM:
        claim_in(rt, tx, actor, item.task_id, item.revision)
    elif batch.action == m.GIVE_BACK:
        give_back_in(rt, tx, actor, item.task_id)
    elif batch.action == m.ASSIGN:
        assign_in(rt, tx, actor, item.task_id, str(given.get("assignee", "")), str(given.get("reason", "")))
    else:
        complete_in(rt, tx, actor, item.task_id, given.get("body", {}), item.revision)


@command
def _note(rt: Runtime, batch_id: str, number: int, refusal: Refusal) -> None:
    items = m.BatchItem
    with rt.transaction() as tx:
        tx.session.execute(
            update(items)
            .where(items.batch_id == batch_id, items.number == number, items.state == m.READY)
            .values(
                state=m.REFUSED,
                at=tx.now,
                reason_zh=refusal.told("zh"),
                reason_en=refusal.told("en"),
            )
        )


def _own(session: Session, actor: Actor, batch_id: str) -> m.Batch:
    batch = session.get(m.Batch, batch_id)
    if batch is None or not policy.may(actor, "batch.own", batch):
        raise NotFound(what_zh="这批任务", what_en="This batch")
    return batch


def _item(id: str, number: int, task: UserTask, refusal: Refusal | None) -> dict[str, Any]:
    return {
        "batch_id": id,
        "number": number,
        "task_id": task.id,
        "revision": task.revision,
        "state": m.READY if refusal is None else m.LEFT_OUT,
        "reason_zh": "" if refusal is None else refusal.told("zh"),
        "reason_en": "" if refusal is None else refusal.told("en"),
    }


def _refusal(actor: Actor, action: str, task: UserTask) -> Refusal | None:
    """Why a task would be left out, as far as can be known before trying."""
    if task.state == COMPLETED:
        return TaskCompleted(
            task=task.called, by=task.ended_by, at=instant(task.ended_at) if task.ended_at else ""
        )
    if task.state != CREATED:
        return TaskCanceled(task=task.called, at=instant(task.ended_at) if task.ended_at else "")
    if not policy.may(actor, ACTIONS[action], task):
        zh, en = policy.ACTIONS[ACTIONS[action]]
        return NotAllowed(action=ACTIONS[action], action_zh=zh, action_en=en)
    held = task.assignee not in (None, actor.login) and policy.acting_for(actor, task) is None
    if action in (m.CLAIM, m.COMPLETE) and held:
        return HeldByAnother(task=task.called, assignee=task.assignee)
    if action == m.GIVE_BACK and task.assignee is None:
        return NotClaimed(task=task.called)
    one_by_one = task.properties.get("luzhi:bulk") != "true" or task.form_definition_id is None
    return OneByOne(task=task.called) if action == m.COMPLETE and one_by_one else None


class _Questions:
    """What forms ask, to find out whether one opinion answers them all: steps and versions may differ."""

    def __init__(self, rt: Runtime, session: Session) -> None:
        self._rt, self._session = rt, session
        self._known: dict[int, Mapping[str, Any]] = {}

    def differ(self, action: str, task: UserTask, first: UserTask | None) -> Refusal | None:
        """The refusal of a task whose form does not take the answers to the first one's."""
        if action != m.COMPLETE or first is None or task.form_definition_id == first.form_definition_id:
            return None
        mine, others = self._schema(task), self._schema(first)
        asked, given = mine["properties"], others["properties"]
        takes_all = all(asked.get(name) == given[name] for name in given)
        return (
            None if takes_all and set(mine.get("required", ())) <= set(given) else OtherForm(task=task.called)
        )

    def _schema(self, task: UserTask) -> Mapping[str, Any]:
        key = task.form_definition_id or 0
        if key not in self._known:
            definitions = self._rt.definitions
            form = definitions.form(self._session, definitions.by_key(self._session, key))
            self._known[key] = form.json_schema()
        return self._known[key]
