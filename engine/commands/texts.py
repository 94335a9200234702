"""How instants and durations are written in refusals and read from diagrams."""

import re
from datetime import datetime, timedelta

from engine.clock import in_business_zone
from engine.commands.refusals import BadDuration

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def instant(at: datetime) -> str:
    """Minutes in the business time zone; midnight as 24:00 of the day before, as deadlines are written."""
    local = in_business_zone(at)
    if (local.hour, local.minute) == (0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


def duration(text: str) -> timedelta:
    """The length of an ISO 8601 duration of weeks, days and time. Raises BadDuration."""
    match = _DURATION.fullmatch(text.strip())
    parts = {name: float(value) for name, value in match.groupdict().items() if value} if match else {}
    if not parts:
        raise BadDuration(text=text)
    return timedelta(**parts)
