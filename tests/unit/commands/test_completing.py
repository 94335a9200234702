"""Completing a user task: who may, when it is refused and why, what it costs."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.commands import refusals
from engine.errors import NotAllowed, NotFound
from engine.runtime import Runtime
from engine.store.instances import ElementEvent, Instance
from engine.store.tasks import Submission, UserTask
from tests.support.diagrams import boundary, chain, diagram, end, flow, start, straight, task, timer
from tests.support.people import CITY, CITY_TOO, OTHER_CITY
from tests.support.runtimes import deploy, open_task, open_tasks, rows, statements
from tests.support.runtimes import start as begin


def test_a_process_of_two_tasks_runs_to_its_end(any_rt: Runtime) -> None:
    deploy(any_rt, two=straight("two", 2))
    instance = begin(any_rt, "two")
    first = commands.complete(any_rt, CITY, open_task(any_rt, "t1"), {})
    assert first.status == "ACTIVE"
    assert first.tasks == (open_task(any_rt, "t2"),)
    assert commands.complete(any_rt, CITY, first.tasks[0], {}).status == "COMPLETED"
    [row] = rows(any_rt, select(Instance).where(Instance.id == instance))
    assert (row.status, row.revision) == ("COMPLETED", 3)
    assert len(rows(any_rt, select(Submission))) == 2
    assert "completed" in {event.event for event in rows(any_rt, select(ElementEvent))}


def test_a_second_completion_names_who_was_first(rt: Runtime) -> None:
    deploy(rt, two=straight("two", 2))
    begin(rt, "two")
    key = open_task(rt, "t1")
    commands.complete(rt, CITY, key, {})
    with pytest.raises(refusals.TaskCompleted, match=r"t1 was completed by li\.na at 3 June 2024 09:00"):
        commands.complete(rt, CITY_TOO, key, {})


def test_a_stranger_is_not_told_that_the_task_exists(rt: Runtime) -> None:
    deploy(rt, two=straight("two", 2))
    begin(rt, "two")
    with pytest.raises(NotFound):
        commands.complete(rt, OTHER_CITY, open_task(rt, "t1"), {})
    with pytest.raises(NotFound):
        commands.complete(rt, CITY, 4711, {})


def test_a_stale_page_is_refused(rt: Runtime) -> None:
    deploy(rt, two=straight("two", 2))
    begin(rt, "two")
    [shown] = open_tasks(rt)
    commands.claim(rt, CITY, shown.id, shown.revision)
    with pytest.raises(refusals.StalePage, match=r"li\.na claimed it at 3 June 2024 09:00"):
        commands.complete(rt, CITY, shown.id, {}, revision=shown.revision)
    assert commands.complete(rt, CITY, shown.id, {}, revision=shown.revision + 1).status == "ACTIVE"


def test_only_the_holder_completes(rt: Runtime) -> None:
    deploy(rt, two=straight("two", 2))
    begin(rt, "two")
    key = open_task(rt, "t1")
    commands.claim(rt, CITY, key)
    with pytest.raises(refusals.HeldByAnother, match=r"held by li\.na"):
        commands.complete(rt, CITY_TOO, key, {})


def test_a_task_without_form_takes_no_data(rt: Runtime) -> None:
    deploy(rt, two=straight("two", 2))
    begin(rt, "two")
    with pytest.raises(refusals.NoForm, match="typename"):
        commands.complete(rt, CITY, open_task(rt, "t1"), {"typename": "x"})


def lapsing() -> bytes:
    """A task with a deadline of ten days, after which another task opens."""
    properties = {"luzhi:deadline": "申报截止", "luzhi:onDeadline": "逾期视为放弃。"}
    body = (
        start()
        + task("fill", properties=properties)
        + boundary("lapse", "fill", timer("Date", "2024-06-13T00:00:00+08:00"))
        + task("after")
        + end()
        + end("end2")
        + chain("start", "fill", "end")
        + flow("lapse", "after")
        + flow("after", "end2")
    )
    return diagram("lapsing", body)


def test_a_click_after_the_deadline_is_refused_though_no_worker_runs(
    any_rt: Runtime, clock: VirtualClock
) -> None:
    deploy(any_rt, lapsing=lapsing())
    begin(any_rt, "lapsing")
    key = open_task(any_rt, "fill")
    clock.advance(timedelta(days=10))
    with pytest.raises(refusals.DeadlinePassed) as refused:
        commands.complete(any_rt, CITY, key, {})
    assert "申报截止”已于2024年6月12日 24:00届满" in refused.value.message("zh")
    assert "逾期视为放弃" in refused.value.message("zh")
    # the deadline's effect stands, and is the system's deed
    [filled] = rows(any_rt, select(UserTask).where(UserTask.element_id == "fill"))
    assert (filled.state, filled.ended_by) == ("CANCELED", "system")
    assert open_task(any_rt, "after")
    with pytest.raises(refusals.DeadlinePassed):
        commands.complete(any_rt, CITY, key, {})


def test_the_last_instant_before_the_deadline_still_counts(rt: Runtime, clock: VirtualClock) -> None:
    deploy(rt, lapsing=lapsing())
    begin(rt, "lapsing")
    clock.set(clock.now() + timedelta(days=9, hours=15) - timedelta(microseconds=1))
    assert commands.complete(rt, CITY, open_task(rt, "fill"), {}).status == "COMPLETED"


def test_completing_costs_at_most_twelve_statements_and_one_commit(any_rt: Runtime) -> None:
    deploy(any_rt, long=straight("long", 60))
    begin(any_rt, "long")
    key = open_task(any_rt, "t1")
    commands.save_draft(any_rt, CITY, key, {"a": 1})
    commands.claim(any_rt, CITY, key)
    with statements(any_rt) as seen:
        commands.complete(any_rt, CITY, key, {})
    assert seen.count("COMMIT") == 1
    assert len(seen) - 1 <= 12, seen


def test_the_two_person_rule(rt: Runtime) -> None:
    body = (
        start()
        + task("check")
        + task("approve", properties={"luzhi:differentFrom": "check"})
        + end()
        + chain("start", "check", "approve", "end")
    )
    deploy(rt, two=diagram("two", body))
    begin(rt, "two")
    commands.complete(rt, CITY, open_task(rt, "check"), {})
    with pytest.raises(refusals.SamePerson):
        commands.claim(rt, CITY, open_task(rt, "approve"))
    with pytest.raises(refusals.SamePerson):
        commands.complete(rt, CITY, open_task(rt, "approve"), {})
    assert commands.complete(rt, CITY_TOO, open_task(rt, "approve"), {}).status == "COMPLETED"


def test_nobody_deploys_who_is_not_a_process_owner(rt: Runtime) -> None:
    with pytest.raises(NotAllowed):
        commands.deploy(rt, CITY, {"two.bpmn": straight("two", 2)})
