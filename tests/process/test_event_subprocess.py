"""Event sub-processes: what begins them, what they end, what goes further out."""

from typing import Any

import pytest

from engine.bpmn import MessageWait, SignalWait, TimerWait
from tests.process.diagrams import (
    Diagram,
    error,
    escalation,
    event,
    ext,
    inner,
    io,
    job,
    message,
    signal,
    timer,
)

E1 = error("E", "E1")
C1 = escalation("C", "C1")


def around(interrupting: bool, definition: str, *roots: str, more: str = "") -> Diagram:
    body = Diagram("y").start("es", more + definition, isInterrupting=str(interrupting).lower())
    body.user("eu").end("ee").flow("es", "eu", "ee")
    return (
        Diagram("p", *roots)
        .start()
        .user("u", "u2")
        .end()
        .flow("start", "u", "u2", "end")
        .event_sub("esp", body)
    )


STOP = (event("signal", "S"), signal("S", "stop"))


def test_an_interrupting_event_sub_process_ends_the_rest_of_its_scope(run: Any) -> None:
    """Faults 1, 2 and 3: the rest ends, current data are seen, and the shared spec is not changed."""
    d = around(True, *STOP)
    r = run(d, {"a": 1}).do("u", b=2)
    assert r.signal("stop", c=3) == 1
    assert r.open == ["eu"]
    assert dict(r.view("eu")) == {"a": 1, "b": 2, "c": 3}
    assert r.waits(SignalWait) == []
    assert r.do("eu", d=4).done
    assert r.variables == {"a": 1, "b": 2, "c": 3, "d": 4}
    assert run(d).open == ["u"]


def test_a_non_interrupting_event_sub_process_runs_beside_once_per_event(run: Any) -> None:
    r = run(around(False, event("message", "M"), message("M", "异议", "=号")), {"号": "A"})
    assert [r.message("异议", "B"), r.message("异议", "A", n=1), r.message("异议", "A", n=2)] == [0, 1, 1]
    assert r.open == ["eu", "eu", "u"]
    r.do("u").do("u2")
    assert not r.done
    assert r.waits(MessageWait)[0].element_id == "es"
    r.do("eu")
    assert r.do("eu").done


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_timer_begins_an_event_sub_process(run: Any, interrupting: bool) -> None:
    r = run(around(interrupting, timer("duration", "P3D"))).wait(days=4)
    assert r.open == (["eu"] if interrupting else ["eu", "u"])
    assert r.waits(TimerWait) == []


def test_an_unfired_timer_event_sub_process_does_not_keep_the_process_open(run: Any) -> None:
    """Fault 4."""
    r = run(around(True, timer("duration", "P3D"))).do("u").do("u2")
    assert (r.done, r.case.waits()) == (True, {})


def test_a_timer_of_no_repeats_begins_no_event_sub_process(run: Any) -> None:
    r = run(around(False, timer("cycle", "R0/P1D")))
    assert r.waits(TimerWait) == []
    assert r.wait(days=5).open == ["u"]


def test_an_uncaught_error_of_a_user_task_leaves_it_open_when_it_is_retried(run: Any) -> None:
    r = run(Diagram().start().user("u").end().flow("start", "u", "end"))
    assert r.throw("u", "E1") is False
    assert (r.open, r.incident("u").type) == ([], "UNHANDLED_ERROR_EVENT")
    assert r.retry("u").open == ["u"]
    assert r.do("u", x=1).done


def test_an_escalation_whose_code_fails_is_thrown_when_it_is_retried(run: Any) -> None:
    body = Diagram("x").start("is").end("ie", event("escalation", "C")).flow("is", "ie")
    d = Diagram("p", escalation("C", "=code")).start().sub("s", body).user("esc").end()
    d.boundary("b", "s", event("escalation"), interrupting=False)
    r = run(d.flow("start", "s", "end").flow("b", "esc", "end"), {"code": True})
    assert r.incident("ie").type == "EXTRACT_VALUE_ERROR"
    r.case.set_variables(None, {"code": "C1"})
    assert r.retry("ie").open == ["esc"]


