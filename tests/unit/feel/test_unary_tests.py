"""Cells of decision tables."""

from __future__ import annotations

from datetime import date

import pytest

from engine.feel import parse_unary_tests
from tests.unit.feel.support import passes


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", 5, True),
        (" - ", None, True),
        ("5", 5, True),
        ("5", 6, False),
        ("-5", -5, True),
        ('"A", "B"', "B", True),
        ('"A", "B"', "C", False),
        ('not("A", "B")', "C", True),
        ('not("A", "B")', "A", False),
        ("> 3", 5, True),
        ("[1..5)", 5, False),
        ("< 1, > 10", 11, True),
        ("not(< 1)", 0, False),
        ("null", None, True),
        ("null", 5, False),
        ("not(null)", 5, True),
        ("true", True, True),
        ("true", False, False),
        ("true", None, False),
        ("flag", None, False),
        ("flag", True, True),
        ("false", False, True),
        ("? > 3 and ? < 6", 5, True),
        ('ends with(?, "省")', "山东省", True),
        ("list contains(?, 2)", [1, 2], True),
        ("count(?) > 1", [1], False),
        ("known", 7, True),
        ("known + 1", 8, True),
        ("several", "b", True),
        ("limit > 3", 99, True),
        ("limit > 9", 99, False),
        ('@"2024-09-30"', date(2024, 9, 30), True),
        ('< @"2024-09-30"', date(2024, 9, 30), False),
        ('> "a"', 5, None),
        ("not(true)", True, False),
        ("!= 5", 6, True),
    ],
)
def test_a_cell_decides_about_an_input(cell: str, value: object, expected: object) -> None:
    context = {"known": 7, "several": ["a", "b"], "limit": 5, "flag": True}
    assert passes(cell, value, context) is expected


def test_a_dash_says_that_any_input_will_do() -> None:
    assert parse_unary_tests("-").any_input
    assert not parse_unary_tests("-1").any_input
