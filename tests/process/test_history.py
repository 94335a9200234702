"""The history: every element instance begins once and ends once, with times from the clock."""

from collections import Counter
from typing import Any

from tests.process.diagrams import Diagram, ext, io, multi
from tests.process.test_state import every_wait
from tests.process.world import BEGIN, World


def test_the_history_of_a_simple_instance(run: Any, world: World) -> None:
    d = (
        Diagram()
        .start()
        .user("u", inner=ext(io({"x": "=1"}, {"y": "=x + given"})))
        .end()
        .flow("start", "u", "end")
    )
    r = run(d, {"a": 1})
    world.clock.set(BEGIN.replace(hour=10))
    r.do("u", given=2)
    rows = [(e.element_id, e.element_type, e.event, e.at.hour, dict(e.detail)) for e in r.events]
    assert rows == [
        ("p", "process", "activated", 9, {"reference": "p.bpmn#0"}),
        ("", "process", "variable", 9, {"name": "a", "value": 1}),
        ("start", "startEvent", "activated", 9, {}),
        ("start", "startEvent", "completed", 9, {}),
        ("u", "userTask", "activated", 9, {"flow": "p_f1"}),
        ("u", "userTask", "variable", 9, {"name": "x", "value": 1}),
        ("", "process", "variable", 10, {"name": "y", "value": 3}),
        ("u", "userTask", "completed", 10, {}),
        ("end", "endEvent", "activated", 10, {"flow": "p_f2"}),
        ("end", "endEvent", "completed", 10, {}),
        ("p", "process", "completed", 10, {"reference": "p.bpmn#0"}),
    ]
    user = next(e for e in r.events if e.element_id == "u")
    root = next(e for e in r.events if e.element_id == "p")
    assert (user.scope, root.scope) == (root.element_instance, None)
    assert r.case.take_events() == []


def test_every_instance_begins_once_and_ends_once(run: Any) -> None:
    r = run(every_wait(), {"k": "1"})
    r.do("a", 1, y=2).wait(days=1).do("iu").job("j")
    r.message("m", "1")
    r.wait(days=2).do("a", 1, y=3)
    r.signal("s")
    r.case.cancel()
    r.step()
    begun = Counter(e.element_instance for e in r.events if e.event == "activated")
    ended = Counter(e.element_instance for e in r.events if e.event in ("completed", "terminated"))
    assert begun == ended
    assert set(begun.values()) == {1}


def test_bodies_and_instances_of_many_are_told_apart(run: Any) -> None:
    d = Diagram().start().user("u", inner=multi("=[1,2]", "x")).end().flow("start", "u", "end")
    r = run(d).do("u").do("u")
    kinds = Counter(e.element_type for e in r.events if e.element_id == "u" and e.event == "activated")
    assert kinds == {"multiInstanceBody": 1, "userTask": 2}
    body = next(e.element_instance for e in r.events if e.element_type == "multiInstanceBody")
    assert {e.scope for e in r.events if e.element_type == "userTask" and e.event != "variable"} == {body}
