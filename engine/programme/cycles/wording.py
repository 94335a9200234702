"""Sentences of a notice that are looser than the measure: pointed out to whoever drafts and signs it, never decided.

A notice may tighten or specify the measure, not loosen it; where it does, the measure prevails (decision). Which
words are meant stands in the catalogue `notice_wording`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.catalogues import Catalogues, Item

CATALOGUE = "notice_wording"
_SENTENCE = re.compile(r"[^。；;！!？?\n]+")


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence of a notice, the article that is stricter, and why, in both languages."""

    sentence: str
    article: str
    zh: str
    en: str


def looser_wordings(catalogues: Catalogues, text: str) -> list[Wording]:
    """Every sentence of a notice's text that is looser than the measure, in the order of the text.

    Nothing where the catalogue is not deployed, as in an installation whose rules are older than it.
    """
    if CATALOGUE not in catalogues.ids():
        return []
    items = catalogues.get(CATALOGUE).lists[CATALOGUE]
    return [found for part in _SENTENCE.findall(text) for found in _of_sentence(part.strip(), items)]


def _of_sentence(sentence: str, items: Iterable[Item]) -> Iterator[Wording]:
    plain = re.sub(r"\s+", "", sentence)
    for item in items:
        groups, without = item.facts.get("groups") or [], item.facts.get("without") or []
        said = bool(groups) and all(any(word in plain for word in group) for group in groups)
        if said and not any(word in plain for word in without):
            yield Wording(sentence, str(item.facts.get("article") or ""), item.label, item.label_en)
