"""The FEEL types of plain JSON values, and how two values differ in theirs, place by place.

Dates, times and durations are ISO 8601 text in a variable; a text that was one of them is expected to stay one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

NAMES = {
    "null": ("空值", "empty"),
    "boolean": ("是与否", "yes or no"),
    "number": ("数值", "number"),
    "string": ("文字", "text"),
    "date": ("日期", "date"),
    "time": ("时间", "time"),
    "date and time": ("日期时间", "date and time"),
    "duration": ("时长", "duration"),
    "list": ("列表", "list"),
    "context": ("对象", "object"),
    "nothing": ("没有", "nothing"),
}
_DURATION = re.compile(
    r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
)
_MOST = 50
"""Differences that are looked for: nobody reads more."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in a value (`` at the top, `.a[0].b`) with the type that it had and the one that it would have."""

    path: str
    was: str
    now: str

    def told(self, language: str) -> str:
        """In one language."""
        if language == "zh":
            return f"{self.path or '整个值'}：{NAMES[self.was][0]} → {NAMES[self.now][0]}"
        return f"{self.path or 'the value'}: {NAMES[self.was][1]} → {NAMES[self.now][1]}"


def name_of(value: Any) -> str:
    """The FEEL type of a plain JSON value, a key of NAMES."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | Decimal):
        return "number"
    if isinstance(value, str):
        return _text(value)
    return "context" if isinstance(value, Mapping) else "list"


def compared(old: Any, new: Any) -> list[Difference]:
    """Where the types differ. Of a list each new item is held against the first old one; an empty one tells nothing."""
    return [each for each, _ in zip(_compared(old, new, ""), range(_MOST), strict=False)]


def _compared(old: Any, new: Any, path: str) -> Iterator[Difference]:
    was, now = name_of(old), name_of(new)
    if was != now:
        yield Difference(path, was, now)
    elif isinstance(old, Mapping):
        for name in [*old, *(name for name in new if name not in old)]:
            if name in old and name in new:
                yield from _compared(old[name], new[name], f"{path}.{name}")
            else:
                known = (name_of(old[name]), "nothing") if name in old else ("nothing", name_of(new[name]))
                yield Difference(f"{path}.{name}", *known)
    elif isinstance(old, list) and old:
        for at, item in enumerate(new):
            yield from _compared(old[at] if at < len(old) else old[0], item, f"{path}[{at}]")


def _text(text: str) -> str:
    for name, parse in (
        ("date", date.fromisoformat),
        ("time", time.fromisoformat),
        ("date and time", _instant),
    ):
        if _parses(parse, text):
            return name
    return "duration" if _DURATION.fullmatch(text) else "string"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(re.sub(r"[@\[][A-Za-z_/+-]+\]?$", "", text))


def _parses(parse: Any, text: str) -> bool:
    """Whether the text is one, written in full: `20240603` and `12` are numbers of something."""
    if "-" not in text and ":" not in text:
        return False
    try:
        parse(text)
    except ValueError:
        return False
    return True
