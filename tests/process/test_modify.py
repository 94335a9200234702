"""Cancelling, moving tokens, migrating to another version of the diagram."""

from datetime import timedelta
from typing import Any

import pytest

from engine.bpmn import (
    CannotMigrate,
    CannotModify,
    Case,
    MessageWait,
    NotWaiting,
    Target,
    TimerWait,
    UnknownElement,
    UserTaskWait,
    Wishes,
)
from engine.bpmn.model import _compile
from tests.process.diagrams import Diagram, event, io, message, multi, timer
from tests.process.world import Run, World


def line(*tasks: str) -> Diagram:
    return Diagram().start().user(*tasks).end().flow("start", *tasks, "end")


def key(r: Run, element: str) -> str:
    return str(r.waits(UserTaskWait, element)[0].key)


def nested() -> Diagram:
    inner = Diagram("x").start("is").user("a", "b").end("ie").flow("is", "a", "b", "ie")
    d = Diagram().start().user("u").sub("s", inner, io({"x": "=1"})).user("z").end()
    return d.flow("start", "u", "s", "z", "end")


# -------------------------------------------------------------------- cancel


def test_cancel_ends_everything_at_once(run: Any) -> None:
    r = run(nested().boundary("b", "s", timer("duration", "P1D")).flow("b", "z")).do("u")
    r.case.cancel()
    r.step()
    assert (r.case.status, r.case.waits()) == ("terminated", {})
    assert {e for e, _ in r.history("terminated")} == {"a", "s", "p"}
    with pytest.raises(NotWaiting):
        r.case.cancel()


# -------------------------------------------------------------------- modify


def test_a_token_is_moved_forward_and_back(run: Any) -> None:
    r = run(line("a", "b", "c"))
    r.case.modify([("c", {"n": 1})], [key(r, "a")])
    assert r.step().open == ["c"]
    assert r.variables == {"n": 1}
    r.case.modify([("a", {})], [key(r, "c")])
    assert r.step().do("a").open == ["b"]
    assert r.do("b").do("c").done


def test_a_sub_process_is_entered_for_what_stands_in_it(run: Any) -> None:
    r = run(nested())
    r.case.modify([("b", {"x": 2})], [key(r, "u")])
    assert r.step().open == ["b"]
    assert r.view("b")["x"] == 2
    assert r.do("b").do("z").done
    assert "x" not in r.variables


def test_a_running_sub_process_is_used(run: Any) -> None:
    r = run(nested()).do("u")
    r.case.modify([("b", {})], [])
    assert r.step().open == ["a", "b"]
    r.do("b")
    assert r.open == ["a"]
    assert r.do("a").do("b").do("z").done


def test_ending_the_last_token_of_a_sub_process_ends_it(run: Any) -> None:
    r = run(nested()).do("u")
    r.case.modify([("z", {})], [key(r, "a")])
    assert r.step().open == ["z"]
    assert ("s", "terminated") in r.history("terminated")


def test_ending_the_last_token_ends_the_instance(run: Any) -> None:
    r = run(line("a"))
    r.case.modify([], [key(r, "a")])
    assert r.step().case.status == "terminated"


def test_ending_an_instance_of_many_lets_the_rest_complete(run: Any) -> None:
    d = Diagram().start().user("u", inner=multi("=[1,2,3]", "x", "ys", "=y")).user("z").end()
    r = run(d.flow("start", "u", "z", "end"))
    r.case.modify([], [r.waits(UserTaskWait)[1].key])
    r.step().do("u", y=1).do("u", y=3)
    assert (r.open, r.variables["ys"]) == (["z"], [1, None, 3])


@pytest.mark.parametrize("element", ["nowhere", "start", "b"])
def test_what_cannot_be_activated_is_refused_and_nothing_changes(run: Any, element: str) -> None:
    r = run(line("a").boundary("b", "a", timer("duration", "P1D")).flow("b", "end"))
    before = r.case.dump()
    with pytest.raises(UnknownElement):
        r.case.modify([("a", {"x": 1}), (element, {})], [key(r, "a")])
    with pytest.raises(NotWaiting):
        r.case.modify([("a", {"x": 1})], ["999"])
    assert r.case.dump() == before


def test_a_place_that_is_not_unique_is_refused(run: Any) -> None:
    inner = Diagram("x").start("is").user("a").end("ie").flow("is", "a", "ie")
    d = Diagram().start().sub("s", inner, loop=multi("=[1,2]")).end()
    r = run(d.flow("start", "s", "end"))
    with pytest.raises(CannotModify):
        r.case.modify([("a", {})], [])


def test_a_token_put_on_a_join_by_hand_passes(run: Any) -> None:
    d = Diagram().start().gateway("parallel", "f").user("a", "b", "z").gateway("parallel", "j").end()
    r = run(d.flow("start", "f", "a", "j").flow("f", "b", "j", "z", "end")).do("a")
    r.case.modify([("j", {})], [key(r, "b"), _at(r, "j")])
    assert r.step().open == ["z"]
    assert r.do("z").done


