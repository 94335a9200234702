"""Many at once: previewed row by row, done row by row, each once, whoever dies; stopped, gone on with, called off."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select, update

from engine import audit, commands, faults
from engine.clock import VirtualClock
from engine.commands import refusals
from engine.errors import NotAllowed
from engine.operating import batches
from engine.operating.again import AGAIN, stopped_again
from engine.operating.refusals import BatchMoved, NotForBatches, NothingChosen, NothingToDo, TooMany
from engine.operating.work import perform
from engine.runtime import Runtime
from engine.store import operating as o
from engine.store.instances import Incident
from engine.store.operating import OperatorBatch, OperatorBatchItem
from engine.store.people import RoleGrant
from engine.store.trail import Audit
from engine.store.work import Outbox
from engine.verbs import VerbContext
from engine.worker import drain
from tests.support.diagrams import chain, diagram, end, service, start
from tests.support.people import CITY, OWNER, SYSADMIN
from tests.support.racing import race
from tests.support.runtimes import deploy, open_task, rows
from tests.support.runtimes import start as begin
from tests.unit.operating.scene import WHY, done, everything, staffed, status, stopping

WAY = chain("start", "w", "end")


@pytest.fixture
def worker(any_rt: Runtime) -> Iterator[Runtime]:
    """A runtime whose worker knows batches, and an administrator."""
    staffed(any_rt)
    yield any_rt
    faults.disarm()


def batch(rt: Runtime, id: int) -> OperatorBatch:
    return cast("OperatorBatch", rows(rt, select(OperatorBatch).where(OperatorBatch.id == id))[0])


def items(rt: Runtime, id: int) -> list[OperatorBatchItem]:
    found = select(OperatorBatchItem).where(OperatorBatchItem.batch_id == id)
    return rows(rt, found.order_by(OperatorBatchItem.number))


def states(rt: Runtime, id: int) -> list[str]:
    return [each.state for each in items(rt, id)]


def go(rt: Runtime, id: int) -> None:
    batches.start(rt, SYSADMIN, id, batch(rt, id).step)


def planned(rt: Runtime, act: str, targets: list[int], **arguments: Any) -> int:
    return batches.plan(rt, SYSADMIN, act, targets, WHY, arguments)


def links(rt: Runtime, action: str) -> list[Audit]:
    return rows(rt, select(Audit).where(Audit.action == action).order_by(Audit.sequence))


def test_a_batch_is_previewed_then_done_row_by_row(worker: Runtime) -> None:
    keys = [begin(worker, "p") for _ in range(3)]
    done(worker, "cancel", keys[1])
    id = planned(worker, "suspend", [*keys, 999])
    assert batch(worker, id).state == o.CHECKING
    with pytest.raises(BatchMoved):
        go(worker, id)
    drain(worker)
    assert [status(worker, key) for key in keys] == ["ACTIVE", "TERMINATED", "ACTIVE"]
    assert batch(worker, id).state == o.CHECKED
    assert [each.verdict for each in items(worker, id)] == [o.CAN, o.CANNOT, o.CAN]
    go(worker, id)
    drain(worker)
    assert batch(worker, id).state == o.DONE
    assert states(worker, id) == [o.SUCCEEDED, o.PLANNED, o.SUCCEEDED]
    assert [status(worker, key) for key in keys] == ["SUSPENDED", "TERMINATED", "SUSPENDED"]
    assert [link.detail["reason"] for link in links(worker, "instance.suspend")] == [f"{WHY} [#{id}]"] * 2
    assert [len(links(worker, f"batch.{deed}")) for deed in ("plan", "start")] == [1, 1]
    with worker.reading() as session:
        assert audit.verify(session) is None


def test_a_preview_of_a_batch_moves_nothing(worker: Runtime) -> None:
    keys = [begin(worker, "p") for _ in range(2)]
    before = everything(worker)
    id = planned(worker, "cancel", keys)
    drain(worker)
    after = everything(worker)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"operator_batch", "operator_batch_item", "audit", "audit_head", "outbox"}
    assert [each.verdict for each in items(worker, id)] == [o.WARNED, o.WARNED]


def test_who_may_not_or_says_no_reason_plans_nothing(worker: Runtime) -> None:
    key = begin(worker, "p")
    for actor in (CITY, OWNER):
        with pytest.raises(NotAllowed):
            batches.plan(worker, actor, "cancel", [key], WHY)
    with pytest.raises(refusals.NoReason):
        batches.plan(worker, SYSADMIN, "cancel", [key], " ")
    with pytest.raises(NotForBatches):
        planned(worker, "move", [key])
    with pytest.raises(NothingChosen):
        planned(worker, "cancel", [999])
    with pytest.raises(TooMany):
        planned(worker, "cancel", list(range(batches.MOST + 1)))
    assert rows(worker, select(OperatorBatch.id)) == []


def test_what_moved_since_the_preview_is_refused_by_its_row_alone(worker: Runtime) -> None:
    keys = [begin(worker, "p") for _ in range(2)]
    id = planned(worker, "cancel", keys)
    drain(worker)
    commands.complete(worker, CITY, open_task(worker, "t1", keys[0]), {})
    go(worker, id)
    drain(worker)
    assert states(worker, id) == [o.REFUSED, o.SUCCEEDED]
    [why] = items(worker, id)[0].outcome
    assert "办结“任务 t1”" in why["facts"]["zh"]
    assert status(worker, keys[0]) == "ACTIVE"


def test_a_right_that_was_taken_away_meanwhile_does_nothing(worker: Runtime) -> None:
    key = begin(worker, "p")
    id = planned(worker, "cancel", [key])
    drain(worker)
    go(worker, id)
    with worker.transaction() as tx:
        tx.session.execute(update(RoleGrant).values(revoked_at=tx.now, revoked_by="system"))
    drain(worker)
    assert (states(worker, id), status(worker, key)) == ([o.REFUSED], "ACTIVE")


def test_a_batch_is_stopped_gone_on_with_and_called_off(
    worker: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.commands.stepping.SLICE", 1)
    keys = [begin(worker, "p") for _ in range(3)]
    id = planned(worker, "suspend", keys)
    drain(worker)
    stale = batch(worker, id).step
    go(worker, id)
    faults.arm("batch.between", lambda: (faults.disarm(), batches.stop(worker, SYSADMIN, id))[0])
    drain(worker)
    assert (batch(worker, id).state, states(worker, id)) == (o.STOPPED, [o.SUCCEEDED, o.PLANNED, o.PLANNED])
    with pytest.raises(BatchMoved):
        batches.start(worker, SYSADMIN, id, stale)
    go(worker, id)
    faults.arm("batch.between", lambda: (faults.disarm(), batches.stop(worker, SYSADMIN, id))[0])
    drain(worker)
    batches.drop(worker, SYSADMIN, id)
    assert (batch(worker, id).state, states(worker, id)) == (o.DROPPED, [o.SUCCEEDED, o.SUCCEEDED, o.LEFT])
    for act in (batches.stop, batches.drop):
        with pytest.raises(BatchMoved):
            act(worker, SYSADMIN, id)
    drain(worker)
    assert status(worker, keys[2]) == "ACTIVE"


def test_nothing_that_can_be_done_is_not_started(worker: Runtime) -> None:
    id = planned(worker, "resume", [begin(worker, "p")])
    drain(worker)
    with pytest.raises(NothingToDo):
        go(worker, id)


class Killed(BaseException):
    """The process dies: nothing may catch it."""


def kill() -> None:
    raise Killed


@pytest.mark.parametrize("point", ["batch.between", "batch.written", "commit.before", "commit.after"])
@pytest.mark.parametrize("passes", [1, 2])
def test_a_worker_that_dies_anywhere_leaves_each_row_done_once(
    worker: Runtime, clock: Any, point: str, passes: int
) -> None:
    keys = [begin(worker, "p") for _ in range(3)]
    id = planned(worker, "suspend", keys)
    drain(worker)
    go(worker, id)
    left = [passes]

    def die() -> None:
        left[0] -= 1
        if left[0] == 0:
            kill()

    faults.arm(point, die)
    with pytest.raises(Killed):
        drain(worker)
    faults.disarm()
    clock.advance(timedelta(seconds=worker.settings.lease_seconds * 2))
    drain(worker)
    assert (batch(worker, id).state, states(worker, id)) == (o.DONE, [o.SUCCEEDED] * 3)
    assert len(links(worker, "instance.suspend")) == 3
    assert [status(worker, key) for key in keys] == ["SUSPENDED"] * 3


def test_two_workers_at_one_step_do_each_row_once(worker: Runtime) -> None:
    keys = [begin(worker, "p") for _ in range(4)]
    id = planned(worker, "cancel", keys)
    drain(worker)
    go(worker, id)
    payload = {"batch": id, "step": batch(worker, id).step}
    race(lambda: perform(worker, payload, "k"), lambda: perform(worker, payload, "k"))
    drain(worker)
    assert states(worker, id) == [o.SUCCEEDED] * 4
    assert len(links(worker, "instance.cancel")) == 4


def test_all_incidents_of_a_kind_are_retried_though_two_are_in_one_instance(worker: Runtime) -> None:
    deploy(worker, q=stopping(worker))
    keys = [begin(worker, "q", {"ready": False}) for _ in range(3)]
    for key in keys:
        commands.complete(worker, CITY, open_task(worker, "t1", key), {})
        done(worker, "variable", key, scope="1", name="ready", value=True)
    found = rows(worker, select(Incident.id).where(Incident.resolved_at.is_(None)))
    id = planned(worker, "retry_one", found)
    drain(worker)
    go(worker, id)
    drain(worker)
    assert states(worker, id) == [o.SUCCEEDED] * 3
    assert rows(worker, select(Incident.id).where(Incident.resolved_at.is_(None))) == []


@pytest.mark.parametrize("act", ["retry", "retry_one"])
@pytest.mark.parametrize("pure", [True, False], ids=["at once", "by a worker"])
def test_what_stops_again_at_the_same_place_is_counted_apart(worker: Runtime, act: str, pure: bool) -> None:
    ready = set[int]()

    @worker.verbs.register("test.moody", zh="一步", en="a step", pure=pure)
    def step(context: VerbContext) -> None:
        if context.instance_key not in ready:
            raise ValueError("not ready")

    deploy(worker, m=diagram("m", start() + service("w", "test.moody", retries="1") + end() + WAY))
    keys = [begin(worker, "m") for _ in range(2)]
    drain(worker)
    ready.add(keys[1])
    clock = cast("VirtualClock", worker.clock)
    clock.advance(timedelta(minutes=1))
    found = rows(worker, select(Incident.id).order_by(Incident.id))
    id = planned(worker, act, keys if act == "retry" else found)
    drain(worker)
    go(worker, id)
    drain(worker)
    assert states(worker, id) == [o.SUCCEEDED] * 2
    [still] = rows(worker, select(Incident.id).where(Incident.resolved_at.is_(None)))
    again = select(stopped_again(act)).where(OperatorBatchItem.batch_id == id)
    assert rows(worker, again.order_by(OperatorBatchItem.number)) == [still, None]
    for _ in range(2):  # what came of it stays so when it is mended later
        with worker.reading() as session:
            counts = batches.counted(session, id)
        assert (counts[o.SUCCEEDED], counts[AGAIN], counts[o.REFUSED]) == (1, 1, 0)
        clock.advance(timedelta(minutes=1))
        ready.add(keys[0])
        if still is not None:
            done(worker, "retry_one", still)
            drain(worker)
            still = None


def test_deadlines_of_an_element_move_by_working_days(worker: Runtime) -> None:
    from engine.store.work import Timer
    from tests.unit.operating.scene import limited

    deploy(worker, r=limited().replace(b'id="p"', b'id="r"'))
    limits = ("2024-06-07T17:00:00+08:00", "2024-06-08T00:00:00+08:00")
    keys = [begin(worker, "r", {"limit": limit}) for limit in limits]
    id = planned(worker, "deadline", keys, element="too_late", workdays=1, variables=True)
    drain(worker)
    go(worker, id)
    drain(worker)
    due = [at.isoformat() for at in rows(worker, select(Timer.due).order_by(Timer.id))]
    assert due == ["2024-06-11T17:00:00+08:00", "2024-06-12T00:00:00+08:00"]  # the 10th is a holiday


def test_effects_are_sent_again_in_one_batch(worker: Runtime) -> None:
    with worker.transaction() as tx:
        from engine import outbox

        outbox.leave(tx.session, tx.now, "fax", {"to": "a"}, "k1")
    drain(worker)  # nobody can send one: it is parked
    sent: list[str] = []
    worker.effects["fax"] = lambda payload, key: sent.append(key)
    drain(worker)
    assert sent == []
    id = planned(worker, "resend", rows(worker, select(Outbox.id).where(Outbox.kind == "fax")))
    drain(worker)
    assert sent == []
    go(worker, id)
    drain(worker)
    drain(worker)
    assert (sent, states(worker, id)) == (["k1"], [o.SUCCEEDED])
    with pytest.raises(refusals.AlreadySent):
        commands.resend(worker, SYSADMIN, rows(worker, select(Outbox.id).where(Outbox.kind == "fax"))[0], WHY)
