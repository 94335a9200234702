"""The faults of SpiffWorkflow 3.2 that this layer cures, by number. Each has a test, here or where it belongs."""

import importlib
import inspect
import re
from typing import Any

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import Fault
from engine.bpmn.model import walk
from engine.bpmn.tokens import NoScripts
from tests.process.diagrams import Diagram, error, event, ext, io, job, message, multi, signal, timer
from tests.process.test_event_subprocess import STOP, around
from tests.process.world import World

WHERE = {
    1: "test_event_subprocess.test_an_interrupting_event_sub_process_ends_the_rest_of_its_scope",
    2: "test_event_subprocess.test_an_interrupting_event_sub_process_ends_the_rest_of_its_scope",
    3: "test_faults.test_3_running_changes_no_spec",
    4: "test_event_subprocess.test_an_unfired_timer_event_sub_process_does_not_keep_the_process_open",
    5: "test_event_subprocess.test_an_error_begins_an_event_sub_process",
    6: "test_event_subprocess.test_an_event_sub_process_inside_a_sub_process",
    7: "test_events.test_a_signal_reaches_this_instance_at_once_and_others_through_the_layer_above",
    8: "test_subprocess.test_an_error_of_a_verb_goes_to_its_own_boundary_event",
    9: "test_tasks.test_parallel_branches_see_and_keep_each_others_writes",
    10: "test_multi.test_results_stand_in_the_order_of_the_items",
    11: "test_gateways.test_two_timers_behind_one_event_based_gateway_keep_their_own_time",
    12: "test_state.test_values_come_back_exactly_and_are_never_interpreted",
    13: "test_events.test_a_message_throw_is_a_verb_with_the_name_of_the_message",
    14: "test_faults.test_14_an_error_that_ends_its_own_thrower_leaves_no_started_token",
    15: "test_events.test_a_link_jumps_to_its_far_end",
    16: "test_tasks.test_several_flows_out_of_an_activity_are_several_tokens",
}


@pytest.mark.parametrize("number", sorted(WHERE))
def test_every_fault_has_its_test(number: int) -> None:
    module, name = WHERE[number].split(".")
    found = getattr(importlib.import_module(f"tests.process.{module}"), name)
    assert "ault" in (inspect.getdoc(found) or "") or f"test_{number}_" in name


def fingerprint(world: World) -> list[Any]:
    """All that the shared specs of a world hold."""
    rows = []
    for reference in world.files:
        for spec in world.pinned(reference).specs.values():
            for element, path in walk(spec):
                state = {k: re.sub(" at 0x[0-9a-f]+", "", repr(v)) for k, v in vars(element).items()}
                rows.append((path, element.name, sorted(state.items())))
    return rows


def test_3_running_changes_no_spec(run: Any, world: World) -> None:
    d = around(True, *STOP)
    world.deploy("before", d)
    before = fingerprint(world)
    r = run(d)
    r.signal("stop")
    r.do("eu")
    assert fingerprint(world)[: len(before)] == before
    assert run(d).open == ["u"]


@pytest.mark.parametrize("definition", [event("error"), event("escalation")])
def test_5_nothing_begins_before_its_event(run: Any, definition: str) -> None:
    assert run(around(True, definition)).open == ["u"]


def test_14_an_error_that_ends_its_own_thrower_leaves_no_started_token(run: Any) -> None:
    d = Diagram("p", error("E", "E1")).start().service("s", "fail").user("fix").end()
    d.boundary("b", "s", event("error", "E"))
    r = run(d.flow("start", "s", "end").flow("b", "fix", "end"))
    tokens = [t for t in r.case._machine.tokens.values() if t is not t.workflow.task_tree]
    assert [(t.task_spec.name, t.state) for t in tokens] == [("fix", TaskState.READY)]


def test_14_nothing_is_predicted_and_no_task_holds_data(run: Any) -> None:
    names = [f"u{n}" for n in range(50)]
    r = run(Diagram().start().user(*names).end().flow("start", *names, "end"), {"l": [1, 2]})
    tokens = r.case._machine.tokens.values()
    assert len(tokens) == 2
    assert all(t.data == {} for t in tokens)


def test_no_script_engine_of_python_is_reachable(run: Any) -> None:
    r = run(Diagram().start().user("u").end().flow("start", "u", "end"))
    engine = r.case._machine.instance.script_engine
    assert isinstance(engine, NoScripts)
    assert isinstance(r.case._machine.instance, BpmnWorkflow)
    for call in (engine.evaluate, engine.execute):
        with pytest.raises(Fault):
            call(None, "__import__('os').getcwd()")
    with pytest.raises(Fault):
        engine.call_service(None)


@pytest.mark.parametrize(
    "code", ["=__import__('os').system('x')", "=().__class__", "=open('x')", "=v.__class__"]
)
def test_an_expression_reaches_no_python(run: Any, code: str) -> None:
    d = (
        Diagram()
        .start()
        .node("task", "t", ext(io({"x": code})))
        .user("u")
        .end()
        .flow("start", "t", "u", "end")
    )
    r = run(d, {"v": "text"})
    assert r.case.incidents or r.open == ["u"]
    assert "x" not in r.variables


def test_10_counts_are_there(run: Any) -> None:
    until = "=numberOfInstances = 2 and numberOfCompletedInstances = 1 and numberOfActiveInstances = 1"
    d = Diagram().start().user("u", inner=multi("=[1,2]", "x", until=until)).end().flow("start", "u", "end")
    assert run(d).do("u").done


def test_13_a_signal_thrown_inside_reaches_others_with_local_variables_only(run: Any) -> None:
    d = Diagram("p", signal("S", "s")).start().end("e", ext(io({"a": "=x"})) + event("signal", "S"))
    assert run(d.flow("start", "e"), {"x": 1, "secret": 2}).signals == [("s", {"a": 1})]


def test_13_a_message_without_mappings_carries_nothing(run: Any, world: World) -> None:
    d = Diagram("p", message("M", "m")).start().end("e", ext(job("outside")) + event("message", "M"))
    r = run(d.flow("start", "e"), {"secret": 2})
    (wait,) = r.case.waits().values()
    assert r.case.scope_view(wait.key).maps[0] == {}  # type: ignore[attr-defined]


def test_16_a_data_store_is_a_drawing(run: Any) -> None:
    d = Diagram("p", '<bpmn:dataStore id="ds" name="登记簿"/>').start().end().flow("start", "end")
    d.node("dataStoreReference", "dr", dataStoreRef="ds").node("dataObject", "do")
    assert run(d).done


def test_timers_of_the_library_are_never_asked_for_the_time(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import SpiffWorkflow.bpmn.specs.event_definitions.timer as library

    monkeypatch.setattr(library, "datetime", None)
    assert (
        run(Diagram().start().catch("c", timer("duration", "P1D")).end().flow("start", "c", "end"))
        .wait(days=1)
        .done
    )
