"""Migrations of many running instances: dry run, batches, undo; and what comes in between."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pytest
from sqlalchemy import select

from engine import audit, commands, faults
from engine.clock import VirtualClock
from engine.errors import NotAllowed
from engine.runtime import MIGRATIONS, Runtime
from engine.store import json
from engine.store import migrating as m
from engine.store.instances import ElementEvent, Instance
from engine.store.migrating import MigrationItem, MigrationPlan
from engine.store.tasks import Draft, UserTask
from engine.store.work import Timer
from engine.studio.migrating import plans
from engine.studio.migrating.cohort import Cohort
from engine.studio.migrating.options import Options
from engine.studio.migrating.options import read as read_options
from engine.studio.migrating.refusals import NobodyChosen, NothingToMove, NotTried, PlanMoved, UnknownChoice
from engine.studio.migrating.work import perform
from engine.worker import drain
from tests.support.diagrams import (
    boundary,
    chain,
    diagram,
    end,
    flow,
    output,
    service,
    start,
    straight,
    task,
    timer,
)
from tests.support.people import CITY, CITY_TOO, OWNER, SYSADMIN, SYSTEM
from tests.support.runtimes import deploy, open_task, open_tasks, rows
from tests.support.runtimes import start as begin


@pytest.fixture
def worker(any_rt: Runtime) -> Iterator[Runtime]:
    """A runtime whose worker knows migrations."""
    any_rt.effects[MIGRATIONS] = partial(perform, any_rt)
    yield any_rt
    faults.disarm()


def limited(days: int, *, first: str = "t1", form: str = "") -> bytes:
    """Two tasks; the first has a deadline."""
    mapped = output("=a", "a") if form else ""
    body = start() + task(first, form=form, mapping=mapped) + task("t2") + end() + end("late")
    body += boundary("limit", first, timer("Duration", f"P{days}D"))
    return diagram("p", body + chain("start", first, "t2", "end") + flow("limit", "late"))


def planned(rt: Runtime, version: int | None = None, **chosen: Any) -> int:
    return plans.begin(rt, OWNER, "p", version, Cohort(**chosen), "新版规则")


def plan(rt: Runtime, id: int) -> MigrationPlan:
    return cast("MigrationPlan", rows(rt, select(MigrationPlan).where(MigrationPlan.id == id))[0])


def items(rt: Runtime, id: int) -> list[MigrationItem]:
    return rows(rt, select(MigrationItem).where(MigrationItem.plan_id == id).order_by(MigrationItem.number))


def do(rt: Runtime, act: Any, id: int, **more: Any) -> None:
    """One of the owner's acts, and what the worker does of it."""
    act(rt, OWNER, id, plan(rt, id).step, **more)
    drain(rt)


def wish(rt: Runtime, id: int, **changed: Any) -> None:
    kept = read_options(plan(rt, id).options)
    facts = {"mapping": kept.mapping, "timers": kept.timers, "called": kept.called, "forms": kept.forms}
    plans.change(rt, OWNER, id, Options(**{**facts, **changed}), plan(rt, id).step)


def codes(item: MigrationItem) -> list[str]:
    return [row["code"] for row in [*item.findings, *item.outcome]]


def versions(rt: Runtime) -> list[int]:
    return rows(rt, select(Instance.definition_id).order_by(Instance.id))


def snapshot(rt: Runtime) -> Any:
    """All that a dry run must leave as it is."""
    with rt.reading() as session:
        return (
            session.execute(
                select(Instance.id, Instance.revision, Instance.state, Instance.definition_id)
            ).all(),
            session.execute(select(Timer.id, Timer.due)).all(),
            session.execute(select(UserTask.id, UserTask.revision, UserTask.form_definition_id)).all(),
            len(session.scalars(select(ElementEvent.id)).all()),
        )


