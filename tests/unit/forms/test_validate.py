"""A whole form: all errors at once, hidden answers dropped, computed ones recomputed, strangers refused."""

from decimal import Decimal
from typing import Any

import pytest

import forms
from engine.feel import Functions
from engine.settings import project_root
from tests.unit.forms.helpers import (
    APPLICATION,
    APPLICATION_CONTEXT,
    CLOCK,
    REVIEW_CONTEXT,
    accept,
    example,
    refuse,
    small,
)

GOOD_REVIEW: dict[str, Any] = {
    "decision": "recommend",
    "visited_on": "2024-06-03",
    "checks": ["env"],
    "no_conflict": True,
}


def test_an_application_becomes_canonical_data() -> None:
    assert accept(example("application"), APPLICATION, APPLICATION_CONTEXT) == {
        "organisation": {
            "uscc": "91110000600037341L",
            "contact": {"name": "张三", "mobile": "13805310000", "email": "a@example.com", "phone": None},
        },
        "city_code": "370100",
        "county_code": "370102",
        "industries": ["C36", "C34"],
        "licence": "AB1234",
        "filing_no": "鲁工信发〔2024〕12号",
        "investment": Decimal("1000.50"),
        "digital_investment": Decimal(200),
        "digital_ratio": Decimal("19.99"),
        "employees": Decimal(120),
        "start_on": "2024-03-02",
        "end_on": "2024-04-01",
        "meeting_at": "2024-07-01T09:30:00+08:00",
        "opens_at": "09:30:00",
        "equipment": [
            {
                "name": "机床",
                "quantity": Decimal(2),
                "price": Decimal("1.10"),
                "value": Decimal("2.20"),
                "domestic": True,
            },
            {
                "name": "机器人",
                "quantity": Decimal(1),
                "price": Decimal(3),
                "value": Decimal("3.00"),
                "domestic": False,
                "origin": "德国",
            },
        ],
        "equipment_total": Decimal("5.20"),
        "attachments": ["f-1", "f-2"],
        "truth": True,
    }


def test_canonical_data_are_accepted_again_unchanged() -> None:
    data = accept(example("application"), APPLICATION, APPLICATION_CONTEXT)
    assert accept(example("application"), data, APPLICATION_CONTEXT) == data


def test_all_errors_come_at_once_and_in_page_order() -> None:
    body = {
        "organisation": {"uscc": "9137", "contact": {"name": "张", "email": "a@b"}},
        "city_code": "370100",
        "county_code": "370202",
        "investment": "many",
        "end_on": "2024-01-01",
        "start_on": "2024-02-01",
        "equipment": [{"quantity": 0}, {"name": "b", "quantity": 1, "domestic": True}],
        "unknown": 1,
    }
    assert refuse(example("application"), body, APPLICATION_CONTEXT) == {
        "unknown": "表单没有“unknown”这一项，请刷新页面后重新填写",
        "organisation.uscc": "统一社会信用代码应为 18 位，您填了 4 位",
        "organisation.contact.name": "联系人至少 2 个字，您填了 1 个，请补充",
        "organisation.contact.email": "邮箱应为邮箱地址，例如 name@example.com，您填了“a@b”",
        "county_code": "“县（市、区）”所选的“370202”不在可选范围内，请重新选择",
        "investment": "总投资应为数字，例如 1234.5，您填了“many”",
        "end_on": "完工日期不能早于开工日期，请核对",
        "equipment[0].name": "第 1 行：请填写名称",
        "equipment[0].quantity": "第 1 行：数量不能小于 1台，您填了 0台",
        "equipment[0].origin": "第 1 行：请填写原产国",
        "attachments": "请上传佐证材料",
        "truth": "请阅读并勾选“以上内容真实、准确”，未承诺的不能提交",
    }


