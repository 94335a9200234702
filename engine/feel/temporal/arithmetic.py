"""Sums, differences, products and quotients with dates and durations (DMN 1.5, tables 45 and 46).

Functions raise ValueError or OverflowError when the result cannot be represented; the caller makes it null.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.temporal.instants import (
    as_duration,
    instant,
    is_local,
    microseconds_of_day,
    midnight,
    time_offset,
)
from engine.feel.temporal.wide import (
    AnyDate,
    AnyDateTime,
    WideDateTime,
    clock_of,
    date_of,
    from_ordinal,
    make_date,
    make_date_time,
    ordinal,
    shift,
)
from engine.feel.values import NUMBERS, YearsMonthsDuration

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def add_months(day: AnyDate, duration: YearsMonthsDuration) -> AnyDate:
    """The date that many months later; the day is cut to the length of the month."""
    years, month = divmod(day.month - 1 + duration.months, 12)
    year = day.year + years
    # Only the position within 400 years matters for the length of February.
    last = monthrange(year % 400 + 2000, month + 1)[1]
    return make_date(year, month + 1, min(day.day, last))


def date_time_add_months(at: AnyDateTime, duration: YearsMonthsDuration) -> AnyDateTime:
    """The same time of day that many months later."""
    return make_date_time(add_months(date_of(at), duration), clock_of(at))


def add_to_date(day: AnyDate, length: timedelta) -> AnyDate:
    """The date on which the day's midnight plus the duration falls."""
    return from_ordinal(ordinal(day) + length // _DAY)


def add_to_date_time(at: AnyDateTime, length: timedelta) -> AnyDateTime:
    """The instant that much later, in the same zone."""
    if isinstance(at, WideDateTime):
        return shift(at, length)
    try:
        if isinstance(at.tzinfo, ZoneInfo):
            return (at.astimezone(UTC) + length).astimezone(at.tzinfo)
        return at + length
    except OverflowError:
        return shift(at, length)


def add_to_time(of_day: time, length: timedelta) -> time:
    """The time of day that much later, past midnight if need be."""
    moved = datetime.combine(date(2000, 1, 1), of_day.replace(tzinfo=None)) + length % _DAY
    return moved.time().replace(tzinfo=of_day.tzinfo)


def date_times_between(later: AnyDateTime, earlier: AnyDateTime) -> timedelta | None:
    """The time between two instants; None when only one of them has a zone."""
    if is_local(later) != is_local(earlier):
        return None
    return as_duration(instant(later) - instant(earlier))


def dates_between(later: AnyDate | AnyDateTime, earlier: AnyDate | AnyDateTime) -> timedelta | None:
    """The time between two dates or instants of which at least one is a date: its midnight in UTC."""
    return as_duration(_moment(later) - _moment(earlier))


def _moment(value: AnyDate | AnyDateTime) -> int:
    return instant(value) if isinstance(value, datetime | WideDateTime) else midnight(value)


def times_between(later: time, earlier: time) -> timedelta | None:
    """The time between two times of one day; None when only one of them has a zone."""
    if (later.tzinfo is None) != (earlier.tzinfo is None):
        return None
    gap = as_duration(microseconds_of_day(later) - microseconds_of_day(earlier))
    if later.tzinfo is None or later.tzinfo == earlier.tzinfo:
        return gap
    return gap - (time_offset(later) or timedelta()) + (time_offset(earlier) or timedelta())


def scale_months(duration: YearsMonthsDuration, factor: Decimal) -> YearsMonthsDuration:
    """The duration times a number, cut to whole months."""
    return YearsMonthsDuration(_whole(NUMBERS.multiply(Decimal(duration.months), factor)))


def divide_months(duration: YearsMonthsDuration, divisor: Decimal) -> YearsMonthsDuration:
    """The duration divided by a number, cut to whole months."""
    return YearsMonthsDuration(_whole(NUMBERS.divide(Decimal(duration.months), divisor)))


def scale_days(length: timedelta, factor: Decimal) -> timedelta:
    """The duration times a number, to the microsecond."""
    return as_duration(_whole(NUMBERS.multiply(microseconds(length), factor)))


def divide_days(length: timedelta, divisor: Decimal) -> timedelta:
    """The duration divided by a number, to the microsecond."""
    return as_duration(_whole(NUMBERS.divide(microseconds(length), divisor)))


def microseconds(length: timedelta) -> Decimal:
    """The duration in microseconds."""
    return Decimal(length // _MICROSECOND)


def _whole(value: Decimal) -> int:
    if value.adjusted() > 40:
        raise OverflowError
    return int(value)
