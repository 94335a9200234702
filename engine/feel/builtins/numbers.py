"""Functions on numbers (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

import decimal
from datetime import timedelta
from decimal import Decimal

from engine.feel.budget import Meter
from engine.feel.builtins.registry import builtin
from engine.feel.values import NUMBERS, ZERO, YearsMonthsDuration

MIN_SCALE, MAX_SCALE = -6111, 6176


def to_scale(value: Decimal, scale: Decimal | None, rounding: str) -> Decimal | None:
    """The number rounded to `scale` digits after the point (default 0); None for a scale out of range."""
    places = int(scale) if scale is not None else 0
    if not MIN_SCALE <= places <= MAX_SCALE:
        return None
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= places:
        return value
    unlimited = decimal.Context(prec=7000, Emin=-9999, Emax=9999)
    return NUMBERS.plus(value.quantize(Decimal(1).scaleb(-places, unlimited), rounding, unlimited))


@builtin("decimal", "n: number, scale: number")
def decimal_(meter: Meter, n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded half to even."""
    return to_scale(n, scale, decimal.ROUND_HALF_EVEN)


@builtin("floor", "n: number, scale?: number")
def floor(meter: Meter, n: Decimal, scale: Decimal | None) -> Decimal | None:
    """Rounded towards minus infinity."""
    return to_scale(n, scale, decimal.ROUND_FLOOR)


@builtin("ceiling", "n: number, scale?: number")
def ceiling(meter: Meter, n: Decimal, scale: Decimal | None) -> Decimal | None:
    """Rounded towards infinity."""
    return to_scale(n, scale, decimal.ROUND_CEILING)


@builtin("round up", "n: number, scale: number")
def round_up(meter: Meter, n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded away from zero."""
    return to_scale(n, scale, decimal.ROUND_UP)


@builtin("round down", "n: number, scale: number")
def round_down(meter: Meter, n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded towards zero."""
    return to_scale(n, scale, decimal.ROUND_DOWN)


@builtin("round half up", "n: number, scale: number")
def round_half_up(meter: Meter, n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to the nearest, a half away from zero."""
    return to_scale(n, scale, decimal.ROUND_HALF_UP)


@builtin("round half down", "n: number, scale: number")
def round_half_down(meter: Meter, n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to the nearest, a half towards zero."""
    return to_scale(n, scale, decimal.ROUND_HALF_DOWN)


@builtin("abs", "n: number")
def abs_(meter: Meter, n: Decimal) -> Decimal:
    """Without the sign."""
    return abs(n)


@builtin("abs", "n: days and time duration")
def abs_days(meter: Meter, n: timedelta) -> timedelta:
    """Without the sign."""
    return abs(n)


@builtin("abs", "n: years and months duration")
def abs_months(meter: Meter, n: YearsMonthsDuration) -> YearsMonthsDuration:
    """Without the sign."""
    return YearsMonthsDuration(abs(n.months))


@builtin("modulo", "dividend: number, divisor: number")
def modulo(meter: Meter, dividend: Decimal, divisor: Decimal) -> Decimal:
    """dividend - divisor * floor(dividend / divisor): the sign is that of the divisor."""
    rest = NUMBERS.remainder(dividend, divisor)
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@builtin("sqrt", "number: number")
def sqrt(meter: Meter, number: Decimal) -> Decimal:
    """The square root; null for a negative number."""
    return NUMBERS.sqrt(number)


@builtin("log", "number: number")
def log(meter: Meter, number: Decimal) -> Decimal | None:
    """The natural logarithm; null unless the number is positive."""
    if number > ZERO:
        return NUMBERS.ln(number)
    meter.warn("VALUE", "log", number)
    return None


@builtin("exp", "number: number")
def exp(meter: Meter, number: Decimal) -> Decimal:
    """e to that power."""
    return NUMBERS.exp(number)


@builtin("odd", "number: number")
def odd(meter: Meter, number: Decimal) -> bool:
    """Whether it is an odd whole number."""
    return NUMBERS.remainder(abs(number), Decimal(2)) == 1


@builtin("even", "number: number")
def even(meter: Meter, number: Decimal) -> bool:
    """Whether it is an even whole number."""
    return NUMBERS.remainder(number, Decimal(2)) == 0
