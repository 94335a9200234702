"""Multi-instance: on tasks and sub-processes, in parallel and one after the other."""

from typing import Any

import pytest

from engine.bpmn import Budget, JobWait, TimerWait, UserTaskWait
from tests.process.diagrams import Diagram, error, event, ext, io, job, message, multi, timer, zeebe
from tests.process.world import World

EXPERTS = [{"id": "a"}, {"id": "b"}, {"id": "c"}]
SCORES = ("=experts", "expert", "scores", "={who: expert.id, s: score}")
both = pytest.mark.parametrize("sequential", [True, False])


def sheets(sequential: bool, until: str | None = None, *more: str) -> Diagram:
    d = Diagram().start().user("u", inner=ext(*more) + multi(*SCORES, sequential=sequential, until=until))
    return d.user("z").end().flow("start", "u", "z", "end")


def test_results_stand_in_the_order_of_the_items(run: Any) -> None:
    """Fault 10: whoever finishes first."""
    r = run(sheets(False), {"experts": EXPERTS})
    assert r.open == ["u", "u", "u"]
    r.do("u", 2, score=3).do("u", 0, score=1)
    assert r.view("u")["scores"] == [{"who": "a", "s": 1}, None, {"who": "c", "s": 3}]
    r.do("u", 0, score=2)
    assert r.variables["scores"] == [{"who": "a", "s": 1}, {"who": "b", "s": 2}, {"who": "c", "s": 3}]
    assert r.do("z").done


def test_one_after_the_other(run: Any) -> None:
    r = run(sheets(True), {"experts": EXPERTS})
    for n, expert in enumerate(EXPERTS):
        assert r.open == ["u"]
        assert (r.view("u")["expert"], r.view("u")["loopCounter"]) == (expert, n + 1)
        r.do("u", score=n)
    assert [row["s"] for row in r.variables["scores"]] == [0, 1, 2]
    assert r.open == ["z"]


@both
def test_a_second_round_of_a_loop_begins_anew(run: Any, sequential: bool) -> None:
    """Fault 10."""
    d = sheets(sequential).gateway("exclusive", "g", default="ok")
    d.body = d.body.replace('sourceRef="u" targetRef="z"', 'sourceRef="u" targetRef="g"')
    d.flow("g", "u", when="=count(scores[s < 60]) > 0").flow("g", "z", id="ok")
    r = run(d, {"experts": EXPERTS})
    for score in (50, 70):
        for _ in EXPERTS:
            r.do("u", score=score)
    assert r.open == ["z"]
    assert [row["s"] for row in r.variables["scores"]] == [70, 70, 70]


@both
def test_a_completion_condition_ends_it_early(run: Any, sequential: bool) -> None:
    r = run(sheets(sequential, "=numberOfCompletedInstances >= 2"), {"experts": EXPERTS})
    r.do("u", 0, score=1).do("u", 0, score=2)
    assert r.open == ["z"]
    assert r.variables["scores"] == [{"who": "a", "s": 1}, {"who": "b", "s": 2}, None]


@both
def test_the_completion_condition_sees_counts_results_and_the_instance(run: Any, sequential: bool) -> None:
    until = (
        "=numberOfInstances = 3 and numberOfTerminatedInstances = 0 and loopCounter = 2"
        f" and numberOfActiveInstances = {0 if sequential else 1} and scores[2].s = 9"
    )
    r = run(sheets(sequential, until), {"experts": EXPERTS})
    assert r.do("u", 0, score=1).do("u", 0, score=9).open == ["z"]


@both
def test_an_empty_list_is_done_at_once(run: Any, sequential: bool) -> None:
    r = run(sheets(sequential), {"experts": []})
    assert (r.open, r.variables["scores"]) == (["z"], [])


@both
@pytest.mark.parametrize("experts", [None, "text", {"a": 1}])
def test_what_is_no_list_is_an_incident(run: Any, sequential: bool, experts: Any) -> None:
    r = run(sheets(sequential), {"experts": experts})
    assert r.incident("u").type == "EXTRACT_VALUE_ERROR"
    r.case.set_variables(None, {"experts": EXPERTS})
    assert r.retry("u").open == (["u"] if sequential else ["u", "u", "u"])


@both
def test_mappings_belong_to_each_instance(run: Any, sequential: bool) -> None:
    d = sheets(sequential, None, io({"mine": "=expert.id"}, {"score": "=given * 10"}))
    r = run(d, {"experts": EXPERTS})
    for n, expert in enumerate(EXPERTS):
        assert r.view("u")["mine"] == expert["id"]
        r.do("u", given=n + 1)
    assert [row["s"] for row in r.variables["scores"]] == [10, 20, 30]


@both
def test_each_instance_is_assigned_to_its_item(run: Any, sequential: bool) -> None:
    d = sheets(sequential, None, zeebe("assignmentDefinition", assignee="=expert.id"))
    r = run(d, {"experts": EXPERTS})
    assert [w.assignee for w in r.waits(UserTaskWait)] == (["a"] if sequential else ["a", "b", "c"])


