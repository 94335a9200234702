"""Functions that say something about a date, and the present (DMN 1.5, 10.3.4.9 and 10.3.4.10)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal

from engine.clock import MONTHS
from engine.feel.budget import Meter
from engine.feel.builtins.registry import builtin
from engine.feel.temporal.properties import weekday
from engine.feel.temporal.wide import AnyDate, AnyDateTime, WideDateTime, date_of, make_date, ordinal

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _date(value: AnyDate | AnyDateTime) -> AnyDate:
    return date_of(value) if isinstance(value, datetime | WideDateTime) else value


@builtin("now")
def now(meter: Meter) -> datetime:
    """The present instant of the injected clock."""
    return meter.clock.now()


@builtin("today")
def today(meter: Meter) -> date:
    """The present date of the injected clock, in its zone."""
    return meter.clock.now().date()


@builtin("day of year", "date: date")
@builtin("day of year", "date: date and time")
def day_of_year(meter: Meter, day: AnyDate | AnyDateTime) -> Decimal:
    """1 January is 1."""
    at = _date(day)
    return Decimal(ordinal(at) - ordinal(make_date(at.year, 1, 1)) + 1)


@builtin("day of week", "date: date")
@builtin("day of week", "date: date and time")
def day_of_week(meter: Meter, day: AnyDate | AnyDateTime) -> str:
    """The English name of the week day."""
    return _DAYS[weekday(_date(day)) - 1]


@builtin("month of year", "date: date")
@builtin("month of year", "date: date and time")
def month_of_year(meter: Meter, day: AnyDate | AnyDateTime) -> str:
    """The English name of the month."""
    return MONTHS[_date(day).month - 1]


@builtin("week of year", "date: date")
@builtin("week of year", "date: date and time")
def week_of_year(meter: Meter, day: AnyDate | AnyDateTime) -> Decimal:
    """The ISO 8601 week."""
    at = _date(day)
    inner = at if isinstance(at, date) else at.inner
    return Decimal(inner.isocalendar().week)


@builtin("last day of month", "date: date")
@builtin("last day of month", "date: date and time")
def last_day_of_month(meter: Meter, day: AnyDate | AnyDateTime) -> AnyDate:
    """The last date of the same month (Camunda 8)."""
    at = _date(day)
    return make_date(at.year, at.month, monthrange(at.year % 400 + 2000, at.month)[1])
