"""ISO 8601 text to temporal values. Each function answers None for text that is no such value.

Fractions of a second below a microsecond are cut off: Python's types hold no more.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.temporal.wide import AnyDate, AnyDateTime, from_ordinal, make_date, make_date_time, ordinal
from engine.feel.values import YearsMonthsDuration

_DATE = re.compile(r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})", re.ASCII)
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?(?:(Z)|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@(.+))?"
)
_YEARS_MONTHS = re.compile(r"(-)?P(?=.)(?:([0-9]{1,15})Y)?(?:([0-9]{1,15})M)?")
_DAYS_TIME = re.compile(
    r"(-)?P(?=.)(?:([0-9]{1,15})D)?(?:T(?=.)(?:([0-9]{1,15})H)?(?:([0-9]{1,15})M)?"
    r"(?:([0-9]{1,15})(?:\.([0-9]{1,30}))?S)?)?"
)
_MAX_OFFSET = 18 * 3600


@lru_cache(maxsize=700)
def zone(key: str) -> tzinfo | None:
    """The IANA zone of that name, or None."""
    try:
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError):
        return None


def fixed_offset(offset: timedelta) -> tzinfo | None:
    """The zone with that offset from UTC; None beyond 18 hours."""
    if abs(offset.total_seconds()) > _MAX_OFFSET:
        return None
    return timezone(timedelta(days=offset.days, seconds=offset.seconds))


def parse_date(text: str) -> AnyDate | None:
    """`2024-09-30`; a year has four digits, or five to nine without a leading zero."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return make_date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """`08:00:00`, with an optional fraction and offset or `@zone`; 24:00:00 is midnight."""
    found = _clock(text)
    return found[0].timetz() if found else None


def parse_date_time(text: str) -> AnyDateTime | None:
    """`2024-09-30T24:00:00+08:00`; a mere date is its midnight; 24:00:00 is the next day's midnight."""
    day_text, separator, clock_text = text.partition("T")
    day = parse_date(day_text)
    if day is None:
        return None
    if not separator:
        return make_date_time(day, datetime(2000, 1, 1))  # noqa: DTZ001 - FEEL has local date-times
    found = _clock(clock_text)
    if found is None:
        return None
    of_day, next_day = found
    try:
        return make_date_time(from_ordinal(ordinal(day) + 1) if next_day else day, of_day)
    except ValueError:
        return None


def _clock(text: str) -> tuple[datetime, bool] | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    micro = int(((match[4] or "") + "000000")[:6])
    next_day = hour == 24 and not (minute or second or micro)
    zoned = any(match.group(5, 6, 10))
    info = _zone_of(match) if zoned else None
    if (hour > 23 and not next_day) or minute > 59 or second > 59 or (zoned and info is None):
        return None
    return datetime(2000, 1, 1, 0 if next_day else hour, minute, second, micro, info), next_day


def _zone_of(match: re.Match[str]) -> tzinfo | None:
    if match[5]:
        return UTC
    if match[10]:
        return zone(match[10])
    hours, minutes, seconds = int(match[7]), int(match[8]), int(match[9] or 0)
    if minutes > 59 or seconds > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return fixed_offset(-offset if match[6] == "-" else offset)


def parse_duration(text: str) -> timedelta | YearsMonthsDuration | None:
    """`P1Y2M` or `P1DT2H3M4.5S`, both with an optional minus sign in front."""
    match = _YEARS_MONTHS.fullmatch(text)
    if match is not None:
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonthsDuration(-months if match[1] else months)
    match = _DAYS_TIME.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(match[index] or 0) for index in (2, 3, 4, 5))
    micro = int(((match[6] or "") + "000000")[:6])
    try:
        length = timedelta(days, seconds, micro, 0, minutes, hours)
        return -length if match[1] else length
    except OverflowError:
        return None


def at_literal(text: str) -> Any:
    """The value of `@"…"`: a date, time, date and time or duration; null for anything else."""
    value: Any = parse_date(text)
    for read in (parse_date_time, parse_time, parse_duration):
        if value is None:
            value = read(text)
    return value
