"""What can be read after the dot of a temporal value: `.year`, `.time offset`, `.days` (DMN 1.5, table 65)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.temporal.instants import offset_of, time_offset
from engine.feel.temporal.wide import AnyDate, AnyDateTime, WideDate, WideDateTime, clock_of, date_of, ordinal
from engine.feel.values import YearsMonthsDuration

Getter = Callable[[Any], Any]


def weekday(day: AnyDate) -> int:
    """Monday is 1, Sunday 7."""
    return (ordinal(day) - 1) % 7 + 1


def _zone_name(at: time | AnyDateTime) -> str | None:
    return at.tzinfo.key if isinstance(at.tzinfo, ZoneInfo) else None


def _units(length: timedelta) -> tuple[int, int, int, int]:
    sign, length = (-1, -length) if length < timedelta() else (1, length)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return sign * length.days, sign * hours, sign * minutes, sign * seconds


def _after(first: Getter, then: Getter) -> Getter:
    return lambda value: then(first(value))


_DATE: dict[str, Getter] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(weekday(day)),
}
_CLOCK: dict[str, Getter] = {
    "hour": lambda at: Decimal(at.hour),
    "minute": lambda at: Decimal(at.minute),
    "second": lambda at: Decimal(at.second),
}
_DATE_TIME: dict[str, Getter] = {
    **{name: _after(date_of, get) for name, get in _DATE.items()},
    **{name: _after(clock_of, get) for name, get in _CLOCK.items()},
    "time offset": offset_of,
    "timezone": _zone_name,
}
_TIME: dict[str, Getter] = {**_CLOCK, "time offset": time_offset, "timezone": _zone_name}
_MONTHS: dict[str, Getter] = {
    "years": lambda duration: Decimal(duration.parts[0]),
    "months": lambda duration: Decimal(duration.parts[1]),
}
_DAYS: dict[str, Getter] = {
    "days": lambda length: Decimal(_units(length)[0]),
    "hours": lambda length: Decimal(_units(length)[1]),
    "minutes": lambda length: Decimal(_units(length)[2]),
    "seconds": lambda length: Decimal(_units(length)[3]),
}

PROPERTIES: dict[type, dict[str, Getter]] = {
    date: _DATE,
    WideDate: _DATE,
    datetime: _DATE_TIME,
    WideDateTime: _DATE_TIME,
    time: _TIME,
    YearsMonthsDuration: _MONTHS,
    timedelta: _DAYS,
}
