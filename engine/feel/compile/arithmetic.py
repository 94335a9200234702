"""Which operations exist for which pair of types, beyond two numbers (DMN 1.5, tables 45 and 46)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from engine.feel.temporal import arithmetic as temporal
from engine.feel.temporal.wide import WideDate, WideDateTime
from engine.feel.values import NUMBERS, YearsMonthsDuration

Operation = Callable[[Any, Any], Any]

OPERATIONS: dict[tuple[str, type, type], Operation] = {}
"""(operator, left type, right type) -> operation."""

_DATES = (date, WideDate)
_INSTANTS = (datetime, WideDateTime)


def _define(operator: str, lefts: tuple[type, ...], rights: tuple[type, ...], operation: Operation) -> None:
    for left, right in product(lefts, rights):
        OPERATIONS[operator, left, right] = operation


def _define_sum(lefts: tuple[type, ...], duration: type, operation: Operation) -> None:
    """value + duration, duration + value and value - duration."""
    _define("+", lefts, (duration,), operation)
    _define("+", (duration,), lefts, lambda length, value: operation(value, length))
    _define("-", lefts, (duration,), lambda value, length: operation(value, _negated(length)))


def _negated(length: timedelta | YearsMonthsDuration) -> timedelta | YearsMonthsDuration:
    return YearsMonthsDuration(-length.months) if isinstance(length, YearsMonthsDuration) else -length


def _months(operation: Callable[[int, int], int]) -> Operation:
    return lambda a, b: YearsMonthsDuration(operation(a.months, b.months))


_define("+", (str,), (str,), lambda a, b: a + b)
_define_sum(_DATES, YearsMonthsDuration, temporal.add_months)
_define_sum(_DATES, timedelta, temporal.add_to_date)
_define_sum(_INSTANTS, YearsMonthsDuration, temporal.date_time_add_months)
_define_sum(_INSTANTS, timedelta, temporal.add_to_date_time)
_define_sum((time,), timedelta, temporal.add_to_time)

_define("-", _INSTANTS, _INSTANTS, temporal.date_times_between)
_define("-", _DATES, _DATES, temporal.dates_between)
_define("-", _DATES, _INSTANTS, temporal.dates_between)
_define("-", _INSTANTS, _DATES, temporal.dates_between)
_define("-", (time,), (time,), temporal.times_between)

_define("+", (timedelta,), (timedelta,), lambda a, b: a + b)
_define("-", (timedelta,), (timedelta,), lambda a, b: a - b)
_define("*", (timedelta,), (Decimal,), temporal.scale_days)
_define("*", (Decimal,), (timedelta,), lambda factor, length: temporal.scale_days(length, factor))
_define("/", (timedelta,), (Decimal,), temporal.divide_days)
_define(
    "/",
    (timedelta,),
    (timedelta,),
    lambda a, b: NUMBERS.divide(temporal.microseconds(a), temporal.microseconds(b)),
)

_define("+", (YearsMonthsDuration,), (YearsMonthsDuration,), _months(lambda a, b: a + b))
_define("-", (YearsMonthsDuration,), (YearsMonthsDuration,), _months(lambda a, b: a - b))
_define("*", (YearsMonthsDuration,), (Decimal,), temporal.scale_months)
_define(
    "*", (Decimal,), (YearsMonthsDuration,), lambda factor, duration: temporal.scale_months(duration, factor)
)
_define("/", (YearsMonthsDuration,), (Decimal,), temporal.divide_months)
_define(
    "/",
    (YearsMonthsDuration,),
    (YearsMonthsDuration,),
    lambda a, b: NUMBERS.divide(Decimal(a.months), Decimal(b.months)),
)
