"""Three-valued logic, conditions, membership, types."""

from __future__ import annotations

import pytest

from tests.unit.feel.support import feel, warnings_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("false or null", None),
        ('true and "x"', None),
        ("not(null)", None),
        ("null = null", True),
        ("1 = null", False),
        ('1 = "1"', None),
        ("1 != 2", True),
        ('"a" < 1', None),
        ("if null then 1 else 2", 2),
        ('if "x" then 1 else 2', 2),
        ("5 between 1 and 5", True),
        ("5 between null and 5", None),
    ],
)
def test_what_cannot_be_told_is_null(text: str, expected: object) -> None:
    assert feel(text) is expected or feel(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 in (1, 5)", True),
        ("5 in [1..5)", False),
        ("5 in (> 3, < 1)", True),
        ('"b" in ["a".."c"]', True),
        ("5 in [[1..3], [4..6]]", True),
        ("[1, 2] in [[1, 2], [3]]", True),
        ("5 in !=5", False),
        ('@"2024-09-30" in [@"2024-09-01"..@"2024-09-30"]', True),
        ("5 in (null..10]", None),
    ],
)
def test_membership(text: str, expected: object) -> None:
    assert feel(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 instance of number", True),
        ("null instance of Any", False),
        ("null instance of Null", True),
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ('{a: "x"} instance of context<a: number>', False),
        ("[1..2] instance of range<number>", True),
        ('@"P1D" instance of days and time duration', True),
        ('@"2024-09-30" instance of date and time', False),
        ("function(a) a instance of function<number>->number", None),
        ("1 instance of nonsense", False),
    ],
)
def test_types(text: str, expected: object) -> None:
    if expected is None:
        assert feel(text).parameters == ("a",)  # the body is what is asked, not the function
    else:
        assert feel(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before([1..5], 6)", True),
        ("after(6, [1..5])", True),
        ("before([1..5), [5..6])", True),
        ("meets([1..5], [5..6])", True),
        ("met by([5..6], [1..5])", True),
        ("overlaps([1..5], [5..6])", True),
        ("overlaps([1..5), [5..6])", False),
        ("overlaps before([1..5], [4..6])", True),
        ("overlaps after([4..6], [1..5])", True),
        ("finishes(5, [1..5])", True),
        ("finished by([1..5], [3..5])", True),
        ("includes([1..5], 3)", True),
        ("during([2..3], [1..5])", True),
        ("starts([1..3], [1..5])", True),
        ("started by([1..5], [1..3])", True),
        ("coincides([1..5], [1..5])", True),
        ("coincides([1..5], [1..5))", False),
        ('before("a", 1)', None),
    ],
)
def test_relations_of_ranges(text: str, expected: object) -> None:
    assert feel(text) is expected


def test_a_comparison_of_two_types_warns_in_both_languages() -> None:
    (warning,) = warnings_of('1 = "1"')
    assert warning.message("zh") == "number与string不能比较"
    assert warning.message("en") == "number and string cannot be compared"
