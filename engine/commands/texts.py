"""How instants and durations are written in refusals and read from diagrams."""

import re
from datetime import timedelta

from engine import clock
from engine.commands.refusals import BadDuration

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)

instant = clock.deadline
"""Minutes in the business time zone; midnight as 24:00 of the day before, as deadlines are written."""


def duration(text: str) -> timedelta:
    """The length of an ISO 8601 duration of weeks, days and time. Raises BadDuration."""
    match = _DURATION.fullmatch(text.strip())
    parts = {name: float(value) for name, value in match.groupdict().items() if value} if match else {}
    if not parts:
        raise BadDuration(text=text)
    return timedelta(**parts)
