"""Sets of characters: classes, categories, blocks, subtraction, and matching without regard to case."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

Predicate = Callable[[str], bool]

# Unicode blocks that patterns of forms and decisions may name, by the name after `Is`.
_BLOCKS = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "EnclosedAlphanumerics": (0x2460, 0x24FF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "Bopomofo": (0x3100, 0x312F),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF),
    "CJKCompatibilityIdeographs": (0xF900, 0xFAFF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}
_DETAILS = {"L": "ultmo", "M": "nce", "N": "dlo", "P": "cdseifo", "Z": "slp", "S": "mcko", "C": "cfon"}
_CATEGORIES = frozenset(kind + detail for kind, details in _DETAILS.items() for detail in ("", *details))


def negate(inner: Predicate) -> Predicate:
    """Every other character."""
    return lambda char: not inner(char)


def interval(low: str, high: str) -> Predicate:
    """The characters from low to high."""
    return lambda char: low <= char <= high


def one_of(characters: Iterable[str]) -> Predicate:
    """Exactly these characters."""
    return frozenset(characters).__contains__


def union(parts: list[Predicate]) -> Predicate:
    """The characters of any part."""
    if len(parts) == 1:
        return parts[0]
    return lambda char: any(part(char) for part in parts)


def without(base: Predicate, removed: Predicate) -> Predicate:
    """The characters of the base that are not removed."""
    return lambda char: base(char) and not removed(char)


def ignoring_case(inner: Predicate) -> Predicate:
    """The characters of which a case variant belongs to the set."""
    return lambda char: inner(char) or inner(char.lower()) or inner(char.upper())


def category(name: str) -> Predicate | None:
    """`\\p{name}`: a general category, or a block `Is…`; None for an unknown one."""
    if name.startswith("Is"):
        block = _BLOCKS.get(name[2:])
        return interval(chr(block[0]), chr(block[1])) if block else None
    if name not in _CATEGORIES:
        return None
    return lambda char: unicodedata.category(char).startswith(name)


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] not in "PZC"


def _is_digit(char: str) -> bool:
    return unicodedata.category(char) == "Nd"


def _is_name_start(char: str) -> bool:
    return char.isalpha() or char in "_:"


def _is_name_part(char: str) -> bool:
    return char.isalnum() or char in "_:.-\u00b7" or unicodedata.category(char) in ("Mn", "Mc")


CLASSES: dict[str, Predicate] = {
    "s": one_of(" \t\n\r"),
    "d": _is_digit,
    "w": _is_word,
    "i": _is_name_start,
    "c": _is_name_part,
}
CLASSES |= {letter.upper(): negate(predicate) for letter, predicate in CLASSES.items()}

ANY: Predicate = lambda char: True  # noqa: E731
NOT_A_LINE_END = negate(one_of("\n\r"))
