"""Functions on truth, presence and identity."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from engine.feel.budget import Meter
from engine.feel.builtins.registry import builtin
from engine.feel.comparison import equal
from engine.feel.temporal.wide import WideDateTime
from engine.feel.values import type_name


@builtin("not", "negand: boolean|null")
def not_(meter: Meter, negand: bool | None) -> bool | None:
    """DMN 1.5, table 72: null stays null."""
    return None if negand is None else not negand


@builtin("is", "value1?: any, value2?: any")
def is_(meter: Meter, value1: Any, value2: Any) -> bool:
    """The same element of the value space: same type, value and zone (DMN 1.5, 10.3.4.12)."""
    if type_name(value1) != type_name(value2):
        return False
    if isinstance(value1, time | datetime | WideDateTime) and _zone(value1) != _zone(value2):
        return False
    return equal(value1, value2, meter) is True


def _zone(value: Any) -> Any:
    info = value.tzinfo
    return getattr(info, "key", None) or (info.utcoffset(None) if info is not None else None)


@builtin("is defined", "value: any")
def is_defined(meter: Meter, value: Any) -> bool:
    """Whether there is a value that is not null (Camunda 8)."""
    return value is not None


@builtin("get or else", "value: any, default: any")
def get_or_else(meter: Meter, value: Any, default: Any) -> Any:
    """The value, or the default where it is null (Camunda 8)."""
    return default if value is None else value


@builtin("assert", "value: any, condition: any, cause?: string")
def assert_(meter: Meter, value: Any, condition: Any, cause: str | None) -> Any:
    """The value where the condition holds, else null and a warning (Camunda 8)."""
    if condition is True:
        return value
    meter.warn("ASSERT", cause or "")
    return None
