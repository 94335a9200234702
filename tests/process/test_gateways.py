"""Gateways: exclusive, parallel, inclusive, event-based; in loops, and with several tokens on one flow."""

from typing import Any

import pytest

from engine.bpmn import MessageWait, TimerWait
from tests.process.diagrams import Diagram, event, message, timer


def choice() -> Diagram:
    return (
        Diagram()
        .start()
        .gateway("exclusive", "g", default="other")
        .user("a", "b", "c")
        .end()
        .flow("start", "g")
        .flow("g", "a", when="=x > 2")
        .flow("g", "b", when="=x > 1")
        .flow("g", "c", id="other")
        .flow("a", "end")
        .flow("b", "end")
        .flow("c", "end")
    )


def forked(kind: str = "parallel") -> Diagram:
    return (
        Diagram()
        .start()
        .gateway(kind, "fork")
        .user("a", "b", "z")
        .gateway(kind, "join")
        .end()
        .flow("start", "fork")
        .flow("fork", "a", "join", when="=true" if kind == "inclusive" else None)
        .flow("fork", "b", "join", when="=true" if kind == "inclusive" else None)
        .flow("join", "z", "end")
    )


@pytest.mark.parametrize(("x", "task"), [(3, "a"), (2, "b"), (0, "c")])
def test_an_exclusive_gateway_takes_the_first_true_flow_else_the_default(run: Any, x: int, task: str) -> None:
    r = run(choice(), {"x": x})
    assert r.open == [task]
    assert r.do(task).done


def test_an_exclusive_gateway_without_true_flow_is_an_incident_that_can_be_mended(run: Any) -> None:
    d = Diagram().start().gateway("exclusive", "g").user("a", "b").end().flow("start", "g")
    d.flow("g", "a", when="=x = 1").flow("g", "b", when="=x = 2").flow("a", "end").flow("b", "end")
    r = run(d, {"x": 3})
    assert r.incident("g").type == "CONDITION_ERROR"
    r.case.set_variables(None, {"x": 2})
    assert r.retry("g").open == ["b"]
    assert r.do("b").done


def test_a_condition_that_is_not_true_or_false_is_an_incident(run: Any) -> None:
    d = Diagram().start().gateway("exclusive", "g").user("a", "b").end().flow("start", "g")
    d.flow("g", "a", when="=missing").flow("g", "b", when="=true").flow("a", "end").flow("b", "end")
    assert "null" in run(d).incident("g").message


def test_a_parallel_join_waits_for_every_flow(run: Any) -> None:
    r = run(forked())
    assert r.open == ["a", "b"]
    assert r.do("b").open == ["a"]
    assert r.do("a").open == ["z"]
    assert r.do("z").done


def test_two_tokens_on_one_flow_do_not_pass_a_parallel_join(run: Any) -> None:
    """The second token on a flow stays there for the next round."""
    d = forked().gateway("exclusive", "merge").user("c")
    d.body = d.body.replace('sourceRef="fork" targetRef="a"', 'sourceRef="fork" targetRef="merge"')
    d.flow("fork", "c", "merge", "a")
    r = run(d)
    assert r.open == ["a", "b", "c"]
    r.do("a").do("c").do("a")
    assert r.open == ["b"]
    assert r.do("b").open == ["z"]
    assert not r.do("z").done
    assert [e for e, _ in r.history("activated")].count("z") == 1


def test_a_parallel_join_in_a_loop_joins_each_round_anew(run: Any) -> None:
    d = (
        Diagram()
        .start()
        .gateway("exclusive", "again")
        .gateway("parallel", "fork")
        .user("a", "b")
        .gateway("parallel", "join")
        .gateway("exclusive", "enough", default="out")
        .end()
        .flow("start", "again", "fork", "a", "join")
        .flow("fork", "b", "join", "enough")
        .flow("enough", "again", when="=n < 3")
        .flow("enough", "end", id="out")
    )
    r = run(d)
    for n in (1, 2, 3):
        assert r.open == ["a", "b"]
        r.do("b").do("a", n=n)
    assert r.done