def test_a_cohort_is_tried_moved_and_brought_back(worker: Runtime) -> None:
    deploy(worker, p=limited(5))
    for key in ("2024-370100-0001", "2024-370100-0002", "2024-370200-0001"):
        begin(worker, "p", business_key=key)
    deploy(worker, p=limited(9))
    before = snapshot(worker)
    id = planned(worker, city="370100")
    with pytest.raises(NotTried):
        plans.apply(worker, OWNER, id, plan(worker, id).step)
    do(worker, plans.check, id)
    assert plan(worker, id).state == m.CHECKED
    assert [(each.verdict, codes(each)) for each in items(worker, id)] == [(m.CAN, ["timer_kept"])] * 2
    assert snapshot(worker) == before
    do(worker, plans.apply, id)
    assert [each.state for each in items(worker, id)] == [m.MOVED, m.MOVED]
    [first, second, other] = versions(worker)
    assert first == second != other
    do(worker, plans.undo, id)
    assert [each.state for each in items(worker, id)] == [m.RETURNED, m.RETURNED]
    assert versions(worker) == [other] * 3
    assert rows(worker, select(Timer.due).order_by(Timer.id)) == [due for _, due in before[1]]
    events = rows(
        worker, select(ElementEvent).where(ElementEvent.event == "migrated", ElementEvent.element_id == "p")
    )
    assert [(e.actor, int(e.detail["from"]), int(e.detail["reference"])) for e in events[::2]] == [
        (OWNER.login, other, first),
        (OWNER.login, first, other),
    ]
    with worker.reading() as session:
        assert audit.verify(session) is None
    for element in ("t1", "t2"):
        instance = rows(worker, select(Instance.id).order_by(Instance.id))[0]
        commands.complete(worker, CITY, open_task(worker, element, instance), {})


@pytest.mark.parametrize(("mode", "days", "code"), [("begin", 9, "timer_moved"), ("now", 12, "timer_moved")])
def test_the_owner_says_what_becomes_of_a_changed_timer(
    worker: Runtime, mode: str, days: int, code: str
) -> None:
    deploy(worker, p=limited(5))
    begun = worker.clock.now()
    begin(worker, "p")
    deploy(worker, p=limited(9))
    cast("VirtualClock", worker.clock).advance(timedelta(days=3))
    id = planned(worker)
    wish(worker, id, timers={"p": {"limit": mode}})
    do(worker, plans.check, id)
    [item] = items(worker, id)
    assert (item.verdict, codes(item)) == (m.CAN, [code])
    facts = item.findings[0]["facts"]
    due = begun + timedelta(days=days)
    assert (facts["old"], facts["new"]) == ((begun + timedelta(days=5)).isoformat(), due.isoformat())
    do(worker, plans.apply, id)
    assert rows(worker, select(Timer.due)) == [due]


def test_a_deadline_that_would_act_at_once_is_a_risk_and_needs_the_owners_word(worker: Runtime) -> None:
    deploy(worker, p=limited(5))
    begin(worker, "p")
    deploy(worker, p=limited(2))
    cast("VirtualClock", worker.clock).advance(timedelta(days=3))
    id = planned(worker)
    wish(worker, id, timers={"p": {"limit": "begin"}})
    do(worker, plans.check, id)
    [item] = items(worker, id)
    assert (item.verdict, codes(item)) == (m.RISK, ["timer_moved", "timer_now"])
    with pytest.raises(NothingToMove):
        plans.apply(worker, OWNER, id, plan(worker, id).step)
    do(worker, plans.apply, id, with_risks=True)
    assert rows(worker, select(Instance.status)) == ["COMPLETED"]


