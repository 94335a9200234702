"""Embedded sub-processes, boundary events, errors and escalations."""

from typing import Any

import pytest

from engine.bpmn import JobWait, MessageWait, TimerWait
from tests.process.diagrams import Diagram, error, escalation, event, ext, inner, io, message, signal, timer
from tests.process.world import World

E1 = error("E", "E1")
C1 = escalation("C", "C1")


# -------------------------------------------------------------------- embedded sub-processes


def test_a_sub_process_has_variables_of_its_own(run: Any) -> None:
    d = Diagram().start().sub("s", inner("a"), io({"x": "=n + 1"}, {"out": "=x * 10"})).user("z").end()
    r = run(d.flow("start", "s", "z", "end"), {"n": 1})
    assert r.view("a")["x"] == 2
    r.do("a", x=5, y=7)
    assert r.variables == {"n": 1, "out": 50, "y": 7}
    assert r.do("z").done


def test_sub_processes_nest(run: Any) -> None:
    middle = Diagram("m").start("ms").sub("in", inner("a")).end("me").flow("ms", "in", "me")
    r = run(Diagram().start().sub("out", middle).end().flow("start", "out", "end"))
    assert r.do("a").done
    assert [e for e, _ in r.history("completed")] == [
        "start",
        "ms",
        "is",
        "a",
        "ie",
        "in",
        "me",
        "out",
        "end",
        "p",
    ]


def test_a_sub_process_waits_for_all_its_tokens(run: Any) -> None:
    body = Diagram("x").start("is").gateway("parallel", "g").user("a", "b").end("e1").end("e2")
    body.flow("is", "g", "a", "e1").flow("g", "b", "e2")
    r = run(Diagram().start().sub("s", body).user("z").end().flow("start", "s", "z", "end"))
    assert r.do("a").open == ["b"]
    assert r.do("b").open == ["z"]


# -------------------------------------------------------------------- boundary events


def test_an_interrupting_timer_ends_the_task(run: Any) -> None:
    d = Diagram().start().user("u", "late").end().boundary("b", "u", timer("duration", "P5D"))
    r = run(d.flow("start", "u", "end").flow("b", "late", "end"))
    assert r.wait(days=4).open == ["u"]
    assert r.wait(days=1).open == ["late"]
    assert ("u", "terminated") in r.history("terminated")
    assert r.do("late").done


def test_non_interrupting_timers_repeat_beside_the_task(run: Any) -> None:
    d = Diagram().start().user("u", "r", "once").end()
    d.boundary("b", "u", timer("cycle", "R3/P1D"), interrupting=False)
    d.boundary("o", "u", timer("date", "=when"), interrupting=False)
    r = run(
        d.flow("start", "u", "end").flow("b", "r", "end").flow("o", "once", "end"),
        {"when": "2024-05-30T00:00:00+08:00"},
    )
    assert r.wait(days=10).open == ["once", "r", "r", "r", "u"]
    assert r.waits(TimerWait) == []
    r.do("u").do("r").do("r").do("once")
    assert not r.done
    assert r.do("r").done


def test_a_completed_task_takes_its_boundary_events_along(run: Any) -> None:
    d = Diagram().start().user("u", "z", "late").end().boundary("b", "u", timer("duration", "P5D"))
    r = run(d.flow("start", "u", "z", "end").flow("b", "late", "end"))
    assert r.do("u").waits(TimerWait) == []
    assert r.wait(days=9).open == ["z"]


