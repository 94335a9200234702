"""Process variables as Python values.

Dates and instants travel as ISO text, whole numbers as int or Decimal.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.clock import BUSINESS_ZONE, in_business_zone


def as_date(value: Any) -> date:
    """A day from a date, an instant (its day in the business zone) or ISO text.

    Raises ValueError or TypeError.
    """
    if isinstance(value, datetime):
        return in_business_zone(value).date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return as_instant(value).date() if "T" in value else date.fromisoformat(value)
    raise TypeError(f"not a date: {value!r}")


def as_instant(value: Any) -> datetime:
    """An aware instant from a datetime or text (ISO, or FEEL's `…@Zone`); local time is business time.

    Raises ValueError, TypeError.
    """
    at, zone = value, BUSINESS_ZONE
    if isinstance(value, str):
        local, _, name = value.partition("@")
        at, zone = datetime.fromisoformat(local), ZoneInfo(name) if name else BUSINESS_ZONE
    if not isinstance(at, datetime):
        raise TypeError(f"not an instant: {value!r}")
    return in_business_zone(at if at.tzinfo else at.replace(tzinfo=zone))


def as_int(value: Any) -> int:
    """A whole number from an int, a whole Decimal or digits. Raises ValueError or TypeError."""
    if isinstance(value, Decimal) and value != value.to_integral_value():
        raise ValueError(f"not a whole number: {value}")
    return int(value)
