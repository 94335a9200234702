"""Rows of a list: blank ones do not count, fixed ones are given, sums are computed, spreadsheets are pasted."""

from decimal import Decimal
from typing import Any

import forms
from tests.unit.forms.helpers import CLOCK, accept, refuse, small

COLUMNS: tuple[dict[str, Any], ...] = (
    {"type": "textfield", "key": "name", "label": "名称", "validate": {"required": True}},
    {"type": "number", "key": "count", "label": "数量", "decimalDigits": 0},
    {"type": "number", "key": "price", "label": "单价", "appearance": {"suffixAdorner": "万元"}},
    {"type": "number", "key": "amount", "label": "金额", "properties": {"computed": "=count * price"},
     "appearance": {"suffixAdorner": "万元"}},
    {"type": "datetime", "key": "day", "label": "日期"},
    {"type": "select", "key": "kind", "label": "类别",
     "values": [{"value": "A", "label": "设备", "label_en": "Machine"}, {"value": "B", "label": "软件"}]},
    {"type": "checkbox", "key": "new", "label": "新购"},
)  # fmt: skip
PRODUCTS = small(
    {
        "type": "dynamiclist", "path": "products", "label": "设备", "components": list(COLUMNS),
        "properties": {"totals": "count, amount", "max_rows": "4"},
    }
)  # fmt: skip
YEARS = small(
    {
        "type": "dynamiclist", "path": "finance", "label": "财务",
        "properties": {"rows": "=years", "row_label": "年度", "row_label_en": "Year", "totals": "revenue"},
        "components": [
            {"type": "number", "key": "revenue", "label": "收入", "validate": {"required": True}},
            {"type": "textfield", "key": "told", "label": "说明", "properties": {"computed": "=row.name"}},
        ],
    },
    {"type": "expression", "key": "sum", "expression": "=sum(finance.revenue)"},
)  # fmt: skip
CONTEXT = {
    "years": [{"key": "2022", "name": "2022年"}, {"key": "2023", "name": "2023年", "name_en": "FY 2023"}]
}


def listed(form: forms.Form, data: dict[str, Any], context: dict[str, Any] | None = None) -> forms.FieldView:
    return form.view(data, context or {}, CLOCK).sections[0].fields[0]


def test_blank_rows_keep_their_place_and_do_not_count() -> None:
    body = {"products": [{"name": " ", "count": None}, {"name": "甲", "count": "2", "price": "3"}, {}]}
    data = accept(PRODUCTS, body)
    assert [row["name"] for row in data["products"]] == ["甲"]
    field = listed(PRODUCTS, body)
    assert [row.fields[0].value for row in field.rows] == ["", "甲", ""]
    assert [t.text for t in field.totals] == ["", "2", "", "6 万元", "", "", ""]


def test_a_row_with_only_something_unreadable_counts() -> None:
    body = {"products": [{}, {"count": "two"}]}
    assert list(refuse(PRODUCTS, body)) == ["products[1].name", "products[1].count"]
    assert "第 2 行" in refuse(PRODUCTS, body)["products[1].count"]


def test_fixed_rows_are_computed_and_remember_what_they_stand_for() -> None:
    data = accept(YEARS, {"finance": [{"revenue": 1}, {"revenue": 2}]}, CONTEXT)
    assert data == {
        "finance": [
            {"revenue": 1, "told": "2022年", "row_key": "2022"},
            {"revenue": 2, "told": "2023年", "row_key": "2023"},
        ],
        "sum": 3,
    }
    assert list(refuse(YEARS, {"finance": [{"revenue": 1}]}, CONTEXT)) == ["finance[1].revenue"]
    told = refuse(YEARS, {}, CONTEXT)
    assert told == {"finance[0].revenue": "2022年：请填写收入", "finance[1].revenue": "2023年：请填写收入"}


def test_fixed_rows_take_no_others() -> None:
    rows = [{"revenue": 1}, {"revenue": 2}, {"revenue": 3}]
    assert "第 3 行不在表中" in refuse(YEARS, {"finance": rows}, CONTEXT)["finance"]
    swapped = [{"row_key": "2023", "revenue": 1}, {"row_key": "2022", "revenue": 2}]
    assert "第 1、2 行" in refuse(YEARS, {"finance": swapped}, CONTEXT)["finance"]
    assert refuse(YEARS, {"finance": [{"row_key": "<b>", "revenue": 1}]}, CONTEXT)


def test_a_draft_finds_its_fixed_rows_by_their_key() -> None:
    field = listed(YEARS, {"finance": [{"row_key": "2023", "revenue": 7}]}, CONTEXT)
    assert [row.fields[0].value for row in field.rows] == ["", "7"]
    assert [(row.label, row.key) for row in field.rows] == [("2022年", "2022"), ("2023年", "2023")]
    assert (field.can_add, field.can_remove, field.row_heading) == (False, False, "年度")
    english = YEARS.view({}, CONTEXT, CLOCK, language="en").sections[0].fields[0]
    assert (english.row_heading, english.rows[1].label) == ("Year", "FY 2023")


