"""Values as FEEL text: what `string(…)` gives (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.feel.errors import depth_exceeded
from engine.feel.lexer import tokenize
from engine.feel.temporal.format import format_date, format_date_time, format_days_time, format_time
from engine.feel.temporal.wide import WideDate, WideDateTime
from engine.feel.values import Range, YearsMonthsDuration

if TYPE_CHECKING:
    from engine.feel.budget import Meter


def number_text(value: Decimal) -> str:
    """The number without exponent and without trailing zeros: a FEEL number has no scale."""
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_text(value: Any) -> str | None:
    """`string(value)`: null stays null, a string stays itself."""
    if value is None or type(value) is str:
        return value
    return literal_text(value)


def literal_text(value: Any, depth: int = 0) -> str:
    """The value as it stands inside a list or context: strings in quotes."""
    if depth > 60:
        raise depth_exceeded()
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is str:
        return _quoted(value)
    if type(value) is Decimal:
        return number_text(value)
    if type(value) is list:
        return f"[{', '.join(literal_text(item, depth + 1) for item in value)}]"
    if type(value) is dict:
        entries = (f"{_key(name)}: {literal_text(item, depth + 1)}" for name, item in value.items())
        return f"{{{', '.join(entries)}}}"
    if type(value) is Range:
        return _range_text(value, depth)
    return _temporal_text(value) or "function"


def _temporal_text(value: Any) -> str | None:
    if isinstance(value, datetime | WideDateTime):
        return format_date_time(value)
    if isinstance(value, date | WideDate):
        return format_date(value)
    if isinstance(value, time):
        return format_time(value)
    if isinstance(value, timedelta):
        return format_days_time(value)
    return str(value) if isinstance(value, YearsMonthsDuration) else None


def _range_text(value: Range, depth: int) -> str:
    if value.operator is not None:
        bound = value.high if value.operator in ("<", "<=") else value.low
        return f"({value.operator} {_bound(bound, depth)})"
    low, high = _bound(value.low, depth), _bound(value.high, depth)
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"


def _bound(value: Any, depth: int) -> str:
    """End points read back: temporal ones are written as `@"…"`."""
    temporal = _temporal_text(value)
    return f'@"{temporal}"' if temporal is not None else literal_text(value, depth + 1)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _key(name: str) -> str:
    plain = bool(name.strip()) and all(token.kind in ("name", "number", "end") for token in tokenize(name))
    return name if plain and not name[0].isdigit() else _quoted(name)


def account_for_text(value: Any, meter: Meter) -> None:
    """Account for the text of a value before it is made: a small value may share parts and unfold hugely."""
    rest = [value]
    while rest:
        item = rest.pop()
        if type(item) is list:
            meter.step(len(item) + 1)
            rest.extend(item)
        elif type(item) is dict:
            meter.step(len(item) + 1)
            meter.take(4 * sum(map(len, item)))
            rest.extend(item.values())
        elif type(item) is str:
            meter.take(4 * len(item))
        else:
            meter.take(160 + (abs(item.adjusted()) * 4 if type(item) is Decimal else 0))
