"""Regular expressions of XPath, in time proportional to the text."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import Budget, FeelBudgetExceeded
from engine.feel.regex import InvalidPattern, compile_pattern
from tests.unit.feel.support import feel, under


class _Free:
    """An account without limits."""

    def step(self, count: int = 1) -> None:
        """Nothing to pay."""

    def take(self, size: int) -> None:
        """Nothing to pay."""


@pytest.mark.parametrize(
    ("pattern", "text", "flags", "expected"),
    [
        ("^1[3-9][0-9]{9}$", "13800138000", "", True),
        ("^1[3-9][0-9]{9}$", "12800138000", "", False),
        ("b", "abc", "", True),
        ("a.c", "a\nc", "", False),
        ("a.c", "a\nc", "s", True),
        ("^b$", "a\nb\nc", "m", True),
        ("ABC", "xabcx", "i", True),
        ("[A-Z-[OI]]", "o", "i", False),
        ("a b", "ab", "x", True),
        ("a.c", "abc", "q", False),
        ("(.)\\1", "abb", "", True),
        ("^\\p{IsCJKUnifiedIdeographs}+$", "鲁智", "", True),
        ("^\\P{L}+$", "123", "", True),
        ("^[\\w-[a]]+$", "abc", "", False),
        ("^(?:ab|cd){2}$", "abcd", "", True),
    ],
)
def test_patterns_match_as_xpath_says(pattern: str, text: str, flags: str, expected: bool) -> None:
    call = "matches(text, pattern, flags)"
    assert feel(call, {"text": text, "pattern": pattern, "flags": flags}) is expected


@pytest.mark.parametrize(
    "pattern", ["(", "a)", "[", "[b-a]", "*", "a{2,1}", "\\1", "(?=a)", "\\q", "\\p{Xx}", "a{", "{2}"]
)
def test_an_invalid_pattern_gives_null(pattern: str) -> None:
    assert feel('matches("a", pattern)', {"pattern": pattern}) is None


def test_an_unknown_flag_gives_null() -> None:
    assert feel('matches("a", "a", "z")') is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('replace("abracadabra", "a(.)", "a$1$1")', "abbraccaddabbra"),
        ('replace("2024-09-30", "(\\d+)-(\\d+)-(\\d+)", "$1年$2月$3日")', "2024年09月30日"),
        ('replace("a.b", ".", "-", "q")', "a-b"),
        ('replace("abc", "b", "\\$")', "a$c"),
        ('replace("abc", "b", "[$0]")', "a[b]c"),
        ('replace("abc", "x*", "-")', None),
        ('replace("abc", "b", "$")', None),
    ],
)
def test_replacement_knows_groups(text: str, expected: str | None) -> None:
    assert feel(text) == expected


def test_split_and_extract() -> None:
    assert feel('split("甲、乙，丙", "[、，]")') == ["甲", "乙", "丙"]
    assert feel('split("abc", "")') is None
    assert feel('extract("a1b22", "[0-9]+")') == ["1", "22"]


def test_nested_repetition_is_linear_not_exponential() -> None:
    text = 'matches(text, "^(a+)+$")'
    assert under(Budget(steps=3_000), text, {"text": "a" * 500 + "b"}) is False


def test_back_references_cannot_run_away() -> None:
    with pytest.raises(FeelBudgetExceeded):
        under(Budget(steps=20_000), 'matches(text, "^(a*)*(a*)*\\1\\2b")', {"text": "a" * 200})


def test_a_pattern_that_unfolds_hugely_is_invalid() -> None:
    with pytest.raises(InvalidPattern):
        compile_pattern("((a{1000}){1000}){1000}")


_PIECES = ["a", "b", "[ab]", "[^a]", "(?:ab)", "(a|b)", "."]
_pattern = st.lists(
    st.tuples(st.sampled_from(_PIECES), st.sampled_from(["", "?", "+", "*?", "{1,2}"])).map("".join),
    min_size=1,
    max_size=4,
).map("".join)


@given(pattern=_pattern, text=st.text(alphabet="abc", max_size=8))
def test_first_match_and_groups_agree_with_python_where_both_speak_the_same(pattern: str, text: str) -> None:
    ours = compile_pattern(pattern).find(text, _Free())
    theirs = re.search(pattern, text)
    assert (ours is None) == (theirs is None)
    if ours is not None and theirs is not None:
        assert ours.spans[0] == theirs.span()


@given(text=st.text(alphabet=string.printable + "鲁", max_size=30))
def test_no_pattern_does_anything_but_compile_or_be_invalid(text: str) -> None:
    try:
        compile_pattern(text)
    except InvalidPattern:
        return
