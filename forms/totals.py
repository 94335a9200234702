"""Sums under a list: the property `totals` names number columns; they are computed, never typed."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.errors import Language
from forms.components.number import grouped
from forms.definition import Component
from forms.paths import Path, id_of, name_of
from forms.settle import Place
from forms.viewmodel import ColumnView, FieldView


def keys(component: Component) -> list[str]:
    """The columns that are summed."""
    return [key.strip() for key in component.properties.get("totals", "").split(",") if key.strip()]


def sums(place: Place) -> dict[str, Decimal | None]:
    """The sum of each named column over the visible cells that hold a number; None when none does."""
    found: dict[str, Decimal | None] = {}
    for key in keys(place.component):
        numbers = [n for row in place.row_places for n in _numbers(row, place.path, key)]
        found[key] = sum(numbers, Decimal(0)) if numbers else None
    return found


def _numbers(row: list[Place], prefix: Path, key: str) -> Iterator[Decimal]:
    for place in row:
        for cell in place.walk():
            if name_in_row(cell, prefix) == key and _counts(cell):
                yield cell.value


def _counts(cell: Place) -> bool:
    return not (cell.hidden or cell.blank) and isinstance(cell.value, Decimal)


def name_in_row(cell: Place, prefix: Path) -> str:
    """The name of a cell from its row on: the key of its column."""
    return ".".join(str(step) for step in cell.path[len(prefix) + 1 :])


def totals(place: Place, columns: Sequence[ColumnView], language: Language) -> tuple[FieldView, ...]:
    """One field a column, `computed` where the column is summed; nothing for a list without sums."""
    found = sums(place)
    if not found:
        return ()
    return tuple(
        _total(place, column, found.get(column.key), language, summed=column.key in found)
        for column in columns
    )


def _total(
    place: Place, column: ColumnView, number: Decimal | None, language: Language, *, summed: bool
) -> FieldView:
    name = f"{name_of(place.path)}.{column.key}.sum"
    text = "" if number is None else f"{grouped(number)} {column.suffix}".strip()
    word = {"zh": "合计", "en": "Total"}[language]
    identity = f"{id_of(place.path)}--{column.key.replace('.', '-')}-sum"
    return FieldView("expression", identity, name, name, column.label, text=text, computed=summed, row=word)
