"""A timer in words: ISO 8601 durations and the expressions that our diagrams use; anything else as it stands."""

import re
from collections.abc import Mapping

from engine.errors import Language
from engine.studio.handbook.words import MOMENTS, UNITS, say

ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
LETTERS = ("Y", "M", "W", "D", "H", "m", "S")
NUMBER = r"(?:(\d+)\s*\*\s*)?([\w.]+)"
SPOKEN_DURATION = re.compile(rf'duration\("P"\s*\+\s*string\({NUMBER}\)\s*\+\s*"([YMWD])"\)')
WRITTEN_DURATION = re.compile(r'duration\("(P[^"]+)"\)')
WORKDAYS = re.compile(rf"workdays after\((.+),\s*{NUMBER}\)")
INSTANT = re.compile(r"(?:date and time|date)\((.+)\)")
END_OF_DAY = re.compile(r"end of day\((.+)\)")
REPEATED = re.compile(r"R(\d*)/(P.+)")


def timer_words(text: str, language: Language, numbers: Mapping[str, str]) -> str:
    """When a timer fires, in words; `numbers` are the values of the parameters that decisions fix."""
    text = text.strip()
    if text.startswith("="):
        return _expression(text[1:].strip(), language, numbers)
    if repeated := REPEATED.fullmatch(text):
        each = _iso(repeated[2], language) or repeated[2]
        times = repeated[1]
        said = (f"每隔{each}，共 {times} 次", f"every {each}, {times} times") if times else ("", "")
        return say(said if times else (f"每隔{each}", f"every {each}"), language)
    found = _iso(text, language)
    return text if found is None else say((f"{found}后", f"after {found}"), language)


def _iso(text: str, language: Language) -> str | None:
    found = ISO.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    parts = [(count, letter) for count, letter in zip(found.groups(), LETTERS, strict=True) if count]
    return "".join(_count(count, letter, language) for count, letter in parts).strip()


def _count(count: str, letter: str, language: Language) -> str:
    zh, en = UNITS[letter]
    if language == "zh":
        return f"{count}{zh}" if zh.startswith("个") else f"{count} {zh}"
    return f"{count} {en.removesuffix('s') if count == '1' else en} "


def _expression(text: str, language: Language, numbers: Mapping[str, str]) -> str:
    """The words of a FEEL expression of a known shape, outermost first."""
    if text in MOMENTS:
        return say(MOMENTS[text], language)
    if found := END_OF_DAY.fullmatch(text):
        inner = _expression(found[1], language, numbers)
        return say((f"{inner}，到当天结束", f"{inner}, by the end of the day"), language)
    if found := WORKDAYS.fullmatch(text):
        begin, count = _expression(found[1], language, numbers), _number(found[2], found[3], numbers)
        return say((f"{begin}后 {count} 个工作日", f"{count} working days after {begin}"), language)
    for sign, words in ((" - ", ("前", "before")), (" + ", ("后", "after"))):
        left, _, right = text.rpartition(sign)
        span = _span(right, language, numbers) if left and right.endswith(")") else None
        if span is None and left:  # a plus inside the duration's own text
            left, _, right = text.partition(sign)
            span = _span(right, language, numbers)
        if span is not None:
            begin = _expression(left, language, numbers)
            return say((f"{begin}{words[0]} {span}", f"{span} {words[1]} {begin}"), language)
    if found := INSTANT.fullmatch(text):
        return _expression(found[1], language, numbers)
    return text


def _span(text: str, language: Language, numbers: Mapping[str, str]) -> str | None:
    if found := SPOKEN_DURATION.fullmatch(text):
        return _count(_number(found[1], found[2], numbers), found[3], language).strip()
    if found := WRITTEN_DURATION.fullmatch(text):
        return _iso(found[1], language)
    return None


def _number(times: str | None, name: str, numbers: Mapping[str, str]) -> str:
    value = numbers.get(name, name)
    if times is None:
        return value
    return str(int(times) * int(value)) if value.isdigit() else f"{times} × {value}"