def test_the_refusal_tells_both_languages_and_serialises() -> None:
    with pytest.raises(forms.InvalidForm) as caught:
        example("county_review").validate({}, REVIEW_CONTEXT, CLOCK)
    refusal = caught.value
    assert (refusal.status, refusal.code) == (422, "InvalidForm")
    assert refusal.message("zh").startswith("有 3 处需要修改")
    assert refusal.as_dict()["errors"][0] == {
        "path": "decision",
        "label_zh": "意见",
        "zh": "请选择意见",
        "en": "Choose Decision",
        "label_en": "Decision",
        "section": "opinion",
    }


def test_hidden_answers_are_neither_required_nor_stored() -> None:
    data = accept(example("county_review"), {**GOOD_REVIEW, "reason": "posted all the same"}, REVIEW_CONTEXT)
    assert "reason" not in data
    assert refuse(example("county_review"), {**GOOD_REVIEW, "decision": "reject"}, REVIEW_CONTEXT) == {
        "reason": "请填写理由"
    }


def test_a_hidden_answer_is_not_judged_even_when_it_is_mistyped() -> None:
    data = accept(example("county_review"), {**GOOD_REVIEW, "reason": 5}, REVIEW_CONTEXT)
    assert "reason" not in data


def test_requirements_may_depend_on_other_answers() -> None:
    body = {**GOOD_REVIEW, "visited_on": ""}
    assert refuse(example("county_review"), body, REVIEW_CONTEXT) == {"visited_on": "请填写现场核查日期"}
    rejected = {**body, "decision": "reject", "reason": "材料不全，且现场与申报不符。"}
    assert accept(example("county_review"), rejected, REVIEW_CONTEXT)["visited_on"] is None


def test_readonly_answers_come_from_the_process_never_from_the_body() -> None:
    form = example("county_review")
    body = {**GOOD_REVIEW, "enterprise": "冒名公司", "object_name": ["x"]}
    assert accept(form, body, REVIEW_CONTEXT)["enterprise"] == "甲<b>公司"
    data = accept(form, body, REVIEW_CONTEXT, existing={"enterprise": "乙公司"})
    assert (data["enterprise"], data["object_name"]) == ("乙公司", "一*车间*")


def test_a_readonly_list_is_kept_whole_and_not_judged() -> None:
    cell = {"type": "textfield", "key": "name", "validate": {"required": True}}
    number = {"type": "number", "key": "n"}
    form = small({"type": "dynamiclist", "path": "rows", "readonly": "=true", "components": [cell, number]})
    context = {"rows": [{"name": "甲", "n": "12.5", "other": 1}, {"name": None}]}
    kept = {"rows": [{"name": "甲", "n": Decimal("12.5")}, {"name": None, "n": None}]}
    assert accept(form, {"rows": [{"name": 5}, 7, {"name": "乙", "stranger": 1}]}, context) == kept
    assert form.view({}, context, CLOCK).sections[0].fields[0].rows[0].fields[0].readonly


def test_values_of_the_process_become_canonical() -> None:
    form = small(
        {"type": "textfield", "key": "day", "readonly": True},
        {"type": "textfield", "key": "number", "readonly": True},
        {"type": "datetime", "subtype": "datetime", "key": "at", "readonly": True},
        {"type": "select", "key": "code", "valuesKey": "codes", "readonly": True},
        {"type": "number", "key": "broken", "readonly": True, "defaultValue": 3},
        {"type": "expression", "key": "when", "expression": '=date("2024-01-02")'},
    )
    known = {
        "day": CLOCK.now().date(),
        "number": Decimal("1E+1"),
        "at": CLOCK.now(),
        "code": 7,
        "broken": "x",
    }
    assert accept(form, {}, known) == {
        "day": "2024-07-01",
        "number": "10",
        "at": "2024-07-01T09:00:00+08:00",
        "code": "7",
        "broken": None,
        "when": "2024-01-02",
    }


