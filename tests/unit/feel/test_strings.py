"""Strings are sequences of code points."""

from __future__ import annotations

import pytest

from tests.unit.feel.support import feel


def test_length_and_position_count_characters_not_bytes() -> None:
    assert feel('string length("鲁智🐎")') == 3
    assert feel('substring("鲁智🐎马", 3, 1)') == "🐎"
    assert feel('substring("foobar", -3, 2)') == "ba"


def test_escapes_are_read_and_unknown_ones_stay() -> None:
    assert feel(r'"a\nb\t\"\u9c81\U01F40E"') == 'a\nb\t"鲁🐎'
    assert feel(r'"\s"') == r"\s"
    assert feel(r'"\ud83d\udc0e"') == "🐎"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('upper case("aBc")', "ABC"),
        ('lower case("aBc")', "abc"),
        ('substring before("山东省济南市", "省")', "山东"),
        ('substring before("abc", "x")', ""),
        ('substring after("山东省济南市", "省")', "济南市"),
        ('substring after("abc", "x")', ""),
        ('contains("abc", "b")', True),
        ('starts with("abc", "ab")', True),
        ('ends with("abc", "bc")', True),
        ('string join(["甲", null, "乙"], "、")', "甲、乙"),
        ('string join(["a", "b"], ",", "[", "]")', "[a,b]"),
        ('trim("  a ")', "a"),
        ('is blank(" ")', True),
        ('"甲" + "乙"', "甲乙"),
        ('string join([1], ",")', None),
        ('contains("abc", null)', None),
    ],
)
def test_string_functions(text: str, expected: object) -> None:
    assert feel(text) == expected


def test_any_value_can_be_written_as_text_and_null_stays_null() -> None:
    assert feel('string({a: [1, "x"], "b c": null})') == '{a: [1, "x"], b c: null}'
    assert feel("string(null)") is None
    assert feel('string([@"2024-01-01"..@"2024-02-01"])') == '[@"2024-01-01"..@"2024-02-01"]'


def test_the_text_of_a_range_reads_back_as_the_range() -> None:
    assert feel('range(string((@"2024-01-01"..@"2024-02-01"])) = (@"2024-01-01"..@"2024-02-01"]') is True
