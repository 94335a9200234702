"""Sums under a list: the property `totals` names number columns; they are computed, never typed."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from forms.components.number import grouped
from forms.definition import Component
from forms.paths import Path
from forms.settle import Place
from forms.viewmodel import ColumnView


def keys(component: Component) -> list[str]:
    """The columns that are summed."""
    return [key.strip() for key in component.properties.get("totals", "").split(",") if key.strip()]


def sums(place: Place) -> dict[str, Decimal]:
    """The sum of each named column over the visible cells that hold a number."""
    return {
        key: sum((n for row in place.row_places for n in _numbers(row, place.path, key)), Decimal(0))
        for key in keys(place.component)
    }


def _numbers(row: list[Place], prefix: Path, key: str) -> Iterator[Decimal]:
    for place in row:
        for cell in place.walk():
            if name_in_row(cell, prefix) == key and not cell.hidden and isinstance(cell.value, Decimal):
                yield cell.value


def name_in_row(cell: Place, prefix: Path) -> str:
    """The name of a cell from its row on: the key of its column."""
    return ".".join(str(step) for step in cell.path[len(prefix) + 1 :])


def totals(place: Place, columns: Sequence[ColumnView]) -> tuple[str, ...]:
    """One text a column, empty where nothing is summed; nothing at all for a list without sums."""
    found = sums(place)
    if not found:
        return ()
    return tuple(_written(found[c.key], c.suffix) if c.key in found else "" for c in columns)


def _written(number: Decimal, unit: str) -> str:
    return f"{grouped(number)} {unit}".strip()
