"""What a name, a code or a number is found by, and how a person's words are made comparable with it."""

import unicodedata
from collections.abc import Iterable

LONGEST = 24
"""Characters of a word that count: longer ones are found by their beginning."""


def normal(text: str) -> str:
    """Text without what typing varies in: width, case, blanks and signs; hyphens of numbers stay."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in wide if sign.isalnum() or sign == "-")


def sought(text: str) -> list[str]:
    """The words of a search, at most six; every one must be found."""
    words = [normal(word)[:LONGEST] for word in text.split()]
    return [word for word in words if word][:6]


def initials(name: str) -> str:
    """The pinyin initials of a normal name, other signs kept: 泉城示例 gives qcsl."""
    from pypinyin import Style, lazy_pinyin  # a large dictionary, which only whoever indexes needs

    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))


def tokens(names: Iterable[str], codes: Iterable[str]) -> set[str]:
    """All words of a case: tails of names and of their initials, codes as they are, numbers from each part on."""
    found: set[str] = set()
    for name in map(normal, names):
        for text in (name, initials(name)):
            found |= {text[start : start + LONGEST] for start in range(len(text))}
    for code in map(normal, codes):
        parts = code.split("-")
        found |= {"-".join(parts[start:])[:LONGEST] for start in range(len(parts))}
    return found - {""}
