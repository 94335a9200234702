"""Timers, messages, signals and links: as start, intermediate, boundary and end events."""

from datetime import datetime
from typing import Any

import pytest

from engine.bpmn import Case, JobWait, MessageWait, SignalWait, TimerWait, UnknownElement
from engine.clock import BUSINESS_ZONE
from tests.process.diagrams import Diagram, event, ext, io, job, message, signal, timer
from tests.process.world import BEGIN, World


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BUSINESS_ZONE)  # type: ignore[misc, arg-type]


def catching(definition: str, *roots: str) -> Diagram:
    return Diagram("p", *roots).start().catch("c", definition).user("u").end().flow("start", "c", "u", "end")


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("date", "2024-06-01T00:00:00+08:00", at(2024, 6, 1)),
        ("date", "2024-06-01T00:00:00Z", at(2024, 6, 1, 8)),
        ("date", "2024-06-01T00:00:00[Asia/Shanghai]", at(2024, 6, 1)),
        ("date", "2024-06-01T01:00:00@Asia/Tokyo", at(2024, 6, 1)),
        ("date", "2024-06-01T00:00:00", at(2024, 6, 1)),
        ("date", "2024-06-01", at(2024, 6, 1)),
        ("date", '=date and time("2024-06-01T00:00:00+08:00")', at(2024, 6, 1)),
        ("date", '=date("2024-06-01")', at(2024, 6, 1)),
        ("date", "=when", at(2024, 6, 2)),
        ("duration", "P3D", at(2024, 5, 31, 9)),
        ("duration", "P1M", at(2024, 6, 28, 9)),
        ("duration", "P1Y2M3DT4H5M6S", at(2025, 7, 31, 13, 5, 6)),
        ("duration", "P2W", at(2024, 6, 11, 9)),
        ("duration", '=duration("PT36H")', at(2024, 5, 29, 21)),
        ("duration", '=duration("P9M")', at(2025, 2, 28, 9)),
        ("duration", "=span", at(2024, 5, 28, 10)),
        ("cycle", "R1/P1D", at(2024, 5, 29, 9)),
        ("cycle", "R1/2024-06-01T00:00:00+08:00/P1D", at(2024, 6, 1)),
    ],
)
def test_a_timer_reads_iso_text_and_feel(run: Any, kind: str, text: str, due: datetime) -> None:
    r = run(catching(timer(kind, text)), {"when": "2024-06-02T00:00:00+08:00", "span": "PT1H"})
    (wait,) = r.waits(TimerWait)
    assert wait.due == due
    assert wait.due.utcoffset() == due.utcoffset()
    r.wait(days=1000)
    assert r.open == ["u"]
    assert r.do("u").done


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "tomorrow"),
        ("date", "=null"),
        ("date", "=1"),
        ("date", "2024-06-01T00:00:00@Nowhere/City"),
        ("duration", "3 days"),
        ("duration", "P"),
        ("duration", "PT"),
        ("duration", "=missing"),
        ("cycle", "R3"),
        ("cycle", "0 0 9 * * *"),
        ("cycle", "R/PT0S"),
        ("cycle", "=5"),
    ],
)
def test_an_unreadable_timer_is_an_incident_and_can_be_retried(run: Any, kind: str, text: str) -> None:
    r = run(
        catching(timer(kind, "=text" if kind == "duration" and text == "3 days" else text)), {"text": text}
    )
    assert r.incident("c").type == "EXTRACT_VALUE_ERROR"
    assert r.waits(TimerWait) == []
    if text == "3 days":
        r.case.set_variables(None, {"text": "P3D"})
        assert r.retry("c").wait(days=3).open == ["u"]


def test_a_timer_reads_the_injected_clock_only(run: Any, world: World) -> None:
    world.clock.set(at(2031, 1, 1))
    assert run(catching(timer("duration", "P1D"))).waits(TimerWait)[0].due == at(2031, 1, 2)


def test_a_late_timer_fires_once_and_the_next_is_counted_from_its_due_time(run: Any, world: World) -> None:
    d = (
        Diagram()
        .start()
        .user("u", "r")
        .end()
        .boundary("b", "u", timer("cycle", "R2/P1D"), interrupting=False)
    )
    r = run(d.flow("start", "u", "end").flow("b", "r", "end"))
    world.clock.set(at(2024, 5, 29, 21))
    (wait,) = r.waits(TimerWait)
    r.case.fire(wait.key)
    r.step()
    assert r.open == ["r", "u"]
    assert r.waits(TimerWait)[0].due == at(2024, 5, 30, 9)
    assert r.waits(TimerWait)[0].repeats == 1


