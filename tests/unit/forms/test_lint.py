"""Every fault of a definition is found, named at its component, in both languages."""

from typing import Any

import pytest
import simplejson

import forms
from engine.problems import NotDeployable
from tests.unit.forms.helpers import text, text_of

FIELD = {"type": "textfield", "key": "a", "properties": {"label_en": "A"}}
CHOICE = {"type": "select", "key": "a", "properties": {"label_en": "A"}}


def codes(source: str, severity: str = "error") -> set[str]:
    found = forms.lint("x.form", source)
    assert all(problem.zh and problem.en for problem in found)
    return {problem.code for problem in found if problem.severity == severity}


@pytest.mark.parametrize("name", ["application", "county_review", "chain"])
def test_the_examples_have_no_errors(name: str) -> None:
    assert codes(text_of(name)) == set()


@pytest.mark.parametrize(
    ("component", "code"),
    [
        ({"type": "html", "content": "<b>"}, "FORM_TYPE"),
        ({"type": "iframe", "url": "https://x.cn"}, "FORM_TYPE"),
        ({"type": "chart"}, "FORM_TYPE"),
        ({"type": 7}, "FORM_TYPE"),
        ({**FIELD, "key": ""}, "FORM_KEY"),
        ({**FIELD, "key": "名称"}, "FORM_KEY"),
        ({**FIELD, "key": "_x"}, "FORM_KEY"),
        ({**FIELD, "key": "__builtins__"}, "FORM_KEY"),
        ({**FIELD, "key": "typename"}, "FORM_KEY"),
        ({**FIELD, "key": "a..b"}, "FORM_KEY"),
        ({**FIELD, "id": "1 x"}, "FORM_ID"),
        ({**FIELD, "label": ""}, "FORM_LABEL"),
        ({**FIELD, "label": 5}, "FORM_ATTRIBUTE"),
        ({**FIELD, "validate": []}, "FORM_ATTRIBUTE"),
        ({**FIELD, "validate": {"required": "yes"}}, "FORM_ATTRIBUTE"),
        ({**FIELD, "validate": {"maxLength": "20"}}, "FORM_VALIDATE"),
        ({**FIELD, "validate": {"maxLength": "=20 +"}}, "FORM_FEEL"),
        ({**FIELD, "validate": {"pattern": "(a+)+"}}, "FORM_PATTERN"),
        ({**FIELD, "validate": {"validationType": "iban"}}, "FORM_VALIDATE"),
        ({**FIELD, "conditional": {"hide": "=a ="}}, "FORM_FEEL"),
        ({**FIELD, "conditional": {"hide": "a"}}, "FORM_FEEL"),
        ({**FIELD, "readonly": "yes"}, "FORM_FEEL"),
        ({**FIELD, "label": '="x'}, "FORM_FEEL"),
        ({**FIELD, "label": "{{1 +}}"}, "FORM_FEEL"),
        ({**FIELD, "label": "{{#if x}}"}, "FORM_TEMPLATE"),
        ({**FIELD, "properties": {"kind": "passport"}}, "FORM_KIND"),
        ({**FIELD, "properties": {"computed": "1"}}, "FORM_FEEL"),
        ({**FIELD, "properties": {"check": "=1 1"}}, "FORM_FEEL"),
        ({**FIELD, "properties": {"must_be_true": True}}, "FORM_PROPERTY"),
        ({**FIELD, "properties": {"must_be_true": "yes"}}, "FORM_PROPERTY"),
        ({"type": "text", "text": "x", "properties": {"check": "=true"}}, "FORM_PROPERTY"),
        (
            {"type": "checklist", "key": "a", "valuesKey": "x", "properties": {"computed": "=1"}},
            "FORM_PROPERTY",
        ),
        ({"type": "dynamiclist", "path": "a", "properties": {"min_rows": "one"}}, "FORM_PROPERTY"),
        ({"type": "dynamiclist", "components": []}, "FORM_KEY"),
        (CHOICE, "FORM_VALUES"),
        ({**CHOICE, "valuesKey": "x", "valuesExpression": "=x"}, "FORM_VALUES"),
        ({**CHOICE, "valuesExpression": "x"}, "FORM_VALUES"),
        ({**CHOICE, "values": [{"label": "a", "value": 1}]}, "FORM_VALUES"),
        ({**CHOICE, "values": [{"label": "a", "value": "1"}] * 2}, "FORM_VALUES"),
        ({**CHOICE, "values": [{"value": "1"}]}, "FORM_VALUES"),
        ({"type": "number", "key": "a", "decimalDigits": 99}, "FORM_VALIDATE"),
        ({"type": "number", "key": "a", "validate": {"min": 2, "max": 1}}, "FORM_VALIDATE"),
        ({"type": "datetime", "key": "a", "subtype": "week"}, "FORM_VALIDATE"),
        ({"type": "expression", "key": "a", "expression": "1"}, "FORM_FEEL"),
        ({"type": "table", "columns": []}, "FORM_VALUES"),
        ({"type": "image", "source": "https://x.cn/x.png", "alt": "x"}, "FORM_IMAGE"),
        ({"type": "image", "source": "/x.png"}, "FORM_LABEL"),
    ],
)
def test_each_fault_has_its_code(component: dict[str, Any], code: str) -> None:
    assert code in codes(text(component))