def _at(r: Run, element: str) -> str:
    """The key of the element instance that was activated last."""
    return str(
        [e for e in r.events if (e.element_id, e.event) == (element, "activated")][-1].element_instance
    )


def test_a_multi_instance_is_not_entered_from_outside(run: Any) -> None:
    inner = Diagram("x").start("is").user("a").end("ie").flow("is", "a", "ie")
    d = Diagram().start().user("u").sub("s", inner, loop=multi("=[1,2]")).end()
    r = run(d.flow("start", "u", "s", "end"))
    with pytest.raises(CannotModify):
        r.case.modify([("a", {})], [])
    r.case.modify([("s", {})], [key(r, "u")])
    assert r.step().open == ["a", "a"]


# -------------------------------------------------------------------- migrate


def migrated(r: Run, diagram: Diagram, mapping: dict[str, str] | None = None) -> Run:
    reference = r.world.deploy("new", diagram)
    r.case = Case.migrate(r.case.dump(), Target(reference, mapping or {}), r.world, diagram.id)
    return r.step()


def test_an_instance_goes_on_in_a_new_version(run: Any) -> None:
    r = run(line("a", "b"), {"x": 1}).do("a")
    before = key(r, "b")
    migrated(r, line("a", "b", "new"))
    assert (r.open, key(r, "b")) == (["b"], before)
    assert r.do("b").do("new").done
    assert ("b", "migrated") in r.history("migrated")


def test_renamed_elements_are_mapped(run: Any) -> None:
    r = migrated(run(line("a", "b")), line("first", "b"), {"a": "first"})
    assert r.open == ["first"]


def test_an_element_without_counterpart_is_refused(run: Any, world: World) -> None:
    r = run(line("a"))
    with pytest.raises(CannotMigrate):
        migrated(r, line("other"))
    with pytest.raises(CannotMigrate):
        migrated(r, Diagram().start().service("a", "outside").end().flow("start", "a", "end"))
    with pytest.raises(CannotMigrate):
        Case.migrate(r.case.dump(), Target("new"), world, "missing")


def test_subscriptions_follow_the_new_diagram(run: Any) -> None:
    old = line("a").boundary("b", "a", timer("duration", "P9D")).flow("b", "end")
    new = line("a").boundary("c", "a", timer("duration", "P1D")).user("late").flow("c", "late", "end")
    r = migrated(run(old), new)
    assert [w.element_id for w in r.waits(TimerWait)] == ["c"]
    assert r.wait(days=1).open == ["late"]


def test_a_kept_timer_keeps_its_due_time(run: Any) -> None:
    old = line("a").boundary("b", "a", timer("duration", "P9D")).flow("b", "end")
    r = run(old)
    r.wait(days=5)
    due = r.waits(TimerWait)[0].due
    assert migrated(r, old.user("more")).waits(TimerWait)[0].due == due


def test_event_sub_processes_follow_the_new_diagram(run: Any) -> None:
    body = Diagram("y").start("es", event("message", "M")).user("eu").end("ee").flow("es", "eu", "ee")
    new = (
        Diagram("p", message("M", "m", "=k"))
        .start()
        .user("a")
        .end()
        .flow("start", "a", "end")
        .event_sub("e", body)
    )
    r = migrated(run(line("a"), {"k": "1"}), new)
    assert len(r.waits(MessageWait)) == 1
    assert r.message("m", "1") == 1
    assert r.open == ["eu"]
    back = run(new, {"k": "1"})
    assert migrated(back, line("a")).waits(MessageWait) == []


def test_sub_processes_and_instances_of_many_migrate(run: Any) -> None:
    inner = Diagram("x").start("is").user("a").end("ie").flow("is", "a", "ie")
    d = (
        Diagram()
        .start()
        .sub("s", inner, loop=multi("=[1,2]", "x", "ys", "=y"))
        .end()
        .flow("start", "s", "end")
    )
    r = migrated(run(d), d.user("more"))
    r.do("a", y=1).do("a", y=2)
    assert r.done


def test_a_joining_token_keeps_its_flow(run: Any) -> None:
    d = Diagram().start().gateway("parallel", "f").user("a", "b", "z").gateway("parallel", "j").end()
    d.flow("start", "f", "a", "j").flow("f", "b", "j", "z", "end")
    r = migrated(run(d).do("a"), d.user("more"))
    d.body = d.body.replace('id="p_f3"', 'id="renamed"')
    with pytest.raises(CannotMigrate):
        migrated(r, d)
    migrated(r, d, {"p_f3": "renamed"})
    assert r.do("b").open == ["z"]