def test_firings_that_were_missed_are_not_made_up_for(run: Any, world: World) -> None:
    d = Diagram().start().user("u", "r").end()
    d.boundary("b", "u", timer("cycle", "R/PT1S"), interrupting=False)
    d.boundary("m", "u", timer("cycle", "R5/P1M"), interrupting=False)
    r = run(d.flow("start", "u", "end").flow("b", "r", "end").flow("m", "r"))
    world.clock.set(at(2024, 8, 1))
    for wait in r.waits(TimerWait):
        r.case.fire(wait.key)
        r.step()
    assert r.open == ["r", "r", "u"]
    assert [(w.due, w.repeats) for w in r.waits(TimerWait)] == [
        (at(2024, 8, 1, 0, 0, 1), -1),
        (at(2024, 8, 28, 9), 3),
    ]


def test_the_history_has_the_due_time_of_a_late_timer(run: Any, world: World) -> None:
    d = catching(timer("duration", "P1D")).boundary("b", "u", timer("duration", "P1D")).flow("b", "end")
    r = run(d)
    for day in (30, 31):
        world.clock.set(at(2024, 5, day, 21))
        r.case.fire(r.waits(TimerWait)[0].key)
        r.step()
        world.clock.set(at(2024, 5, day, 22))
    told = {(e.element_id, e.event): (e.at, e.detail.get("due")) for e in r.events}
    assert told[("c", "completed")] == (at(2024, 5, 30, 21), "2024-05-29T09:00:00+08:00")
    assert told[("b", "activated")] == (at(2024, 5, 31, 21), "2024-05-31T21:00:00+08:00")


def test_a_cycle_of_months_keeps_the_calendar(run: Any, world: World) -> None:
    world.clock.set(at(2024, 1, 31))
    d = Diagram().start().user("u", "r").end().boundary("b", "u", timer("cycle", "R/P1M"), interrupting=False)
    r = run(d.flow("start", "u", "end").flow("b", "r", "end"))
    assert r.waits(TimerWait)[0].due == at(2024, 2, 29)
    assert r.waits(TimerWait)[0].repeats == -1


def test_a_message_is_caught_by_name_and_correlation_key(run: Any) -> None:
    d = catching(event("message", "M"), message("M", "材料", "=号"))
    a, b = run(d, {"号": "A1"}), run(d, {"号": 2})
    assert [w.correlation_key for w in (*a.waits(MessageWait), *b.waits(MessageWait))] == ["A1", "2"]
    assert [
        b.message("材料", "A1"),
        a.message("材料", "A1", v={"typename": "Task"}),
        b.message("材料", "2"),
    ] == [0, 1, 1]
    assert a.variables["v"] == {"typename": "Task"}
    assert a.do("u").done


def test_a_null_correlation_key_is_an_incident(run: Any) -> None:
    r = run(catching(event("message", "M"), message("M", "材料", "=missing")))
    assert r.incident("c").type == "EXTRACT_VALUE_ERROR"
    r.case.set_variables(None, {"missing": "k"})
    assert r.retry("c").message("材料", "k") == 1


def test_a_receive_task_waits_for_a_message_with_mappings(run: Any) -> None:
    d = Diagram("p", message("M", "m", "=k")).start().end()
    d.node("receiveTask", "c", ext(io({"k": "=号"}, {"got": "=payload.x"})), messageRef="M").flow(
        "start", "c", "end"
    )
    r = run(d, {"号": "A"})
    assert r.message("m", "A", payload={"x": 5}, noise=1) == 1
    assert r.done
    assert r.variables == {"号": "A", "got": 5}


def test_a_receive_task_can_be_completed_by_its_key(run: Any) -> None:
    d = Diagram("p", message("M", "m", "=k")).start().end()
    r = run(d.node("receiveTask", "c", messageRef="M").flow("start", "c", "end"), {"k": "A"})
    r.case.complete(r.waits(MessageWait)[0].key, {"y": 1})
    assert r.step().done
    assert r.variables["y"] == 1


@pytest.mark.parametrize("how", ["event", "end", "task"])
def test_a_message_throw_is_a_verb_with_the_name_of_the_message(run: Any, world: World, how: str) -> None:
    """Fault 13: only what the mappings name is carried."""
    world.verbs["message.publish"] = lambda v: {}
    d = Diagram("p", message("M", "申请已推荐")).start()
    inner = ext(job("message.publish", timeToLive="PT1H"), io({"correlationKey": "=no", "x": "=1"}))
    if how == "event":
        d.node("intermediateThrowEvent", "t", inner + event("message", "M")).end().flow("start", "t", "end")
    elif how == "end":
        d.node("endEvent", "t", inner + event("message", "M")).flow("start", "t")
    else:
        d.node("sendTask", "t", inner, messageRef="M").end().flow("start", "t", "end")
    assert run(d, {"no": "A1", "secret": 1}).done
    ((_, variables, headers),) = world.calls
    assert headers == {"timeToLive": "PT1H", "messageName": "申请已推荐"}
    assert (variables["correlationKey"], variables["x"]) == ("A1", 1)


def test_a_message_throw_without_a_message_leaves_it_all_to_its_verb(run: Any, world: World) -> None:
    d = Diagram().start().throw("t", event("message"), job("give", k="v"), io({"x": "=1"})).end()
    assert run(d.flow("start", "t", "end")).done
    assert world.calls[0][2] == {"k": "v"}


