"""A body before anything looks into it: plain JSON of bounded size, without reserved keys."""

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from forms.errors import FieldError
from forms.texts import excerpt

MAX_DEPTH = 8
MAX_VALUES = 20_000
MAX_KEY = 100
MAX_TEXT = 100_000
MAX_DIGITS = 40
RESERVED = frozenset({"typename", "constructor", "prototype"})


def body_errors(body: Any) -> list[FieldError]:
    """What makes a body unacceptable as a whole; empty for one that the schema may read."""
    if not isinstance(body, Mapping):
        return [_error("", "提交的内容应为一个对象", "the body must be an object")]
    errors: list[FieldError] = []
    pending: list[tuple[str, Any, int]] = [("", body, 0)]
    seen = 0
    while pending and len(errors) < 20:
        path, value, depth = pending.pop()
        seen += 1
        if depth > MAX_DEPTH or seen > MAX_VALUES:
            return [*errors, _error(path, "提交的内容层次过深或过多", "the body is too deep or too large")]
        errors.extend(_value_errors(path, value))
        pending.extend(_inside(path, value, depth))
    return errors


def _inside(path: str, value: Any, depth: int) -> list[tuple[str, Any, int]]:
    if isinstance(value, Mapping):
        return [(f"{path}.{k}" if path else str(k), v, depth + 1) for k, v in value.items() if _fair(k)]
    if isinstance(value, list | tuple):
        return [(f"{path}[{n}]", entry, depth + 1) for n, entry in enumerate(value[: MAX_VALUES + 1])]
    return []


def _value_errors(path: str, value: Any) -> Iterator[FieldError]:
    if isinstance(value, Mapping):
        for key in value:
            if not _fair(key):
                shown = excerpt(key)
                yield _error(path, f"“{shown}”是保留名称，不能提交", f"“{shown}” is a reserved name")
    elif isinstance(value, str):
        if len(value) > MAX_TEXT:
            yield _error(path, f"文字超过 {MAX_TEXT} 个字符", f"the text has more than {MAX_TEXT} characters")
    elif isinstance(value, int | float | Decimal):
        if not _is_plain_number(value):
            yield _error(path, "不是有效的数字", "not a valid number")
    elif value is not None and not isinstance(value, list | tuple):
        yield _error(path, "不是可以提交的内容", "not something that can be submitted")


def _fair(key: Any) -> bool:
    return isinstance(key, str) and 0 < len(key) <= MAX_KEY and "__" not in key and key not in RESERVED


def _is_plain_number(value: float | Decimal) -> bool:
    """Finite, and not so large that writing it out would be an attack."""
    if isinstance(value, int):
        return value.bit_length() <= MAX_DIGITS * 3
    if isinstance(value, float):
        return math.isfinite(value)
    return value.is_finite() and -MAX_DIGITS <= value.adjusted() <= MAX_DIGITS


def _error(path: str, zh: str, en: str) -> FieldError:
    shown = excerpt(path, 60)
    where = (f"{shown}：", f"{shown}: ") if shown else ("", "")
    return FieldError(
        path, "表单", f"{where[0]}{zh}，请刷新页面后重新填写", f"{where[1]}{en}; reload the page", "Form"
    )
