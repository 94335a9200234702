"""The only place that reads the time. Everything else is handed a `Clock`.

Instants are aware datetimes. The business time zone is Asia/Shanghai; a deadline of "24时" is the next day's
00:00, exclusive (article 15 is read so, too: the measure ends at the instant 2026-01-01T00:00+08:00).
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""The months in English, January first; the language of the machine does not matter, as it does to `calendar`."""


class Clock(Protocol):
    """Tells the present instant, aware, in the business time zone."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in the business time zone."""
        return datetime.now(BUSINESS_ZONE)  # noqa: TID251 - the one reader of the system clock


class VirtualClock:
    """A clock that stands still until it is set; for tests, rehearsals and trials."""

    def __init__(self, at: datetime) -> None:
        self._now = in_business_zone(at)

    def now(self) -> datetime:
        """The instant last set."""
        return self._now

    def set(self, at: datetime) -> None:
        """Move to `at`, forwards or backwards."""
        self._now = in_business_zone(at)

    def advance(self, by: timedelta) -> None:
        """Move by a duration."""
        self._now += by


def in_business_zone(at: datetime) -> datetime:
    """The same instant in the business time zone. Raises ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError(f"a naive datetime is not an instant: {at.isoformat()}")
    return at.astimezone(BUSINESS_ZONE)


def deadline(at: datetime) -> str:
    """Minutes in the business time zone; midnight as 24:00 of the day before, as the notices write it."""
    local = in_business_zone(at)
    if (local.hour, local.minute) == (0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d:\d\d))?")


def in_words(text: str, language: str = "zh") -> str:
    """A day or a local instant, written `2027-03-01 17:00`, as people write it: 2027年3月1日 17:00. Else the text."""
    match = _DAY.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        return text
    year, month, day = (int(part) for part in match.groups()[:3])
    words = f"{day} {MONTHS[month - 1]} {year}" if language == "en" else f"{year}年{month}月{day}日"
    return f"{words} {match[4]}" if match[4] else words


def start_of_day(day: date) -> datetime:
    """00:00 of that day in the business time zone."""
    return datetime.combine(day, time(), BUSINESS_ZONE)


def end_of_day(day: date) -> datetime:
    """24:00 of that day in the business time zone: the next day's 00:00, an exclusive bound."""
    return start_of_day(day + timedelta(days=1))
