"""The stored state: plain, small, exact, stable; never interpreted; and a loop does not make it grow."""

from decimal import Decimal
from typing import Any

import pytest
import simplejson

from engine.bpmn import Case, UnreadableState, UserTaskWait
from tests.process.diagrams import Diagram, event, ext, io, job, message, multi, signal, timer
from tests.process.test_event_subprocess import around
from tests.process.world import World
from tests.support.effort import counted

HOSTILE = {
    "typename": "SpiffWorkflow.task.Task",
    "__class__": "os.system",
    "__builtins__": {"typename": "X"},
    "d": {"typename": "Task", "v": [{"typename": 1}]},
    "n": Decimal("0.1000000000000000000000000000000001"),
    "big": 10**30,
    "text": '中文 \u2028 " \\ \x00',
    "none": None,
    "yes": True,
}


def begin(world: World, diagram: Diagram, variables: Any = None) -> Case:
    reference = world.deploy("f", diagram)
    case = Case.start(world.pinned(reference), diagram.id, world, variables, None, reference)
    case.run()
    return case


def test_values_come_back_exactly_and_are_never_interpreted(run: Any) -> None:
    """Fault 12."""
    d = Diagram().start().user("u", "v").end().flow("start", "u", "v", "end")
    r = run(d, HOSTILE).do("u", more=HOSTILE)
    assert r.variables == {**HOSTILE, "more": HOSTILE}
    assert str(r.variables["n"]) == str(HOSTILE["n"])
    assert type(r.variables["big"]) is int


def test_numbers_are_the_same_before_and_after_the_state(world: World) -> None:
    case = begin(
        world, Diagram().start().user("u").end().flow("start", "u", "end"), {"a": 0.1, "b": Decimal(3)}
    )
    assert case.variables == {"a": Decimal("0.1"), "b": 3}
    assert (type(case.variables["a"]), type(case.variables["b"])) == (Decimal, int)
    assert Case.load(case.dump(), world).variables == case.variables


def test_the_state_is_plain_json_without_specs(world: World) -> None:
    case = begin(world, Diagram().start().user("u", "v").end().flow("start", "u", "v", "end"), {"x": 1})
    state = simplejson.loads(case.dump(), use_decimal=True)
    assert state == {
        "v": 1,
        "status": "active",
        "next": 3,
        "flow": [
            "p",
            "f",
            "1",
            0,
            [["3", "u", 0, 16, {"flow": "p_f1", "seen": True, "wait": {"kind": "user", "priority": 50}}, 0]],
        ],
        "scopes": [["1", None, {"x": 1}]],
    }


def test_two_scopes_never_share_a_list(run: Any) -> None:
    d = Diagram().start().user("u", inner=ext(io({"mine": "=l"}))).user("v").end()
    r = run(d.flow("start", "u", "v", "end"), {"l": [1]})
    given = [2]
    r.do("u", l=given)
    given.append(3)
    assert r.variables["l"] == [2]
    r.variables["l"].append(9)
    assert r.variables["l"] == [2]


def test_keys_are_stable_over_dump_and_load(world: World) -> None:
    d = around(False, timer("cycle", "R/P1D")).boundary("b", "u", timer("duration", "P1D")).flow("b", "end")
    case = begin(world, d)
    loaded = Case.load(case.dump(), world)
    assert loaded.waits() == case.waits()
    assert loaded.dump() == case.dump()


def test_a_state_that_does_not_fit_is_refused(world: World) -> None:
    case = begin(world, Diagram().start().user("u").end().flow("start", "u", "end"))
    state = case.dump()
    with pytest.raises(UnreadableState):
        Case.load('{"v": 99}', world)
    with pytest.raises(UnreadableState):
        Case.load(state.replace('"u"', '"gone"'), world)
    with pytest.raises(UnreadableState):
        Case.load(state.replace('"p"', '"gone"'), world)


def test_what_was_under_way_goes_on_after_loading(world: World) -> None:
    """A state dumped between the start and the run."""
    reference = world.deploy(
        "f", Diagram().start().service("s", "give").user("u").end().flow("start", "s", "u", "end")
    )
    case = Case.start(world.pinned(reference), "p", world, {"x": 1}, None, reference)
    case = Case.load(case.dump(), world)
    case.run()
    assert [w.element_id for w in case.waits().values()] == ["u"]


def completed(state: str, world: World) -> str:
    """The state after one of its open tasks was completed."""
    case = Case.load(state, world)
    case.complete(next(iter(case.waits())), {"x": 1})
    case.run()
    return case.dump()


