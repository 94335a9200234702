"""What a form marks as telling who sent it."""

import json
from typing import Any

import forms
from forms.identifying import Identifying

MARK = {"label_en": "x", "identifying": "true"}


def field(key: str, **properties: str) -> dict[str, Any]:
    return {
        "type": "textfield",
        "id": f"f_{key}",
        "key": key,
        "label": key,
        "properties": {"label_en": key, **properties},
    }


def text(*components: dict[str, Any]) -> str:
    head = {"schemaVersion": 19, "type": "default", "id": "t", "properties": {"title": "表", "title_en": "t"}}
    return json.dumps({**head, "components": list(components)})


def test_fields_lists_and_sections_are_marked() -> None:
    rows = {"type": "dynamiclist", "id": "l_people", "path": "people", "label": "人员"}
    people = {**rows, "properties": {"label_en": "x"}, "components": [field("name", identifying="true")]}
    group = {"type": "group", "id": "g_company", "label": "企业", "properties": MARK}
    section = {**group, "components": [field("founded"), field("address", identifying="true")]}
    form = forms.load("t.form", text(section, people, field("email", identifying="true"), field("plan")))
    found = form.identifying
    assert found.sections == {"company"}
    assert set(found.keys) == {("address",), ("people", "name"), ("email",)}
    data = {"address": "泉城路1号", "people": [{"name": "王某"}, {"name": None}, {}], "plan": "规划"}
    assert list(found.texts(data)) == ["泉城路1号", "王某"]
    assert not Identifying()


def test_lint_knows_the_mark() -> None:
    assert forms.lint("t.form", text(field("email", identifying="true"))) == []
    [wrong] = forms.lint("t.form", text(field("email", identifying="yes")))
    assert "identifying" in wrong.en
    plain = {
        "type": "text",
        "id": "t_1",
        "text": "说明",
        "properties": {"text_en": "x", "identifying": "true"},
    }
    [useless] = forms.lint("t.form", text(plain))
    assert "answers and groups" in useless.en
