"""A form's answers for spreadsheets: one row a submission, and a sheet of its own for every list."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.errors import Language
from forms import fixed
from forms.components import TYPES, Situation
from forms.definition import Component
from forms.expressions import Evaluator
from forms.paths import Path, name_of
from forms.sections import keyed
from forms.settle import Place, Settlement
from forms.templates import written
from forms.units import named

_UNITS = "suffixAdorner"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `name` is the answer's HTML name, `label` its label with the unit, `numeric` for numbers."""

    name: str
    label: str
    unit: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A list as a sheet: its columns, and the rows of one submission as texts."""

    name: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...] = ()


def columns(components: Iterable[Component], language: Language) -> tuple[Column, ...]:
    """The answers of a level that fit into one cell each, in page order."""
    return tuple(_column(c, language) for c in keyed(components) if _is_cell(c))


def lists(components: Iterable[Component]) -> list[Component]:
    """The lists of a level, each a sheet."""
    return [c for c in keyed(components) if c.type == "dynamiclist"]


def row(settlement: Settlement, components: Sequence[Component], at: "Writer") -> tuple[str, ...]:
    """The texts of one submission, one a column; empty where an answer is hidden or not given."""
    places = {place.path: place for place in settlement.walk()}
    return tuple(at.text(places.get(c.path)) for c in keyed(components) if _is_cell(c))


def table(
    component: Component, settlement: Settlement | None, at: "Writer | None", language: Language
) -> Table:
    """One list as a sheet, with the rows of a submission when there is one."""
    head = Column("row", {"zh": "行", "en": "Row"}[language])
    rows: tuple[tuple[str, ...], ...] = ()
    place = next((p for p in settlement.walk() if p.path == component.path), None) if settlement else None
    if place is not None and at is not None and not place.hidden:
        rows = tuple(_table_rows(place, component, at))
    own = columns(component.children, language)
    return Table(name_of(component.path), component.label(language), (head, *own), rows)


def _table_rows(place: Place, component: Component, at: "Writer") -> Iterator[tuple[str, ...]]:
    cells = [c for c in keyed(component.children) if _is_cell(c)]
    for number, row_places in enumerate(place.row_places):
        inside = {p.path: p for top in row_places for p in top.walk()}
        if row_places and row_places[0].blank:
            continue
        named = at.named(place.elements[number]) if place.elements else str(number + 1)
        prefix: Path = (*place.path, number)
        yield (named, *(at.text(inside.get((*prefix, *c.path))) for c in cells))


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes settled answers as texts in one language; numbers plain, without their unit."""

    evaluator: Evaluator
    language: Language
    files: Mapping[str, Any] | None = None

    def named(self, element: fixed.Element) -> str:
        """What a given row stands for; a file by its name."""
        file = (self.files or {}).get(element.key)
        return str(file.name) if file is not None else element.label(self.language)

    def text(self, place: Place | None) -> str:
        """The text of an answer; empty for one that is hidden."""
        if place is None or place.hidden or place.value is None:
            return ""
        if isinstance(place.value, Decimal):
            return f"{place.value:f}"
        at = Situation(place.component, place.scope, self.evaluator, "", self.language, self.files)
        shown = TYPES[place.component.type].view(at, place.value, None)
        if place.component.type == "datetime":  # a spreadsheet sorts and reckons with it
            return str(shown["value"]).replace("T", " ")
        return str(shown.get("text") or written(place.value, self.language))


def _is_cell(component: Component) -> bool:
    silent = component.type == "expression" and not component.get("label")
    return component.type != "dynamiclist" and not silent


def _column(component: Component, language: Language) -> Column:
    unit = component.appearance.get(_UNITS)
    shown = named(unit, language) if isinstance(unit, str) and not unit.startswith("=") else ""
    label = component.label(language)
    headed = f"{label}（{shown}）" if language == "zh" else f"{label} ({shown})"
    return Column(
        name_of(component.path), headed if shown else label, shown, numeric=component.type == "number"
    )
