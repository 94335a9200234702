"""A set of a column's pieces as people read it: `< 60`, `[60..80)`, `"A", "B"`, any value but those named."""

from dataclasses import dataclass
from typing import Any

from engine.dmn.columns import Atom, Column, show
from engine.errors import Language

MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Said:
    """The same words in both languages."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """The words in one of them."""
        return self.zh if language == "zh" else self.en


def said(column: Column, mask: int) -> Said:
    """The pieces of a mask, neighbours joined."""
    chosen = [n for n in range(len(column.atoms)) if mask >> n & 1 and not column.atoms[n].is_null]
    if any(column.atoms[n].is_other for n in chosen):
        return _others(column, chosen)
    texts: list[str] = []
    for run in _runs(column, chosen):
        texts.append(_span([column.atoms[n] for n in run]))
    shown = texts[:MOST_NAMED]
    more = len(texts) - len(shown)
    return Said(
        "、".join(shown) + (f" 等 {len(texts)} 项" if more else ""),
        ", ".join(shown) + (f" and {more} more" if more else ""),
    )


def _others(column: Column, chosen: list[int]) -> Said:
    """Every value that is not named, told by the named ones that it leaves out."""
    left = [a.text for n, a in enumerate(column.atoms) if n not in chosen and not (a.is_null or a.is_other)]
    if not left:
        return Said("任何值", "any value")
    return Said(
        f"除 {'、'.join(left[:MOST_NAMED])} 以外的值", f"any value but {', '.join(left[:MOST_NAMED])}"
    )


def _runs(column: Column, chosen: list[int]) -> list[list[int]]:
    """Neighbours of an ordered column together, everything else for itself."""
    runs: list[list[int]] = []
    for n in chosen:
        if runs and runs[-1][-1] == n - 1 and _ordered(column.atoms[n]):
            runs[-1].append(n)
        else:
            runs.append([n])
    return runs


def _ordered(atom: Atom) -> bool:
    return atom.low is not None or atom.high is not None


def _span(atoms: list[Atom]) -> str:
    first, last = atoms[0], atoms[-1]
    if len(atoms) == 1 or not _ordered(first):
        return first.text
    low, high = first.low, last.high
    low_in, high_in = _point(first), _point(last)
    if low is None:
        return f"{'<=' if high_in else '<'} {show(high)}"
    if high is None:
        return f"{'>=' if low_in else '>'} {show(low)}"
    return f"{'[' if low_in else '('}{show(low)}..{show(high)}{']' if high_in else ')'}"


def _point(atom: Atom) -> bool:
    same: Any = atom.low is not None and atom.low == atom.high
    return bool(same)
