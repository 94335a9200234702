"""The past of an instance: steps, writers, values side by side, and that every step is what was recorded then."""

from decimal import Decimal
from typing import Any

from engine import bpmn
from engine.bpmn.waits import UserTaskWait
from engine.inspecting.past import History, Line, differences, replay, steps
from engine.inspecting.past.differing import NOTHING
from tests.process.diagrams import Diagram, ext, io, multi
from tests.process.world import Run, World, held, remembered


def many() -> Diagram:
    """Three reviewers at once, whose marks are collected, and a task before and after."""
    panel = ext(io({"x": "=item"}, {"mark": "=mark"})) + multi("=[3, 1, 2]", "item", "marks", "=mark")
    d = Diagram().start().user("first", inner=ext(io({}, {"n": "=n"}))).user("panel", inner=panel)
    return d.user("last").end().flow("start", "first", "panel", "last", "end")


def history(r: Run) -> History:
    """What a run told, as rows of the store."""
    return History([Line(n + 1, 1, *_facts(event)) for n, event in enumerate(r.events)])


def _facts(event: bpmn.ElementEvent) -> tuple[Any, ...]:
    where = event.element_instance, event.element_id, event.element_type
    return *where, event.event, event.at, event.scope, "somebody", event.detail


def played() -> tuple[Run, list[tuple[int, dict[str, Any]]]]:
    """A run to its end, with what the machine held after each command."""
    r, states = Run(World(), False, many(), {"n": 0}), []
    for element, given in (
        ("first", {"n": 7}),
        *(("panel", {"mark": mark}) for mark in (5, 6, 7)),
        ("last", {}),
    ):
        states.append((len(r.events), held(r.case._machine)))
        r.do(element, 0, **given)
    states.append((len(r.events), held(r.case._machine)))
    return r, states


def test_every_step_is_what_was_recorded_when_it_was_the_last() -> None:
    r, states = played()
    for count, state in states:
        assert remembered(replay(r.events[:count])) == state
    marks = [
        state["variables"].get(body, {}).get("marks") for _, state in states for body in state["variables"]
    ]
    assert [None, None, None] in marks
    assert [5, None, None] in marks
    assert r.variables["marks"] == [5, 6, 7]


def test_a_step_has_the_variables_that_its_element_was_given_and_gave() -> None:
    found = history(played()[0])
    told = [
        (found.main(n).element_id, found.main(n).event, found.lines[step.first : step.last + 1])
        for n, step in enumerate(found.steps)
    ]
    assert [line.detail["name"] for line in told[0][2] if line.event == "variable"] == ["n"]
    given = next(lines for id, event, lines in told if (id, event) == ("first", "completed"))
    assert [line.event for line in given] == ["variable", "completed"]
    assert [step.first for step in found.steps[1:]] == [step.last + 1 for step in found.steps[:-1]]
    assert (found.steps[0].first, found.steps[-1].last) == (0, len(found.lines) - 1)


def test_every_event_lies_in_one_step_and_foreign_ones_in_none() -> None:
    found = history(played()[0])
    for number, step in enumerate(found.steps):
        for at in range(step.first, step.last + 1):
            assert found.step_of(found.lines[at].id) == number
    assert found.step_of(0) is None
    assert found.step_of(len(found.lines) + 1) is None
    assert found.step_at(found.lines[-1].at) == len(found.steps) - 1


def test_who_wrote_a_variable_is_known_and_a_hand_is_told_apart() -> None:
    r = Run(World(), False, many(), {"n": 0})
    r.do("first", n=7)
    r.case.set_variables(None, {"n": 8})
    r.step()
    lines = list(history(r).lines)
    lines[-1] = Line(lines[-1].id, 2, *_facts(r.events[-1]))  # a command of its own
    found = History(lines)
    writes = [(at, written.value) for at, written in found.writes(found.now.top, "n") if written]
    assert [value for _, value in writes] == [0, 7, 8]
    by = [found.lines[found.writers[at]].element_id if at in found.writers else None for at, _ in writes]
    assert by == ["p", "first", None]
    assert found.steps[-1].main is None


def test_a_variable_that_ends_with_its_scope_is_told_as_gone() -> None:
    found = history(played()[0])
    scope = next(
        line.element_instance
        for line in found.lines
        if line.event == "variable" and line.detail["name"] == "x"
    )
    values = [written and written.value for _, written in found.writes(scope, "x")]
    assert values == [3, None]


def test_a_run_of_variables_alone_is_a_step_of_its_command() -> None:
    r = Run(World(), False, many(), {"n": 0})
    before = len(r.events)
    r.case.set_variables(None, {"a": 1, "b": 2})
    r.step()
    key = r.waits(UserTaskWait)[0].key
    r.case.set_variables(key, {"c": 3})
    r.step()
    revisions = [1] * before + [2, 2] + [3] * (len(r.events) - before - 2)
    assert [(s.first, s.last, s.main) for s in steps(r.events, revisions)[-2:]] == [
        (before, before + 1, None),
        (before + 2, len(r.events) - 1, None),
    ]


def test_differences_are_told_by_their_place() -> None:
    before = {"a": 1, "b": [1, {"c": True}], "gone": None, "same": Decimal("1.0")}
    after = {"a": 2, "b": [1, {"c": 1}, 3], "new": "x", "same": 1}
    assert [(d.path, d.kind) for d in differences(before, after)] == [
        ("a", "changed"),
        ("b[2].c", "changed"),
        ("b[3]", "added"),
        ("gone", "removed"),
        ("new", "added"),
    ]
    assert differences(1, 1) == []
    (whole,) = differences(NOTHING, [1])
    assert (whole.path, whole.kind) == ("", "added")
    assert len(differences(list(range(2_000)), [])) == 500
