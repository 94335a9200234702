"""Tasks: user, manual, service, script, business rule, undefined; their mappings and scopes."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.bpmn import JobWait, NotWaiting, UserTaskWait
from engine.clock import BUSINESS_ZONE
from tests.process.diagrams import Diagram, ext, io, job, zeebe
from tests.process.world import World


def one(tag: str, *parts: str, **attributes: str) -> Diagram:
    return Diagram().start().node(tag, "t", ext(*parts), **attributes).end().flow("start", "t", "end")


def test_a_user_task_has_everything_that_the_inbox_needs(run: Any) -> None:
    d = one(
        "userTask",
        zeebe("userTask"),
        zeebe("formDefinition", formId="F1", bindingType="deployment"),
        zeebe(
            "assignmentDefinition",
            assignee="=who.id",
            candidateGroups='=["a", "county_officer@" + c]',
            candidateUsers="u1, u2",
        ),
        zeebe("taskSchedule", dueDate="=due", followUpDate="2024-06-01T08:00:00+08:00"),
        zeebe("priorityDefinition", priority="=70 + 5"),
        zeebe("properties", zeebe("property", name="luzhi:guard", value="g.x")),
        name="县级初审",
    )
    d.body = d.body.replace(
        'name="县级初审">', 'name="县级初审"><bpmn:documentation>按第七条。</bpmn:documentation>'
    )
    r = run(d, {"who": {"id": "z"}, "c": "370102", "due": "2024-06-02T00:00:00+08:00"})
    (wait,) = r.waits(UserTaskWait)
    assert wait == UserTaskWait(
        key=wait.key,
        element_id="t",
        name="县级初审",
        form_id="F1",
        form_binding="deployment",
        assignee="z",
        candidate_groups=("a", "county_officer@370102"),
        candidate_users=("u1", "u2"),
        due=datetime(2024, 6, 2, tzinfo=BUSINESS_ZONE),
        follow_up=datetime(2024, 6, 1, 8, tzinfo=BUSINESS_ZONE),
        priority=75,
        documentation="按第七条。",
        properties={"luzhi:guard": "g.x"},
    )


def test_what_a_user_task_shows_is_evaluated_when_it_is_reached(run: Any) -> None:
    d = one("userTask", zeebe("assignmentDefinition", assignee="=x"))
    r = run(d, {"x": "first"})
    r.case.set_variables(None, {"x": "second"})
    assert r.step().waits(UserTaskWait)[0].assignee == "first"


def test_lanes_are_known_and_pass_into_sub_processes(run: Any) -> None:
    refs = "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ("t", "s"))
    lanes = f'<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="市局">{refs}</bpmn:lane></bpmn:laneSet>'
    inner = Diagram("x").start("is").user("iu").end("ie").flow("is", "iu", "ie")
    d = Diagram().start().user("t").sub("s", inner).end().flow("start", "t", "s", "end")
    d.head = lanes
    r = run(d)
    assert r.waits(UserTaskWait)[0].lane == "市局"
    assert r.do("t").waits(UserTaskWait)[0].lane == "市局"


@pytest.mark.parametrize(
    "part",
    [
        zeebe("assignmentDefinition", assignee="=1 = 1"),
        zeebe("assignmentDefinition", candidateGroups="=missing"),
        zeebe("assignmentDefinition", candidateUsers="=[1]"),
        zeebe("taskSchedule", dueDate="soon"),
        zeebe("priorityDefinition", priority="high"),
        zeebe("priorityDefinition", priority="=1.5"),
        io({"x": "=now("}),
    ],
)
def test_a_user_task_that_cannot_be_evaluated_is_an_incident(run: Any, part: str) -> None:
    r = run(one("userTask", part))
    assert r.incident("t").type == "EXTRACT_VALUE_ERROR"
    assert r.open == []


def test_nothing_is_assigned_where_the_expression_is_null(run: Any) -> None:
    d = one(
        "userTask",
        zeebe("assignmentDefinition", assignee="=missing"),
        zeebe("taskSchedule", dueDate="=missing"),
    )
    (wait,) = run(d).waits(UserTaskWait)
    assert (wait.assignee, wait.due) == (None, None)


def test_without_output_mappings_everything_enters_the_process(run: Any) -> None:
    r = run(one("userTask"), {"a": 1}).do("t", a=2, b={"typename": "X"})
    assert (r.done, r.variables) == (True, {"a": 2, "b": {"typename": "X"}})


def test_with_output_mappings_only_what_they_name_enters(run: Any) -> None:
    d = one(
        "userTask",
        io(
            {"额度": "=项目.总投资 * 0.2", "a.b": "x"},
            {"res.final": "=result", "twice": "=res.final + res.final"},
        ),
    )
    r = run(d, {"项目": {"总投资": 100}, "res": {"old": 1}})
    assert (r.view("t")["额度"], r.view("t")["a"]) == (20, {"b": "x"})
    r.do("t", result="ok", junk=1)
    assert r.variables == {"项目": {"总投资": 100}, "res": {"old": 1, "final": "ok"}, "twice": "okok"}


def test_an_input_mapping_hides_the_outer_variable_and_keeps_writes_to_it_inside(run: Any) -> None:
    r = run(one("userTask", io({"x": "=x + 1", "y": "=x * 10"})), {"x": 1})
    assert (r.view("t")["x"], r.view("t")["y"]) == (2, 20)
    r.do("t", x=99, z=1)
    assert r.variables == {"x": 1, "z": 1}


def test_a_failing_output_mapping_keeps_what_was_submitted(run: Any) -> None:
    r = run(one("userTask", io(None, {"out": "=given", "bad": "=function(x) x"}))).do("t", given=5)
    assert (r.open, r.case.status) == ([], "active")
    assert r.incident("t").type == "EXTRACT_VALUE_ERROR"
    assert r.variables == {}
    assert r.retry("t").incident("t").type == "EXTRACT_VALUE_ERROR"


def test_a_manual_task_is_confirmed_by_a_person(run: Any) -> None:
    r = run(one("manualTask", name="盖章"))
    (wait,) = r.waits(UserTaskWait)
    assert (wait.manual, wait.name) == (True, "盖章")
    assert r.do("t").done


def test_a_manual_task_is_offered_to_the_people_of_its_assignment(run: Any) -> None:
    r = run(
        one("manualTask", zeebe("assignmentDefinition", candidateGroups='="seal@" + city')),
        {"city": "370100"},
    )
    (wait,) = r.waits(UserTaskWait)
    assert (wait.manual, wait.candidate_groups) == (True, ("seal@370100",))


def test_an_undefined_task_passes(run: Any) -> None:
    assert run(one("task", io(None, {"x": "=1"}))).variables == {"x": 1}


def test_a_pure_verb_runs_at_once(run: Any, world: World) -> None:
    r = run(one("serviceTask", job("give", k="v"), io({"x": "=1 + 1"}, {"out": "=given"})))
    assert (r.done, r.variables) == (True, {"out": 2})
    assert [(t, h) for t, _, h in world.calls] == [("give", {"k": "v"})]


def test_any_other_verb_becomes_a_job(run: Any) -> None:
    r = run(one("serviceTask", zeebe("taskDefinition", type="=kind", retries="5")), {"kind": "mail.send"})
    (wait,) = r.waits(JobWait)
    assert (wait.type, wait.retries, wait.kind) == ("mail.send", 5, "serviceTask")
    r.job("t", sent=True)
    assert (r.done, r.variables["sent"]) == (True, True)


def test_a_verb_that_raises_is_an_incident_and_is_called_again(run: Any) -> None:
    d = Diagram().start().gateway("parallel", "g").service("s", "break").user("u").end().end("e2")
    r = run(d.flow("start", "g", "s", "end").flow("g", "u", "e2"))
    assert (r.incident("s").type, r.incident("s").message) == (
        "JOB_NO_RETRIES",
        "RuntimeError: the disk is full",
    )
    assert r.open == ["u"]
    r.case.set_variables(None, {"broken": False})
    assert r.retry("s").variables["mended"] is True
    assert r.do("u").done


def test_a_verb_cannot_change_the_variables_behind_the_process(run: Any, world: World) -> None:
    world.verbs["sly"] = lambda v: v["l"].append(9) or {}
    r = run(one("serviceTask", job("sly")), {"l": [1]})
    assert (r.done, r.variables) == (True, {"l": [1]})


def test_a_verb_is_not_called_again_when_its_output_mapping_fails(run: Any, world: World) -> None:
    r = run(one("serviceTask", job("give"), io(None, {"out": "=function(x) x"})))
    assert r.incident("t").type == "EXTRACT_VALUE_ERROR"
    r.retry("t")
    assert len(world.calls) == 1


def test_a_job_that_failed_for_good_is_an_incident_until_it_is_retried(run: Any) -> None:
    r = run(one("serviceTask", job("outside")))
    key = r.waits(JobWait)[0].key
    r.case.fail(key, "no answer")
    r.step()
    assert (r.case.waits(), r.incident("t").message) == ({}, "no answer")
    assert r.retry("t").waits(JobWait)[0].key == key
    assert r.job("t").done


def test_a_script_task_computes(run: Any) -> None:
    d = one("scriptTask", zeebe("script", expression="=mean(l)", resultVariable="分"))
    assert run(d, {"l": [70, 90]}).variables["分"] == 80


def test_a_script_task_may_be_a_verb(run: Any) -> None:
    assert run(one("scriptTask", job("give")), {"x": 3}).variables["given"] == 3


def test_a_business_rule_task_decides(run: Any, world: World) -> None:
    world.decisions["pass"] = lambda v: {"级": "优" if v["分"] > 80 else "中"}
    d = one(
        "businessRuleTask",
        zeebe("calledDecision", decisionId="=which", resultVariable="r"),
        io(None, {"级别": "=r.级"}),
    )
    assert run(d, {"分": 90, "which": "pass"}).variables == {"分": 90, "which": "pass", "级别": "优"}


def test_a_missing_decision_is_an_incident(run: Any, world: World) -> None:
    """Fault 16."""
    r = run(one("businessRuleTask", zeebe("calledDecision", decisionId="none", resultVariable="r")))
    assert r.incident("t").type == "DECISION_EVALUATION_ERROR"
    world.decisions["none"] = lambda v: 1
    assert r.retry("t").variables == {"r": 1}


def test_a_business_rule_task_may_be_a_verb(run: Any) -> None:
    assert run(one("businessRuleTask", job("give")), {"x": 3}).done


def test_several_flows_out_of_an_activity_are_several_tokens(run: Any) -> None:
    """Fault 16: what SpiffWorkflow refuses."""
    d = Diagram().start().user("u", "a", "b").end().flow("start", "u", "a", "end").flow("u", "b", "end")
    r = run(d).do("u")
    assert r.open == ["a", "b"]
    assert r.do("a").do("b").done


def test_a_path_may_end_without_an_end_event(run: Any) -> None:
    assert run(Diagram().start().user("u").flow("start", "u")).do("u").done


def test_decimals_keep_every_digit(run: Any) -> None:
    d = one("scriptTask", zeebe("script", expression="=x + 0.1", resultVariable="y"))
    r = run(d, {"x": Decimal("12345678901234567890.1234567890")})
    assert str(r.variables["y"]) == "12345678901234567890.2234567890"
    assert r.variables["x"] == Decimal("12345678901234567890.1234567890")


def test_dates_become_iso_text_in_variables(run: Any) -> None:
    d = one(
        "scriptTask",
        zeebe(
            "script", expression='={d: date("2024-05-28"), p: duration("P1D"), n: 1 + 1}', resultVariable="y"
        ),
    )
    assert run(d).variables["y"] == {"d": "2024-05-28", "p": "P1D", "n": 2}


def test_nothing_is_completed_twice(run: Any) -> None:
    r = run(Diagram().start().user("u", "v").end().flow("start", "u", "v", "end"))
    key = r.waits(UserTaskWait)[0].key
    r.do("u")
    with pytest.raises(NotWaiting):
        r.case.complete(key)
    with pytest.raises(NotWaiting):
        r.case.fire(r.waits(UserTaskWait)[0].key)
    with pytest.raises(NotWaiting):
        r.case.retry(key)


def test_parallel_branches_see_and_keep_each_others_writes(run: Any) -> None:
    """Fault 9: no merge, nothing lost, lists not mixed."""
    d = Diagram().start().gateway("parallel", "f").user("a", "b", "z").gateway("parallel", "j").end()
    r = run(d.flow("start", "f", "a", "j").flow("f", "b", "j", "z", "end"), {"l": [1, 2, 3], "m": [5]})
    r.do("a", l=[9], m=[60, 60])
    assert r.view("b")["l"] == [9]
    r.do("b", k=1)
    assert r.variables == {"l": [9], "m": [60, 60], "k": 1}
