"""Dates beyond Python's years 1 to 9999: a date of the years 2000 to 2399 plus a number of 400-year cycles.

The Gregorian calendar repeats every 400 years (146,097 days, whole weeks), so all calculation is done on an
ordinary date and a count of cycles. FEEL knows years of up to nine digits, negative ones included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta, tzinfo

CYCLE_DAYS = 146_097
MAX_YEAR = 999_999_999
_FIRST = date(2000, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class WideDate:
    """A date outside the years 1 to 9999: `inner` lies in 2000 to 2399, `cycles` times 400 years away."""

    cycles: int
    inner: date

    @property
    def year(self) -> int:
        """The astronomical year."""
        return self.inner.year + 400 * self.cycles

    @property
    def month(self) -> int:
        """The month, 1 to 12."""
        return self.inner.month

    @property
    def day(self) -> int:
        """The day of the month."""
        return self.inner.day

    def __str__(self) -> str:
        return f"{_year_text(self.year)}-{self.month:02}-{self.day:02}"


@dataclass(frozen=True, slots=True)
class WideDateTime:
    """A date and time outside the years 1 to 9999; `inner` as in `WideDate`."""

    cycles: int
    inner: datetime

    @property
    def year(self) -> int:
        """The astronomical year."""
        return self.inner.year + 400 * self.cycles

    @property
    def tzinfo(self) -> tzinfo | None:
        """The zone, if there is one."""
        return self.inner.tzinfo


AnyDate = date | WideDate
AnyDateTime = datetime | WideDateTime


def make_date(year: int, month: int, day: int) -> AnyDate:
    """The date. Raises ValueError when there is none, or when the year has more than nine digits."""
    if MINYEAR <= year <= MAXYEAR:
        return date(year, month, day)
    if abs(year) > MAX_YEAR:
        raise ValueError("year out of range")
    cycles, inner = divmod(year - 2000, 400)
    return WideDate(cycles, date(2000 + inner, month, day))


def make_date_time(day: AnyDate, of_day: datetime) -> AnyDateTime:
    """The date with the time and zone of `of_day`, whose own date is ignored."""
    inner = day.inner if isinstance(day, WideDate) else day
    at = datetime.combine(inner, of_day.timetz())
    return WideDateTime(day.cycles, at) if isinstance(day, WideDate) else at


def ordinal(day: AnyDate) -> int:
    """Days since the day before 0001-01-01, as `date.toordinal`, for any year."""
    if isinstance(day, WideDate):
        return day.inner.toordinal() + day.cycles * CYCLE_DAYS
    return day.toordinal()


def from_ordinal(days: int) -> AnyDate:
    """The date of that ordinal. Raises ValueError when the year has more than nine digits."""
    cycles, rest = divmod(days - _FIRST, CYCLE_DAYS)
    inner = date.fromordinal(_FIRST + rest)
    return make_date(inner.year + 400 * cycles, inner.month, inner.day)


def date_of(at: AnyDateTime) -> AnyDate:
    """The calendar date of a date and time."""
    if isinstance(at, WideDateTime):
        return WideDate(at.cycles, at.inner.date())
    return at.date()


def clock_of(at: AnyDateTime) -> datetime:
    """A datetime with the same time of day and zone; its date is not to be used for wide values."""
    return at.inner if isinstance(at, WideDateTime) else at


def shift(at: AnyDateTime, by: timedelta) -> AnyDateTime:
    """The date and time `by` later on the same wall clock. Raises ValueError or OverflowError beyond nine digits."""
    of_day = clock_of(at)
    start = timedelta(
        hours=of_day.hour, minutes=of_day.minute, seconds=of_day.second, microseconds=of_day.microsecond
    )
    total = start + by
    day = from_ordinal(ordinal(date_of(at)) + total.days)
    rest = timedelta(seconds=total.seconds, microseconds=total.microseconds)
    return make_date_time(day, datetime(2000, 1, 1, tzinfo=of_day.tzinfo) + rest)


def _year_text(year: int) -> str:
    return f"{'-' if year < 0 else ''}{abs(year):04}"