def test_fixed_rows_come_back_from_a_browser() -> None:
    data = accept(YEARS, {"finance": [{"revenue": 1}, {"revenue": 2}]}, CONTEXT)
    pairs = YEARS.encode(data)
    assert ("finance[1].row_key", "2023") in pairs
    assert accept(YEARS, YEARS.decode(pairs), CONTEXT) == data


def test_rows_that_cannot_be_computed_are_none() -> None:
    assert accept(YEARS, {}, {})["finance"] == []
    assert "不在表中" in refuse(YEARS, {"finance": [{"revenue": 1}]}, {})["finance"]


def pasted(
    text: str, name: str = "products", body: dict[str, Any] | None = None
) -> tuple[Any, dict[str, str]]:
    data, errors = PRODUCTS.paste(body or {}, name, text, {}, CLOCK)
    return data, {e.path: e.zh for e in errors}


def test_cells_of_a_spreadsheet_become_rows() -> None:
    text = "名称\t数量\t单价\t日期\t类别\t新购\r\n"
    text += "机床\t１，２００\t1,000.5\t2024年3月2日\t设备\t是\r\n系统\t2\t3\t2024/4/5\tB\t\r\n"
    data, errors = pasted(text)
    assert errors == {}
    rows = accept(PRODUCTS, data)["products"]
    assert rows[0] == {
        "name": "机床", "count": 1200, "price": Decimal("1000.5"), "amount": Decimal("1200600.0"),
        "day": "2024-03-02", "kind": "A", "new": True,
    }  # fmt: skip
    assert (rows[1]["kind"], rows[1]["new"], rows[1]["day"]) == ("B", False, "2024-04-05")


def test_a_computed_column_that_was_copied_along_is_passed_over() -> None:
    data, errors = pasted("机床\t2\t3\t999\t2024-03-02\tA\t是")
    assert (errors, accept(PRODUCTS, data)["products"][0]["amount"]) == ({}, 6)


def test_a_paste_begins_at_the_cell_that_is_meant_or_behind_the_last_row() -> None:
    body = {"products": [{"name": "甲"}, {"name": "乙"}, {"name": ""}]}
    data, _ = pasted("丙\t3", body=body)
    assert [row.get("name") for row in data["products"]] == ["甲", "乙", "丙"]
    data, _ = pasted("7\n8", "products[0].count", body)
    assert [(row["name"], row.get("count")) for row in data["products"]][:2] == [("甲", "7"), ("乙", "8")]


def test_what_does_not_fit_in_is_named_and_the_rest_is_pasted() -> None:
    data, errors = pasted("\n".join(f"第{n}\t{n}" for n in range(6)))
    assert len(data["products"]) == 4
    assert errors["products"] == "设备最多 4 行，粘贴的最后 2 行（“第4”、“第5”）没有粘贴"
    _, errors = pasted("a\t1\t2\t3\t4\t5\t6\t多余")
    assert "只能粘贴 6 列" in errors["products"]
    assert "“多余”" in errors["products"]


def test_wrong_cells_are_told_where_they_are_and_blank_ones_are_not() -> None:
    data, errors = pasted("机床\ttwo\t\t\t船\n\t5")
    assert set(errors) == {"products[0].count", "products[0].kind"}
    assert listed(PRODUCTS, data).rows[0].fields[1].value == "two"


def test_quoted_cells_and_stray_quotation_marks() -> None:
    data, _ = pasted('"一行\n两行"\t1')
    assert data["products"][0]["name"] == "一行\n两行"
    data, _ = pasted('5" 管\t1')
    assert data["products"][0]["name"] == '5" 管'


def test_nothing_is_pasted_from_nothing_or_into_nothing() -> None:
    assert "没有可以粘贴的内容" in pasted("  \n\t\n")[1]["products"]
    assert "过长" in pasted("a" * 200_001)[1]["products"]
    for name in ("nonsense", "products[0][1]", "products.name", "__class__", "", "products[0].nonsense[2]"):
        assert PRODUCTS.paste({}, name, "a", {}, CLOCK) == ({}, []), name


def test_a_paste_into_fixed_rows_begins_at_the_first_and_knows_their_names() -> None:
    data, errors = YEARS.paste({}, "finance", "2022年\t1\n2023年\t2\n2024年\t3", CONTEXT, CLOCK)
    assert [row["revenue"] for row in data["finance"]] == ["1", "2"]
    assert "“3”" in errors[0].zh
    assert "最多 2 行" in errors[0].zh
