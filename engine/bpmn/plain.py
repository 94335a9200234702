"""FEEL values as plain JSON values: what may stand in a variable. Always a copy, so no two scopes share a list."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine import feel
from engine.bpmn.errors import Fault

_DEPTH = 60


def plain(value: Any, depth: int = _DEPTH) -> Any:
    """A copy of plain JSON: dates, times and durations become ISO 8601 text. Raises Fault for anything else."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if depth == 0:
        raise Fault("EXTRACT_VALUE_ERROR", "a value is nested too deeply")
    if isinstance(value, list | tuple):
        return [plain(item, depth - 1) for item in value]
    if isinstance(value, Mapping):
        return {_name(name): plain(item, depth - 1) for name, item in value.items()}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        if not value.is_finite():
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
