"""One column of a decision table, cut into atoms: pieces that every cell either covers or misses as a whole.

Ordered values are cut at every bound that a cell mentions, texts into the values mentioned and "any other",
booleans into two. A cell then is a bit mask, and overlaps and gaps are exact set operations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.dmn.cells import BOOLEAN, DATE, NULL, NUMBER, ORDERED, STRING, Cell, Interval, Value

INTEGER_TYPES = frozenset({"integer", "long", "int"})
MAX_MASKS = 1_000_000
"""Cells times atoms of a column, beyond which it is not analysed."""

_OTHER = object()


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of a column's values: its text for people, and one value that stands for it.

    Pieces of an ordered column lie between `low` and `high` (None = no bound); a single value has both the same.
    """

    text: str
    sample: Any
    is_null: bool = False
    low: Any = None
    high: Any = None

    @property
    def is_other(self) -> bool:
        """Whether it stands for every value that no cell mentions."""
        return self.sample is _OTHER


@dataclass(frozen=True, slots=True)
class Column:
    """The atoms of a column, each rule's cell as a bit mask over them, and the mask of allowed values."""

    label: str
    atoms: tuple[Atom, ...]
    masks: tuple[int, ...]
    possible: int

    @property
    def all(self) -> int:
        """The mask of all atoms that may occur and are not null."""
        nulls = sum(1 << n for n, atom in enumerate(self.atoms) if atom.is_null)
        return self.possible & ~nulls


def analyse(label: str, type_ref: str, cells: Sequence[Cell | None], allowed: Cell | None) -> Column | None:
    """The column in atoms; None when a cell is not made of literals, kinds are mixed, or it is too large."""
    known = [cell for cell in cells if cell is not None]
    if len(known) < len(cells):
        return None
    mentioned = [*known, allowed] if allowed else known
    kinds = set().union(*(cell.kinds for cell in mentioned)) if mentioned else set()
    if len(kinds) > 1:
        return None
    kind = next(iter(kinds), BOOLEAN if type_ref == "boolean" else STRING)
    atoms = (*_atoms(kind, type_ref, mentioned), Atom("null", None, True))
    if len(known) * len(atoms) > MAX_MASKS:
        return None
    masks = tuple(_mask(cell, atoms) for cell in known)
    possible = _mask(allowed, atoms) | 1 << (len(atoms) - 1) if allowed else (1 << len(atoms)) - 1
    return Column(label, atoms, masks, possible)


def _mask(cell: Cell, atoms: Sequence[Atom]) -> int:
    return sum(1 << n for n, atom in enumerate(atoms) if _covers(cell, atom))


def _covers(cell: Cell, atom: Atom) -> bool:
    if cell.everything:
        return True
    if atom.is_null and any(isinstance(part, Interval) for part in cell.parts):
        return False  # comparing null gives null, and so does its negation
    return any(_matches(part, atom) for part in cell.parts) is not cell.negated


def _matches(part: Value | Interval, atom: Atom) -> bool:
    if atom.is_null:
        return part.kind == NULL
    if part.kind == NULL or atom.sample is _OTHER:
        return False
    return part.contains(atom.sample) if isinstance(part, Interval) else bool(part.value == atom.sample)


def _atoms(kind: str, type_ref: str, cells: Sequence[Cell]) -> list[Atom]:
    if kind == BOOLEAN:
        return [Atom("true", True), Atom("false", False)]
    parts = [part for cell in cells for part in cell.parts if part.kind == kind]
    if kind in ORDERED:
        return _ordered(kind, type_ref in INTEGER_TYPES, parts)
    texts = dict.fromkeys(part.value for part in parts if isinstance(part, Value))
    return [*(Atom(f'"{text}"', text) for text in texts), Atom("其他值 any other value", _OTHER)]


def _ordered(kind: str, integers: bool, parts: Sequence[Value | Interval]) -> list[Atom]:
    bounds = sorted({bound for part in parts for bound in _bounds(part)})
    if not bounds:
        return [Atom("任何值 any value", _OTHER)]
    step: Any = timedelta(days=1) if kind == DATE else 1 if kind == NUMBER and integers else None
    atoms = []
    for n, bound in enumerate(bounds):
        if n == 0:
            atoms.append(Atom(f"< {show(bound)}", _below(bound), high=bound))
        elif step is None or bound - bounds[n - 1] > step:
            low = bounds[n - 1]
            text = f"({show(low)}..{show(bound)})"
            atoms.append(Atom(text, _between(low, bound, step), low=low, high=bound))
        atoms.append(Atom(show(bound), bound, low=bound, high=bound))
    atoms.append(Atom(f"> {show(bounds[-1])}", _above(bounds[-1]), low=bounds[-1]))
    return [atom for atom in atoms if atom.sample is not None]


def _bounds(part: Value | Interval) -> list[Any]:
    if isinstance(part, Value):
        return [part.value]
    return [bound for bound in (part.low, part.high) if bound is not None]


def show(bound: Any) -> str:
    """A bound as people write it."""
    return f"{bound:f}" if isinstance(bound, Decimal) else bound.isoformat()


def _between(low: Any, high: Any, step: Any) -> Any:
    """A value strictly between the two."""
    if step is not None:
        return low + step
    if isinstance(low, Decimal):
        return (low + high) / 2
    return _shift(low, 1)


def _below(bound: Any) -> Any:
    return bound - 1 if isinstance(bound, Decimal) else _shift(bound, -1)


def _above(bound: Any) -> Any:
    return bound + 1 if isinstance(bound, Decimal) else _shift(bound, 1)


def _shift(value: Any, by: int) -> Any:
    """The nearest temporal value before or after; None at the end of the calendar or of the day."""
    try:
        if isinstance(value, date):
            unit = timedelta(microseconds=1) if hasattr(value, "hour") else timedelta(days=1)
            return value + by * unit
        microseconds = (
            ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond + by
        )
        seconds, rest = divmod(microseconds, 1_000_000)
        return value.replace(seconds // 3600, seconds // 60 % 60, seconds % 60, rest)
    except (OverflowError, ValueError):
        return None
