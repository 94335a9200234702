"""A supplement: the named answers are open, all others stay as they were submitted."""

from typing import Any

import forms
from tests.unit.forms.helpers import CLOCK, small

FORM = small(
    {"type": "textfield", "key": "name", "label": "名称", "validate": {"required": True}},
    {"type": "textarea", "key": "intro", "label": "简介", "validate": {"maxLength": 10}},
    {"type": "checkbox", "key": "builds", "label": "新建"},
    {"type": "number", "key": "cost", "label": "投资", "conditional": {"hide": "=builds != true"},
     "validate": {"required": True}},
    {"type": "dynamiclist", "path": "finance", "label": "财务", "components": [
        {"type": "number", "key": "revenue", "label": "收入"},
        {"type": "number", "key": "profit", "label": "利润"},
        {"type": "number", "key": "rate", "label": "率", "properties": {"computed": "=profit / revenue"}},
    ]},
    {"type": "expression", "key": "total", "expression": "=sum(finance.revenue)"},
)  # fmt: skip
BASE = FORM.validate(
    {"name": "甲", "intro": "旧", "finance": [{"revenue": 4, "profit": 1}, {"revenue": 5, "profit": 2}]},
    {},
    CLOCK,
)


def supplement(body: dict[str, Any], *only: str) -> dict[str, Any]:
    return FORM.validate(body, {}, CLOCK, only=dict.fromkeys(only, "请补充"), base=BASE)


def refused(body: dict[str, Any], *only: str) -> dict[str, str]:
    limits = dict.fromkeys(only, "请补充")
    return {e.path: e.zh for e in FORM.check(body, {}, CLOCK, only=limits, base=BASE)}


def test_open_answers_change_and_closed_ones_stay() -> None:
    data = supplement({"intro": "新"}, "intro")
    assert data == {**BASE, "intro": "新"}


def test_an_open_answer_that_nobody_touched_stays() -> None:
    assert supplement({}, "intro") == BASE


def test_a_value_for_a_closed_answer_is_refused_by_name() -> None:
    assert refused({"intro": "新", "name": "乙"}, "intro") == {
        "name": "名称不在本次可以修改的范围内，请保持原来的内容"
    }
    assert list(refused({"name": {"a": 1}}, "intro")) == ["name"]
    assert list(refused({"builds": True}, "intro")) == ["builds"]


def test_a_closed_answer_sent_unchanged_is_no_change() -> None:
    assert refused({"name": "甲", "finance": [{"revenue": "4"}]}, "intro") == {}


def test_one_cell_of_a_list_can_be_open() -> None:
    data = supplement({"finance": [{}, {"revenue": 8}]}, "finance[1].revenue")
    assert [row["revenue"] for row in data["finance"]] == [4, 8]
    assert (data["finance"][1]["rate"], data["total"]) == (forms_decimal("0.25"), 12)
    assert list(refused({"finance": [{"revenue": 9}, {"profit": 7}]}, "finance[1].revenue")) == [
        "finance[0].revenue", "finance[1].profit",
    ]  # fmt: skip


def test_rows_of_a_closed_or_partly_open_list_neither_come_nor_go() -> None:
    extra = {"finance": [{}, {}, {"revenue": 1}]}
    assert "行数不能改变" in refused(extra, "finance[1].revenue")["finance"]
    assert "行数不能改变" in refused(extra, "intro")["finance"]
    assert len(supplement({"finance": []}, "finance[1].revenue")["finance"]) == 2
    assert supplement({"finance": []}, "finance")["finance"] == []


def test_the_page_keeps_row_numbers_of_a_partly_open_list() -> None:
    body = FORM.decode([("_keep", "finance"), ("finance", ""), ("finance[1].revenue", "8")])
    assert body == {"finance": [{}, {"revenue": "8"}]}


def test_a_question_that_comes_up_through_a_new_answer_is_open() -> None:
    assert list(refused({"builds": True}, "builds")) == ["cost"]
    assert supplement({"builds": True, "cost": 3}, "builds")["cost"] == 3


def test_without_a_base_closed_answers_are_empty_and_still_closed() -> None:
    errors = FORM.check({"name": "甲"}, {}, CLOCK, only={"intro": "r"})
    assert [e.path for e in errors] == ["name"]


def test_the_view_shows_reason_earlier_value_and_what_is_closed() -> None:
    limits = {"intro": "写得太少", "finance[1].revenue": "请核对"}
    view = FORM.view({"intro": "新"}, {}, CLOCK, only=limits, base=BASE, before=BASE)
    fields = {f.name: f for f in view.sections[0].fields}
    assert (fields["name"].value, fields["name"].readonly, fields["name"].closed) == ("甲", True, True)
    assert (fields["intro"].reason, fields["intro"].before, fields["intro"].value) == ("写得太少", "旧", "新")
    finance = fields["finance"]
    assert (finance.can_add, finance.can_remove, finance.can_move, finance.keeps_rows) == (
        False,
        False,
        False,
        True,
    )
    cell = finance.rows[1].fields[0]
    assert (cell.reason, cell.readonly, cell.value) == ("请核对", False, "5")
    assert finance.rows[0].fields[0].readonly


def test_progress_counts_only_what_is_open() -> None:
    limits = {"intro": "x"}
    assert [p.state for p in FORM.progress({}, {}, CLOCK, only=limits, base=BASE)] == ["none"]
    assert [p.state for p in FORM.progress({"intro": "新"}, {}, CLOCK, only=limits, base=BASE)] == ["done"]
    assert [p.state for p in FORM.progress({}, {}, CLOCK, only={}, base=BASE)] == ["closed"]


def forms_decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def test_the_package_offers_what_pages_need() -> None:
    assert {"Hint", "SectionProgress", "FileFacts", "Files"} <= set(forms.__all__)


def test_what_is_always_readonly_may_come_back_as_it_was_submitted() -> None:
    """A page sends the whole of the earlier answers, its readonly ones, too."""
    form = small(
        {"type": "textfield", "key": "object", "label": "对象", "readonly": True},
        {"type": "textfield", "key": "intro", "label": "简介"},
    )
    base = {"object": "检测场景", "intro": "旧"}
    sent = {**base, "intro": "新"}
    assert form.check(sent, {}, CLOCK, only={"intro": "请补充"}, base=base) == []
