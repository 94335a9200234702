"""Plausibility: what looks odd and may yet be right. Advice beside the field, never a reason to refuse."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.errors import Language
from forms.definition import Component
from forms.paths import id_of, name_of
from forms.rules import Rules
from forms.settle import Place, Settlement
from forms.templates import render

NAMES = ("hint", "hint_2", "hint_3")


@dataclass(frozen=True, slots=True)
class Hint:
    """One piece of advice about an answer, in one language; `section` and `anchor` lead to it."""

    path: str
    anchor: str
    section: str
    label: str
    message: str


class Hints:
    """Evaluates the `hint` properties of visible answers that are given."""

    def __init__(self, rules: Rules, language: Language) -> None:
        self._rules, self._language = rules, language

    def found(
        self, settlement: Settlement, section_of: Mapping[str, str], only: str | None = None
    ) -> Iterator[Hint]:
        """Every hint that applies, in page order; `section_of` leads from top-level keys to sections.

        With `only` those of one section.
        """
        for place in settlement.walk():
            properties = place.component.properties
            if place.hidden or place.blank or not any(name in properties for name in NAMES):
                continue
            section = section_of.get(str(place.path[0]), "")
            for message in self._messages(place) if only in (None, section) else ():
                label = self._rules.label(place, self._language)
                yield Hint(name_of(place.path), id_of(place.path), section, label, message)

    def _messages(self, place: Place) -> Iterator[str]:
        properties = place.component.properties
        scope = {**place.scope, "value": place.value}
        for name in NAMES:
            if name in properties and self._rules.evaluator.holds(properties[name], scope):
                text = render(words(place.component, name, self._language), scope, self._rules.evaluator)
                rows = "-".join(str(number) for number in place.rows)
                where = {"zh": f"第 {rows} 行：", "en": f"Row {rows}: "}[self._language] if rows else ""
                yield where + text


def words(component: Component, name: str, language: Language) -> str:
    """What a hint says: `hint_zh`, `hint_en`."""
    properties = component.properties
    return properties.get(f"{name}_{language}") or properties.get(f"{name}_zh") or ""
