"""One pass is enough where nothing was read ahead of its place; it comes to the same as passing until nothing moves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from engine.problems import NotDeployable
from engine.store import json
from forms import Form, schema
from forms.expressions import Evaluator
from forms.lint import load
from forms.order import UNKNOWN, Ahead, ahead
from forms.rules import Rules
from forms.settle import Place, Settlement, Settler
from tests.unit.forms.helpers import CLOCK

DEPLOYED = sorted((Path(__file__).parents[3] / "forms" / "definitions").glob("*.form"))


def made(*components: Mapping[str, Any]) -> Form:
    """A form of these components."""
    named = [{"id": f"c{number}", **component} for number, component in enumerate(components)]
    text = json.dumps({"id": "made", "type": "default", "schemaVersion": 19, "components": named})
    return load("made.form", text)


def box(key: str, **more: Any) -> dict[str, Any]:
    """A text field."""
    return {"type": "textfield", "key": key, "label": key, **more}


def rows(key: str, *inside: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A list."""
    named = [{"id": f"{key}_{number}", **component} for number, component in enumerate(inside)]
    return {"type": "dynamiclist", "path": key, "label": key, "components": named, **more}


def hidden(condition: str) -> dict[str, Any]:
    """The attribute that hides a component."""
    return {"conditional": {"hide": f"={condition}"}}


def found(*components: Mapping[str, Any]) -> Ahead:
    """What such a form reads ahead."""
    return ahead(made(*components).definition.components)


def test_what_stands_before_is_not_read_ahead() -> None:
    assert found(box("a"), box("b", **hidden('a = "x"'))) == Ahead()


def test_what_stands_behind_is() -> None:
    assert found(box("a", **hidden('b = "x"')), box("b")).top == {"b"}


def test_a_row_sees_its_list_and_what_follows_it_only_as_they_were() -> None:
    inner = box("c", properties={"check": "=c != last", "label_en": "{{count(l)}}"})
    assert found(rows("l", inner), box("last")).top == {"l", "last"}


def test_a_cell_sees_the_cells_before_it() -> None:
    first, second = box("c", **hidden('d = "x"')), box("d", **hidden('c = "x"'))
    assert found(rows("l", first, second)).cells == {"l": {"d"}}


@pytest.mark.parametrize("text", ["this.c = 1", "parent.a = 1"])
def test_what_nobody_can_tell_takes_another_pass(text: str) -> None:
    assert found(rows("l", box("c", **hidden(text)))).anything


def test_the_application_is_settled_in_one_pass() -> None:
    text = next(path for path in DEPLOYED if path.name == "application_form.form").read_text("utf-8")
    known = ahead(load("application_form.form", text).definition.components)
    assert not known.anything
    assert not known.top


TEXTS = st.sampled_from([None, "", "x", "y"])
CELL = st.fixed_dictionaries({}, optional={"c": TEXTS, "d": TEXTS})
BODY = st.fixed_dictionaries(
    {}, optional={"a": TEXTS, "b": TEXTS, "e": TEXTS, "l": st.lists(CELL, max_size=3)}
)
CONDITION = st.sampled_from(
    ['a = "x"', 'b = "x"', 'c = "x"', 'd = "y"', "count(l) > 1", 'some r in l satisfies r.c = "x"', "e = null",
     'this.d = "x"', 'parent.b = "x"', 'i[1] = 2', 'b = null and c = null']
)  # fmt: skip
EXTRA = st.one_of(
    st.just({}),
    CONDITION.map(hidden),
    CONDITION.map(lambda text: {"properties": {"computed": f'=if {text} then "x" else "y"'}}),
    CONDITION.map(lambda text: {"properties": {"prefill": f'=if {text} then "x" else null'}}),
    CONDITION.map(lambda text: {"readonly": f"={text}"}),
    CONDITION.map(lambda text: {"properties": {"check": f"={text}", "required": f"={text}"}}),
)


@settings(max_examples=300, deadline=None)
@given(st.tuples(EXTRA, EXTRA, EXTRA, EXTRA, EXTRA), BODY, st.booleans())
def test_one_pass_and_many_come_to_the_same(extras: Any, body: dict[str, Any], fill: bool) -> None:
    a, b, c, d, e = (box(key, **extra) for key, extra in zip("abcde", extras, strict=True))
    try:
        form = made(a, rows("l", c, d, defaultRepetitions=0), b, e)
    except NotDeployable:
        reject()  # computed from each other
    loaded, _ = schema.load(form.schema(), body)
    known = ahead(form.definition.components)
    quick, sure = (_settled(form, loaded, each, fill=fill) for each in (known, UNKNOWN))
    assert quick.stable == sure.stable
    assert quick.data == sure.data
    assert [_seen(place) for place in quick.walk()] == [_seen(place) for place in sure.walk()]
    wrong = [Rules(Evaluator(CLOCK), {}).errors(each) for each in (quick, sure)]
    assert wrong[0] == wrong[1]


def _settled(form: Form, loaded: dict[str, Any], known: Ahead, *, fill: bool) -> Settlement:
    return Settler(form.definition, {}, Evaluator(CLOCK), [{}], fill=fill, ahead=known).settle(loaded)


def _seen(place: Place) -> tuple[Any, ...]:
    """What later uses of a place depend on; of its scope the answers."""
    mentioned = ("a", "b", "e") if not place.rows else ("c", "d")
    scope = [place.scope.get(name) for name in mentioned]
    return place.path, place.hidden, place.readonly, place.value, place.blank, scope


def test_only_answers_that_something_drawn_depends_on_move_a_page() -> None:
    checked = box("c", properties={"check": '=a != "x"', "hint": "=b = value", "hint_zh": "{{b}}"})
    told = box("e", label="{{d}}")
    listed = rows("l", box("n", **hidden("b = null")))
    assert made(box("a"), box("b"), checked, box("d"), told, listed).moving == {"b", "d", "l"}


def test_a_row_that_looks_around_is_moved_by_everything() -> None:
    assert made(box("a"), rows("l", box("n", **hidden("parent.a = null")))).moving == {"a", "l"}
