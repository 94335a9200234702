"""`for`, `some`, `every`."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.feel.support import feel


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for x in [1, 2] return x * 2", [2, 4]),
        ("for x in 1..3 return x", [1, 2, 3]),
        ("for x in 3..1 return x", [3, 2, 1]),
        ("for x in (1..4) return x", [2, 3]),
        ("for x in [1..3] return x", [1, 2, 3]),
        ("for x in [1, 2], y in [10, 20] return x + y", [11, 21, 12, 22]),
        ("for x in [[1, 2], [3]], y in x return y", [1, 2, 3]),
        ("for x in 0..4 return if x = 0 then 1 else x * partial[-1]", [1, 1, 2, 6, 24]),
        ("for x in 1..3 return count(partial)", [0, 1, 2]),
        ("for x in 5 return x", [5]),
        ("for x in null return x", None),
        ('for x in "a".."c" return x', None),
        ("for the item in [1] return the item", [1]),
        ("some x in [1, 2] satisfies x > 1", True),
        ("every x in [1, 2] satisfies x > 1", False),
        ("every x in [] satisfies false", True),
        ("some x in [1, null] satisfies x > 5", None),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", True),
    ],
)
def test_iteration(text: str, expected: object) -> None:
    assert feel(text) == expected


def test_a_range_of_dates_is_walked_day_by_day_in_both_directions() -> None:
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    assert feel('for d in @"2024-02-28"..@"2024-03-01" return d') == days
    assert feel('for d in [@"2024-03-01"..@"2024-02-28"] return d') == days[::-1]


def test_the_partial_results_that_are_returned_are_a_copy() -> None:
    assert feel("for x in 1..3 return partial") == [[], [[]], [[], [[]]]]


def test_the_loop_variable_is_not_known_outside() -> None:
    assert feel("[for x in [1] return x, x]", {"x": 9}) == [[1], 9]
