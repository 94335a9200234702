"""Functions that take a regular expression of XPath 3.1 (DMN 1.5, 10.3.4.3)."""

from __future__ import annotations

import re

from engine.feel.budget import Meter
from engine.feel.builtins.registry import builtin
from engine.feel.regex import InvalidPattern, Match, Pattern, compile_pattern

_REPLACEMENT = re.compile(r"\\([\\$])|\$([0-9]+)|([^\\$]+)|(.)", re.DOTALL)


def _compiled(meter: Meter, pattern: str, flags: str | None) -> Pattern | None:
    try:
        return compile_pattern(pattern, flags or "")
    except InvalidPattern:
        meter.warn("PATTERN", pattern[:80])
        return None


@builtin("matches", "input: string, pattern: string, flags?: string")
def matches(meter: Meter, text: str, pattern: str, flags: str | None) -> bool | None:
    """Whether the pattern matches anywhere; null for an invalid pattern."""
    compiled = _compiled(meter, pattern, flags)
    return None if compiled is None else compiled.find(text, meter) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string")
def replace(meter: Meter, text: str, pattern: str, replacement: str, flags: str | None) -> str | None:
    """Every match replaced; `$1` is a group. Null for a pattern that matches nothing at all (fn:replace)."""
    compiled = _compiled(meter, pattern, flags)
    if compiled is None:
        return None
    template = [replacement] if "q" in (flags or "") else _template(replacement, compiled.groups)
    if template is None or compiled.find("", meter) is not None:
        meter.warn("VALUE", "replace", replacement[:40] if template is None else pattern[:40])
        return None
    parts: list[str] = []
    end = 0
    for match in compiled.find_all(text, meter):
        inserted = "".join(_fill(part, match) for part in template)
        meter.take(4 * len(inserted))
        parts += [text[end : match.spans[0][0]], inserted]
        end = match.spans[0][1]
    meter.take(4 * len(text))
    return "".join([*parts, text[end:]])


def _template(replacement: str, groups: int) -> list[str | int] | None:
    """The replacement as literal parts and group numbers; None when it is malformed."""
    parts: list[str | int] = []
    for escaped, digits, literal, stray in _REPLACEMENT.findall(replacement):
        if stray:
            return None
        if not digits:
            parts.append(escaped or literal)
            continue
        # The longest number that is a group; further digits are text.
        length = len(digits)
        while length > 1 and (length > 4 or int(digits[:length]) > groups):
            length -= 1
        number = int(digits[:length])
        parts += [number if number <= groups else "", digits[length:]]
    return parts


def _fill(part: str | int, match: Match) -> str:
    return part if isinstance(part, str) else match.group(part)


@builtin("split", "string: string, delimiter: string")
def split(meter: Meter, text: str, delimiter: str) -> list[str] | None:
    """The parts between the matches of the delimiter pattern; null for one that matches the empty string."""
    compiled = _compiled(meter, delimiter, "")
    if compiled is None:
        return None
    if compiled.find("", meter) is not None:
        meter.warn("PATTERN", delimiter[:80])
        return None
    parts: list[str] = []
    end = 0
    for match in compiled.find_all(text, meter):
        parts.append(text[end : match.spans[0][0]])
        end = match.spans[0][1]
        meter.take(100)
    meter.take(4 * len(text))
    return [*parts, text[end:]]


@builtin("extract", "string: string, pattern: string")
def extract(meter: Meter, text: str, pattern: str) -> list[str] | None:
    """All matches of the pattern (Camunda 8)."""
    compiled = _compiled(meter, pattern, "")
    if compiled is None:
        return None
    meter.take(4 * len(text))
    found = []
    for match in compiled.find_all(text, meter):
        meter.take(100)
        found.append(match.group(0))
    return found
