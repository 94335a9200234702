"""What an instance waited for at each step of its past."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from engine import commands
from engine.bpmn.waits import MessageWait
from engine.clock import VirtualClock
from engine.commands.work import open_work
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


def test_what_fell_away_with_its_step_is_told_with_its_instant(rt: Runtime, clock: VirtualClock) -> None:
    commands.deploy(rt, SYSTEM, {"reminded.bpmn": REMINDED.xml()})
    key = commands.start(rt, SYSTEM, "reminded", {}).instance_key
    began = clock.now()
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
    assert (deadline.since, deadline.until, deadline.due) == (task.since, done, began + timedelta(days=1))
    assert [w.element_id for w in at(found, len(found.steps) - 1)] == ["rest"], "over with its step"
    older = past.History([replace(line, detail={**(line.detail or {}), "fell": {}}) for line in found.lines])
    assert [(w.element_id, w.due) for w in at(older, step_of(older, "a", "activated")) if w.fell] == [
        ("due", None)
    ], "of what ended before it was kept"


def test_of_a_deadline_that_repeats_the_next_one_is_told(rt: Runtime, clock: VirtualClock) -> None:
    nagged = Diagram("nagged").start().user("a").end().end("told")
    nagged.boundary("due", "a", timer("cycle", "R/P1D"), interrupting=False)
    commands.deploy(rt, SYSTEM, {"nagged.bpmn": nagged.flow("start", "a", "end").flow("due", "told").xml()})
    key = commands.start(rt, SYSTEM, "nagged", {}).instance_key
    began = clock.now()
    for _ in range(2):
        clock.advance(timedelta(days=1))
        commands.fire_due_timers(rt, 10)
    clock.advance(timedelta(hours=1))
    commands.complete(rt, SYSTEM, open_task(rt, "a"), {})
    found = history_of(rt, key)
    told = [
        [(w.due, w.fell) for w in at(found, n) if w.kind == "timer"]
        for n in (step_of(found, "a", "activated"), step_of(found, "a", "completed") - 1)
    ]
    assert told == [[(began + timedelta(days=1), False)], [(began + timedelta(days=3), True)]]


EITHER = (
    Diagram("either", message("m", "paid", "=1"))
    .start()
    .gateway("eventBased", "g")
    .catch("late", timer("duration", "P1D"))
    .catch("paid", event("message", "m"))
    .end()
    .end("told")
    .flow("start", "g", "late", "end")
    .flow("g", "paid", "told")
)


def test_a_deadline_behind_a_gateway_is_told_whether_it_came_or_fell(
    rt: Runtime, clock: VirtualClock
) -> None:
    commands.deploy(rt, SYSTEM, {"either.bpmn": EITHER.xml()})
    paid, late = (commands.start(rt, SYSTEM, "either", {}).instance_key for _ in range(2))
    with rt.transaction() as tx:
        work = open_work(rt, tx, SYSTEM, paid, "test")
        [wait] = [w for w in work.case.waits().values() if isinstance(w, MessageWait)]
        work.case.correlate(wait.key)
        work.run()
        work.save()
    began = clock.now()
    clock.advance(timedelta(days=1))
    commands.fire_due_timers(rt, 10)
    told = [
        at(found, step_of(found, "g", "activated")) for found in (history_of(rt, paid), history_of(rt, late))
    ]
    [fell] = [w for w in told[0] if w.kind == "timer"]
    assert (fell.element_id, fell.due, fell.fell) == ("late", began + timedelta(days=1), True)
    assert [w.kind for w in told[1]] == ["event"], "nothing fell"


def test_a_deadline_that_ends_with_what_is_around_it_says_when_it_was_due(
    rt: Runtime, clock: VirtualClock
) -> None:
    resting = Diagram("inner").start("is").catch("rest", timer("duration", "P9D")).end("ie")
    hurried = Diagram("hurried").start().sub("s", resting.flow("is", "rest", "ie")).end().end("told")
    hurried.boundary("due", "s", timer("duration", "P1D"))
    commands.deploy(rt, SYSTEM, {"hurried.bpmn": hurried.flow("start", "s", "end").flow("due", "told").xml()})
    key = commands.start(rt, SYSTEM, "hurried", {}).instance_key
    began = clock.now()
    clock.advance(timedelta(days=1))
    commands.fire_due_timers(rt, 10)
    found = history_of(rt, key)
    [rest, *_] = at(found, step_of(found, "rest", "activated"))
    assert (rest.element_id, rest.due, rest.until) == ("rest", began + timedelta(days=9), clock.now())


def test_a_deadline_that_was_moved_is_told_as_it_was(rt: Runtime, clock: VirtualClock) -> None:
    commands.deploy(rt, SYSTEM, {"reminded.bpmn": REMINDED.xml()})
    began = clock.now()
    came, fell = (commands.start(rt, SYSTEM, "reminded", {}).instance_key for _ in range(2))
    clock.advance(timedelta(hours=1))
    for row in rows(rt, select(Timer)):
        due = began + timedelta(days=2)
        commands.change_deadline(rt, SYSTEM, row.instance_id, row.wait_key, due, "the office was closed")
    commands.complete(rt, SYSTEM, open_task(rt, "a", fell), {})
    clock.advance(timedelta(days=2))
    commands.fire_due_timers(rt, 10)
    for key in (came, fell):
        found = history_of(rt, key)
        told = [
            [w.due for w in at(found, n) if w.element_id == "due"]
            for n in (step_of(found, "a", "activated"), step_of(found, "due", "rescheduled"))
        ]
        assert told == [[began + timedelta(days=1)], [began + timedelta(days=2)]]


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