@pytest.mark.parametrize(("x", "tasks"), [(5, ["a", "b"]), (2, ["a"]), (0, ["c"])])
def test_an_inclusive_gateway_takes_every_true_flow_and_joins_them(
    run: Any, x: int, tasks: list[str]
) -> None:
    d = (
        Diagram()
        .start()
        .gateway("inclusive", "g", default="other")
        .user("a", "b", "c", "z")
        .gateway("inclusive", "j")
        .end()
        .flow("start", "g")
        .flow("g", "a", "j", when="=x > 1")
        .flow("g", "b", "j", when="=x > 2")
        .flow("g", "c", id="other")
        .flow("c", "j", "z", "end")
    )
    r = run(d, {"x": x})
    assert r.open == tasks
    for task in tasks:
        assert "z" not in r.open
        r.do(task)
    assert r.open == ["z"]
    assert r.do("z").done


def test_an_inclusive_join_does_not_wait_for_a_branch_that_went_elsewhere(run: Any) -> None:
    d = forked("inclusive").gateway("exclusive", "x", default="on")
    d.body = d.body.replace('sourceRef="b" targetRef="join"', 'sourceRef="b" targetRef="x"')
    d.flow("x", "join", id="on").end("away").flow("x", "away", when="=leave")
    r = run(d)
    r.do("a")
    assert r.open == ["b"]
    assert r.do("b", leave=True).open == ["z"]
    assert r.do("z").done


def test_an_inclusive_join_waits_for_what_a_boundary_event_may_still_send(run: Any) -> None:
    d = forked("inclusive").user("late").boundary("t", "b", timer("duration", "P1D"))
    d.body = d.body.replace('sourceRef="b" targetRef="join"', 'sourceRef="b" targetRef="end"')
    d.flow("t", "late", "join")
    r = run(d)
    assert r.do("a").open == ["b"]
    assert r.wait(days=2).open == ["late"]
    assert r.do("late").open == ["z"]
    assert r.do("z").done


def either() -> Diagram:
    return (
        Diagram("p", message("M", "回执", "=编号"))
        .start()
        .gateway("eventBased", "g")
        .catch("m", event("message", "M"))
        .catch("t", timer("duration", "=时限"))
        .catch("t2", timer("date", "2024-12-31T00:00:00+08:00"))
        .user("um", "ut", "ut2")
        .end()
        .flow("start", "g", "m", "um", "end")
        .flow("g", "t", "ut", "end")
        .flow("g", "t2", "ut2", "end")
    )


def test_an_event_based_gateway_goes_where_the_first_event_leads(run: Any) -> None:
    r = run(either(), {"编号": "A1", "时限": "P7D"})
    assert (len(r.waits(MessageWait)), len(r.waits(TimerWait))) == (1, 2)
    assert r.message("回执", "A2") == 0
    assert r.message("回执", "A1", v=1) == 1
    assert r.open == ["um"]
    assert r.waits(TimerWait) == []
    assert r.do("um").done
    assert r.variables["v"] == 1


def test_two_timers_behind_one_event_based_gateway_keep_their_own_time(run: Any) -> None:
    """Fault 11."""
    r = run(either(), {"编号": "A1", "时限": "P7D"})
    assert r.wait(days=6).open == []
    assert r.wait(days=2).open == ["ut"]
    assert r.do("ut").done


def test_an_event_based_gateway_whose_event_cannot_be_evaluated_waits_for_none(run: Any) -> None:
    r = run(either(), {"编号": "A1", "时限": "soon"})
    assert r.incident("g").type == "EXTRACT_VALUE_ERROR"
    assert r.waits(MessageWait) == []
    r.case.set_variables(None, {"时限": "P1D"})
    assert len(r.retry("g").waits(TimerWait)) == 2
    assert r.wait(days=1).do("ut").done
