"""The one JSON of state, tables and files: exact decimals, nothing that two readers could read differently.

Numbers are read as int or Decimal, never as float. NaN, Infinity, a key given twice, numbers beyond
decimal128 and nesting deeper than `DEPTH` are refused on the way in, NaN and unknown objects on the way out.
"""

import hashlib
from decimal import Decimal
from typing import Any

import simplejson

from engine.errors import Refusal

DEPTH = 64
"""Lists and objects inside one another; far beyond any honest form, far below what exhausts the stack."""

EXPONENT = 6144
"""The largest power of ten of IEEE 754 decimal128, which FEEL's numbers are."""


class BadJson(Refusal):
    """The text is not JSON that everyone reads alike."""

    zh = "数据格式不正确：{reason}。"
    en = "The data cannot be read: {reason}."
    status = 400


def loads(text: str | bytes) -> Any:
    """The value of a JSON text. Raises BadJson for bad syntax and for what the module refuses."""
    try:
        value = simplejson.loads(
            text,
            parse_float=_decimal,
            object_pairs_hook=_once,
            parse_constant=_refuse_constant,
            allow_nan=True,
        )
    except BadJson:
        raise
    except RecursionError as error:
        raise BadJson(reason=f"more than {DEPTH} levels") from error
    except (ValueError, UnicodeDecodeError, ArithmeticError) as error:
        raise BadJson(reason=str(error)) from error
    _check_depth(value, DEPTH)
    return value


def dumps(value: Any) -> str:
    """Compact text in the order given. Raises TypeError for objects that are not JSON."""
    return simplejson.dumps(
        value, use_decimal=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_refuse
    )


def canonical(value: Any) -> str:
    """One text per value: keys sorted; what hashes are taken of."""
    return simplejson.dumps(
        value,
        use_decimal=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
        sort_keys=True,
        default=_refuse,
    )


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


def _check_depth(value: Any, left: int) -> None:
    if not isinstance(value, dict | list):
        return
    if left == 0:
        raise BadJson(reason=f"more than {DEPTH} levels")
    for item in value.values() if isinstance(value, dict) else value:
        _check_depth(item, left - 1)


__all__ = ["DEPTH", "BadJson", "Decimal", "canonical", "dumps", "loads", "sha256"]
