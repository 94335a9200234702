"""The article on which a step rests: said by `luzhi:article`, else what its documentation names."""

import re
from collections.abc import Mapping

from engine.errors import Language

NUMERALS = "零一二三四五六七八九十"
ARTICLE = re.compile(r"第([一二三四五六七八九十]+)条(?:第?（([一二三四五六七八九十])）项?)?")


def basis(properties: Mapping[str, str], documentation: str, language: Language) -> str:
    """The basis of a step; empty where nothing names one."""
    given = properties.get("luzhi:article")
    if given:
        return articles(given, language)
    named = dict.fromkeys(found.group() for found in ARTICLE.finditer(documentation))
    return articles("、".join(named), language)


def articles(text: str, language: Language) -> str:
    """A reference to the measure in a language: 第十一条（三） is article 11(3)."""
    if language == "zh":
        return text
    return ARTICLE.sub(_english, text).replace("、", ", ")


def _english(found: re.Match[str]) -> str:
    part = f"({NUMERALS.index(found[2])})" if found[2] else ""
    return f"article {sum(NUMERALS.index(sign) for sign in found[1])}{part}"