def test_compiling_again_changes_nothing(world: World) -> None:
    world.deploy("f", line("a"))
    first = world.pinned("f")
    assert world.pinned("f") is first
    _compile.cache_clear()
    assert world.pinned("f").hash == first.hash


def test_what_has_fired_for_the_last_time_does_not_come_again(run: Any) -> None:
    d = line("a").boundary("b", "a", timer("duration", "P1D"), interrupting=False).user("r").flow("b", "r")
    r = run(d).wait(days=2)
    assert (r.open, r.waits(TimerWait)) == (["a", "r"], [])
    assert migrated(r, d.user("more")).waits(TimerWait) == []


@pytest.mark.parametrize(("mode", "days"), [("keep", 9), ("begin", 20), ("now", 25)])
def test_a_changed_timer_is_kept_or_counted_anew(run: Any, mode: str, days: int) -> None:
    old = line("a").boundary("b", "a", timer("duration", "P9D")).flow("b", "end")
    new = line("a").boundary("b", "a", timer("duration", "P20D")).flow("b", "end")
    r = run(old)
    began = {e.element_instance: e.at for e in r.events if e.event == "activated"}
    begin = r.world.clock.now()
    r.wait(days=5)
    target = Target(r.world.deploy("new", new), timers={"b": mode})
    r.case = Case.migrate(r.case.dump(), target, r.world, new.id, Wishes(began=began))
    assert r.step().waits(TimerWait)[0].due == begin + timedelta(days=days)


def test_a_gateway_waits_for_what_the_new_diagram_has_behind_it(run: Any) -> None:
    def diagram(*days: int) -> Diagram:
        d = Diagram().start().gateway("eventBased", "g").end().flow("start", "g")
        for n in days:
            d = d.catch(f"c{n}", timer("duration", f"P{n}D")).user(f"u{n}").flow("g", f"c{n}", f"u{n}", "end")
        return d

    r = migrated(run(diagram(1, 3)), diagram(3, 5))
    assert sorted(w.element_id for w in r.waits(TimerWait)) == ["c3", "c5"]
    assert r.wait(days=3).open == ["u3"]
    assert r.waits(TimerWait) == []


def test_a_called_process_goes_on_where_it_is_wished(run: Any, world: World) -> None:
    def child(*tasks: str) -> Diagram:
        return Diagram("q").start("qs").user(*tasks).end("qe").flow("qs", *tasks, "qe")

    caller = Diagram().start().call("c", "q").end().flow("start", "c", "end")
    world.deploy("q1", child("x"))
    r = run(caller)
    new, more = world.deploy("new", caller.user("unused")), world.deploy("q2", child("y", "z"))
    stays = Case.migrate(r.case.dump(), Target(new), world, "p")
    assert [w.element_id for w in stays.waits().values()] == ["x"]
    wishes = Wishes(called={"q": Target(more, {"x": "y"})})
    before = r.case.dump()
    r.case = Case.migrate(before, Target(new), world, "p", wishes)
    assert r.step().open == ["y"]
    assert ("q", "migrated") in r.history("migrated")
    r.case = Case.go_back(before, r.case.dump(), world)
    assert r.step().open == ["x"]
    assert r.do("x").done
    with pytest.raises(CannotMigrate):
        Case.migrate(before, Target(new), world, "p", Wishes(called={"q": Target(more)}))


def test_an_expression_that_does_not_fit_refuses_the_migration(run: Any) -> None:
    new = line("a").boundary("b", "a", timer("date", "=nothing")).flow("b", "end")
    with pytest.raises(CannotMigrate):
        migrated(run(line("a")), new)


def test_what_has_happened_since_a_migration_is_taken_back_in_the_history_too(run: Any, world: World) -> None:
    """The way back undoes steps, variables and incidents; `Run.step` compares the history with the machine."""

    def child(*tasks: str) -> Diagram:
        return Diagram("q").start("qs").user(*tasks).end("qe").flow("qs", *tasks, "qe")

    world.deploy("q1", child("x"))
    d = Diagram().start().gateway("parallel", "fork").user("a", "z").call("c", "q").service("s", "break")
    d = d.end().end("e2").end("e3").flow("start", "fork", "a", "z", "end")
    r = run(d.flow("fork", "c", "e2").flow("fork", "s", "e3"), {"broken": True, "kept": 1})
    before = r.case.dump()
    r.case = Case.migrate(before, Target(world.deploy("new", d.user("unused"))), world, "p")
    r.step().do("x").do("a", given=2)
    r.case.set_variables(None, {"broken": False, "kept": 2})
    assert r.retry("s").open == ["z"]
    r.case = Case.go_back(before, r.case.dump(), world)
    r.step()
    assert (r.open, r.variables) == (["a", "x"], {"broken": True, "kept": 1})
    assert [found.element_id for found in r.case.incidents.values()] == ["s"]
    assert r.history("activated").count(("q", "activated")) == 2
