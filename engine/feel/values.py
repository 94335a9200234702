"""The values of FEEL (DMN 1.5, 10.3.2): which Python types stand for them, and how host data become them.

| FEEL | Python |
|---|---|
| number | `decimal.Decimal`, 34 digits, half even |
| string, boolean, null | `str`, `bool`, `None` |
| date, time, date and time | `date`, `time`, `datetime`; beyond the years 1 to 9999 `WideDate`, `WideDateTime` |
| days and time duration | `datetime.timedelta` |
| years and months duration | `YearsMonthsDuration` |
| range, list, context | `Range`, `list`, `dict` |
| function | `FeelFunction` (see `functions`) |
"""

from __future__ import annotations

import decimal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.feel.errors import bytes_exceeded, depth_exceeded
from engine.feel.temporal.wide import WideDate, WideDateTime

if TYPE_CHECKING:
    from engine.feel.budget import Meter

NUMBERS = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""Decimal128, the arithmetic of FEEL (DMN 1.5, 10.3.2.3.1)."""

ZERO = Decimal(0)
_MAX_EXPONENT = 6144


class FeelFunction:
    """Base of all function values (see `functions`)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A duration in whole months."""

    months: int

    @property
    def parts(self) -> tuple[int, int]:
        """Years and months, both with the sign of the duration."""
        years, months = divmod(abs(self.months), 12)
        return (years, months) if self.months >= 0 else (-years, -months)

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = f"{years}Y" * bool(years) + f"{months}M" * bool(months or not years)
        return f"{'-' if self.months < 0 else ''}P{text}"


@dataclass(frozen=True, slots=True)
class Range:
    """An interval. `operator` is given for one written as a unary test, such as `(< 10)`, open on one side."""

    low: Any
    high: Any
    low_closed: bool
    high_closed: bool
    operator: str | None = None


_NAMES: dict[type, str] = {
    type(None): "null",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    WideDate: "date",
    time: "time",
    datetime: "date and time",
    WideDateTime: "date and time",
    timedelta: "days and time duration",
    YearsMonthsDuration: "years and months duration",
    Range: "range",
    list: "list",
    dict: "context",
}
_UNCHANGED = frozenset(_NAMES) - {list, dict, Decimal}


def type_name(value: Any) -> str:
    """The FEEL name of the value's type."""
    return _NAMES.get(type(value), "function")


def number(text: str) -> Decimal | None:
    """The number that the text writes, rounded to 34 digits; None when it cannot be represented."""
    try:
        return NUMBERS.create_decimal(text)
    except decimal.DecimalException:
        return None


def from_host(value: Any, meter: Meter, depth: int = 0) -> Any:
    """The FEEL value of host data: int and float become Decimal, tuples lists, mappings contexts.

    What is already FEEL is returned as it is. Anything else becomes null with a warning.
    """
    kind = type(value)
    if kind in _UNCHANGED:
        return value
    if kind is Decimal:
        return value if value.is_finite() and abs(value.adjusted()) <= _MAX_EXPONENT else None
    if kind is int:
        return Decimal(value) if -(10**34) < value < 10**34 else number(str(value)) if _short(value) else None
    if id(value) in _PREPARED:
        return value
    if depth > MAX_DEPTH:
        raise depth_exceeded()
    if kind is list:
        return _list_from_host(value, meter, depth)
    if kind is dict:
        return _context_from_host(value, meter, depth)
    return _other_from_host(value, meter, depth)


def prepared(value: Any, meter: Meter) -> Any:
    """The FEEL value of host data that nobody will change, such as a catalogue: it is never looked through again.

    The newest `MOST_PREPARED` are held, so that their identity stays theirs; an older one is only read again.
    """
    taken = from_host(value, meter)
    _PREPARED[id(taken)] = taken
    while len(_PREPARED) > MOST_PREPARED:
        _PREPARED.pop(next(iter(_PREPARED)), None)
    return taken


def release(value: Any) -> None:
    """Hold a prepared value no longer, to make room: it may be used on and is only read again."""
    _PREPARED.pop(id(value), None)


def is_prepared(value: Any) -> bool:
    """Whether it is held by `prepared`: nobody will change it."""
    return id(value) in _PREPARED


MOST_PREPARED = 64
_PREPARED: dict[int, Any] = {}

MAX_DEPTH = 60
MAX_RESULT = 1_000_000
"""How deep a value may nest, and how many parts a result may have when all that it shares is written out."""


def account_for_result(value: Any) -> None:
    """Refuses a result that would hurt whoever writes it out. Raises FeelBudgetExceeded."""
    if type(value) is list or type(value) is dict:
        _parts(value, {}, 0)


def _parts(value: Any, known: dict[int, int], depth: int) -> int:
    if type(value) is not list and type(value) is not dict:
        return 1
    if depth > MAX_DEPTH:
        raise depth_exceeded()
    if id(value) not in known:
        items = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_parts(item, known, depth + 1) for item in items)
        if known[id(value)] > MAX_RESULT:
            raise bytes_exceeded()
    return known[id(value)]


def _short(value: int) -> bool:
    return value.bit_length() < 13_000


def _list_from_host(value: list[Any], meter: Meter, depth: int) -> list[Any]:
    meter.step(len(value) // 8)
    items = [item if type(item) in _UNCHANGED else from_host(item, meter, depth + 1) for item in value]
    changed = any(new is not old for new, old in zip(items, value, strict=True))
    return items if changed else value


def _context_from_host(value: dict[str, Any], meter: Meter, depth: int) -> dict[str, Any]:
    meter.step(len(value) // 8)
    entries = {
        str(key): item if type(item) in _UNCHANGED else from_host(item, meter, depth + 1)
        for key, item in value.items()
    }
    changed = any(new is not old for new, old in zip(entries.values(), value.values(), strict=False))
    return entries if changed or len(entries) != len(value) else value


def _other_from_host(value: Any, meter: Meter, depth: int) -> Any:
    if isinstance(value, FeelFunction):
        return value
    if isinstance(value, int):
        return from_host(int(value), meter)
    if isinstance(value, float):
        return number(repr(value)) if value - value == 0 else None
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return _context_from_host(dict(value), meter, depth)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return _list_from_host(list(value), meter, depth)
    return _temporal_from_host(value, meter)


def _temporal_from_host(value: Any, meter: Meter) -> Any:
    if isinstance(value, Decimal):
        return Decimal(value)
    if isinstance(value, datetime):
        return datetime.combine(datetime.date(value), datetime.timetz(value))
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, timedelta):
        return timedelta(value.days, value.seconds, value.microseconds)
    meter.warn("FOREIGN", type(value).__name__)
    return None