def test_a_repeating_timer_begins_an_event_sub_process_each_time(run: Any) -> None:
    r = run(around(False, timer("cycle", "R2/P1D"))).wait(days=5)
    assert r.open == ["eu", "eu", "u"]


@pytest.mark.parametrize("code", ["E1", "E2"])
def test_an_error_begins_an_event_sub_process(run: Any, code: str) -> None:
    """Fault 5: it does not begin before the error comes."""
    d = around(True, event("error", "E"), E1)
    d.body = d.body.replace(
        '<bpmn:userTask id="u2"></bpmn:userTask>',
        f'<bpmn:serviceTask id="u2">{ext(job("fail"))}</bpmn:serviceTask>',
    )
    r = run(d, {"code": code})
    assert r.open == ["u"]
    r.do("u")
    if code == "E2":
        assert r.incident("u2").type == "UNHANDLED_ERROR_EVENT"
        return
    assert (r.open, r.variables["why"]) == (["eu"], "x")
    assert r.do("eu").done


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_begins_an_event_sub_process(run: Any, interrupting: bool) -> None:
    d = around(interrupting, event("escalation", "C"), C1).throw("t", event("escalation", "C")).user("u3")
    d.body = d.body.replace('sourceRef="u2" targetRef="end"', 'sourceRef="u2" targetRef="t"')
    r = run(d.flow("t", "u3", "end")).do("u").do("u2")
    assert r.open == (["eu"] if interrupting else ["eu", "u3"])


def test_an_event_sub_process_inside_a_sub_process(run: Any) -> None:
    """Fault 6."""
    body = Diagram("y").start("es", STOP[0]).user("eu").end("ee").flow("es", "eu", "ee")
    d = Diagram("p", STOP[1]).start().sub("s", inner("a").event_sub("esp", body)).user("n").end()
    r = run(d.flow("start", "s", "n", "end"))
    assert r.signal("stop") == 1
    assert r.open == ["eu"]
    assert r.do("eu").open == ["n"]
    assert r.do("n").done


def test_an_error_in_an_event_sub_process_goes_further_out(run: Any) -> None:
    body = Diagram("y").start("es", STOP[0]).user("eu").end("ee", event("error", "E")).flow("es", "eu", "ee")
    d = Diagram("p", STOP[1], E1).start().sub("s", inner("a").event_sub("esp", body)).user("fix").end()
    d.boundary("b", "s", event("error", "E"))
    r = run(d.flow("start", "s", "end").flow("b", "fix", "end"))
    r.signal("stop")
    assert r.do("eu").open == ["fix"]


def test_a_scope_that_was_interrupted_starts_no_further_event_sub_process(run: Any) -> None:
    first = Diagram("y").start("es", STOP[0]).user("eu").end("ee", event("error", "E")).flow("es", "eu", "ee")
    second = Diagram("y2").start("es2", event("error", "E")).user("eu2").end("ee2").flow("es2", "eu2", "ee2")
    d = Diagram("p", STOP[1], E1).start().user("u").end().flow("start", "u", "end")
    r = run(d.event_sub("esp", first).event_sub("esp2", second))
    r.signal("stop")
    assert r.do("eu").incident("ee").type == "UNHANDLED_ERROR_EVENT"


def test_an_event_sub_process_whose_subscription_fails_is_an_incident_beside_the_work(run: Any) -> None:
    r = run(around(True, event("message", "M"), message("M", "m", "=k")))
    assert r.open == ["u"]
    assert r.incident("esp").type == "EXTRACT_VALUE_ERROR"
    r.case.set_variables(None, {"k": "1"})
    assert r.retry("esp").message("m", "1") == 1
    assert r.open == ["eu"]


def test_payload_of_an_event_sub_process_can_be_mapped(run: Any) -> None:
    d = around(True, event("message", "M"), message("M", "m", "=k"), more=ext(io(None, {"got": "=body.x"})))
    r = run(d, {"k": "1"})
    assert r.message("m", "1", body={"x": 3}) == 1
    assert r.variables == {"k": "1", "got": 3}
