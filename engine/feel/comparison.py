"""Equality, order and membership in three-valued logic (DMN 1.5, tables 41 and 42, 7.3.8)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.feel.errors import depth_exceeded
from engine.feel.temporal.instants import instant, is_local, microseconds_of_day, time_offset
from engine.feel.temporal.wide import WideDate, WideDateTime, ordinal
from engine.feel.values import Range, YearsMonthsDuration, type_name

if TYPE_CHECKING:
    from engine.feel.budget import Meter

_EXACT = frozenset({Decimal, str, bool, timedelta, YearsMonthsDuration})
_ORDERED = frozenset({Decimal, str, timedelta, YearsMonthsDuration})
_DATES = frozenset({date, WideDate})
_INSTANTS = frozenset({datetime, WideDateTime})
_MICROSECOND = timedelta(microseconds=1)
MAX_DEPTH = 100


def equal(left: Any, right: Any, meter: Meter, depth: int = 0) -> bool | None:
    """`left = right`; None when the types differ. Lists and contexts cost a step an item."""
    kind = type(left)
    if kind is type(right):
        if kind in _EXACT:
            return bool(left == right)
        if kind is list:
            return _equal_lists(left, right, meter, depth)
        if kind is dict:
            return _equal_contexts(left, right, meter, depth)
        if kind is Range:
            return _equal_ranges(left, right, meter, depth)
    if left is None or right is None:
        return left is right
    if kind is time and type(right) is time:
        return _equal_times(left, right)
    pair = sort_keys(left, right)
    if pair is not None:
        return bool(pair[0] == pair[1])
    return True if left is right else None


def sort_keys(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Two Python values in the same order as these two; None when they cannot be compared."""
    kind, other = type(left), type(right)
    if kind in _ORDERED:
        return (left, right) if kind is other else None
    if kind in _INSTANTS and other in _INSTANTS:
        return (instant(left), instant(right)) if is_local(left) == is_local(right) else None
    if kind in _DATES and other in _DATES:
        return ordinal(left), ordinal(right)
    if kind is time and other is time and (left.tzinfo is None) == (right.tzinfo is None):
        return _time_key(left), _time_key(right)
    return None


def _time_key(of_day: time) -> int:
    offset = time_offset(of_day)
    return microseconds_of_day(of_day) - (offset // _MICROSECOND if offset else 0)


def _equal_times(left: time, right: time) -> bool | None:
    """Times are equal to the second: the properties that table 41 compares have no fraction."""
    pair = sort_keys(left, right)
    return None if pair is None else pair[0] // 1_000_000 == pair[1] // 1_000_000


def _equal_lists(left: list[Any], right: list[Any], meter: Meter, depth: int) -> bool | None:
    if depth > MAX_DEPTH:
        raise depth_exceeded()
    if len(left) != len(right):
        return False
    meter.step(len(left))
    return conjunction(equal(a, b, meter, depth + 1) for a, b in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], meter: Meter, depth: int) -> bool | None:
    if depth > MAX_DEPTH:
        raise depth_exceeded()
    if left.keys() != right.keys():
        return False
    meter.step(len(left))
    return conjunction(equal(value, right[name], meter, depth + 1) for name, value in left.items())


def _equal_ranges(left: Range, right: Range, meter: Meter, depth: int) -> bool | None:
    shape = (left.low_closed, left.high_closed, left.operator)
    if shape != (right.low_closed, right.high_closed, right.operator):
        return False
    low = equal(left.low, right.low, meter, depth + 1)
    return conjunction([low, equal(left.high, right.high, meter, depth + 1)])


def conjunction(values: Any) -> bool | None:
    """Three-valued `and` of many: False wins, then None."""
    result: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is not True:
            result = None
    return result


def compare(operator: str, left: Any, right: Any, meter: Meter) -> bool | None:
    """`left < right` and its like; None when the values cannot be compared."""
    if operator == "=":
        return equal(left, right, meter)
    if operator == "!=":
        same = equal(left, right, meter)
        return None if same is None else not same
    pair = sort_keys(left, right)
    if pair is None:
        return None
    a, b = pair
    if operator == "<":
        return bool(a < b)
    if operator == "<=":
        return bool(a <= b)
    return bool(a > b) if operator == ">" else bool(a >= b)


def in_range(value: Any, interval: Range, meter: Meter) -> bool | None:
    """Whether the value lies in the range."""
    if interval.operator is not None:
        bound = interval.high if interval.operator in ("<", "<=") else interval.low
        return compare(interval.operator, value, bound, meter)
    low = compare(">=" if interval.low_closed else ">", value, interval.low, meter)
    high = compare("<=" if interval.high_closed else "<", value, interval.high, meter)
    return conjunction([low, high])


def passes(value: Any, test: Any, meter: Meter) -> bool | None:
    """`value in test`: lies in a range, is in a list or fits one of its ranges, or equals the value."""
    if type(test) is Range and type(value) is not Range:
        return in_range(value, test, meter)
    if type(test) is list:
        return _passes_list(value, test, meter)
    return equal(value, test, meter)


def _passes_list(value: Any, tests: list[Any], meter: Meter) -> bool | None:
    meter.step(len(tests))
    if type(value) is list and equal(value, tests, meter) is True:
        return True
    found: bool | None = False
    for test in tests:
        is_range = type(test) is Range and type(value) is not Range
        outcome = in_range(value, test, meter) if is_range else equal(value, test, meter)
        if outcome is True:
            return True
        # A list may mix types; only a test that could have compared leaves the answer open.
        if outcome is None and is_range and type_name(value) == type_name(test.low):
            found = None
    return found
