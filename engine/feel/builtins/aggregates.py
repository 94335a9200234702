"""Functions that make one value of many; they take one list or any number of values (DMN 1.5, 10.3.4.4)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from engine.feel.budget import Meter
from engine.feel.builtins.registry import builtin
from engine.feel.comparison import sort_keys
from engine.feel.values import NUMBERS, ZERO, YearsMonthsDuration


def _extreme(meter: Meter, name: str, items: list[Any], wanted: bool) -> Any:
    best: Any = None
    for item in items:
        pair = sort_keys(item, item if best is None else best)
        if pair is None:
            meter.warn("ARGUMENTS", name)
            return None
        if best is None or ((pair[0] > pair[1]) is wanted and pair[0] != pair[1]):
            best = item
    return best


@builtin("min", "list...: list")
def min_(meter: Meter, items: list[Any]) -> Any:
    """The least; null for none, or for items that cannot be compared."""
    return _extreme(meter, "min", items, wanted=False)


@builtin("max", "list...: list")
def max_(meter: Meter, items: list[Any]) -> Any:
    """The greatest; null for none, or for items that cannot be compared."""
    return _extreme(meter, "max", items, wanted=True)


def _numbers(meter: Meter, name: str, items: list[Any]) -> list[Decimal] | None:
    if items and all(type(item) is Decimal for item in items):
        return items
    meter.warn("ARGUMENTS", name)
    return None


@builtin("sum", "list...: list")
def sum_(meter: Meter, items: list[Any]) -> Any:
    """The sum of numbers, or of durations of one kind (Camunda 8); null for none."""
    if items and all(type(item) is timedelta for item in items):
        return sum(items, timedelta())
    if items and all(type(item) is YearsMonthsDuration for item in items):
        return YearsMonthsDuration(sum(item.months for item in items))
    numbers = _numbers(meter, "sum", items)
    return None if numbers is None else _sum(numbers)


def _sum(numbers: list[Decimal]) -> Decimal:
    total = ZERO
    for each in numbers:
        total = NUMBERS.add(total, each)
    return total


def _mean(numbers: list[Decimal]) -> Decimal:
    return NUMBERS.divide(_sum(numbers), Decimal(len(numbers)))


@builtin("mean", "list...: list")
def mean(meter: Meter, items: list[Any]) -> Decimal | None:
    """The arithmetic mean."""
    numbers = _numbers(meter, "mean", items)
    return None if numbers is None else _mean(numbers)


@builtin("product", "list...: list")
def product(meter: Meter, items: list[Any]) -> Decimal | None:
    """The product."""
    numbers = _numbers(meter, "product", items)
    if numbers is None:
        return None
    result = Decimal(1)
    for each in numbers:
        result = NUMBERS.multiply(result, each)
    return result


@builtin("median", "list...: list")
def median(meter: Meter, items: list[Any]) -> Decimal | None:
    """The middle one, or the mean of the two in the middle."""
    numbers = _numbers(meter, "median", items)
    if numbers is None:
        return None
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else _mean(ordered[half - 1 : half + 1])


@builtin("stddev", "list...: list")
def stddev(meter: Meter, items: list[Any]) -> Decimal | None:
    """The standard deviation of a sample; null for fewer than two numbers."""
    numbers = _numbers(meter, "stddev", items)
    if numbers is None or len(numbers) < 2:
        meter.warn("ARGUMENTS", "stddev")
        return None
    centre = _mean(numbers)
    squares = [NUMBERS.power(NUMBERS.subtract(each, centre), Decimal(2)) for each in numbers]
    return NUMBERS.sqrt(NUMBERS.divide(_sum(squares), Decimal(len(numbers) - 1)))


@builtin("mode", "list...: list")
def mode(meter: Meter, items: list[Any]) -> list[Decimal] | None:
    """The most frequent numbers in ascending order."""
    if not items:
        return []
    numbers = _numbers(meter, "mode", items)
    if numbers is None:
        return None
    counts = Counter(numbers)
    most = max(counts.values())
    return sorted(each for each, count in counts.items() if count == most)


@builtin("all", "list...: list")
def all_(meter: Meter, items: list[Any]) -> bool | None:
    """False if any item is false, true if all are true, else null."""
    if any(item is not None and type(item) is not bool for item in items):
        meter.warn("ARGUMENTS", "all")
        return None
    if any(item is False for item in items):
        return False
    return None if None in items else True


@builtin("any", "list...: list")
def any_(meter: Meter, items: list[Any]) -> bool | None:
    """True if any item is true, false if all are false, else null."""
    if any(item is not None and type(item) is not bool for item in items):
        meter.warn("ARGUMENTS", "any")
        return None
    if any(item is True for item in items):
        return True
    return None if None in items else False
