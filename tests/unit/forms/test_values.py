"""What a person types, and what is stored: every component on its own."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.forms.helpers import CATALOGUES, accept, one, refuse, small, wrong

TEXT = {"type": "textfield"}
NUMBER = {"type": "number", "decimalDigits": 2, "appearance": {"suffixAdorner": "万元"}}
DATE = {"type": "datetime", "subtype": "date"}
USCC = {"type": "textfield", "label": "统一社会信用代码", "properties": {"kind": "uscc"}}


def of_kind(kind: str) -> dict[str, Any]:
    return {"type": "textfield", "properties": {"kind": kind}}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  甲\u00a0乙 ", "甲 乙"),
        ("甲\r\n乙", "甲 乙"),
        ("\ufeff甲\u200b", "甲"),
        ("   ", None),
        ("", None),
        (None, None),
        ("{label}", "{label}"),
    ],
)
def test_text_is_trimmed_and_plain(typed: Any, stored: Any) -> None:
    assert one(TEXT, typed) == stored


def test_a_textarea_keeps_its_lines() -> None:
    assert one({"type": "textarea"}, "甲\r\n乙\v丙\n") == "甲\n乙\n丙"


@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800b", "a\x1bb"])
def test_control_characters_are_refused(typed: str) -> None:
    assert "控制字符" in wrong(TEXT, typed)


@pytest.mark.parametrize("typed", [1, True, Decimal("1.5"), ["a"], {"a": "b"}])
def test_text_takes_nothing_but_text(typed: Any) -> None:
    assert "应为文字" in wrong(TEXT, typed)


def test_lengths_are_counted_in_characters_and_say_how_many_to_remove() -> None:
    bounded = {**TEXT, "validate": {"minLength": 2, "maxLength": 4}}
    assert one(bounded, "𠮷野家呀") == "𠮷野家呀"
    assert wrong(bounded, "甲乙丙丁戊己") == "甲最多 4 个字，您填了 6 个，请删减 2 个"
    assert wrong(bounded, "甲") == "甲至少 2 个字，您填了 1 个，请补充"
    assert "最多 1000 个字" in wrong(TEXT, "x" * 1001)


def test_lengths_may_be_feel() -> None:
    assert "最多 3 个字" in wrong(
        {**TEXT, "validate": {"maxLength": "=limit"}}, "甲乙丙丁", {"limit": Decimal(3)}
    )


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("uscc", " ９１１１００００ 600037341l ", "91110000600037341L"),
        ("uscc", "9111-0000-6000-3734-1L", "91110000600037341L"),
        ("mobile", "+86 138-0531-0000", "13805310000"),
        ("mobile", "１３８０５３１００００", "13805310000"),
        ("mobile", "8613805310000", "13805310000"),
        ("docno", "鲁工信发[2024]012号", "鲁工信发〔2024〕12号"),
        ("docno", "鲁工信发（2024）第 12 号", "鲁工信发〔2024〕12号"),
        ("code", "ｃ３４ ", "C34"),
    ],
)
def test_identifiers_are_normalised(kind: str, typed: str, stored: str) -> None:
    assert one(of_kind(kind), typed) == stored


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9137010012345678", "统一社会信用代码应为 18 位，您填了 16 位"),
        ("91110000600037342L", "校验位不符"),
        ("91110000O00037341L", "第 9 位“O”不会出现在代码中，请核对是否为“0”"),
        ("91A10000600037341L", "第 3 至 8 位应为数字"),
        ("中" * 18, "不会出现在代码中"),
    ],
)
def test_a_wrong_credit_code_says_what_is_wrong(typed: str, said: str) -> None:
    assert said in wrong(USCC, typed)


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("mobile", "1380531", "应为 11 位手机号码，您填了 7 位"),
        ("mobile", "23805310000", "13 至 19 开头"),
        ("mobile", "电话", "只能是数字"),
        ("docno", "2024年12号", "鲁工信发〔2024〕12号"),
        ("code", "甲", "只能含字母"),
    ],
)
def test_a_wrong_identifier_says_what_is_wrong(kind: str, typed: str, said: str) -> None:
    assert said in wrong(of_kind(kind), typed)


@pytest.mark.parametrize(
    ("validation", "good", "bad"),
    [
        ("email", ["a@b.cn", "ａ＠b.cn"], ["a@b", "a b@c.cn", "@c.cn", "a@b..cn", "甲@b.cn"]),
        ("phone", ["13805310000", "+86 13805310000", "0531-86091234", "+44-20-7946-0958"], ["12", "+0123"]),
    ],
)
def test_validation_types(validation: str, good: list[str], bad: list[str]) -> None:
    field = {**TEXT, "validate": {"validationType": validation}}
    for typed in good:
        assert one(field, typed)
    for typed in bad:
        assert "例如" in wrong(field, typed)


def test_a_pattern_is_searched_for_as_in_javascript() -> None:
    field = {**TEXT, "validate": {"pattern": "^\\d{2}$", "patternErrorMessage": "两位数字"}}
    assert one(field, "12") == "12"
    assert wrong(field, "１２") == "两位数字"  # \d is 0-9 in JavaScript
    assert one({**TEXT, "validate": {"pattern": "b+"}}, "abc") == "abc"
    assert "最多 256 个字" in wrong({**TEXT, "validate": {"pattern": "b+"}}, "b" * 300)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("1,234.50", "1234.50"),
        ("１２３４．５", "1234.5"),
        ("12 万元", "12"),
        ("1，234", "1234"),
        ("-0", "0"),
        (".5", "0.5"),
        (Decimal("1E+2"), "100"),
        (7, "7"),
        (0.1, "0.1"),
        ("", None),
        (None, None),
    ],
)
def test_numbers_are_exact(typed: Any, stored: str | None) -> None:
    value = one(NUMBER, typed)
    assert (None if value is None else f"{value:f}") == stored
    assert value is None or isinstance(value, Decimal)


@pytest.mark.parametrize("typed", ["abc", "1e5", "1,2,3", "12,34", "NaN", "1.2.3", "٣", "--1", "0x10"])
def test_what_is_no_number_is_quoted(typed: str) -> None:
    assert f"您填了“{typed}”" in wrong(NUMBER, typed)


@pytest.mark.parametrize("typed", [True, [], [1], {}])
def test_a_number_takes_no_other_type(typed: Any) -> None:
    assert "应为数字" in wrong(NUMBER, typed)


def test_number_bounds_and_decimals() -> None:
    bounded = {**NUMBER, "validate": {"min": 0, "max": "=limit"}}
    assert "不能小于 0万元，您填了 -1万元" in wrong(bounded, "-1")
    assert "不能大于 1,000万元，您填了 1,000.01万元" in wrong(bounded, "1000.01", {"limit": Decimal(1000)})
    assert wrong(bounded, "1.005") == "甲最多保留 2 位小数，您填了 3 位"
    assert one(bounded, "1.500") == Decimal("1.5")
    assert "整数" in wrong({"type": "number", "decimalDigits": 0}, "1.5")
    assert "最多 30 位" in wrong(NUMBER, "1" * 31)


@pytest.mark.parametrize(
    ("subtype", "typed", "stored"),
    [
        ("date", "2026-12-08", "2026-12-08"),
        ("date", "20261208", "2026-12-08"),
        ("date", "2026/1/2", "2026-01-02"),
        ("date", "２０２６年１月２日", "2026-01-02"),
        ("date", " ", None),
        ("time", "9:30", "09:30:00"),
        ("time", "9时30分", "09:30:00"),
        ("datetime", "2026-12-08T09:30", "2026-12-08T09:30:00+08:00"),
        ("datetime", "2026-12-08 09:30", "2026-12-08T09:30:00+08:00"),
        ("datetime", "2026-12-08T01:30:00Z", "2026-12-08T09:30:00+08:00"),
        ("datetime", "2026-12-08T09:30+08:00", "2026-12-08T09:30:00+08:00"),
    ],
)
def test_moments_are_iso(subtype: str, typed: str, stored: str | None) -> None:
    assert one({"type": "datetime", "subtype": subtype}, typed) == stored


def test_a_local_datetime_has_no_offset() -> None:
    local = {"type": "datetime", "subtype": "datetime", "timeSerializingFormat": "no_timezone"}
    assert one(local, "2026-12-08T09:30") == "2026-12-08T09:30:00"


@pytest.mark.parametrize(
    ("subtype", "typed"),
    [
        ("date", "2026-02-30"),
        ("date", "8.12.2026"),
        ("time", "25:00"),
        ("datetime", "2026-12-08"),
        ("date", "0000-01-01"),
    ],
)
def test_a_wrong_moment_shows_an_example(subtype: str, typed: str) -> None:
    assert f"您填了“{typed}”" in wrong({"type": "datetime", "subtype": subtype}, typed)


def test_moments_have_bounds() -> None:
    bounded = {**DATE, "properties": {"not_before": "2024-01-01", "not_after": "=last"}}
    assert "不能早于2024年1月1日，您填了2023年12月31日" in wrong(bounded, "2023-12-31")
    assert "不能晚于2024年6月30日" in wrong(bounded, "2024-07-01", {"last": "2024-06-30"})
    assert "不能早于今天" in wrong({**DATE, "disallowPassedDates": True}, "2024-06-30")
    assert one({**DATE, "disallowPassedDates": True}, "2024-07-01") == "2024-07-01"
    assert wrong(DATE, 20240101) == "甲应为日期或时间，提交的是数字"


def test_a_choice_must_be_offered() -> None:
    static = {"type": "radio", "values": [{"label": "甲", "value": "a"}, {"label": "乙", "value": "1"}]}
    assert one(static, "a") == "a"
    assert one(static, 1) == "1"
    assert "“c”不在可选范围内" in wrong(static, "c")
    assert "应为一个选项" in wrong(static, True)
    by_key = {"type": "select", "valuesKey": "cities"}
    assert one(by_key, "370100", CATALOGUES) == "370100"
    assert "不在可选范围内" in wrong(by_key, "370100")
    assert "不在可选范围内" in wrong({"type": "select", "valuesExpression": "=nothing"}, "a")


def test_many_choices_are_a_list_without_repeats() -> None:
    many = {"type": "checklist", "values": [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}]}
    assert one(many, ["b", "a", "b"]) == ["b", "a"]
    assert one(many, None) == []
    assert "“c”" in wrong(many, ["a", "c"])
    assert "应为选项的列表" in wrong(many, "a")
    assert "应为选项的列表" in wrong(many, [["a"]])
    assert "请选择" in wrong({**many, "validate": {"required": True}}, [])


def test_a_dependent_select_follows_the_other_answer() -> None:
    form = small(
        {"type": "select", "key": "city", "valuesExpression": "=catalogues.cities"},
        {"type": "select", "key": "county", "valuesExpression": "=catalogues.counties[city = outer]"},
        {"type": "expression", "key": "outer", "expression": "=city"},
    )
    context = {"catalogues": CATALOGUES}
    assert accept(form, {"city": "370200", "county": "370202"}, context)["county"] == "370202"
    assert refuse(form, {"city": "370200", "county": "370102"}, context) == {
        "county": "甲所选的“370102”不在可选范围内，请重新选择"
    }


def test_a_box_is_true_or_false() -> None:
    assert one({"type": "checkbox"}, None) is False
    assert "应为是或否" in wrong({"type": "checkbox"}, "true")
    assert wrong({"type": "checkbox", "validate": {"required": True}}, False) == "请勾选甲"


def test_a_commitment_has_the_authors_words() -> None:
    promise = {"type": "checkbox", "properties": {"must_be_true": "true"}}
    assert "未承诺的不能提交" in wrong(promise, False)
    assert wrong({**promise, "properties": {"must_be_true": "true", "error_zh": "请承诺"}}, False) == "请承诺"


def test_files_are_ids() -> None:
    files = {"type": "filepicker", "multiple": True, "properties": {"max_files": "2"}}
    assert one(files, ["f-1", "f-2", "f-1"]) == ["f-1", "f-2"]
    assert "最多 2 个文件，您上传了 3 个" in wrong(files, ["a", "b", "c"])
    assert "无法识别" in wrong(files, ["../etc/passwd"])
    assert "最多 1 个文件" in wrong({"type": "filepicker"}, ["a", "b"])
    assert "请上传" in wrong({**files, "validate": {"required": True}}, [])