def looping() -> Diagram:
    inner = (
        Diagram("x")
        .start("is")
        .gateway("parallel", "f")
        .user("u")
        .service("s", "nothing")
        .end("e1")
        .end("e2")
    )
    inner.flow("is", "f", "u", "e1").flow("f", "s", "e2")
    d = Diagram().start().gateway("exclusive", "a").sub("sp", inner).gateway("exclusive", "b", default="out")
    d.boundary("bt", "sp", timer("duration", "P1D")).end().flow("start", "a", "sp", "b").flow("bt", "end")
    return d.flow("b", "a", when="=n < 100000").flow("b", "end", id="out")


def test_a_loop_does_not_grow_the_state_nor_the_tree(world: World) -> None:
    state = begin(world, looping()).dump()

    def turn(n: int) -> str:
        case = Case.load(state, world)
        (task,) = (w for w in case.waits().values() if isinstance(w, UserTaskWait))
        case.complete(task.key, {"n": n})
        case.run()
        case.take_events()
        assert len(case._machine.tokens) <= 10
        return case.dump()

    sizes, costs = [], []
    for n in range(300):
        cost, state = counted(lambda n=n: turn(n))  # type: ignore[misc]
        costs.append(cost)
        sizes.append(len(state))
    assert sizes[-1] <= sizes[9] + 30  # keys have more digits
    assert costs[-1] <= 1.05 * costs[9]


def test_sixty_open_tasks_are_loaded_completed_and_dumped_within_the_budget(world: World) -> None:
    names = [f"u{n}" for n in range(60)]
    d = Diagram().start().gateway("parallel", "f").user(*names).end().flow("start", "f")
    for name in names:
        d.flow("f", name, "end")
    state, costs = begin(world, d).dump(), []
    while state.count('"wait"'):
        cost, state = counted(lambda s=state: completed(s, world))  # type: ignore[misc]
        costs.append(cost)
    assert len(costs) == 60
    assert max(costs) < 60 * 60  # some forty calls for each task that is open


def test_a_completed_instance_keeps_its_variables_only(run: Any) -> None:
    d = around(False, timer("cycle", "R/P1D"))
    r = run(d, {"x": 1}).do("u").do("u2")
    assert (r.done, r.case.waits(), r.variables) == (True, {}, {"x": 1})
    assert len(r.case.dump()) < 150


def every_wait() -> Diagram:
    """One diagram in which everything waits at once."""
    inner = Diagram("x").start("is").user("iu").catch("ic", timer("duration", "P2D")).user("iv").end("ie")
    inner.flow("is", "iu", "ic", "iv", "ie")
    d = Diagram("p", message("M", "m", "=k"), signal("S", "s")).start().gateway("parallel", "f")
    d.user("a", inner=multi("=[1,2,3]", "x", "ys", "=y")).service("j", "outside").sub("sp", inner)
    d.gateway("eventBased", "g").catch("gm", event("message", "M")).catch("gt", timer("duration", "P3D"))
    d.boundary("b1", "a", timer("cycle", "R3/P1D"), interrupting=False).user("r")
    d.boundary("b2", "sp", event("signal", "S")).user("w").gateway("inclusive", "join").user("z").end()
    d.flow("start", "f", "a", "join").flow("f", "j", "join").flow("f", "sp", "join").flow(
        "f", "g", "gm", "join"
    )
    d.flow("g", "gt", "join").flow("b1", "r", "end").flow("b2", "w", "join").flow("join", "z", "end")
    body = Diagram("y").start("es", timer("cycle", "R2/P4D"), isInterrupting="false").user("eu").end("ee")
    return d.event_sub("esp", body.flow("es", "eu", "ee"))


def test_everything_that_can_wait_survives(run: Any) -> None:
    r = run(every_wait(), {"k": "1"})
    assert len(r.case.waits()) == 3 + 1 + 1 + 2 + 1 + 1 + 1
    r.do("a", 1, y=2).wait(days=1).do("iu").job("j", done=True)
    assert r.message("m", "1") == 1
    r.wait(days=2).do("a", 1, y=3).do("a", y=1)
    assert r.open == ["iv", "r", "r", "r"]
    assert r.signal("s") == 1
    assert r.open == ["r", "r", "r", "w"]
    assert r.do("w").open == ["r", "r", "r", "z"]
    r.do("z").wait(days=9).do("r").do("r").do("r")
    assert r.open == ["eu", "eu"]
    assert r.do("eu").do("eu").done
    assert r.variables["ys"] == [1, 2, 3]


def test_message_payloads_stay_with_the_message(run: Any) -> None:
    d = (
        Diagram("p", message("M", "m"))
        .start()
        .end("e", ext(job("outside"), io({"correlationKey": "=k"})) + event("message", "M"))
    )
    r = run(d.flow("start", "e"), {"k": "1", "secret": 1})
    (wait,) = r.case.waits().values()
    view = r.case.scope_view(wait.key)
    assert dict(view.maps[0]) == {"correlationKey": "1"}  # type: ignore[attr-defined]
