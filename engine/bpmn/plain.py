"""FEEL values as plain JSON values: what may stand in a variable. Always a copy, so no two scopes share a list."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine import feel
from engine.bpmn.errors import Fault

_DEPTH = 60
_EXPONENT = 6144
"""The largest power of ten of IEEE 754 decimal128; texts with larger ones are refused when they are read."""
_BITS = 14_000
"""About 4,200 decimal digits; Python refuses to read more than 4,300."""


def plain(value: Any, depth: int = _DEPTH) -> Any:
    """A copy of plain JSON: dates, times and durations become ISO 8601 text. Raises Fault for anything else."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str | int):
        return _storable(value)
    if depth == 0:
        raise Fault("EXTRACT_VALUE_ERROR", "a value is nested too deeply")
    if isinstance(value, list | tuple):
        return [plain(item, depth - 1) for item in value]
    if isinstance(value, Mapping):
        return {_name(name): plain(item, depth - 1) for name, item in value.items()}
    return _scalar(value)


def _storable(value: str | int) -> str | int:
    """The same, unless no JSON text could give it back: half a character, or more digits than Python reads."""
    if isinstance(value, int):
        if value.bit_length() > _BITS:
            raise Fault("EXTRACT_VALUE_ERROR", "a number is too large")
        return value
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Fault("EXTRACT_VALUE_ERROR", "a text holds half a character") from error
    return value


def _scalar(value: Any) -> Any:
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > _EXPONENT:
            raise Fault("EXTRACT_VALUE_ERROR", f"{value} is not a number")
        # What comes back from JSON text is int or Decimal: be the same before it has been there.
        return int(value) if value.as_tuple().exponent == 0 else value
    text = feel.to_json(value)
    if not isinstance(text, str):
        raise Fault("EXTRACT_VALUE_ERROR", f"{type(value).__name__} cannot be kept in a variable")
    return text


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise Fault("EXTRACT_VALUE_ERROR", f"{name!r} is not a name")
    return name
