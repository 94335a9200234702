"""Types as FEEL writes them (`list<number>`, `date and time`), `instance of`, and the conversions of 10.3.2.9.4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from engine.feel.temporal.wide import WideDate, make_date_time
from engine.feel.values import Range, type_name


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its name, the types in angle brackets, and for a context the types of its entries."""

    name: str
    arguments: tuple[Type, ...] = ()
    entries: tuple[tuple[str, Type], ...] = ()


ANY = Type("Any")

BASIC = frozenset(
    {
        "Any",
        "Null",
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
        "list",
        "context",
        "range",
        "function",
    }
)

# The names that DMN files use in typeRef, beside those of FEEL.
ALIASES = {
    "any": "Any",
    "null": "Null",
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "day and time duration": "days and time duration",
    "year and month duration": "years and months duration",
}


def named_type(name: str) -> Type | None:
    """The basic type of that name, or None."""
    name = ALIASES.get(name, name)
    return Type(name) if name in BASIC else None


def is_instance(value: Any, kind: Type) -> bool:
    """Whether `value instance of kind`. Null is an instance of Null only (DMN 1.5, table 52)."""
    if kind.name == "Any":
        return value is not None
    if kind.name == "Null" or value is None:
        return kind.name == "Null" and value is None
    if type_name(value) != kind.name:
        return False
    if kind.name == "list":
        return all(conforms(item, kind.arguments[0]) for item in value) if kind.arguments else True
    if kind.name == "range":
        return _range_conforms(value, kind)
    if kind.name == "context":
        return all(name in value and conforms(value[name], entry) for name, entry in kind.entries)
    return kind.name != "function" or not kind.arguments or _function_conforms(value, kind)


def conforms(value: Any, kind: Type) -> bool:
    """Whether the value may stand where the type is asked for; null always may."""
    return value is None or is_instance(value, kind)


def _range_conforms(value: Range, kind: Type) -> bool:
    if not kind.arguments:
        return True
    return all(conforms(end, kind.arguments[0]) for end in (value.low, value.high))


def _function_conforms(value: Any, kind: Type) -> bool:
    return len(value.parameters) == len(kind.arguments) - 1


def coerce(value: Any, kind: Type) -> Any:
    """The value as that type: one-element lists and single values become each other, a date its UTC midnight.

    Null when the value does not conform even so (DMN 1.5, 10.3.2.9.4).
    """
    if conforms(value, kind):
        return value
    if kind.name == "list":
        return [value] if conforms([value], kind) else None
    if isinstance(value, list) and len(value) == 1:
        return value[0] if conforms(value[0], kind) else None
    if (
        kind.name == "date and time"
        and isinstance(value, date | WideDate)
        and not isinstance(value, datetime)
    ):
        return make_date_time(value, _utc_midnight())
    return None


def _utc_midnight() -> datetime:
    from datetime import UTC

    return datetime.combine(date(2000, 1, 1), time(), UTC)
