"""Two who want the same at the same instant: one gets it, the other is told by name, and nothing happens twice."""

from datetime import timedelta

from sqlalchemy import select

from engine import audit, commands
from engine.clock import VirtualClock
from engine.commands import refusals
from engine.policy import SYSTEM, Actor, Grant
from engine.runtime import Runtime
from engine.store.definitions import Definition
from engine.store.instances import ElementEvent, Instance
from engine.store.messages import Message
from engine.store.tasks import Submission, UserTask
from engine.worker import drain
from tests.support.diagrams import boundary, chain, diagram, end, flow, start, straight, task, timer
from tests.support.people import CITY, SYSADMIN
from tests.support.racing import race, refused
from tests.support.runtimes import deploy, open_task, open_tasks, rows
from tests.support.runtimes import start as begin

CROWD = [Actor(f"p{n}", f"某{n}", (Grant("city_officer", "370100"),)) for n in range(12)]


def intact(rt: Runtime) -> bool:
    with rt.reading() as session:
        return audit.verify(session) is None


def test_one_task_completed_by_a_crowd_at_once(any_rt: Runtime) -> None:
    deploy(any_rt, two=straight("two", 2))
    begin(any_rt, "two")
    key = open_task(any_rt, "t1")
    results = race(*(lambda p=person: commands.complete(any_rt, p, key, {}) for person in CROWD))
    losers = refused(results)
    assert len(losers) == len(CROWD) - 1
    [winner] = [p.login for p, r in zip(CROWD, results, strict=True) if r not in losers]
    assert {(type(r), r.facts["by"]) for r in losers} == {(refusals.TaskCompleted, winner)}
    assert len(rows(any_rt, select(Submission))) == 1
    assert len(open_tasks(any_rt)) == 1
    assert intact(any_rt)


def test_one_task_claimed_by_a_crowd_at_once(any_rt: Runtime) -> None:
    deploy(any_rt, two=straight("two", 2))
    begin(any_rt, "two")
    key = open_task(any_rt, "t1")
    results = race(*(lambda p=person: commands.claim(any_rt, p, key) for person in CROWD))
    [holder] = [p.login for p, r in zip(CROWD, results, strict=True) if r is None]
    assert {type(r) for r in refused(results)} == {refusals.HeldByAnother}
    assert open_tasks(any_rt)[0].assignee == holder


def test_a_click_against_the_deadline(any_rt: Runtime, clock: VirtualClock) -> None:
    body = (
        start()
        + task("fill")
        + boundary("lapse", "fill", timer("Duration", "P1D"))
        + task("after")
        + end()
        + end("end2")
        + chain("start", "fill", "end")
        + flow("lapse", "after")
        + flow("after", "end2")
    )
    deploy(any_rt, lapsing=diagram("lapsing", body))
    keys = [begin(any_rt, "lapsing") and open_task(any_rt, "fill", n + 1) for n in range(3)]
    clock.advance(timedelta(days=1))
    for key in keys:
        results = race(
            lambda key=key: commands.complete(any_rt, CITY, key, {}),
            lambda: commands.fire_due_timers(any_rt, 1),
            lambda: commands.fire_due_timers(any_rt, 1),
        )
        assert isinstance(results[0], refusals.DeadlinePassed)
    drain(any_rt)
    assert len([task for task in open_tasks(any_rt) if task.element_id == "after"]) == 3
    assert rows(any_rt, select(Submission)) == []
    fired = select(ElementEvent).where(ElementEvent.element_id == "lapse", ElementEvent.event == "completed")
    assert len(rows(any_rt, fired)) == 3


def test_a_click_against_a_cancellation(any_rt: Runtime) -> None:
    deploy(any_rt, two=straight("two", 2))
    for _ in range(4):
        instance = begin(any_rt, "two")
        key = open_task(any_rt, "t1", instance)
        clicked, _ = race(
            lambda key=key: commands.complete(any_rt, CITY, key, {}),
            lambda instance=instance: commands.cancel(any_rt, SYSADMIN, instance, "重复"),
        )
        assert rows(any_rt, select(Instance.status).where(Instance.id == instance)) == ["TERMINATED"]
        [state] = rows(any_rt, select(UserTask.state).where(UserTask.id == key))
        assert state == ("CANCELED" if isinstance(clicked, refusals.TaskCanceled) else "COMPLETED")
        assert open_tasks(any_rt, instance) == []


def test_the_last_two_at_a_join(any_rt: Runtime) -> None:
    body = (
        start()
        + '<bpmn:parallelGateway id="split" /><bpmn:parallelGateway id="join" />'
        + task("a")
        + task("b")
        + task("after")
        + end()
        + chain("start", "split", "a", "join", "after", "end")
        + chain("split", "b", "join")
    )
    deploy(any_rt, joined=diagram("joined", body))
    for _ in range(4):
        instance = begin(any_rt, "joined")
        a, b = open_task(any_rt, "a", instance), open_task(any_rt, "b", instance)
        results = race(
            lambda a=a: commands.complete(any_rt, CITY, a, {}),
            lambda b=b: commands.complete(any_rt, CROWD[0], b, {}),
        )
        assert refused(results) == []
        assert [row.element_id for row in open_tasks(any_rt, instance)] == ["after"]


def test_one_business_key_started_at_once(any_rt: Runtime) -> None:
    deploy(any_rt, two=straight("two", 2))
    results = race(*[lambda: begin(any_rt, "two", business_key="2024")] * 6)
    assert {type(r) for r in refused(results)} == {refusals.AlreadyRunning}
    assert len(refused(results)) == 5
    assert len(rows(any_rt, select(Instance))) == 1


def test_one_message_id_published_at_once(any_rt: Runtime) -> None:
    def publish() -> int:
        return commands.publish_message(any_rt, SYSTEM, "paid", "A", {}, time_to_live="PT1H", message_id="1")

    results = race(*[publish] * 6)
    assert {type(r) for r in refused(results)} == {refusals.MessageRepeated}
    assert len(rows(any_rt, select(Message))) == 1


def test_deployments_at_once_get_different_numbers(any_rt: Runtime) -> None:
    results = race(*(lambda n=n: deploy(any_rt, two=straight("two", n)) for n in range(1, 6)))
    assert refused(results) == []
    assert sorted(rows(any_rt, select(Definition.version))) == [1, 2, 3, 4, 5]
    assert intact(any_rt)


def test_deploying_while_completing(any_rt: Runtime) -> None:
    deploy(any_rt, two=straight("two", 6))
    begin(any_rt, "two")

    def finish() -> str:
        status = "ACTIVE"
        while status == "ACTIVE":
            status = commands.complete(any_rt, CITY, open_tasks(any_rt)[0].id, {}).status
        return status

    results = race(finish, *(lambda n=n: deploy(any_rt, two=straight("two", n)) for n in range(1, 4)))
    assert results[0] == "COMPLETED"
    assert len(rows(any_rt, select(Submission))) == 6
    assert intact(any_rt)
