"""Timers: ISO 8601 text or FEEL values become a due instant and what is left to repeat. No clock is read here.

Instants without an offset are read in the business time zone; months and years are calendar months and years.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel
from engine.bpmn.errors import Fault
from engine.clock import BUSINESS_ZONE, in_business_zone, start_of_day

_DURATION = re.compile(
    r"P(?:(?P<y>\d+)Y)?(?:(?P<m>\d+)M)?(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?"
    r"(?P<t>T(?:(?P<h>\d+)H)?(?:(?P<i>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?"
)
_ZONED = re.compile(r"(?P<text>[^@\[]+)(?:@(?P<at>[A-Za-z_/+-]+)|\[(?P<in>[A-Za-z_/+-]+)\])")


@dataclass(frozen=True, slots=True)
class Period:
    """A duration with a calendar part."""

    months: int
    rest: timedelta

    def after(self, start: datetime) -> datetime:
        """The instant this period after `start`; the 31st becomes the last day of a shorter month.

        Raises ValueError beyond the last year that there is.
        """
        local = in_business_zone(start)
        number = local.year * 12 + local.month - 1 + self.months
        year, month = divmod(number, 12)
        day = min(local.day, monthrange(year, month + 1)[1])
        try:
            return in_business_zone(local.replace(year=year, month=month + 1, day=day) + self.rest)
        except OverflowError as error:
            raise ValueError("there is no such year") from error


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a timer is due, how often it fires (-1 without end), and the period between firings as ISO text."""

    due: datetime
    repeats: int
    period: str | None


def schedule(kind: str, value: Any, now: datetime) -> Schedule:
    """Read a timer of kind date, duration or cycle at the instant `now`. Raises Fault for what is none."""
    try:
        if kind == "date":
            return Schedule(instant(value), 1, None)
        if kind == "duration":
            return Schedule(period(value).after(now), 1, None)
        return _cycle(value, now)
    except (ValueError, OverflowError) as error:
        raise Fault("EXTRACT_VALUE_ERROR", f"{value!r} is no timer {kind}: {error}") from error


def following(due: datetime, iso_period: str, now: datetime) -> tuple[datetime, int]:
    """The first firing after `due` that still lies ahead of `now`, and how many were missed in between.

    Firings are counted from the due time, not from when this one came; those that were missed are not made up
    for, so that a machine that was off for a week does not send seven reminders at once.
    """
    every, missed = period(iso_period), 0
    upcoming = every.after(due)
    if upcoming <= now and not every.months:
        missed = (now - upcoming) // every.rest + 1
        return upcoming + missed * every.rest, missed
    while upcoming <= now:
        upcoming, missed = every.after(upcoming), missed + 1
    return upcoming, missed


def instant(value: Any) -> datetime:
    """The instant of a FEEL date-time, a date (its 00:00) or ISO 8601 text. Raises ValueError."""
    if isinstance(value, str):
        value = _parse_instant(value.strip())
    if isinstance(value, datetime):
        return in_business_zone(value if value.tzinfo else value.replace(tzinfo=BUSINESS_ZONE))
    if isinstance(value, date):
        return start_of_day(value)
    raise ValueError("a date and time is expected")


def _parse_instant(text: str) -> datetime | date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return date.fromisoformat(text)
    found = _ZONED.fullmatch(text)
    if found is None:
        return datetime.fromisoformat(text)
    try:
        zone = ZoneInfo(found.group("at") or found.group("in"))
    except (KeyError, OSError) as error:
        raise ValueError(f"unknown time zone: {error}") from error
    read = datetime.fromisoformat(found.group("text"))
    return read if read.tzinfo else read.replace(tzinfo=zone)


def period(value: Any) -> Period:
    """The period of a FEEL duration or ISO 8601 text. Raises ValueError."""
    if isinstance(value, timedelta):
        return Period(0, value)
    if isinstance(value, feel.YearsMonthsDuration):
        return Period(value.months, timedelta())
    if isinstance(value, str):
        try:
            return _parse_period(value.strip().upper())
        except OverflowError as error:
            raise ValueError("a shorter duration is expected") from error
    raise ValueError("a duration is expected")


def _parse_period(text: str) -> Period:
    found = _DURATION.fullmatch(text)
    if found is None or text in ("P", "") or text.endswith("T"):
        raise ValueError("a duration such as P3D or PT2H is expected")
    part = {name: float(given) if name == "s" else int(given) for name, given in found.groupdict().items()
            if given and name != "t"}  # fmt: skip
    rest = timedelta(
        weeks=part.get("w", 0),
        days=part.get("d", 0),
        hours=part.get("h", 0),
        minutes=part.get("i", 0),
        seconds=part.get("s", 0),
    )
    return Period(int(part.get("y", 0)) * 12 + int(part.get("m", 0)), rest)


def _cycle(value: Any, now: datetime) -> Schedule:
    """`R3/PT1H`, `R/P1D`, `R5/2024-05-28T09:00:00+08:00/P1D`; a bare duration repeats without end."""
    if not isinstance(value, str):
        every = _forwards(period(value))
        return Schedule(every.after(now), -1, _iso(every))
    head, *rest = value.strip().split("/")
    found = re.fullmatch(r"[Rr](\d*)", head)
    if found is None or not 1 <= len(rest) <= 2:
        raise ValueError("a cycle such as R3/PT1H is expected")
    every = _forwards(period(rest[-1]))
    repeats = int(found.group(1)) if found.group(1) else -1
    due = instant(rest[0]) if len(rest) == 2 else every.after(now)
    return Schedule(due, repeats, _iso(every))


def _forwards(every: Period) -> Period:
    """The same, for a cycle that gets anywhere. Raises ValueError."""
    if every.months < 0 or (not every.months and every.rest <= timedelta()):
        raise ValueError("the period must be longer than nothing")
    return every


def _iso(value: Period) -> str:
    seconds = value.rest.total_seconds()
    whole = int(seconds)
    return f"P{value.months}MT{whole if whole == seconds else seconds}S"
