"""Lists: filters, positions, and the functions that take them apart."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.feel.support import feel

STAFF = {"staff": [{"name": "甲", "age": 30}, {"name": "乙", "age": 40}, {"name": "丙"}]}


def test_positions_count_from_one_or_from_the_end() -> None:
    assert feel("[1, 2, 3][1]") == 1
    assert feel("[1, 2, 3][-1]") == 3
    assert feel("[1, 2, 3][4]") is None
    assert feel("[1, 2, 3][0]") is None
    assert feel("xs[i]", {"xs": ["a", "b"], "i": 2}) == "b"


def test_a_filter_sees_the_entries_of_each_item_and_the_item() -> None:
    assert feel("staff[age > 35].name", STAFF) == ["乙"]
    assert feel('staff[item.name = "甲"][1].age', STAFF) == 30
    assert feel("[1, 2, 3][item >= 2]") == [2, 3]


def test_a_filter_sees_the_variables_around_it_where_the_item_has_no_such_entry() -> None:
    assert feel("staff[age > limit].name", {**STAFF, "limit": 25}) == ["甲", "乙"]


def test_an_item_without_the_entry_does_not_pass() -> None:
    assert feel("count(staff[age > 0])", STAFF) == 2


def test_a_path_over_a_list_gives_the_entry_of_each_item() -> None:
    assert feel("staff.age", STAFF) == [30, 40, None]


def test_a_single_value_is_a_list_of_one() -> None:
    assert feel('"a"[1]') == "a"
    assert feel("5[item > 3]") == [5]
    assert feel("count(5)") == 1


def test_null_has_no_items() -> None:
    assert feel("null[1]") is None
    assert feel("count(null)") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list contains([1, null], null)", True),
        ("sublist([1, 2, 3], -2)", [2, 3]),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2], 3)", [1, 2, 3]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2, 3], -1)", [1, 2]),
        ("list replace([1, 2, 3], 2, 9)", [1, 9, 3]),
        ("list replace([1, 2, 3], function(item, new) item > 1, 9)", [1, 9, 9]),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("distinct values([1, 1.0, true, {a: 1}, {a: 1}])", [1, True, {"a": 1}]),
        ("duplicate values([1, 2, 1])", [1]),
        ("flatten([1, [2, [3]]])", [1, 2, 3]),
        ("partition([1, 2, 3], 2)", [[1, 2], [3]]),
        ("min(3, 1, 2)", 1),
        ('max(["a", "c", "b"])', "c"),
        ('min(1, "a")', None),
        ("all([true, null])", None),
        ("any([false, true, null])", True),
        ("sort([3, 1, 2], function(x, y) x < y)", [1, 2, 3]),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ("is empty([])", True),
    ],
)
def test_list_functions(text: str, expected: object) -> None:
    assert feel(text) == expected


def test_sorting_keeps_equal_items_in_their_order() -> None:
    rows = [{"k": 1, "n": "a"}, {"k": 0, "n": "b"}, {"k": 1, "n": "c"}]
    assert feel("sort(rows, function(x, y) x.k < y.k).n", {"rows": rows}) == ["b", "a", "c"]


def test_numbers_in_lists_of_the_host_are_decimals() -> None:
    (value,) = feel("xs[1 = 1]", {"xs": [1]})
    assert type(value) is Decimal


def test_ranges_and_lists_are_compared_by_value() -> None:
    assert feel("[1, [2, {a: 3}]] = [1, [2, {a: 3}]]") is True
    assert feel("[1, 2] = [2, 1]") is False
    assert feel('[1] = ["a"]') is None
