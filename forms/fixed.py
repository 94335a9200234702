"""Lists whose rows are given: the property `rows` is FEEL for a list, and each entry makes one row.

A row remembers what it stands for in `row_key`: the entry's `key`, `code` or `value`, or the entry itself.
With the property `row_files` the entries are files: a row is headed by the file's name and follows its file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import Language
from forms.definition import Component
from forms.expressions import Evaluator, Scope
from forms.templates import written

KEY = "row_key"
MOST = 300
_NAMES = ("key", "code", "value", "id")
KEY_COMPONENT = Component("textfield", KEY, (KEY,), {"label": "行", "key": KEY})


@dataclass(frozen=True, slots=True)
class Element:
    """What one row stands for: FEEL in the row sees `value` as `row`."""

    key: str
    value: Any

    def label(self, language: Language) -> str:
        """Its name at the head of the row."""
        if not isinstance(self.value, Mapping):
            return written(self.value, language)
        english = self.value.get("label_en") or self.value.get("name_en") if language == "en" else None
        return written(
            english or self.value.get("label") or self.value.get("name") or self.key or "", language
        )


def is_fixed(component: Component) -> bool:
    """Whether the rows of a list are given."""
    return component.type == "dynamiclist" and bool(component.properties.get("rows"))


def of_files(component: Component) -> bool:
    """Whether the rows of a list stand for files, as captions do."""
    return is_fixed(component) and component.properties.get("row_files") == "true"


def files_of(component: Component) -> str:
    """The key of the answer whose files the rows stand for."""
    return component.properties["rows"].lstrip("= ").strip()


def elements(component: Component, scope: Scope, evaluator: Evaluator) -> list[Element] | None:
    """What the rows stand for, each once; None for a list whose rows people add."""
    if not is_fixed(component):
        return None
    found = evaluator.evaluate(component.properties["rows"], scope)
    entries = found if isinstance(found, list) else []
    by_key = {key: entry for entry in entries[:MOST] if (key := _key(entry))}
    return [Element(key, evaluator.constant(entry)) for key, entry in by_key.items()]


def _key(entry: Any) -> str:
    if isinstance(entry, Mapping):
        entry = next((entry[name] for name in _NAMES if entry.get(name) is not None), None)
    return written(entry)[:200]


def matched(known: Sequence[Element], rows: Sequence[Any]) -> list[Any]:
    """The answers of each fixed row: by their `row_key`, or by their place when they have none."""
    by_key = {row[KEY]: row for row in rows if isinstance(row, Mapping) and row.get(KEY)}
    plain = [row if isinstance(row, Mapping) and not row.get(KEY) else {} for row in rows]
    return [
        by_key.get(element.key, plain[number] if number < len(plain) else {})
        for number, element in enumerate(known)
    ]


def misplaced(known: Sequence[Element], sent: Any) -> list[int]:
    """The numbers of sent rows (from 0) that stand for something else than the row of the table there."""
    rows = sent if isinstance(sent, list) else []
    return [
        number
        for number, row in enumerate(rows)
        if number >= len(known)
        or (isinstance(row, Mapping) and row.get(KEY) and row[KEY] != known[number].key)
    ]
