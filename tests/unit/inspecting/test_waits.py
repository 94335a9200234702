"""What an instance waited for at each step of its past."""

from datetime import timedelta

from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.inspecting import past
from engine.inspecting.past.waits import Attached, Wait, still, waits
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.messages import MessageSubscription
from engine.store.work import Timer
from tests.process.diagrams import Diagram, event, message, timer
from tests.support.runtimes import open_task, rows

REMINDED = (
    Diagram("reminded", message("m", "paid", "=1"))
    .start()
    .user("a", "b")
    .boundary("due", "a", timer("duration", "P1D"))
    .boundary("paid", "b", event("message", "m"), interrupting=False)
    .catch("rest", timer("duration", "P2D"))
    .end()
    .end("told")
    .flow("start", "a", "rest", "b", "end")
    .flow("due", "rest")
    .flow("paid", "told")
)


def at(history: past.History, step: int) -> list[Wait]:
    attached = {"due": Attached("a", "timer"), "paid": Attached("b", "message"), "fails": Attached("a", None)}
    return waits(history, history.after(step), attached)


def history_of(rt: Runtime, key: int) -> past.History:
    with rt.reading() as session:
        return past.history(session, key)


def step_of(history: past.History, element: str, happened: str) -> int:
    """The number of the step in which an element began or ended."""
    return next(
        n
        for n in range(len(history.steps))
        if (history.main(n).element_id, history.main(n).event) == (element, happened)
    )


def test_deadlines_that_came_are_told_at_the_steps_before(rt: Runtime, clock: VirtualClock) -> None:
    commands.deploy(rt, SYSTEM, {"reminded.bpmn": REMINDED.xml()})
    key = commands.start(rt, SYSTEM, "reminded", {}).instance_key
    began = clock.now()
    for days in (1, 2):
        clock.advance(timedelta(days=days))
        commands.fire_due_timers(rt, 10)
    found = history_of(rt, key)
    first = at(found, step_of(found, "a", "activated"))
    assert [(w.kind, w.element_id) for w in first] == [("task", "a"), ("timer", "due")]
    assert [w.due for w in first] == [None, began + timedelta(days=1)]
    assert {w.until for w in first} == {began + timedelta(days=1)}
    resting = at(found, step_of(found, "rest", "activated"))
    assert [(w.kind, w.element_id, w.due) for w in resting] == [("event", "rest", began + timedelta(days=3))]
    [now] = at(found, len(found.steps) - 1)
    assert (now.kind, now.element_id, now.until) == ("task", "b", None)


def test_what_fell_away_with_its_step_is_told_without_its_instant(rt: Runtime, clock: VirtualClock) -> None:
    commands.deploy(rt, SYSTEM, {"reminded.bpmn": REMINDED.xml()})
    key = commands.start(rt, SYSTEM, "reminded", {}).instance_key
    clock.advance(timedelta(hours=1))
    commands.complete(rt, SYSTEM, open_task(rt, "a"), {})
    done = clock.now()
    found = history_of(rt, key)
    task, deadline = at(found, step_of(found, "a", "activated"))
    assert (task.kind, task.element_id, task.fell) == ("task", "a", False)
    assert (deadline.kind, deadline.element_id, deadline.key, deadline.fell) == (
        "timer",
        "due",
        task.key,
        True,
    )
    assert (deadline.since, deadline.until, deadline.due) == (task.since, done, None)
    assert [w.element_id for w in at(found, len(found.steps) - 1)] == ["rest"], "over with its step"


def test_what_is_waited_for_still_was_waited_for_since_its_step(rt: Runtime, clock: VirtualClock) -> None:
    commands.deploy(rt, SYSTEM, {"reminded.bpmn": REMINDED.xml()})
    key = commands.start(rt, SYSTEM, "reminded", {}).instance_key
    found = history_of(rt, key)
    keys = [row.wait_key for row in rows(rt, select(Timer))]
    assert still(found, found.after(step_of(found, "a", "activated")), keys) == frozenset(keys)
    assert still(found, found.after(step_of(found, "start", "activated")), keys) == frozenset()
    for days in (1, 2):
        clock.advance(timedelta(days=days))
        commands.fire_due_timers(rt, 10)
    found = history_of(rt, key)
    [paid] = [row.wait_key for row in rows(rt, select(MessageSubscription))]
    assert still(found, found.after(step_of(found, "rest", "activated")), [paid]) == frozenset()
    assert still(found, found.after(step_of(found, "b", "activated")), [paid]) == {paid}
    assert still(found, found.now, ["job:1", ""]) == frozenset()
