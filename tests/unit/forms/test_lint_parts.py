"""Sections, lists and advice that would be shown wrongly or never are found before a form is deployed."""

from typing import Any

import pytest

import forms
from engine.problems import NotDeployable
from tests.unit.forms.helpers import text
from tests.unit.forms.test_lint import codes

FIELD = {"type": "textfield", "key": "a", "properties": {"label_en": "A"}}
NUMBER = {"type": "number", "key": "n", "properties": {"label_en": "N"}}
LIST: dict[str, Any] = {"type": "dynamiclist", "path": "rows", "components": [FIELD, NUMBER]}


def with_properties(component: dict[str, Any], **properties: str) -> dict[str, Any]:
    return {**component, "properties": {"label_en": "A", **properties}}


@pytest.mark.parametrize(
    ("component", "code"),
    [
        (with_properties(LIST, totals="n, a"), "FORM_TOTALS"),
        (with_properties(LIST, totals="missing"), "FORM_TOTALS"),
        (with_properties(LIST, rows="years"), "FORM_FEEL"),
        (with_properties(LIST, rows="=for"), "FORM_FEEL"),
        (with_properties({**LIST, "components": [{**FIELD, "key": "row_key"}]}, rows="=[1]"), "FORM_ROWS"),
        (with_properties(FIELD, hint="value > 3", hint_zh="x"), "FORM_FEEL"),
        (with_properties(FIELD, hint="=value > 3"), "FORM_HINT"),
        (with_properties(FIELD, hint_zh="只有文字"), "FORM_HINT"),
        (with_properties({"type": "text", "text": "x"}, hint="=true", hint_zh="x"), "FORM_HINT"),
        (with_properties(FIELD, prefill_source="LAST_YEAR"), "FORM_PROPERTY"),
        (with_properties(FIELD, prefill="=x", prefill_source="SOMEBODY"), "FORM_PROPERTY"),
        (with_properties({"type": "filepicker", "key": "f"}, min_files="two"), "FORM_PROPERTY"),
        (with_properties({"type": "filepicker", "key": "f"}, min_files="2"), "FORM_PROPERTY"),
        (with_properties({"type": "filepicker", "key": "f", "multiple": True}, min_files="3", max_files="2"),
         "FORM_PROPERTY"),
        (with_properties({"type": "filepicker", "key": "f", "accept": ".pdf"}, max_mb="50"), "FORM_FILES"),
        (with_properties({"type": "filepicker", "key": "f", "accept": "image/*"}, max_mb="21"), "FORM_FILES"),
        (with_properties({"type": "filepicker", "key": "f"}, max_mb="201"), "FORM_FILES"),
        (with_properties({"type": "filepicker", "key": "f", "accept": ".zip,.html"}), "FORM_FILES"),
        (with_properties({"type": "filepicker", "key": "f", "multiple": True}, max_files="51"), "FORM_FILES"),
    ],
)  # fmt: skip
def test_it_is_an_error(component: dict[str, Any], code: str) -> None:
    assert code in codes(text(component))


@pytest.mark.parametrize(
    ("component", "code"),
    [
        (with_properties(LIST, row_label="年度"), "FORM_ROWS"),
        (with_properties(FIELD, hint="=value > 3", hint_zh="请核对"), "FORM_LABEL_EN"),
        (with_properties(FIELD, min_files="1"), "FORM_PROPERTY"),
        (with_properties(FIELD, rows="=[1]"), "FORM_PROPERTY"),
        (with_properties(FIELD, totals="n"), "FORM_PROPERTY"),
        (with_properties(FIELD, declaration="true"), "FORM_PROPERTY"),
    ],
)
def test_it_is_a_warning(component: dict[str, Any], code: str) -> None:
    assert code in codes(text(component), "warning")


@pytest.mark.parametrize(
    ("accept", "most"),
    [(".pdf", "20"), (".pdf,.mp4", "200"), ("", "200"), ("=kinds", "999"), ("video/mp4", "200")],
)
def test_a_form_may_allow_what_the_system_takes(accept: str, most: str) -> None:
    picker = {"type": "filepicker", "key": "f", "accept": accept}
    assert codes(text(with_properties(picker, max_mb=most))) == set()


def test_a_sound_list_with_everything_has_no_findings() -> None:
    rows = with_properties(LIST, rows="=years", row_label="年度", row_label_en="Year", totals="n")
    assert codes(text(rows)) == set()
    assert "FORM_ROWS" not in codes(text(rows), "warning")


def groups(*ids: str, **form: Any) -> str:
    parts = [
        {"type": "group", "id": id, "label": "部分", "components": [{**FIELD, "key": f"k{n}", "id": f"c{n}"}]}
        for n, id in enumerate(ids)
    ]
    return text(*parts, **form)


def test_sections_have_addresses_of_their_own() -> None:
    assert codes(groups("g_one", "g_two")) == set()
    assert "FORM_SECTION" in codes(groups("g_one", "g-one"))
    assert "FORM_SECTION" in codes(groups("g_f_one"))


def test_a_layout_is_one_that_there_is() -> None:
    assert "FORM_SECTION" in codes(groups("g_one", properties={"layout": "tabs"}))
    assert "FORM_SECTION" in codes(
        groups("g_one", layout="sections")
    )  # beside the properties: would not be read
    assert codes(groups("g_one", properties={"layout": "sections"})) == set()


def test_a_page_of_its_own_has_a_heading() -> None:
    assert "FORM_SECTION" in codes(text(FIELD, properties={"layout": "sections"}))
    headed = with_properties(FIELD, section="其他", section_en="Other")
    assert codes(text(headed, properties={"layout": "sections"})) == set()


def test_one_answer_stands_in_one_section() -> None:
    parts = [
        {"type": "group", "id": f"g_{n}", "path": "same", "label": "部分",
         "components": [{**FIELD, "key": f"k{n}", "id": f"c{n}"}]}
        for n in (1, 2)
    ]  # fmt: skip
    assert "FORM_SECTION" in codes(text(*parts))


def test_a_deployed_form_outlives_what_lint_learns_later() -> None:
    """A definition never changes: its cases go on, though the same file would be refused today."""
    file = text(with_properties({"type": "filepicker", "key": "f", "accept": ".pdf"}, max_mb="50"))
    with pytest.raises(NotDeployable):
        forms.load("earlier.form", file)
    assert forms.reopen("earlier.form", file).keys == ("f",)


def test_what_cannot_be_read_is_not_reopened() -> None:
    with pytest.raises(NotDeployable):
        forms.reopen("damaged.form", text({"type": "hologram", "key": "f"}))
