"""Whatever stands in an answer, an option, a reason or a file's name, a page shows it as text and never runs it."""

from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask, render_template_string

import forms
from tests.unit.forms.helpers import CLOCK, small

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}</textarea></select></table>"
OPTION = {"value": "evil", "label": EVIL, "label_en": EVIL, "group": EVIL, "group_en": EVIL}
CHOICES = {"valuesExpression": "=offered"}
FORM = small(
    {"type": "textfield", "key": "line", "label": "{{evil}}", "description": "=evil",
     "properties": {"hint": "=true", "hint_zh": "{{value}}", "prefill_source": "LAST_YEAR", "prefill": "=evil"}},
    {"type": "textarea", "key": "area", "validate": {"maxLength": 100}},
    {"type": "number", "key": "number", "appearance": {"suffixAdorner": "=evil", "prefixAdorner": "=evil"}},
    {"type": "datetime", "key": "day"},
    {"type": "checkbox", "key": "box", "label": "{{evil}}"},
    {"type": "radio", "key": "radio", **CHOICES},
    {"type": "select", "key": "select", **CHOICES},
    {"type": "checklist", "key": "list", **CHOICES},
    {"type": "taglist", "key": "tags", **CHOICES},
    {"type": "textfield", "key": "shown", "properties": {"computed": "=evil"}},
    {"type": "expression", "key": "expression", "label": "{{evil}}", "expression": "=evil"},
    {"type": "text", "text": "{{evil}} **fett** <b onclick=alert(1)>"},
    {"type": "table", "dataSource": "=[{a: evil}]", "columns": [{"key": "a", "label": EVIL}]},
    {"type": "filepicker", "key": "files", "multiple": True, "accept": ".pdf"},
    {"type": "dynamiclist", "path": "rows", "label": "{{evil}}", "components": [
        {"type": "textfield", "key": "cell", "label": "{{evil}}", "properties": {"hint": "=true", "hint_zh": "{{value}}"}},
        {"type": "textarea", "key": "area"},
        {"type": "select", "key": "select", **CHOICES},
        {"type": "radio", "key": "radio", **CHOICES},
        {"type": "number", "key": "n"},
        {"type": "textfield", "key": "told", "properties": {"computed": "=evil"}}]},
    {"type": "dynamiclist", "path": "fixed", "properties": {"rows": "=[{key: evil, name: evil}]", "row_label": EVIL},
     "components": [{"type": "textfield", "key": "cell"}]},
)  # fmt: skip
CONTEXT: dict[str, Any] = {"evil": EVIL, "offered": [OPTION]}
ROW = {"cell": EVIL, "area": EVIL, "select": EVIL, "radio": EVIL, "n": EVIL, "told": EVIL}
DATA: dict[str, Any] = {
    "line": EVIL, "area": EVIL, "number": EVIL, "day": EVIL, "box": EVIL, "radio": EVIL, "select": EVIL,
    "list": [EVIL], "tags": [EVIL, "evil"], "files": ["f1", "f2"], "rows": [ROW, ROW],
    "fixed": [{"row_key": EVIL, "cell": EVIL}],
}  # fmt: skip
PAGE = """{% from "forms/fields.html" import form, read, field with context %}{{ form(view) }}{{ read(view) }}
{% for s in view.sections %}{% for f in s.fields %}{{ field(f, swap=true) }}{% endfor %}{% endfor %}"""


class Files:
    """Files with names that would like to be markup."""

    def facts(self, ids: Any) -> dict[str, forms.FileFacts]:
        """The first one is known."""
        return {"f1": forms.FileFacts("f1", EVIL, 10, EVIL)}


class Tags(HTMLParser):
    """Remembers what a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.running: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Scripts other than our own files, pictures from elsewhere, handlers, styles."""
        given = dict(attrs)
        if tag == "script" and not (given.get("src") or "").startswith("/static/"):
            self.running.append(tag)
        if tag == "img" and not (given.get("src") or "").startswith("/"):
            self.running.append(f"img {given}")
        self.running += [name for name in given if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("readonly", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_that_people_typed_runs_anywhere(app: Flask, readonly: bool, language: Any) -> None:
    errors = FORM.check(DATA, CONTEXT, CLOCK, files=Files())
    assert errors
    limits = dict.fromkeys((*FORM.keys, "rows[0].cell"), EVIL)
    view = FORM.view(
        DATA, CONTEXT, CLOCK, errors, readonly, language=language, files=Files(), only=limits,
        base={**DATA, "line": "x"}, before={**DATA, "line": f"old {EVIL}", "area": EVIL + "!"},
        hints=FORM.hints(DATA, CONTEXT, CLOCK, language=language),
    )  # fmt: skip
    with app.test_request_context("/"):
        html = render_template_string(PAGE, view=view)
    tags = Tags()
    tags.feed(html)
    assert tags.running == []
    assert "<script>alert" not in html
    assert "49" not in html
    assert html.count("&lt;script&gt;alert(1)") > 20
    assert "退回原因" in html or readonly
