"""What a template gets: sections, fields with their values, options, errors; for filling in and for reading."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import jinja2

import forms
from tests.unit.forms.helpers import (
    APPLICATION,
    APPLICATION_CONTEXT,
    CLOCK,
    REVIEW_CONTEXT,
    accept,
    example,
    small,
)


def every_field(view: forms.FormView) -> Iterator[forms.FieldView]:
    def inside(fields: tuple[forms.FieldView, ...]) -> Iterator[forms.FieldView]:
        for field in fields:
            yield field
            yield from inside(field.fields)
            for row in field.rows:
                yield from inside(row.fields)

    for section in view.sections:
        yield from inside(section.fields)


def fields_of(view: forms.FormView) -> dict[str, forms.FieldView]:
    return {field.name: field for field in every_field(view)}


def test_groups_are_sections_and_loose_fields_follow_their_section_property() -> None:
    view = example("application").view({}, APPLICATION_CONTEXT, CLOCK)
    assert [section.title for section in view.sections] == [
        "企业", "地区与行业", "投入与成效", "主要装备", "附件与承诺",
    ]  # fmt: skip
    english = example("application").view({}, APPLICATION_CONTEXT, CLOCK, language="en")
    assert [section.title for section in english.sections][:2] == ["Enterprise", "Region and industry"]
    assert english.title == "Application"
    assert len({section.id for section in view.sections}) == 5


def test_a_fresh_form_is_empty_but_for_defaults_and_prefilled_values() -> None:
    fields = fields_of(example("chain").view({}, {"person": {"name": "王"}, "wants": True}, CLOCK))
    assert fields["officer"].value == "王"
    assert (fields["amount"].value, fields["amount"].hidden) == ("5", True)
    assert len(fields["years"].rows) == 1
    assert fields["wants"].value is False  # a variable of the same name does not answer for a person


def test_readonly_fields_show_what_the_process_knows() -> None:
    fields = fields_of(example("county_review").view({"enterprise": "x"}, REVIEW_CONTEXT, CLOCK))
    assert (fields["enterprise"].value, fields["enterprise"].readonly) == ("甲<b>公司", True)
    locked = fields_of(example("chain").view({}, {"locked": True, "officer": "李"}, CLOCK))
    assert (locked["officer"].value, locked["officer"].readonly) == ("李", True)


def test_options_are_marked_and_named() -> None:
    view = example("county_review").view(
        {"checks": ["env"], "decision": "return"}, REVIEW_CONTEXT, CLOCK, language="en"
    )
    fields = fields_of(view)
    assert [(o.value, o.label, o.selected, o.id) for o in fields["checks"].options] == [
        ("用地", "用地", False, "f-checks-0"),
        ("env", "Environment", True, "f-checks-1"),
    ]
    assert fields["checks"].text == "Environment"
    assert fields["decision"].text == "退回补正"  # no English was given
    assert fields["decision"].article == "第九条"


def test_an_answer_that_is_no_longer_offered_is_still_read() -> None:
    view = example("county_review").view({"decision": "old"}, REVIEW_CONTEXT, CLOCK, readonly=True)
    assert fields_of(view)["decision"].text == "old"


def test_a_refused_body_is_shown_as_it_was_typed_with_its_errors() -> None:
    form, body = (
        example("application"),
        {**APPLICATION, "investment": "很多", "equipment": [{"quantity": "二"}]},
    )
    try:
        form.validate(body, APPLICATION_CONTEXT, CLOCK)
    except forms.InvalidForm as refusal:
        view = form.view(body, APPLICATION_CONTEXT, CLOCK, refusal.errors)
    fields = fields_of(view)
    assert (fields["investment"].value, fields["investment"].text) == ("很多", "")
    assert fields["investment"].error == "总投资应为数字，例如 1234.5，您填了“很多”"
    assert fields["investment"].described_by == "f-investment-error"
    assert fields["equipment[0].quantity"].value == "二"
    summary = {error.path: error for error in view.errors}
    assert summary["equipment[0].quantity"].anchor == "f-equipment-0-quantity"
    assert summary["equipment[0].quantity"].message == fields["equipment[0].quantity"].error
    assert [section.errors for section in view.sections] == [0, 0, 1, 3, 0]


def test_numbers_have_units_separators_and_the_amount_in_full() -> None:
    data = accept(example("application"), APPLICATION, APPLICATION_CONTEXT)
    fields = fields_of(example("application").view(data, APPLICATION_CONTEXT, CLOCK))
    investment = fields["investment"]
    assert (investment.value, investment.text, investment.in_full) == (
        "1000.50",
        "1,000.50 万元",
        "10,005,000 元",
    )
    assert (investment.min, investment.max, investment.step) == ("0", "10000000", "0.01")
    assert (investment.suffix, investment.inputmode) == ("万元", "decimal")
    assert fields["employees"].inputmode == "numeric"
    assert fields["digital_ratio"].computed
    assert fields["digital_ratio"].readonly


def test_units_are_named_in_the_language_of_the_page() -> None:
    data = accept(example("application"), APPLICATION, APPLICATION_CONTEXT)
    fields = fields_of(example("application").view(data, APPLICATION_CONTEXT, CLOCK, language="en"))
    investment = fields["investment"]
    assert (investment.suffix, investment.text, investment.in_full) == (
        "×10,000 yuan",
        "1,000.50 ×10,000 yuan",
        "10,005,000 yuan",
    )


def test_inputs_get_their_types() -> None:
    fields = fields_of(example("application").view(APPLICATION, APPLICATION_CONTEXT, CLOCK))
    assert fields["start_on"].input_type == "date"
    assert (fields["meeting_at"].input_type, fields["meeting_at"].value) == (
        "datetime-local",
        "2024-07-01T09:30",
    )
    assert fields["meeting_at"].text == "2024年7月1日 09:30"
    assert fields["organisation.contact.mobile"].input_type == "tel"
    assert fields["organisation.contact.email"].input_type == "email"
    assert fields["organisation.uscc"].semantic == "uscc"
    assert (fields["attachments"].accept, fields["attachments"].multiple) == (".pdf,.jpg", True)
    assert [file.id for file in fields["attachments"].files] == ["f-1", "f-2"]
    assert fields["p_template"].files == (forms.FileView("d-1", "承诺书.docx"),)
    assert (fields["i_seal"].source, fields["i_seal"].alt) == ("/static/seal.png", "印章示例")


def test_a_list_is_a_table_with_a_blank_row() -> None:
    listing = fields_of(example("application").view(APPLICATION, APPLICATION_CONTEXT, CLOCK))["equipment"]
    assert [(c.key, c.label, c.suffix) for c in listing.columns][:2] == [
        ("name", "名称", ""),
        ("quantity", "数量", "台"),
    ]
    assert [row.texts for row in listing.rows] == [
        ("机床", "2", "1.10", "2.20", "是", ""),
        ("机器人", "1", "3", "3.00", "否", "德国"),
    ]
    assert listing.rows[0].fields[5].hidden
    assert listing.blank is not None
    assert listing.blank.fields[0].name == "equipment[__index__].name"
    assert (listing.can_add, listing.can_remove) == (True, True)
    full = [{"name": "a", "quantity": 1}] * 3
    crowded = fields_of(example("application").view({"equipment": full}, APPLICATION_CONTEXT, CLOCK))[
        "equipment"
    ]
    assert (crowded.can_add, crowded.can_remove) == (False, True)
    fresh = fields_of(example("application").view({}, APPLICATION_CONTEXT, CLOCK))["equipment"]
    assert len(fresh.rows) == 2


def test_a_table_shows_what_its_source_gives() -> None:
    table = fields_of(example("county_review").view({}, REVIEW_CONTEXT, CLOCK))["t_opinions"]
    assert [column.label for column in table.columns] == ["意见人", "意见"]
    assert [row.texts for row in table.rows] == [("张", "同意")]
    empty = fields_of(example("county_review").view({}, {}, CLOCK))["t_opinions"]
    assert empty.rows == ()


def test_text_escapes_what_people_typed() -> None:
    note = fields_of(example("county_review").view({}, REVIEW_CONTEXT, CLOCK))["x_note"]
    assert "<h2>须知</h2>" in note.html
    assert "甲&lt;b&gt;公司 申报 <strong>一*车间*</strong>" in note.html
    assert "<li>张：同意</li>" in note.html


def test_reading_shows_stored_values_even_if_they_would_be_computed_otherwise_today() -> None:
    form = example("application")
    data = accept(form, APPLICATION, APPLICATION_CONTEXT)
    stored = {**data, "digital_ratio": Decimal("20.00"), "equipment_total": Decimal("9.99")}
    fields = fields_of(form.view(stored, {}, CLOCK, readonly=True))
    assert fields["digital_ratio"].text == "20.00 %"
    assert all(field.readonly for field in fields.values())
    assert fields["equipment_total"].value == "9.99"
    assert fields["equipment"].rows[0].texts[3] == "2.20"
    assert fields["equipment"].blank is None
    assert not fields["equipment"].can_add


def test_an_expression_without_a_label_is_not_shown() -> None:
    form = small(
        {"type": "expression", "key": "shown", "label": "合计", "expression": "=1 + 1"},
        {"type": "expression", "key": "silent", "label": "", "expression": "=2"},
    )
    fields = fields_of(form.view({}, {}, CLOCK))
    assert (fields["shown"].text, fields["shown"].hidden) == ("2", False)
    assert fields["silent"].hidden


def test_labels_and_help_may_be_feel() -> None:
    form = small(
        {
            "type": "textfield",
            "key": "a",
            "label": '="第" + string(n) + "项"',
            "description": "还有 {{n}} 天",
        },
        {"type": "separator"},
        {"type": "button", "label": "提交"},
    )
    field = fields_of(form.view({}, {"n": Decimal(3)}, CLOCK))["a"]
    assert (field.label, field.help, field.described_by) == ("第3项", "还有 3 天", "f-a-help")


TEMPLATE = """
{%- macro show(field) %}<div id="{{ field.id }}">{{ field.label }}{{ field.html }}|{{ field.text }}|{{ field.value }}
{%- for o in field.options %}{{ o.label }}{% endfor %}{% for f in field.fields %}{{ show(f) }}{% endfor %}
{%- for row in field.rows %}{% for f in row.fields %}{{ show(f) }}{% endfor %}{{ row.texts }}{% endfor %}</div>
{%- endmacro %}
{%- for section in form.sections %}<h2>{{ section.title }}</h2>{% for f in section.fields %}{{ show(f) }}{% endfor %}
{%- endfor %}"""


def test_a_template_without_logic_renders_every_kind_escaped() -> None:
    page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(TEMPLATE)
    for name, body, context in (
        ("application", {**APPLICATION, "licence": "<script>"}, APPLICATION_CONTEXT),
        ("county_review", {"reason": "<script>"}, REVIEW_CONTEXT),
    ):
        form = page.render(form=example(name).view(body, context, CLOCK))
        assert "<script" not in form
        assert "甲<b>" not in form


def test_view_models_are_values() -> None:
    view: Any = example("chain").view({}, {}, CLOCK)
    assert replace(view, title="x") != view
    assert view == example("chain").view({}, {}, CLOCK)
