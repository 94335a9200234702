"""Templates and markdown: what authors write is formatted, what people typed is not."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from engine.clock import BUSINESS_ZONE
from forms import markdown, templates
from forms.expressions import Evaluator
from tests.unit.forms.helpers import CLOCK, small

ALLOWED = {"div", "p", "br", "strong", "em", "a", "code", "pre", "blockquote", "hr", "ul", "ol", "li"} | {
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}


def filled(text: str, scope: dict[str, Any], **more: Any) -> str:
    return templates.render(text, scope, Evaluator(CLOCK), **more)


def test_templates_hold_values_conditions_and_loops() -> None:
    text = "{{name}}{{#if late}}（逾期）{{/if}}：{{#loop rows}}{{this.n}}×{{k}}，{{/loop}}"
    scope = {"name": "甲", "late": True, "rows": [{"n": Decimal(2)}, {"n": None}], "k": "x"}
    assert filled(text, scope) == "甲（逾期）：2×x，×x，"
    assert filled("{{#if late}}x{{/if}}", {}) == ""
    assert filled("{{#loop late}}x{{/loop}}", {"late": True}) == ""
    assert filled('="共" + string(n)', {"n": Decimal(3)}) == "共3"


@pytest.mark.parametrize(
    "text", ["{{#if x}}", "{{/if}}", "{{#if x}}{{/loop}}", "{{#loop x}}{{#if y}}{{/loop}}"]
)
def test_a_broken_template_is_shown_as_it_is(text: str) -> None:
    assert filled(text, {}) == text
    with pytest.raises(templates.BrokenTemplate):
        templates.parse(text)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (True, "是", "yes"),
        (None, "", ""),
        (Decimal("1E+2"), "100", "100"),
        (date(2024, 1, 2), "2024-01-02", "2024-01-02"),
        (datetime(2024, 1, 2, 3, 4, tzinfo=BUSINESS_ZONE), "2024-01-02 03:04", "2024-01-02 03:04"),
        (["a", Decimal(1)], "a、1", "a, 1"),
        ({"a": 1}, "", ""),
    ],
)
def test_values_are_written_for_people(value: Any, zh: str, en: str) -> None:
    assert templates.written(value) == zh
    assert templates.written(value, "en") == en


def test_markdown_is_a_safe_subset() -> None:
    shown = markdown.to_html(
        "# 标题\n<script>x</script> [a](javascript:alert(1)) [b](https://x.cn) [c](//evil.cn) ![i](/x)\n\n- **重**\n"
    )
    assert "<script" not in shown
    assert "javascript:" not in [
        link.get("href") for link in html.fromstring(f"<div>{shown}</div>").iter("a")
    ]
    assert '<a href="https://x.cn">b</a>' in shown
    assert "<img" not in shown
    assert "<strong>重</strong>" in shown


@given(st.text(max_size=80) | st.text(alphabet="<>&\"'`*_[]()!#\\\n -:/ax1.", max_size=60))
def test_no_text_becomes_script_or_formatting(typed: str) -> None:
    form = small({"type": "text", "text": "说明：{{typed}}"}, {"type": "textarea", "key": "typed"})
    view = form.view({}, {"typed": typed}, CLOCK)
    _only_allowed(view.sections[0].fields[0].html)
    _only_allowed(markdown.to_html(typed))
    literal = html.fromstring(f"<div>{markdown.to_html(markdown.literal(typed))}</div>")
    assert {element.tag for element in literal.iter()} <= {"div", "p", "br"}


def _only_allowed(shown: str) -> None:
    for element in html.fromstring(f"<div>{shown}</div>").iter():
        assert element.tag in ALLOWED
        assert set(element.attrib) <= {"href", "title", "class", "start", "style"}
        assert not element.get("href", "#").lower().startswith(("javascript", "data", "vbscript", "//"))
