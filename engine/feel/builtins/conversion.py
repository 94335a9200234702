"""Functions that make a value of another (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.budget import Meter
from engine.feel.builtins.registry import builtin
from engine.feel.temporal import parse
from engine.feel.temporal.wide import AnyDate, AnyDateTime, clock_of, date_of, make_date, make_date_time
from engine.feel.text import account_for_text, to_text
from engine.feel.values import YearsMonthsDuration, number

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")


@builtin("string", "from: any")
def string(meter: Meter, value: Any) -> str | None:
    """The value as text; null stays null."""
    if type(value) is list or type(value) is dict:
        account_for_text(value, meter)
    return to_text(value)


@builtin("number", "from: string, grouping separator?: string, decimal separator?: string")
def number_(meter: Meter, text: str, grouping: str | None, point: str | None) -> Decimal | None:
    """The number that the text writes, with its separators (space, comma or point; the point by default)."""
    if (
        grouping not in (None, " ", ",", ".")
        or point not in (None, ",", ".")
        or (grouping and grouping == point)
    ):
        meter.warn("ARGUMENTS", "number")
        return None
    plain = text.replace(grouping, "") if grouping else text
    if point == ",":
        plain = plain.replace(".", "?").replace(",", ".")
    if _NUMBER.fullmatch(plain):
        return number(plain)
    meter.warn("VALUE", "number", text[:40])
    return None


@builtin("number", "from: number")
def number_of_number(meter: Meter, value: Decimal) -> Decimal:
    """The number itself (Camunda 8)."""
    return value


@builtin("date", "from: string")
def date_from_text(meter: Meter, text: str) -> AnyDate | None:
    """`2024-09-30`."""
    found = parse.parse_date(text)
    if found is None:
        meter.warn("VALUE", "date", text[:40])
    return found


@builtin("date", "from: date")
def date_from_date(meter: Meter, day: AnyDate) -> AnyDate:
    """The date itself."""
    return day


@builtin("date", "from: date and time")
def date_from_date_time(meter: Meter, at: AnyDateTime) -> AnyDate:
    """The calendar date in its own zone."""
    return date_of(at)


@builtin("date", "year: number, month: number, day: number")
def date_from_parts(meter: Meter, year: Decimal, month: Decimal, day: Decimal) -> AnyDate:
    """The date; null when there is none."""
    return make_date(int(year), int(month), int(day))


@builtin("time", "from: string")
def time_from_text(meter: Meter, text: str) -> time | None:
    """`08:00:00+08:00`."""
    found = parse.parse_time(text)
    if found is not None:
        return found
    meter.warn("VALUE", "time", text[:40])
    return None


@builtin("time", "from: time")
def time_from_time(meter: Meter, of_day: time) -> time:
    """The time itself."""
    return of_day


@builtin("time", "from: date and time")
def time_from_date_time(meter: Meter, at: AnyDateTime) -> time:
    """The time of day with its zone."""
    return clock_of(at).timetz()


@builtin("time", "from: date")
def time_from_date(meter: Meter, day: AnyDate) -> time | None:
    """Midnight UTC."""
    return parse.parse_time("00:00:00Z")


@builtin("time", "hour: number, minute: number, second: number, offset?: days and time duration")
def time_from_parts(
    meter: Meter, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None
) -> time | None:
    """The time of day; the second may have a fraction."""
    whole = int(second)
    micro = int((second - whole) * 1_000_000)
    info = parse.fixed_offset(offset) if offset is not None else None
    if offset is not None and info is None:
        meter.warn("VALUE", "time", offset)
        return None
    return time(int(hour), int(minute), whole, micro, info)


@builtin("date and time", "from: string")
def date_time_from_text(meter: Meter, text: str) -> AnyDateTime | None:
    """`2024-09-30T17:00:00+08:00` or `…@Asia/Shanghai`."""
    found = parse.parse_date_time(text)
    if found is None:
        meter.warn("VALUE", "date and time", text[:40])
    return found


@builtin("date and time", "from: date and time")
def date_time_from_date_time(meter: Meter, at: AnyDateTime) -> AnyDateTime:
    """The date and time itself."""
    return at


@builtin("date and time", "date: date, time: time")
def date_time_from_date(meter: Meter, day: AnyDate, of_day: time) -> AnyDateTime:
    """The date with the time and its zone."""
    return make_date_time(day, _at(of_day))


@builtin("date and time", "date: date and time, time: time")
def date_time_from_both(meter: Meter, at: AnyDateTime, of_day: time) -> AnyDateTime:
    """The date of the first with the time and its zone."""
    return make_date_time(date_of(at), _at(of_day))


@builtin("date and time", "date: date and time, timezone: string")
def date_time_in_zone(meter: Meter, at: AnyDateTime, timezone: str) -> AnyDateTime | None:
    """The same instant in another zone (Camunda 8)."""
    info = parse.zone(timezone)
    if info is None or not isinstance(at, datetime) or at.tzinfo is None:
        meter.warn("VALUE", "date and time", timezone[:40])
        return None
    return at.astimezone(info)


@builtin("duration", "from: string")
def duration(meter: Meter, text: str) -> timedelta | YearsMonthsDuration | None:
    """`P1DT2H` or `P1Y2M`."""
    found = parse.parse_duration(text)
    if found is not None:
        return found
    meter.warn("VALUE", "duration", text[:40])
    return None


@builtin("duration", "from: days and time duration")
@builtin("duration", "from: years and months duration")
def duration_of_duration(meter: Meter, value: Any) -> Any:
    """The duration itself (Camunda 8)."""
    return value


@builtin("years and months duration", "from: date, to: date")
@builtin("years and months duration", "from: date and time, to: date and time")
@builtin("years and months duration", "from: date, to: date and time")
@builtin("years and months duration", "from: date and time, to: date")
def years_and_months_duration(
    meter: Meter, start: AnyDate | AnyDateTime, end: AnyDate | AnyDateTime
) -> YearsMonthsDuration:
    """The whole months between two dates; times of day do not count."""
    first, last = _date(start), _date(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearsMonthsDuration(months)


def _at(of_day: time) -> datetime:
    return datetime.combine(date(2000, 1, 1), of_day)


def _date(value: Any) -> AnyDate:
    return value if not hasattr(value, "tzinfo") else date_of(value)
