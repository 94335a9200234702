"""The one JSON of state, tables and files: exact decimals, nothing that two readers could read differently.

Numbers are read as int or Decimal, never as float. NaN, Infinity, a key given twice, numbers beyond
decimal128 and nesting deeper than `DEPTH` are refused on the way in, NaN and unknown objects on the way out.
"""

import hashlib
import re
from decimal import Decimal
from typing import Any

import simplejson

from engine.errors import Refusal

DEPTH = 64
"""Lists and objects inside one another; far beyond any honest form, far below what exhausts the stack."""

VARIABLE_DEPTH = 60
"""The same for what comes in from outside, which will lie inside a state, an event or a payload."""

MAX_TEXT = 4_000_000
"""Characters of JSON that one draft, message or start may bring."""

EXPONENT = 6144
"""The largest power of ten of IEEE 754 decimal128, which FEEL's numbers are."""


_HALF = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")


class BadJson(Refusal):
    """The text is not JSON that everyone reads alike."""

    zh = "数据格式不正确：{reason}。"
    en = "The data cannot be read: {reason}."
    status = 400


def loads(text: str | bytes) -> Any:
    """The value of a JSON text. Raises BadJson for bad syntax and for what the module refuses."""
    try:
        text = text.decode() if isinstance(text, bytes) else text
        value = _DECODER.decode(text)
    except BadJson:
        raise
    except RecursionError as error:
        raise BadJson(reason=f"more than {DEPTH} levels") from error
    except (ValueError, UnicodeDecodeError, ArithmeticError) as error:
        raise BadJson(reason=str(error)) from error
    _check_depth(value, DEPTH)
    if _HALF.search(text):
        _require_whole(value)
    return value


def checked(value: Any) -> Any:
    """The value as it would be read back, before it is stored. Raises BadJson for what `loads` would refuse.

    One row that cannot be read again would stop whoever reads it together with others, such as a worker.
    """
    try:
        text = dumps(value)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise BadJson(reason=str(error)) from error
    except RecursionError as error:
        raise BadJson(reason=f"more than {VARIABLE_DEPTH} levels") from error
    if len(text) > MAX_TEXT:
        raise BadJson(reason=f"{len(text)} characters, at most {MAX_TEXT} are kept")
    found = loads(text)
    _check_depth(found, VARIABLE_DEPTH)
    return found


def dumps(value: Any) -> str:
    """Compact text in the order given. Raises TypeError for objects that are not JSON."""
    return str(_COMPACT.encode(value))


def pretty(value: Any) -> str:
    """The same with an entry a line, for people to read and edit."""
    return str(_PRETTY.encode(value))


def canonical(value: Any) -> str:
    """One text per value: keys sorted; what hashes are taken of."""
    return str(_CANONICAL.encode(value))


def sha256(value: Any) -> str:
    """Hex SHA-256 of the canonical text of a value."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > EXPONENT:  # 1e999999999 is short to send and endless to compute with
        raise BadJson(reason=f"{text[:20]} is beyond decimal128")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        raise BadJson(reason=f"duplicate key {next(n for n in names if names.count(n) > 1)!r}")
    return result


def _refuse_constant(name: str) -> Any:
    raise BadJson(reason=f"{name} is not a number")


def _refuse(value: object) -> Any:
    raise TypeError(f"{type(value).__name__} is not JSON: {value!r}")


def _require_whole(value: Any) -> None:
    """Half of a surrogate pair is no character: no file and no database takes it. Raises BadJson."""
    try:
        dumps(value).encode()
    except UnicodeEncodeError as error:
        raise BadJson(reason="half a character (a lone surrogate)") from error


def _check_depth(value: Any, left: int) -> None:
    if not isinstance(value, dict | list):
        return
    if left == 0:
        raise BadJson(reason=f"more than {DEPTH} levels")
    for item in value.values() if isinstance(value, dict) else value:
        _check_depth(item, left - 1)


def _writing(**more: Any) -> simplejson.JSONEncoder:
    return simplejson.JSONEncoder(
        use_decimal=True, ensure_ascii=False, allow_nan=False, default=_refuse, **more
    )


# Made once: a page of a list reads a hundred small texts, and making a reader costs more than reading one.
_DECODER = simplejson.JSONDecoder(
    parse_float=_decimal, object_pairs_hook=_once, parse_constant=_refuse_constant, allow_nan=True
)
_COMPACT = _writing(separators=(",", ":"))
_PRETTY = _writing(indent=2)
_CANONICAL = _writing(separators=(",", ":"), sort_keys=True)


__all__ = ["DEPTH", "BadJson", "Decimal", "canonical", "checked", "dumps", "loads", "pretty", "sha256"]