def test_a_cycle_of_no_repeats_never_fires(run: Any) -> None:
    d = (
        Diagram()
        .start()
        .user("u", "r")
        .end()
        .boundary("b", "u", timer("cycle", "R0/P1D"), interrupting=False)
    )
    assert run(d.flow("start", "u", "end").flow("b", "r", "end")).wait(days=9).open == ["u"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_message_boundary_event_on_a_sub_process(run: Any, interrupting: bool) -> None:
    d = Diagram("p", message("M", "撤回", "=号")).start().sub("s", inner("a")).user("w").end()
    d.boundary("b", "s", event("message", "M"), io(None, {"why": "=text"}), interrupting=interrupting)
    r = run(d.flow("start", "s", "end").flow("b", "w", "end"), {"号": "1"})
    assert r.waits(MessageWait)[0].interrupting is interrupting
    assert r.message("撤回", "1", text="no", noise=1) == 1
    assert r.open == (["w"] if interrupting else ["a", "w"])
    assert r.variables == {"号": "1", "why": "no"}
    assert r.message("撤回", "1", text="again") == (0 if interrupting else 1)


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_signal_boundary_event_on_a_job(run: Any, interrupting: bool) -> None:
    d = Diagram("p", signal("S", "s")).start().service("j", "outside").user("w").end()
    d.boundary("b", "j", event("signal", "S"), interrupting=interrupting)
    r = run(d.flow("start", "j", "end").flow("b", "w", "end"))
    assert r.signal("s") == 1
    assert (r.open, len(r.waits(JobWait))) == (["w"], 0 if interrupting else 1)


def test_a_boundary_event_that_cannot_be_evaluated_stops_the_activity(run: Any) -> None:
    d = Diagram().start().user("u", "late").end().boundary("b", "u", timer("duration", "=d"))
    d.boundary("b2", "u", timer("duration", "P1D"))
    r = run(d.flow("start", "u", "end").flow("b", "late", "end").flow("b2", "late"))
    assert (r.incident("u").type, r.open, r.waits(TimerWait)) == ("EXTRACT_VALUE_ERROR", [], [])
    r.case.set_variables(None, {"d": "P3D"})
    assert r.retry("u").open == ["u"]
    assert len(r.waits(TimerWait)) == 2


# -------------------------------------------------------------------- errors


def erring() -> Diagram:
    d = Diagram("p", E1).start().gateway("parallel", "g").user("fix", "wrong", "hold")
    d.service("a", "fail").boundary("ab", "a", event("error", "E"))
    d.service("x", "outside").boundary("xb", "x", event("error", "E")).end().end("e2").end("e3")
    d.flow("start", "g", "a", "end").flow("ab", "fix", "end").flow("g", "x", "e2").flow("xb", "wrong", "e2")
    return d.flow("g", "hold", "e3")


def test_an_error_of_a_verb_goes_to_its_own_boundary_event(run: Any) -> None:
    """Fault 8: the boundary event of a parallel sibling is not touched."""
    r = run(erring())
    assert r.open == ["fix", "hold"]
    assert len(r.waits(JobWait)) == 1
    assert r.variables["why"] == "x"


def test_a_job_can_end_with_an_error(run: Any) -> None:
    r = run(erring())
    assert r.throw("x", "E1", more=1) is True
    assert r.open == ["fix", "hold", "wrong"]
    assert r.variables["more"] == 1


def test_an_error_that_nobody_catches_is_an_incident(run: Any) -> None:
    r = run(erring())
    assert r.throw("x", "E9") is False
    assert r.incident("x").type == "UNHANDLED_ERROR_EVENT"
    assert r.waits(JobWait) == []
    assert r.retry("x").waits(JobWait)[0].element_id == "x"


def test_an_uncaught_error_of_a_pure_verb_is_retried_by_calling_it_again(run: Any, world: World) -> None:
    d = Diagram("p", E1).start().service("s", "fail").end().flow("start", "s", "end")
    r = run(d, {"code": "E7"})
    assert r.incident("s").type == "UNHANDLED_ERROR_EVENT"
    world.verbs["fail"] = lambda v: {"ok": True}
    assert r.retry("s").done


@pytest.mark.parametrize("code", ["E1", "E2"])
def test_the_catch_of_that_very_code_comes_before_the_catch_of_all(run: Any, code: str) -> None:
    d = Diagram("p", E1).start().service("s", "fail").user("one", "all").end()
    d.boundary("b0", "s", event("error")).boundary("b1", "s", event("error", "E"))
    r = run(d.flow("start", "s", "end").flow("b0", "all", "end").flow("b1", "one", "end"), {"code": code})
    assert r.open == (["one"] if code == "E1" else ["all"])


def test_an_error_walks_outward_through_sub_processes(run: Any) -> None:
    body = Diagram("x").start("is").user("a").service("s", "fail").end("ie").flow("is", "a", "s", "ie")
    middle = Diagram("m").start("ms").sub("mid", body).end("me").flow("ms", "mid", "me")
    d = (
        Diagram("p", E1)
        .start()
        .sub("out", middle)
        .user("fix")
        .end()
        .boundary("b", "out", event("error", "E"))
    )
    r = run(d.flow("start", "out", "end").flow("b", "fix", "end"))
    assert r.do("a").open == ["fix"]
    assert {e for e, _ in r.history("terminated")} == {"s", "mid", "out"}


def test_an_error_end_event_ends_its_sub_process(run: Any) -> None:
    body = (
        Diagram("x")
        .start("is")
        .user("a")
        .node("endEvent", "ie", ext(io({"why": "=1"})) + event("error", "E"))
    )
    d = Diagram("p", E1).start().sub("s", body.flow("is", "a", "ie")).user("fix", "z").end()
    d.boundary("b", "s", event("error", "E"))
    r = run(d.flow("start", "s", "z", "end").flow("b", "fix", "end"))
    assert r.do("a").open == ["fix"]
    assert r.variables == {"why": 1}


def test_an_error_end_event_without_catch_is_an_incident_there(run: Any) -> None:
    r = run(Diagram("p", E1).start().end("e", event("error", "E")).flow("start", "e"))
    assert (r.incident("e").type, r.case.status) == ("UNHANDLED_ERROR_EVENT", "active")


# -------------------------------------------------------------------- escalations


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_is_caught_around_and_goes_on_unless_interrupted(run: Any, interrupting: bool) -> None:
    body = Diagram("x").start("is").user("a").throw("th", event("escalation", "C"), io({"n": "=1"})).user("b")
    body.end("ie").flow("is", "a", "th", "b", "ie")
    d = Diagram("p", C1).start().sub("s", body).user("esc").end()
    d.boundary("eb", "s", event("escalation", "C"), interrupting=interrupting)
    r = run(d.flow("start", "s", "end").flow("eb", "esc", "end"))
    assert r.do("a").open == (["esc"] if interrupting else ["b", "esc"])
    assert r.variables == {"n": 1}


def test_an_escalation_that_nobody_catches_is_no_fault(run: Any) -> None:
    r = run(Diagram("p", C1).start().end("e", event("escalation", "C")).flow("start", "e"))
    assert r.done
    assert r.case.incidents == {}


def test_a_task_can_escalate_and_stay_open(run: Any) -> None:
    d = Diagram("p", C1).start().user("u", "esc").end()
    d.boundary("b", "u", event("escalation"), interrupting=False)
    r = run(d.flow("start", "u", "end").flow("b", "esc", "end"))
    (task,) = r.case.waits().values()
    assert r.case.escalate(task.key, "C1", {"x": 1}) is True
    assert r.step().open == ["esc", "u"]
    assert r.do("u").case.escalate(r.case.waits().popitem()[0], "C1") is False