def test_a_renamed_step_is_found_by_its_place_and_one_that_is_gone_is_said(worker: Runtime) -> None:
    deploy(worker, p=limited(5))
    begin(worker, "p")
    begin(worker, "p")
    commands.complete(worker, CITY, open_tasks(worker)[1].id, {})
    deploy(worker, p=limited(5, first="first"))
    id = planned(worker)
    assert read_options(plan(worker, id).options).mapping["p"] == {"t1": "first"}
    wish(worker, id, mapping={"p": {"t1": ""}})
    do(worker, plans.check, id)
    assert [each.verdict for each in items(worker, id)] == [m.CANNOT, m.CAN]
    assert items(worker, id)[0].findings[0]["facts"]["name"] == "任务 t1"
    with pytest.raises(UnknownChoice):
        wish(worker, id, mapping={"p": {"t1": "nowhere"}})
    wish(worker, id, mapping={"p": {"t1": "first"}})
    do(worker, plans.check, id)
    do(worker, plans.apply, id)
    assert [row.element_id for row in open_tasks(worker)] == ["first", "t2"]


def test_a_timer_that_would_be_lost_is_said(worker: Runtime) -> None:
    deploy(worker, p=limited(5))
    begin(worker, "p")
    deploy(worker, p=straight("p", 2))
    id = planned(worker)
    do(worker, plans.check, id)
    [item] = items(worker, id)
    assert (item.verdict, codes(item)) == (m.RISK, ["timer_lost"])


def test_what_moved_between_dry_run_and_apply_is_skipped_with_the_reason(worker: Runtime) -> None:
    deploy(worker, p=straight("p", 2))
    for _ in range(6):
        begin(worker, "p")
    deploy(worker, p=straight("p", 1))
    id = planned(worker)
    do(worker, plans.check, id)
    assert [each.verdict for each in items(worker, id)] == [m.CAN] * 6
    keys = rows(worker, select(Instance.id).order_by(Instance.id))
    commands.complete(worker, CITY, open_task(worker, "t1", keys[0]), {})  # the new version has no t2
    commands.suspend(worker, SYSADMIN, keys[1], "核查")
    commands.cancel(worker, SYSADMIN, keys[2], "撤回")
    commands.migrate(worker, SYSADMIN, keys[3], reason="先行")
    do(worker, plans.apply, id)
    assert [each.state for each in items(worker, id)] == [m.SKIPPED] * 4 + [m.MOVED] * 2
    assert [codes(each)[-1] for each in items(worker, id)[:4]] == [
        "gone",
        "suspended",
        "ended",
        "elsewhere",
    ]
    again = planned(worker, versions=(1,))
    do(worker, plans.check, again)
    assert [codes(each) for each in items(worker, again)] == [["gone"], ["suspended"]]


def test_a_deadline_that_came_acts_and_the_instance_is_looked_at_again(worker: Runtime) -> None:
    deploy(worker, p=limited(5))
    begin(worker, "p")
    deploy(worker, p=limited(9))
    id = planned(worker)
    do(worker, plans.check, id)
    cast("VirtualClock", worker.clock).advance(timedelta(days=6))
    plans.apply(worker, OWNER, id, plan(worker, id).step)
    perform(worker, {"plan": id, "step": plan(worker, id).step}, "")
    assert [each.state for each in items(worker, id)] == [m.SKIPPED]
    assert rows(worker, select(Instance.status)) == ["COMPLETED"]


def test_an_incident_stays_where_it_is_and_is_a_risk(worker: Runtime) -> None:
    def stuck(count: int) -> bytes:
        more = [f"x{n}" for n in range(count)]
        body = start() + service("s", "=missing") + "".join(map(task, more)) + end()
        return diagram("p", body + chain("start", "s", *more, "end"))

    deploy(worker, p=stuck(0))
    begin(worker, "p")
    deploy(worker, p=stuck(1))
    id = planned(worker)
    do(worker, plans.check, id)
    assert [(each.verdict, codes(each)) for each in items(worker, id)] == [(m.RISK, ["incident"])]
    do(worker, plans.apply, id, with_risks=True)
    assert [each.state for each in items(worker, id)] == [m.MOVED]