@pytest.mark.parametrize(
    ("component", "code"),
    [
        ({"type": "textfield", "key": "a"}, "FORM_LABEL_EN"),
        ({"type": "text", "text": "说明"}, "FORM_LABEL_EN"),
        ({**FIELD, "properties": {"label_en": "A", "lable_zh": "typo"}}, "FORM_PROPERTY"),
        ({**FIELD, "properties": {"label_en": "A", "must_be_true": "true"}}, "FORM_PROPERTY"),
        ({**FIELD, "validate": {"maxlength": 5}}, "FORM_VALIDATE"),
        ({**FIELD, "conditional": {"hide": "=a\u00a0= 1"}}, "FORM_NBSP"),
    ],
)
def test_some_findings_only_warn(component: dict[str, Any], code: str) -> None:
    assert codes(text(component)) == set()
    assert code in codes(text(component), "warning")


def test_keys_and_ids_are_unique() -> None:
    assert "FORM_KEY_DUPLICATE" in codes(text(FIELD, FIELD))
    assert "FORM_KEY_DUPLICATE" in codes(text({**FIELD, "key": "a"}, {**FIELD, "key": "a.b"}))
    grouped = {"type": "group", "path": "a", "components": [{**FIELD, "key": "b"}]}
    assert "FORM_KEY_DUPLICATE" in codes(text({**FIELD, "key": "a.b"}, grouped))
    assert "FORM_ID_DUPLICATE" in codes(text({**FIELD, "id": "x"}, {**FIELD, "id": "x", "key": "b"}))
    rows = {"type": "dynamiclist", "path": "rows", "components": [FIELD]}
    assert codes(text(FIELD, rows)) == set()  # a row has keys of its own
    assert "FORM_KEY_DUPLICATE" in codes(text({**rows, "components": [FIELD, FIELD]}))


def test_values_computed_from_each_other_are_found() -> None:
    def computed(key: str, feel: str) -> dict[str, Any]:
        return {"type": "expression", "key": key, "label": "", "expression": feel}

    circle = text(
        computed("a", "=b + 1"), computed("b", "=c + 1"), computed("c", "=a + 1"), computed("d", "=a")
    )
    assert [(p.element, p.zh) for p in forms.lint("x", circle)] == [("c0", "循环计算：a → b → c → a")]
    assert "FORM_CYCLE" in codes(text(computed("a", "=a + 1")))
    rows = {"type": "dynamiclist", "path": "rows", "components": [computed("a", "=b"), computed("b", "=a")]}
    assert "FORM_CYCLE" in codes(text(rows))
    assert codes(text(computed("a", "=b"), computed("b", "=c"), computed("c", "=1"))) == set()


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "FORM_JSON"),
        ("{", "FORM_JSON"),
        ("[]", "FORM_JSON"),
        ('{"id": NaN}', "FORM_JSON"),
        ('{"id": -Infinity}', "FORM_JSON"),
        ('{"id": "a", "id": "b"}', "FORM_JSON"),
        ("[" * 100_000, "FORM_JSON"),
        ('{"x": 1e999999999999999999999}', "FORM_JSON"),
        (" " * 2_000_001, "FORM_JSON"),
        ("{}", "FORM_SCHEMA_VERSION"),
        ("{}", "FORM_COMPONENTS"),
        (text(schemaVersion=18), "FORM_SCHEMA_VERSION"),
        (text(schemaVersion=True), "FORM_SCHEMA_VERSION"),
        (text(type="other"), "FORM_TYPE"),
        (text(id=""), "FORM_ID"),
        (text(components=[1]), "FORM_COMPONENTS"),
        (text(components=[{"type": "group", "id": "g", "components": {}}]), "FORM_ATTRIBUTE"),
        (text(properties=[]), "FORM_PROPERTY"),
    ],
)
def test_what_is_no_form_is_said_to_be_none(source: str, code: str) -> None:
    assert code in codes(source)


def test_nesting_and_number_of_components_are_bounded() -> None:
    nested: dict[str, Any] = dict(FIELD)
    for _ in range(12):
        nested = {"type": "group", "components": [nested]}
    assert "FORM_COMPONENTS" in codes(text(nested))
    assert "FORM_COMPONENTS" in codes(text(*[{"type": "spacer"}] * 2001))


def test_errors_come_first_and_name_file_and_component() -> None:
    found = forms.lint("x.form", text({"type": "textfield", "key": "a"}, {"type": "html"}))
    assert [problem.severity for problem in found] == ["error", "warning"]
    assert (found[0].file, found[0].element) == ("x.form", "c1")


def test_a_faulty_file_is_not_deployable() -> None:
    with pytest.raises(NotDeployable) as caught:
        forms.load("x.form", text({"type": "html"}))
    assert caught.value.problems[0].code == "FORM_TYPE"
    assert "html" in caught.value.message("zh")


def test_a_byte_order_mark_is_tolerated() -> None:
    form = forms.load("x.form", "\ufeff" + text(FIELD, properties={"title": "甲", "title_en": "A"}))
    assert (form.id, form.file, form.title, form.title_en, form.keys) == (
        "small",
        "x.form",
        "甲",
        "A",
        ("a",),
    )


def test_the_examples_are_plain_form_js() -> None:
    for name in ("application", "county_review", "chain"):
        raw = simplejson.loads(text_of(name))
        assert (raw["schemaVersion"], raw["type"]) == (19, "default")