def test_hidden_groups_and_lists_drop_everything_inside() -> None:
    hide = {"conditional": {"hide": "=not(on)"}}
    needed = {"type": "textfield", "key": "x", "validate": {"required": True}}
    other = {"type": "textfield", "key": "y"}
    form = small(
        {"type": "checkbox", "key": "on"},
        {"type": "group", "path": "part", **hide, "components": [needed]},
        {"type": "dynamiclist", "path": "rows", **hide, "components": [needed, other]},
    )
    assert accept(form, {"on": False, "part": {"x": 5}, "rows": [{"x": 5}]}) == {"on": False}
    assert refuse(form, {"on": True, "rows": [{"y": "a"}]}) == {
        "part.x": "请填写甲",
        "rows[0].x": "第 1 行：请填写甲",
    }
    assert refuse(form, {"on": True, "part": 5, "rows": []})["part"] == "part应为一组填写项"


def test_conditions_and_computed_values_may_chain() -> None:
    form = example("chain")
    assert accept(form, {"wants": True, "amount": 3}) == {
        "wants": True, "amount": Decimal(3), "double": Decimal(6), "four": Decimal(12), "officer": None, "years": [],
    }  # fmt: skip
    assert refuse(form, {"wants": True, "amount": 30}) == {"why": "请填写为什么这么多"}
    hidden = accept(form, {"wants": False, "amount": 30, "double": 7, "why": "x"})
    assert hidden == {"wants": False, "double": None, "four": None, "officer": None, "years": []}


def test_of_two_fields_that_hide_each_other_one_remains() -> None:
    form = small(
        {"type": "textfield", "key": "a", "conditional": {"hide": "=b != null"}},
        {"type": "textfield", "key": "b", "conditional": {"hide": "=a != null"}},
    )
    assert accept(form, {"b": "x"}) == {"b": "x"}
    assert accept(form, {"a": "x", "b": "y"}) == {"b": "y"}  # read from top to bottom, as form-js does


def test_conditions_that_contradict_each_other_are_an_error_of_the_form() -> None:
    form = small(
        {"type": "checkbox", "key": "on"},
        {"type": "textfield", "key": "a", "conditional": {"hide": "=on and b != null"}},
        {"type": "expression", "key": "b", "expression": "=a"},
    )
    assert accept(form, {"on": False, "a": "x"}) == {"on": False, "a": "x", "b": "x"}
    assert "互相矛盾" in refuse(form, {"on": True, "a": "x"})[""]


def test_a_hidden_key_is_null_to_feel_even_if_the_process_knows_it() -> None:
    form = example("chain")
    assert accept(form, {"wants": False}, {"amount": Decimal(100)})["double"] is None


def test_rows_know_their_number_and_what_is_around_them() -> None:
    form = example("chain")
    body = {
        "wants": True,
        "amount": 5,
        "years": [{"months": [{"output": 5}, {"output": 6}]}, {"months": [{"output": "a"}]}],
    }
    assert refuse(form, body) == {
        "years[0].months[1].output": "第 1-2 行：产量不能大于 5，您填了 6",
        "years[1].months[0].output": "第 2-1 行：产量应为数字，例如 1234.5，您填了“a”",
    }
    data = accept(
        form,
        {"wants": True, "amount": 5, "years": [{"months": [{"output": 2}]}, {"months": [{"output": 1}]}]},
    )
    assert [year["number"] for year in data["years"]] == [Decimal(1), Decimal(2)]


def test_rows_are_counted() -> None:
    row = {"name": "a", "quantity": 1, "domestic": True}
    many = refuse(example("application"), {**APPLICATION, "equipment": [row] * 4}, APPLICATION_CONTEXT)
    assert many == {"equipment": "装备清单最多 3 行，您填了 4 行，请删除 1 行"}
    none = refuse(example("application"), {**APPLICATION, "equipment": []}, APPLICATION_CONTEXT)
    assert none == {"equipment": "装备清单至少填写一行"}