def test_a_message_throw_whose_verb_is_not_pure_is_a_job(run: Any) -> None:
    d = (
        Diagram("p", message("M", "m"))
        .start()
        .throw("t", event("message", "M"))
        .end()
        .flow("start", "t", "end")
    )
    r = run(d)
    (wait,) = r.waits(JobWait)
    assert (wait.type, wait.headers["messageName"], wait.kind) == (
        "message.publish",
        "m",
        "intermediateThrowEvent",
    )
    assert r.job("t").done


def test_a_signal_reaches_this_instance_at_once_and_others_through_the_layer_above(run: Any) -> None:
    """Faults 7 and 13: a signal end event throws, with its local variables only."""
    d = Diagram("p", signal("S", "stop")).start().gateway("parallel", "g").catch("c", event("signal", "S"))
    d.user("u", "after").end().node("endEvent", "e2", ext(io({"why": "=reason"})) + event("signal", "S"))
    d.flow("start", "g", "c", "after", "end").flow("g", "u", "e2")
    r, other = run(d, {"reason": "x", "secret": 1}), run(d)
    assert [w.name for w in r.waits(SignalWait)] == ["stop"]
    r.do("u")
    assert r.open == ["after"]
    assert r.variables["why"] == "x"
    assert r.signals == [("stop", {"why": "x"})]
    assert other.signal("stop", why="x") == 1
    assert other.variables["why"] == "x"
    assert r.do("after").done


def test_a_signal_throw_event_goes_on(run: Any) -> None:
    d = Diagram("p", signal("S", "s")).start().throw("t", event("signal", "S")).user("u").end()
    r = run(d.flow("start", "t", "u", "end"))
    assert (r.open, r.signals) == (["u"], [("s", {})])


def test_a_link_jumps_to_its_far_end(run: Any) -> None:
    """Fault 15."""
    d = Diagram().start().throw("t", event("link", "L")).catch("c", event("link", "L")).user("u").end()
    r = run(d.flow("start", "t").flow("c", "u", "end"))
    assert r.open == ["u"]
    assert ("c", "activated") in r.history("activated")
    assert r.do("u").done


def test_none_events_pass(run: Any) -> None:
    d = Diagram().start().throw("t", "").end().flow("start", "t", "end")
    assert run(d).done


def test_message_signal_and_timer_starts_begin_where_they_are_told(run: Any, world: World) -> None:
    d = Diagram("p", message("M", "m"), signal("S", "s")).user("u").end().start()
    d.start("ms", ext(io(None, {"mapped": "=body.x"})) + event("message", "M")).start(
        "ss", event("signal", "S")
    )
    d.start("ts", timer("cycle", "R/P1D"))
    for start in ("start", "ms", "ss", "ts"):
        d.flow(start, "u")
    d.flow("u", "end")
    r = run(d, {"body": {"x": 1}}, start_element="ms")
    assert r.variables == {"mapped": 1}
    assert r.do("u").done
    assert run(d, {"a": 1}, start_element="ss").variables == {"a": 1}
    assert run(d, start_element="ts").open == ["u"]
    assert run(d, {"a": 1}).variables == {"a": 1}
    info = world.pinned(next(iter(world.files))).processes["p"]
    assert info.message_starts == (("ms", "m", None),)
    assert info.signal_starts == (("ss", "s"),)
    assert info.timer_starts == (("ts", "cycle", "R/P1D"),)


def test_a_start_that_does_not_exist_is_refused(world: World) -> None:
    world.deploy("f", catching(timer("duration", "P1D")))
    with pytest.raises(UnknownElement):
        Case.start(world.pinned("f"), "p", world, {}, "nowhere")
    with pytest.raises(UnknownElement):
        Case.start(world.pinned("f"), "other", world)


def test_a_terminate_end_event_ends_everything_in_its_scope_only(run: Any) -> None:
    inner = Diagram("x").start("is").gateway("parallel", "ig").user("a", "b").end("ie", event("terminate"))
    inner.end("ie2").flow("is", "ig", "a", "ie").flow("ig", "b", "ie2")
    d = Diagram().start().gateway("parallel", "g").sub("s", inner).user("n", "c").end().end("e2")
    d.flow("start", "g", "s", "n", "end").flow("g", "c", "e2")
    r = run(d)
    assert r.do("a", v=1).open == ["c", "n"]
    assert ("b", "terminated") in r.history("terminated")
    assert r.variables == {"v": 1}
    assert r.do("n").do("c").done


def test_a_terminate_end_event_of_the_process_completes_it(run: Any) -> None:
    d = Diagram().start().gateway("parallel", "g").user("a", "b").end("e", event("terminate")).end("e2")
    d.boundary("t", "b", timer("duration", "P1D")).end("e3").flow("t", "e3")
    r = run(d.flow("start", "g", "a", "e").flow("g", "b", "e2")).do("a")
    assert (r.done, r.case.waits()) == (True, {})


def test_time_begins_where_the_tests_say() -> None:
    assert at(2024, 5, 28, 9) == BEGIN
