"""One section a page: which there are, how far each has come, what is wrong in each."""

from typing import Any

import pytest

import forms
from engine.settings import project_root
from forms.judge import Around
from forms.lint import load
from forms.survey import outline, survey
from tests.unit.forms.helpers import CLOCK, small

GROUPS: tuple[dict[str, Any], ...] = (
    {
        "type": "group", "id": "g_company", "label": "企业", "properties": {"label_en": "Enterprise"},
        "components": [
            {"type": "textfield", "key": "name", "label": "名称", "validate": {"required": True}},
            {"type": "checkbox", "key": "builds", "label": "新建"},
        ],
    },
    {
        "type": "group", "id": "g_building", "label": "建设{{name}}", "conditional": {"hide": "=builds != true"},
        "components": [{"type": "number", "key": "cost", "label": "投资", "validate": {"required": True}}],
    },
    {"type": "textarea", "id": "f_rest", "key": "rest", "label": "其他", "properties": {"section": "补充"}},
)  # fmt: skip


def states(data: dict[str, Any], **more: Any) -> list[tuple[str, str, int]]:
    return [(p.id, p.state, p.errors) for p in small(*GROUPS).progress(data, {}, CLOCK, **more)]


def test_sections_have_stable_ids_and_know_their_keys() -> None:
    form = small(*GROUPS)
    assert form.section_ids() == ("company", "building", "rest")
    assert form.section_keys("company") == {"name", "builds"}
    with pytest.raises(forms.UnknownSection):
        form.section_keys("elsewhere")
    assert form.layout == "page"


def test_progress_follows_what_is_kept_and_what_is_shown() -> None:
    assert states({}) == [("company", "none", 1), ("building", "closed", 0), ("rest", "none", 0)]
    assert states({"name": None, "builds": True}) == [
        ("company", "partial", 1), ("building", "none", 1), ("rest", "none", 0),
    ]  # fmt: skip
    assert states({"name": "甲", "builds": True, "cost": 5, "rest": None}) == [
        ("company", "done", 0), ("building", "done", 0), ("rest", "done", 0),
    ]  # fmt: skip


def test_titles_are_rendered_in_both_languages() -> None:
    found = small(*GROUPS).progress({"name": "甲", "builds": True}, {}, CLOCK, language="en")
    assert [(p.title, p.title_zh) for p in found][:2] == [("Enterprise", "企业"), ("建设甲", "建设甲")]


def test_check_lists_the_errors_of_one_section_or_of_all() -> None:
    form, data = small(*GROUPS), {"builds": True}
    assert [(e.path, e.section) for e in form.check(data, {}, CLOCK)] == [
        ("name", "company"), ("cost", "building"),
    ]  # fmt: skip
    assert [e.path for e in form.check(data, {}, CLOCK, "building")] == ["cost"]
    with pytest.raises(forms.UnknownSection):
        form.check(data, {}, CLOCK, "elsewhere")


def test_a_view_of_one_section_holds_that_one_alone() -> None:
    form, data = small(*GROUPS), {"builds": True}
    errors = form.check(data, {}, CLOCK)
    view = form.view(data, {}, CLOCK, errors, section="building")
    assert [(s.id, s.hidden, s.errors) for s in view.sections] == [("building", False, 1)]
    assert [(e.section, e.anchor) for e in view.errors] == [("company", "f-name"), ("building", "f-cost")]


@pytest.mark.parametrize("only", [None, {"intro": "原因"}])
def test_an_outline_tells_the_same_as_a_survey(only: dict[str, str] | None) -> None:
    path = project_root() / "forms" / "definitions" / "application_form.form"
    form = load(path.name, path.read_text("utf-8"))
    data = form.draft({"invest": "12", "intro": "开始"})
    for type in ("SCENE", "WORKSHOP", "FACTORY"):
        around = Around({"type": type}, CLOCK, only=only, base={} if only else None)
        whole = survey(form, data, around)
        for section in form.section_ids():
            part = outline(form, data, around, section)
            assert part.asked == whole.asked
            assert part.hints == tuple(hint for hint in whole.hints if hint.section == section)
