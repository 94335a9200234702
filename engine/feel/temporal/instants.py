"""Points in time as whole microseconds, so that zones, wide years and daylight saving compare exactly."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from engine.feel.temporal.wide import AnyDate, AnyDateTime, clock_of, date_of, ordinal

_DAY = 86_400_000_000
_MICROSECOND = timedelta(microseconds=1)


def offset_of(at: AnyDateTime) -> timedelta | None:
    """The offset from UTC at that instant, None for a local date and time."""
    return clock_of(at).utcoffset()


def time_offset(of_day: time) -> timedelta | None:
    """The offset of a time. A zone with daylight saving counts with its standard time (a time has no date)."""
    info = of_day.tzinfo
    return standard_offset(info) if info is not None else None


def standard_offset(info: tzinfo) -> timedelta | None:
    """The offset of a zone without daylight saving."""
    if not isinstance(info, ZoneInfo):
        return info.utcoffset(None)
    winter = datetime(2024, 1, 1, tzinfo=info)
    return (winter.utcoffset() or timedelta()) - (winter.dst() or timedelta())


def microseconds_of_day(of_day: time | datetime) -> int:
    """Microseconds since midnight on the wall clock."""
    return ((of_day.hour * 60 + of_day.minute) * 60 + of_day.second) * 1_000_000 + of_day.microsecond


def wall(at: AnyDateTime) -> int:
    """Microseconds on the wall clock since a fixed day."""
    return ordinal(date_of(at)) * _DAY + microseconds_of_day(clock_of(at))


def instant(at: AnyDateTime) -> int:
    """Microseconds since a fixed instant; a local date and time is taken as UTC."""
    offset = offset_of(at)
    return wall(at) - (offset // _MICROSECOND if offset else 0)


def midnight(day: AnyDate) -> int:
    """The instant at which a date begins, in UTC."""
    return ordinal(day) * _DAY


def as_duration(microseconds: int) -> timedelta:
    """That many microseconds. Raises OverflowError beyond 999,999,999 days."""
    return timedelta(microseconds=microseconds)


def is_local(at: AnyDateTime) -> bool:
    """Whether there is no zone."""
    return at.tzinfo is None
