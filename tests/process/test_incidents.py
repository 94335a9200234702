"""Incidents and budgets: what fails stops alone, nothing is lost, `retry` tries again."""

from typing import Any

from engine.bpmn import Budget, UserTaskWait
from tests.process.diagrams import Diagram, ext, io, multi, timer
from tests.process.world import World


def spinning() -> Diagram:
    d = Diagram().start().gateway("parallel", "p").user("u").gateway("exclusive", "g").node("task", "t")
    return d.end().flow("start", "p", "u", "end").flow("p", "g", "t", "g")


def test_a_diagram_that_spins_stops_with_an_incident_and_the_rest_goes_on(run: Any) -> None:
    r = run(spinning(), budget=Budget(steps=100))
    (incident,) = r.case.incidents.values()
    assert (incident.type, incident.element_id in ("g", "t")) == ("BUDGET_EXCEEDED", True)
    assert r.do("u").case.status == "active"
    assert len(r.case.dump()) < 1000
    r.case.retry(incident.key)
    assert len(r.step().case.incidents) == 1


def test_a_diagram_that_breeds_tokens_stops_with_incidents(run: Any) -> None:
    d = Diagram().start().gateway("exclusive", "x").gateway("parallel", "p").end()
    r = run(d.flow("start", "x", "p", "x").flow("p", "x"), budget=Budget(tokens=50))
    assert {i.type for i in r.case.incidents.values()} == {"BUDGET_EXCEEDED"}
    assert len(r.case.incidents) <= 51


def test_an_incident_survives_and_can_be_terminated_with_the_case(run: Any) -> None:
    r = run(Diagram().start().service("s", "break").end().flow("start", "s", "end"))
    assert len(r.case.incidents) == 1
    r.case.cancel()
    assert (r.step().case.status, r.case.incidents) == ("terminated", {})


def test_an_expression_over_its_budget_is_an_incident(run: Any) -> None:
    d = Diagram().start().node("task", "t", ext(io({"x": "=for i in 1..1000000000 return i"}))).end()
    assert run(d.flow("start", "t", "end")).incident("t").type == "EXTRACT_VALUE_ERROR"


def test_an_unexpected_failure_of_a_pure_verb_leaves_the_persons_click(run: Any) -> None:
    d = Diagram().start().user("u").service("s", "break").user("z").end()
    r = run(d.flow("start", "u", "s", "z", "end")).do("u", score=5)
    assert r.variables["score"] == 5
    assert ("u", "completed") in r.history("completed")
    assert r.incident("s").type == "JOB_NO_RETRIES"
    r.case.set_variables(None, {"broken": False})
    assert r.retry("s").open == ["z"]


def test_the_history_tells_of_incidents_once_and_of_their_end(run: Any) -> None:
    r = run(Diagram().start().service("s", "break").end().flow("start", "s", "end"))
    r.retry("s")
    r.case.set_variables(None, {"broken": False})
    r.retry("s")
    told = [event for id, event in r.history("activated", "incident", "resolved", "completed") if id == "s"]
    assert told == ["activated", "incident", "resolved", "incident", "resolved", "completed"]


def test_variables_written_by_an_activation_that_failed_are_not_in_the_history(run: Any) -> None:
    d = Diagram().start().user("u", inner=ext(io({"a": "=1", "b": "=function(x) x"}))).end()
    r = run(d.flow("start", "u", "end"))
    assert r.incident("u")
    assert r.history("variable") == []
    assert r.case.dump().count('"a"') == 0


def test_variables_can_be_repaired_inside_a_scope(run: Any) -> None:
    inner = Diagram("x").start("is").node("task", "t", ext(io({"y": "=assert(x)"}))).user("iu").end("ie")
    inner.body = inner.body.replace("=assert(x)", "=if x = null then function(a) a else x")
    d = Diagram().start().sub("s", inner.flow("is", "t", "iu", "ie"), io({"x": "=null"})).end()
    r = run(d.flow("start", "s", "end"))
    r.case.set_variables(r.incident("t").key, {"x": 5})
    assert r.retry("t").view("iu")["x"] == 5
    assert "x" not in r.variables
    r.case.set_variables(r.waits(UserTaskWait)[0].key, {"w": 1}, local=True)
    assert r.view("iu")["w"] == 1


def test_incidents_in_one_instance_of_many_leave_the_others(run: Any, world: World) -> None:
    world.verbs["odd"] = lambda v: {"y": 1 // (v["x"] % 2)}
    d = (
        Diagram()
        .start()
        .node(
            "serviceTask", "s", ext('<zeebe:taskDefinition type="odd"/>') + multi("=[1,2,3]", "x", "ys", "=y")
        )
    )
    r = run(d.end().flow("start", "s", "end"))
    assert len(r.case.incidents) == 1
    world.verbs["odd"] = lambda v: {"y": v["x"]}
    assert r.retry("s").done
    assert r.variables["ys"] == [1, 2, 1]


def test_a_failing_timer_of_the_next_task_does_not_undo_the_completion_before(run: Any) -> None:
    d = Diagram().start().user("u", "v").boundary("b", "v", timer("duration", "=nothing")).end()
    r = run(d.flow("start", "u", "v", "end").flow("b", "end")).do("u", a=1)
    assert (r.incident("v").type, r.variables) == ("EXTRACT_VALUE_ERROR", {"a": 1})
