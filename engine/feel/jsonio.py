"""FEEL values to plain JSON data and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.temporal.wide import WideDate, WideDateTime
from engine.feel.text import literal_text
from engine.feel.values import FeelFunction, Range, YearsMonthsDuration, number

_TEXTUAL = (date, WideDate, datetime, WideDateTime, time, timedelta, YearsMonthsDuration, Range)


def to_json(value: Any) -> Any:
    """Plain data: numbers stay Decimal, temporal values and ranges become their FEEL text, functions null."""
    if isinstance(value, Mapping):
        return {str(name): to_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, _TEXTUAL):
        return literal_text(value)
    return None if isinstance(value, FeelFunction) else value


def from_json(value: Any) -> Any:
    """FEEL values of plain data: int and float become Decimal. ISO text stays text: JSON has no dates."""
    if isinstance(value, bool) or value is None or isinstance(value, str | Decimal):
        return value
    if isinstance(value, int | float):
        return number(str(value)) if isinstance(value, int) else number(repr(value))
    if isinstance(value, Mapping):
        return {str(name): from_json(item) for name, item in value.items()}
    return [from_json(item) for item in value]