def test_a_broken_row_keeps_its_number() -> None:
    form = small({"type": "dynamiclist", "path": "rows", "components": [{"type": "number", "key": "n"}]})
    assert refuse(form, {"rows": [7, {"n": "x", "m": 1}, {"n": 1}]}) == {
        "rows[0]": "rows[0]应为一组填写项",
        "rows[1].m": "表单没有“rows[1].m”这一项，请刷新页面后重新填写",
        "rows[1].n": "第 2 行：甲应为数字，例如 1234.5，您填了“x”",
    }
    assert refuse(form, {"rows": "x"}) == {"rows": "甲应为若干行"}
    assert "最多 1000 行" in refuse(form, {"rows": [{}] * 1001})["rows"]


def test_the_lists_of_a_large_year_take_a_row_for_every_application() -> None:
    for name in ("opinion_list.form", "meeting_results.form"):
        text = (project_root() / "forms" / "definitions" / name).read_text(encoding="utf-8")
        listed = next(c for c in forms.load(name, text).definition.components if c.path == ("items",))
        assert int(listed.properties["max_rows"]) >= 1500
    row = {"type": "textfield", "key": "n"}
    form = small(
        {"type": "dynamiclist", "path": "rows", "components": [row], "properties": {"max_rows": "1500"}}
    )
    assert len(accept(form, {"rows": [{"n": "x"}] * 1500})["rows"]) == 1500
    assert len(form.decode((f"rows[{n}].n", "x") for n in range(1500))["rows"]) == 1500
    assert "最多 1500 行" in refuse(form, {"rows": [{"n": "x"}] * 1501})["rows"]


def test_functions_of_the_programme_are_at_hand() -> None:
    functions = Functions()
    functions.register("twice", ["n"], lambda n: n * 2)
    form = small({"type": "expression", "key": "x", "expression": "=twice(4)"})
    assert accept(form, {}, functions=functions) == {"x": Decimal(8)}


def test_a_computation_that_does_not_end_is_an_error_of_the_form() -> None:
    form = small({"type": "expression", "key": "x", "expression": "=count(for i in 1..1000000000 return i)"})
    assert "有一项不能计算" in refuse(form, {})[""]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"typename": "x"}, ""),
        ({"__builtins__": {}}, ""),
        ({"a__b": 1}, ""),
        ({"": 1}, ""),
        ({5: 1}, ""),
        ({"reason": {"__class__": 1}}, "reason"),
        ({"reason": float("nan")}, "reason"),
        ({"reason": Decimal("Infinity")}, "reason"),
        ({"reason": Decimal("1E+999999")}, "reason"),
        ({"reason": 10**200}, "reason"),
        ({"reason": b"bytes"}, "reason"),
        ({"reason": "x" * 100_001}, "reason"),
        ([], ""),
        ("text", ""),
        (None, ""),
    ],
)
def test_hostile_bodies_are_refused_before_anything_looks_into_them(body: Any, path: str) -> None:
    assert path in refuse(example("county_review"), body, REVIEW_CONTEXT)


def test_a_deep_body_is_refused() -> None:
    body: Any = "x"
    for _ in range(5000):
        body = {"reason": body}
    assert any("过深" in zh for zh in refuse(example("county_review"), body).values())


def test_the_schema_is_a_marshmallow_schema() -> None:
    schema = example("application").schema()
    assert schema.load({"investment": "5"}) == {"investment": Decimal(5)}
    assert schema.fields["city_code"].metadata == {"type": "select", "label": "设区市"}
    assert schema.validate({"nonsense": 1}).keys() == {"nonsense"}


def test_a_draft_keeps_what_was_typed() -> None:
    form = example("application")
    body = {"investment": "twelve", "employees": " 12 ", "equipment": [{"name": " a ", "quantity": "x"}]}
    assert form.draft(body) == {
        "investment": "twelve",
        "employees": Decimal(12),
        "equipment": [{"name": "a", "quantity": "x"}],
    }
    for stranger in ({"nonsense": 1}, {"typename": 1}, {"equipment": [1]}, {"investment": True}):
        with pytest.raises(forms.InvalidForm):
            form.draft(stranger)
