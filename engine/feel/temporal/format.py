"""Temporal values to the text that reads back as the same value (DMN 1.5, 10.3.4.1, `string`)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from engine.feel.temporal.wide import AnyDate, AnyDateTime, WideDate, clock_of, date_of


def format_date(day: AnyDate) -> str:
    """`2024-09-30`."""
    return str(day) if isinstance(day, WideDate) else date.isoformat(day)


def format_time(of_day: time | datetime) -> str:
    """`08:00:00.5+08:00`, `08:00:00@Asia/Shanghai`, or without a zone."""
    text = f"{of_day.hour:02}:{of_day.minute:02}:{of_day.second:02}"
    if of_day.microsecond:
        text += f".{of_day.microsecond:06}".rstrip("0")
    return text + _format_zone(of_day.tzinfo)


def format_date_time(at: AnyDateTime) -> str:
    """`2024-09-30T08:00:00+08:00`."""
    return f"{format_date(date_of(at))}T{format_time(clock_of(at))}"


def format_days_time(length: timedelta) -> str:
    """`-P1DT2H3M4.5S`; nothing at all is `PT0S`."""
    sign, length = ("-", -length) if length < timedelta() else ("", length)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06}".rstrip("0") if length.microseconds else ""
    clock = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    clock += f"{seconds}{fraction}S" * bool(seconds or fraction)
    days = f"{length.days}D" * bool(length.days)
    return f"{sign}P{days}{'T' * bool(clock)}{clock}" if days or clock else "PT0S"


def _format_zone(info: tzinfo | None) -> str:
    if info is None:
        return ""
    if isinstance(info, ZoneInfo):
        return f"@{info.key}"
    offset = info.utcoffset(None) or timedelta()
    if not offset:
        return "Z"
    seconds = abs(int(offset.total_seconds()))
    text = f"{'-' if offset < timedelta() else '+'}{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return text + (f":{seconds % 60:02}" if seconds % 60 else "")