def test_undo_leaves_what_has_moved_on_and_offers_the_way_back(worker: Runtime) -> None:
    deploy(worker, p=straight("p", 2))
    begin(worker, "p")
    begin(worker, "p")
    deploy(worker, p=straight("p", 3))
    id = planned(worker)
    do(worker, plans.check, id)
    do(worker, plans.apply, id)
    old, new = rows(worker, select(MigrationPlan.cohort))[0]["sources"][0], plan(worker, id).target_id
    commands.complete(worker, CITY, open_tasks(worker)[0].id, {})
    do(worker, plans.undo, id)
    assert [each.state for each in items(worker, id)] == [m.REMAINS, m.RETURNED]
    assert codes(items(worker, id)[0]) == ["gone_on"]
    assert versions(worker) == [new, old]
    back = plans.invert(worker, OWNER, id, "退回旧版")
    do(worker, plans.check, back)
    do(worker, plans.apply, back)
    assert versions(worker) == [old, old]
    assert rows(worker, select(Instance.deployment_id)) == [1, 1]


class Died(BaseException):
    """Stands for a killed process."""


def _die(passes: int) -> Any:
    left = [passes]

    def act() -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Died

    return act


@pytest.mark.parametrize("point", sorted(faults.MIGRATION_POINTS | {"commit.before", "commit.after"}))
@pytest.mark.parametrize("act", [plans.check, plans.apply, plans.undo])
def test_a_crash_leaves_every_instance_wholly_on_one_side_and_the_rest_follows(
    worker: Runtime, point: str, act: Any
) -> None:
    deploy(worker, p=limited(5))
    for _ in range(4):
        begin(worker, "p")
    deploy(worker, p=limited(9))
    id = planned(worker)
    for earlier in (plans.check, plans.apply):
        if act is not earlier and (act is plans.undo or earlier is plans.check):
            do(worker, earlier, id)
    act(worker, OWNER, id, plan(worker, id).step)
    faults.arm(point, _die(3))
    with pytest.raises(Died):
        drain(worker)
    faults.disarm()
    _nothing_is_half(worker, id)
    cast("VirtualClock", worker.clock).advance(timedelta(seconds=worker.settings.lease_seconds + 1))
    drain(worker)
    _nothing_is_half(worker, id)
    ends = {plans.check: m.PLANNED, plans.apply: m.MOVED, plans.undo: m.RETURNED}
    assert [each.state for each in items(worker, id)] == [ends[act]] * 4
    assert plan(worker, id).state in (m.CHECKED, m.APPLIED, m.UNDONE)


def _nothing_is_half(rt: Runtime, id: int) -> None:
    """Version, state and item of each instance say the same."""
    target = plan(rt, id).target_id
    with rt.reading() as session:
        for item in items(rt, id):
            row = session.get_one(Instance, item.instance_id)
            assert (row.definition_id == target) == (item.state == m.MOVED)
            assert json.loads(row.state)["flow"][1] == str(row.definition_id)


def test_two_people_who_apply_at_once_are_one(worker: Runtime) -> None:
    deploy(worker, p=straight("p", 1))
    begin(worker, "p")
    deploy(worker, p=straight("p", 2))
    id = planned(worker)
    do(worker, plans.check, id)
    seen = plan(worker, id).step
    plans.apply(worker, OWNER, id, seen)
    with pytest.raises(PlanMoved):
        plans.apply(worker, OWNER, id, seen)
    with pytest.raises(PlanMoved):
        plans.undo(worker, OWNER, id, seen)
    drain(worker)
    assert len(rows(worker, select(ElementEvent).where(ElementEvent.event == "migrated"))) == 2


def test_it_stops_between_two_instances_and_goes_on(worker: Runtime) -> None:
    deploy(worker, p=straight("p", 1))
    for _ in range(4):
        begin(worker, "p")
    deploy(worker, p=straight("p", 2))
    id = planned(worker)
    do(worker, plans.check, id)
    plans.apply(worker, OWNER, id, plan(worker, id).step)
    passed: list[int] = []

    def stop() -> None:
        passed.append(1)
        if len(passed) == 2:
            plans.stop(worker, OWNER, id)

    faults.arm("migration.between", stop)
    drain(worker)
    faults.disarm()
    assert plan(worker, id).state == m.STOPPED
    assert [each.state for each in items(worker, id)] == [m.MOVED] * 2 + [m.PLANNED] * 2
    do(worker, plans.apply, id)
    assert [each.state for each in items(worker, id)] == [m.MOVED] * 4


