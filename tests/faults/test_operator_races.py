"""Administrators against each other, against the worker and against people: one is done, the other told; nothing twice."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import audit, commands, outbox
from engine.commands import refusals
from engine.operating import batches
from engine.operating.acts import Deed
from engine.operating.doing import do
from engine.operating.refusals import MovedOn
from engine.operating.trying import preview
from engine.policy import Actor, Grant
from engine.runtime import Runtime
from engine.store import operating as o
from engine.store.instances import Incident, Instance
from engine.store.operating import OperatorBatch, OperatorBatchItem
from engine.store.tasks import Submission
from engine.store.trail import Audit
from engine.store.work import Job, Outbox, Timer
from engine.worker import drain
from tests.support.people import CITY, SYSADMIN
from tests.support.racing import race, refused
from tests.support.runtimes import open_task, rows
from tests.support.runtimes import start as begin
from tests.unit.operating.scene import WHY, limited, running, staffed, stopping

SECOND = Actor("sysadmin-2", "另一位", (Grant("sysadmin", "370000"),))
LIMIT = "2024-06-10T17:00:00+08:00"


def acted(rt: Runtime, who: Actor, act: str, key: int, seen: str | None, **given: Any) -> Any:
    """A call for `race`."""
    return partial(do, rt, who, Deed(act, key, given, WHY), seen)


def mark(rt: Runtime, act: str, key: int, **given: Any) -> str:
    return preview(rt, SYSADMIN, Deed(act, key, given, WHY)).mark


def links(rt: Runtime, action: str) -> list[Audit]:
    return rows(rt, select(Audit).where(Audit.action == action))


def intact(rt: Runtime) -> bool:
    with rt.reading() as session:
        return audit.verify(session) is None


def test_two_administrators_who_saw_the_same_do_not_both_act(any_rt: Runtime) -> None:
    key = running(any_rt, limited(), limit=LIMIT)
    seen = mark(any_rt, "cancel", key)
    results = race(acted(any_rt, SYSADMIN, "cancel", key, seen), acted(any_rt, SECOND, "suspend", key, seen))
    [loser] = refused(results)
    assert isinstance(loser, MovedOn | refusals.InstanceEnded)
    [status] = rows(any_rt, select(Instance.status).where(Instance.id == key))
    done = {"TERMINATED": "instance.cancel", "SUSPENDED": "instance.suspend"}[status]
    assert [len(links(any_rt, each)) for each in ("instance.cancel", "instance.suspend")].count(1) == 1
    assert len(links(any_rt, done)) == 1
    assert intact(any_rt)


def test_a_form_that_is_sent_twice_moves_a_deadline_once(any_rt: Runtime) -> None:
    key = running(any_rt, limited(), limit=LIMIT)
    [wait] = rows(any_rt, select(Timer.wait_key).where(Timer.instance_id == key))
    given: Mapping[str, Any] = {"wait": wait, "workdays": 1}
    seen = mark(any_rt, "deadline", key, **given)
    results = race(*(acted(any_rt, SYSADMIN, "deadline", key, seen, **given) for _ in range(4)))
    assert [type(each) for each in refused(results)] == [MovedOn] * 3
    [due] = rows(any_rt, select(Timer.due).where(Timer.instance_id == key))
    assert due.isoformat() == "2024-06-11T17:00:00+08:00"
    assert len(links(any_rt, "instance.deadline")) == 1


def test_a_retry_that_is_sent_twice_and_a_cancellation(any_rt: Runtime) -> None:
    key = running(any_rt, stopping(any_rt), "q")
    commands.complete(any_rt, CITY, open_task(any_rt, "t1", key), {})
    [stopped] = rows(any_rt, select(Incident.id))
    results = race(
        lambda: commands.retry(any_rt, SYSADMIN, stopped, WHY),
        lambda: commands.cancel(any_rt, SECOND, key, WHY),
        lambda: commands.retry(any_rt, SECOND, stopped, WHY),
    )
    assert results[1] is None
    assert {type(each) for each in refused(results)} <= {
        refusals.NothingToRetry,
        refusals.InstanceEnded,
    }
    assert rows(any_rt, select(Instance.status).where(Instance.id == key)) == ["TERMINATED"]
    assert rows(any_rt, select(Incident.id).where(Incident.resolved_at.is_(None))) == []
    assert intact(any_rt)


@pytest.mark.parametrize("spent", [False, True])
def test_sending_again_against_the_worker_sends_once(any_rt: Runtime, spent: bool) -> None:
    sent: list[str] = []
    any_rt.effects["fax"] = lambda payload, key: sent.append(key)
    for n in range(3):
        with any_rt.transaction() as tx:
            outbox.leave(tx.session, tx.now, "fax", {"to": "x"}, f"k{n}")
            if spent:
                tx.session.flush()
                tx.session.execute(update(Job).where(Job.kind == "effect").values(retries=0, wake=None))
        [row] = rows(any_rt, select(Outbox.id).where(Outbox.done_at.is_(None)))
        results = race(
            lambda row=row: commands.resend(any_rt, SYSADMIN, row, WHY),
            lambda: drain(any_rt),
            lambda row=row: commands.resend(any_rt, SECOND, row, WHY),
        )
        assert {type(each) for each in refused(results)} <= {refusals.AlreadySent, refusals.BeingDone}
        drain(any_rt)
        assert sent.count(f"k{n}") == 1
    assert rows(any_rt, select(Outbox.id).where(Outbox.done_at.is_(None))) == []


def test_the_rows_of_a_batch_change_while_it_is_done(any_rt: Runtime) -> None:
    staffed(any_rt)
    keys = [begin(any_rt, "p") for _ in range(6)]
    id = batches.plan(any_rt, SYSADMIN, "cancel", keys, WHY)
    drain(any_rt)
    [step] = rows(any_rt, select(OperatorBatch.step).where(OperatorBatch.id == id))
    batches.start(any_rt, SYSADMIN, id, step)
    open_now = [open_task(any_rt, "t1", key) for key in keys[3:]]
    results = race(
        lambda: drain(any_rt),
        *(lambda task=task: commands.complete(any_rt, CITY, task, {}) for task in open_now),
    )
    drain(any_rt)
    found = select(OperatorBatchItem).where(OperatorBatchItem.batch_id == id)
    items = rows(any_rt, found.order_by(OperatorBatchItem.number))
    assert [each.state for each in items[:3]] == [o.SUCCEEDED] * 3
    for item, answer in zip(items[3:], results[1:], strict=True):
        [status] = rows(any_rt, select(Instance.status).where(Instance.id == item.target))
        if item.state == o.SUCCEEDED:  # the batch came first: the click was told
            assert (status, isinstance(answer, refusals.TaskCanceled)) == ("TERMINATED", True)
        else:  # the click came first: the row says that it has moved
            assert (item.state, status, answer.status) == (o.REFUSED, "ACTIVE", "ACTIVE")
    assert len(links(any_rt, "instance.cancel")) == [each.state for each in items].count(o.SUCCEEDED)
    assert len(rows(any_rt, select(Submission))) == [each.state for each in items].count(o.REFUSED)
    assert intact(any_rt)
