"""Call activities: mappings, what is handed over and back, versions that stay, errors that come out."""

from typing import Any

import pytest

from engine.bpmn import JobWait, MessageWait
from tests.process.diagrams import Diagram, error, event, io, message, multi, timer
from tests.process.world import World

NOTHING = {"propagateAllParentVariables": "false", "propagateAllChildVariables": "false"}


def child(*tasks: str) -> Diagram:
    names = tasks or ("cu",)
    return Diagram("c").start("cs").user(*names).end("ce").flow("cs", *names, "ce")


def caller(*more: str, loop: str = "", **given: str) -> Diagram:
    d = Diagram().start().call("ca", "c", *more, loop=loop, **given).user("z").end()
    return d.flow("start", "ca", "z", "end")


def test_all_variables_go_in_and_come_back(run: Any, world: World) -> None:
    world.deploy("c1", child())
    r = run(caller(), {"a": 1})
    assert dict(r.view("cu")) == {"a": 1}
    r.do("cu", b=2, a=5)
    assert r.variables == {"a": 5, "b": 2}
    assert r.do("z").done


def test_only_what_is_mapped_goes_in_and_comes_back(run: Any, world: World) -> None:
    world.deploy("c1", child())
    r = run(caller(io({"pay": "=amount"}, {"收据": "=receipt"}), **NOTHING), {"amount": 5, "secret": 1})
    assert dict(r.view("cu")) == {"pay": 5}
    r.do("cu", receipt="R1", leak=1)
    assert r.variables == {"amount": 5, "secret": 1, "收据": "R1"}


def test_the_called_instance_does_not_write_into_the_caller(run: Any, world: World) -> None:
    world.deploy("c1", child("c1", "c2"))
    r = run(caller(**NOTHING), {"a": 1}).do("c1", a=9)
    assert dict(r.view("c2")) == {"a": 9}
    assert r.do("c2").variables == {"a": 1}


def test_the_called_version_is_pinned(run: Any, world: World) -> None:
    world.deploy("c1", child("old1", "old2"))
    r = run(caller())
    world.deploy("c2", child("new"))
    assert r.do("old1").open == ["old2"]
    assert run(caller()).open == ["new"]


def test_binding_and_version_tag_are_asked_of_the_environment(run: Any, world: World) -> None:
    asked = []
    world.deploy("c1", child())
    original = world.model
    world.model = lambda *a: (asked.append(a), original(*a))[1]  # type: ignore[func-returns-value, method-assign]
    run(caller(bindingType="versionTag", versionTag="v2"))
    assert asked == [("c", "versionTag", "v2")]


def test_the_called_process_can_be_an_expression(run: Any, world: World) -> None:
    world.deploy("c1", child())
    d = Diagram().start().call("ca", "=which").end().flow("start", "ca", "end")
    assert run(d, {"which": "c"}).open == ["cu"]


def test_a_process_that_is_missing_is_an_incident(run: Any, world: World) -> None:
    d = caller().boundary("b", "ca", timer("duration", "P1D")).flow("b", "end")
    r = run(d)
    assert r.incident("ca").type == "CALLED_ELEMENT_ERROR"
    assert r.case.waits() == {}
    world.deploy("c1", child())
    assert r.retry("ca").open == ["cu"]
    assert r.do("cu").open == ["z"]


def test_an_error_comes_out_of_the_called_process(run: Any, world: World) -> None:
    world.deploy(
        "c1",
        Diagram("c", error("E", "E1"))
        .start("cs")
        .user("cu")
        .end("ce", event("error", "E"))
        .flow("cs", "cu", "ce"),
    )
    d = caller().user("fix").boundary("b", "ca", event("error"))
    r = run(d.flow("b", "fix", "end"))
    assert r.do("cu").open == ["fix"]
    assert ("c", "terminated") in r.history("terminated")


def test_an_interrupted_call_ends_what_it_called(run: Any, world: World) -> None:
    world.deploy("c1", Diagram("c").start("cs").service("cj", "outside").end("ce").flow("cs", "cj", "ce"))
    d = caller().user("late").boundary("b", "ca", timer("duration", "P1D"))
    r = run(d.flow("b", "late", "end"))
    assert len(r.waits(JobWait)) == 1
    assert r.wait(days=1).open == ["late"]
    assert r.waits(JobWait) == []


def test_calls_nest_and_recur(run: Any, world: World) -> None:
    d = Diagram("c").start("cs").gateway("exclusive", "cg", default="on").call("cc", "c", io({"n": "=n - 1"}))
    d.user("cu").end("ce").flow("cs", "cg").flow("cg", "cc", when="=n > 0").flow("cg", "cu", id="on")
    world.deploy("c1", d.flow("cc", "ce").flow("cu", "ce"))
    r = run(caller(), {"n": 3})
    assert r.view("cu")["n"] == 0
    assert r.do("cu", deep=1).open == ["z"]
    assert r.variables["deep"] == 1


def test_a_call_without_end_is_stopped(run: Any, world: World) -> None:
    world.deploy("c1", Diagram("c").start("cs").call("cc", "c").end("ce").flow("cs", "cc", "ce"))
    r = run(caller())
    assert [i.type for i in r.case.incidents.values()] == ["CALLED_ELEMENT_ERROR"]


@pytest.mark.parametrize("sequential", [True, False])
def test_a_call_activity_for_each_item(run: Any, world: World, sequential: bool) -> None:
    world.deploy("c1", child())
    loop = multi("=list", "item", "results", "=r", sequential=sequential)
    r = run(caller(loop=loop), {"list": ["a", "b"]})
    assert r.view("cu")["item"] == "a"
    if sequential:
        r.do("cu", r="A").do("cu", r="B")
    else:
        r.do("cu", 1, r="B").do("cu", r="A")
    assert r.variables["results"] == ["A", "B"]
    assert r.do("z").done


def test_messages_reach_a_called_process(run: Any, world: World) -> None:
    d = Diagram("c", message("M", "m", "=k")).start("cs").catch("cm", event("message", "M")).end("ce")
    world.deploy("c1", d.flow("cs", "cm", "ce"))
    r = run(caller(), {"k": "1"})
    assert len(r.waits(MessageWait)) == 1
    assert r.message("m", "1", got=1) == 1
    assert (r.open, r.variables["got"]) == (["z"], 1)


def test_the_history_has_the_called_instance(run: Any, world: World) -> None:
    world.deploy("c1", child())
    r = run(caller()).do("cu").do("z")
    own = [
        (e.element_id, e.event, e.scope)
        for e in r.events
        if e.element_type == "process" and e.event != "variable"
    ]
    call = next(e.element_instance for e in r.events if e.element_id == "ca")
    assert own == [
        ("p", "activated", None),
        ("c", "activated", call),
        ("c", "completed", call),
        ("p", "completed", None),
    ]
