"""Functions on strings; positions and lengths count code points (DMN 1.5, 10.3.4.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.feel.budget import Meter
from engine.feel.builtins.registry import builtin


@builtin("substring", "string: string, start position: number, length?: number")
def substring(meter: Meter, string: str, start: Decimal, length: Decimal | None) -> str | None:
    """From a position (1 is the first character, -1 the last), at most `length` characters."""
    first = int(start)
    if first == 0 or abs(first) > len(string) or (length is not None and length < 1):
        if string or first == 0:
            meter.warn("VALUE", "substring", start)
            return None
        return ""
    begin = first - 1 if first > 0 else len(string) + first
    return string[begin:] if length is None else string[begin : begin + int(length)]


@builtin("string length", "string: string")
def string_length(meter: Meter, string: str) -> Decimal:
    """The number of code points."""
    return Decimal(len(string))


@builtin("upper case", "string: string")
def upper_case(meter: Meter, string: str) -> str:
    """In capitals."""
    return string.upper()


@builtin("lower case", "string: string")
def lower_case(meter: Meter, string: str) -> str:
    """In small letters."""
    return string.lower()


@builtin("substring before", "string: string, match: string")
def substring_before(meter: Meter, string: str, match: str) -> str:
    """What stands before the first occurrence; nothing when there is none."""
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string, match: string")
def substring_after(meter: Meter, string: str, match: str) -> str:
    """What stands after the first occurrence; nothing when there is none."""
    return string.partition(match)[2] if match else string


@builtin("contains", "string: string, match: string")
def contains(meter: Meter, string: str, match: str) -> bool:
    """Whether the text occurs."""
    return match in string


@builtin("starts with", "string: string, match: string")
def starts_with(meter: Meter, string: str, match: str) -> bool:
    """Whether it begins with the text."""
    return string.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(meter: Meter, string: str, match: str) -> bool:
    """Whether it ends with the text."""
    return string.endswith(match)


@builtin("string join", "list: list, delimiter?: string")
def string_join(meter: Meter, items: list[Any], delimiter: str | None) -> str | None:
    """The strings one after another; null items are left out."""
    return _join(meter, items, delimiter or "")


@builtin("string join", "list: list, delimiter: string, prefix: string, suffix: string")
def string_join_between(
    meter: Meter, items: list[Any], delimiter: str, prefix: str, suffix: str
) -> str | None:
    """The same between a prefix and a suffix (Camunda 8)."""
    joined = _join(meter, items, delimiter)
    return None if joined is None else f"{prefix}{joined}{suffix}"


def _join(meter: Meter, items: list[Any], delimiter: str) -> str | None:
    strings = [item for item in items if item is not None]
    if not all(type(item) is str for item in strings):
        meter.warn("ARGUMENTS", "string join")
        return None
    meter.take(4 * (sum(map(len, strings)) + len(delimiter) * len(strings)))
    return delimiter.join(strings)


@builtin("trim", "string: string")
def trim(meter: Meter, string: str) -> str:
    """Without white space at both ends (Camunda 8)."""
    return string.strip()


@builtin("is blank", "string: string")
def is_blank(meter: Meter, string: str) -> bool:
    """Whether there is nothing but white space (Camunda 8)."""
    return not string.strip()