@both
def test_sub_processes_for_each_item(run: Any, sequential: bool) -> None:
    body = Diagram("x").start("is").user("a", "b").end("ie").flow("is", "a", "b", "ie")
    loop = multi(*SCORES, sequential=sequential)
    d = Diagram().start().sub("s", body, io({"score": "=null"}), loop=loop).user("z").end()
    r = run(d.flow("start", "s", "z", "end"), {"experts": EXPERTS})
    for _ in EXPERTS:
        key = r.waits(UserTaskWait, "a")[-1].key
        expert = r.case.scope_view(key)["expert"]["id"]
        r.do("a", -1, score=expert * 2).do("b")
    assert r.open == ["z"]
    assert [row["s"] for row in r.variables["scores"]] == ["aa", "bb", "cc"]
    assert "score" not in r.variables


def test_a_variable_of_an_instance_stays_in_it_when_it_is_declared_there(run: Any) -> None:
    d = Diagram().start().user("u", inner=ext(io({"score": "=null"})) + multi(*SCORES)).end()
    r = run(d.flow("start", "u", "end"), {"experts": EXPERTS})
    r.do("u", 1, score=2).do("u", 0, score=1).do("u", 0, score=3)
    assert [row["s"] for row in r.variables["scores"]] == [1, 2, 3]
    assert "score" not in r.variables


def test_a_simple_result_element_is_a_variable_of_the_instance(run: Any) -> None:
    d = Diagram().start().user("u", inner=multi("=experts", "expert", "scores", "=score")).end()
    r = run(d.flow("start", "u", "end"), {"experts": EXPERTS})
    r.do("u", 1, score=2).do("u", 0, score=1).do("u", 0, score=3)
    assert r.variables == {"experts": EXPERTS, "scores": [1, 2, 3]}


@both
def test_a_boundary_event_is_around_all_instances(run: Any, sequential: bool) -> None:
    d = sheets(sequential).boundary("b", "u", timer("duration", "P1D")).user("late").flow("b", "late", "end")
    r = run(d, {"experts": EXPERTS})
    assert len(r.waits(TimerWait)) == 1
    r.do("u", score=1)
    assert r.wait(days=1).open == ["late"]
    assert "scores" not in r.variables
    assert r.do("late").done


@both
def test_an_error_in_one_instance_ends_all(run: Any, sequential: bool) -> None:
    d = (
        Diagram("p", error("E", "E1"))
        .start()
        .node("serviceTask", "s", ext(job("outside")) + multi("=experts", sequential=sequential))
    )
    d.boundary("b", "s", event("error", "E")).user("fix").end().flow("start", "s", "end").flow(
        "b", "fix", "end"
    )
    r = run(d, {"experts": EXPERTS})
    assert r.case.throw_error(r.waits(JobWait)[0].key, "E1")
    assert r.step().open == ["fix"]
    assert r.waits(JobWait) == []


@both
def test_pure_verbs_for_each_item(run: Any, world: World, sequential: bool) -> None:
    world.verbs["double"] = lambda v: {"y": v["x"] * 2}
    d = (
        Diagram()
        .start()
        .node(
            "serviceTask",
            "s",
            ext(job("double")) + multi("=for i in 1..5 return i", "x", "ys", "=y", sequential=sequential),
        )
    )
    r = run(d.end().flow("start", "s", "end"))
    assert (r.done, r.variables) == (True, {"ys": [2, 4, 6, 8, 10]})


@both
def test_a_failing_result_is_an_incident_of_that_instance(run: Any, sequential: bool) -> None:
    d = (
        Diagram()
        .start()
        .user("u", inner=multi("=experts", "expert", "scores", "=function(x) score", sequential=sequential))
        .end()
    )
    r = run(d.flow("start", "u", "end"), {"experts": EXPERTS}).do("u", score=1)
    assert r.incident("u").type == "EXTRACT_VALUE_ERROR"
    assert len(r.open) == (0 if sequential else 2)


@both
def test_two_messages_for_two_instances(run: Any, sequential: bool) -> None:
    body = Diagram("x").start("is").catch("c", event("message", "M")).end("ie").flow("is", "c", "ie")
    d = Diagram("p", message("M", "材料", "=expert.id")).start().end()
    d.sub("s", body, loop=multi("=experts", "expert", "scores", "=score", sequential=sequential))
    r = run(d.flow("start", "s", "end"), {"experts": EXPERTS})
    for id in "abc" if sequential else "cab":
        assert r.message("材料", "zz") == 0
        assert r.message("材料", id, score=id.upper()) == 1
    assert r.variables["scores"] == ["A", "B", "C"]


def test_a_list_longer_than_the_budget_of_tokens_is_an_incident(run: Any) -> None:
    d = Diagram().start().user("u", inner=multi("=for i in 1..200 return i")).end().flow("start", "u", "end")
    r = run(d, budget=Budget(tokens=100))
    assert r.incident("u").type == "BUDGET_EXCEEDED"


@both
def test_multi_instances_nest(run: Any, sequential: bool) -> None:
    body = (
        Diagram("x").start("is").user("a", inner=multi("=row", "cell", "cells", "=v", sequential=sequential))
    )
    body.end("ie").flow("is", "a", "ie")
    d = (
        Diagram()
        .start()
        .sub(
            "s",
            body,
            io({"cells": "=[]"}),
            loop=multi("=rows", "row", "all", "=cells", sequential=sequential),
        )
    )
    r = run(d.end().flow("start", "s", "end"), {"rows": [[1, 2], [3]]})
    while r.open:
        key = r.waits(UserTaskWait)[0].key
        r.case.complete(key, {"v": r.case.scope_view(key)["cell"] * 10})
        r.step()
    assert r.variables["all"] == [[10, 20], [30]]