def test_only_process_owners_migrate_and_somebody_must_be_chosen(worker: Runtime) -> None:
    deploy(worker, p=straight("p", 1))
    for actor in (CITY, CITY_TOO, SYSADMIN):
        with pytest.raises(NotAllowed):
            plans.begin(worker, actor, "p", None, Cohort(), "x")
    with pytest.raises(NobodyChosen):
        planned(worker)


def form(*keys: str) -> bytes:
    """A form of text fields."""
    fields = [{"type": "textfield", "key": key, "label": f"项{key}", "id": f"f_{key}"} for key in keys]
    return json.dumps({"id": "f", "type": "default", "schemaVersion": 19, "components": fields}).encode()


@pytest.mark.parametrize("renew", [True, False])
def test_a_form_alone_is_taken_over_and_drafts_stay(worker: Runtime, renew: bool) -> None:
    commands.deploy(worker, SYSTEM, {"f.form": form("a", "b"), "p.bpmn": limited(5, form="f")})
    begin(worker, "p")
    key = open_task(worker, "t1")
    commands.claim(worker, CITY, key)
    commands.save_draft(worker, CITY, key, {"a": "已填", "b": "旧项"})
    commands.deploy(worker, SYSTEM, {"f.form": form("a", "c")})
    id = planned(worker)
    wish(worker, id, forms=renew)
    do(worker, plans.check, id)
    [item] = items(worker, id)
    expected = (m.RISK, ["form", "draft_lost"]) if renew else (m.CAN, ["form_kept"])
    assert (item.verdict, codes(item)) == expected
    do(worker, plans.apply, id, with_risks=True)
    [opened] = open_tasks(worker)
    assert (opened.assignee, opened.form_definition_id) == (CITY.login, 3 if renew else 1)
    assert rows(worker, select(Draft.data)) == [{"a": "已填", "b": "旧项"}]
    do(worker, plans.undo, id)
    assert open_tasks(worker)[0].form_definition_id == 1
    assert rows(worker, select(Instance.deployment_id)) == [1]


def test_a_called_process_goes_along_or_stays(worker: Runtime) -> None:
    def child(*ids: str) -> bytes:
        return diagram("q", start() + "".join(map(task, ids)) + end() + chain("start", *ids, "end"))

    call = '<bpmn:callActivity id="c"><bpmn:extensionElements><zeebe:calledElement processId="q" '
    call += 'propagateAllChildVariables="false"/></bpmn:extensionElements></bpmn:callActivity>'
    caller = diagram("p", start() + call + end() + chain("start", "c", "end"))
    deploy(worker, q=child("x"), p=caller)
    begin(worker, "p")
    begin(worker, "p")
    deploy(worker, q=child("y"))
    id = planned(worker)
    assert read_options(plan(worker, id).options).mapping == {"p": {}, "q": {"x": "y"}}
    do(worker, plans.check, id)
    assert [codes(each) for each in items(worker, id)] == [["called"]] * 2
    wish(worker, id, called=())
    do(worker, plans.check, id)
    assert [codes(each) for each in items(worker, id)] == [["called_stays"]] * 2
    wish(worker, id, called=("q",))
    do(worker, plans.check, id)
    do(worker, plans.apply, id)
    assert [row.element_id for row in open_tasks(worker)] == ["y", "y"]
    do(worker, plans.undo, id)
    assert [row.element_id for row in open_tasks(worker)] == ["x", "x"]
    done = commands.complete(worker, CITY, open_tasks(worker)[0].id, {})
    assert done.status == "COMPLETED"
