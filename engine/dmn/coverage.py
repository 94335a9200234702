"""Overlaps and gaps of a decision table, computed exactly over the columns that are made of literals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from engine.dmn.columns import Column

MAX_WORK = 3_000_000
MAX_PAIRS = 200_000
MAX_GAPS = 3


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's columns and cell texts, `texts[rule][column]`; a column of None cannot be analysed."""

    columns: Sequence[Column | None]
    texts: Sequence[Sequence[str]]

    def overlaps(self) -> list[tuple[int, int]]:
        """Pairs of rules (from 0) that some input certainly matches both; none for tables too large."""
        return [(a, b) for a, b in self._pairs() if self._meet(a, b)]

    def hidden(self) -> list[tuple[int, int]]:
        """Pairs of a rule and a later one that it covers wholly, the first such for each later rule."""
        found: dict[int, int] = {}
        for a, b in self._pairs():
            if b not in found and self.covers(a, b):
                found[b] = a
        return [(a, b) for b, a in sorted(found.items())]

    def covers(self, a: int, b: int) -> bool:
        """Whether rule a certainly matches whenever rule b does."""
        for n, column in enumerate(self.columns):
            first, second = self.texts[a][n].strip(), self.texts[b][n].strip()
            if first in ("", "-") or first == second:
                continue
            if column is None or column.masks[b] & ~column.masks[a] & column.possible:
                return False
        return True

    def gaps(self) -> list[str]:
        """Up to three combinations of inputs that no rule matches, as text; none when it cannot be told."""
        if any(column is None for column in self.columns) or not self.columns:
            return []
        search = _GapSearch([column for column in self.columns if column is not None])
        search.walk(0, frozenset(range(len(self.texts))), ())
        return search.found

    def _pairs(self) -> Iterator[tuple[int, int]]:
        rules = len(self.texts)
        return combinations(range(rules), 2) if rules * (rules - 1) // 2 <= MAX_PAIRS else iter(())

    def _meet(self, a: int, b: int) -> bool:
        for n, column in enumerate(self.columns):
            if column is not None:
                if not column.masks[a] & column.masks[b] & column.possible:
                    return False
                continue
            first, second = self.texts[a][n].strip(), self.texts[b][n].strip()
            if first != second and "-" not in (first or "-", second or "-"):
                return False
        return True


@dataclass(slots=True)
class _GapSearch:
    columns: Sequence[Column]
    found: list[str] = field(default_factory=list)
    seen: set[tuple[int, frozenset[int]]] = field(default_factory=set)
    work: int = 0

    def walk(self, at: int, rules: frozenset[int], path: tuple[str, ...]) -> None:
        """Go through the columns; the rules left after the last cover the point, none left is a gap."""
        if len(self.found) >= MAX_GAPS or self.work > MAX_WORK or (at, rules) in self.seen:
            return
        self.seen.add((at, rules))
        if not rules:
            self.found.append(", ".join(path))
            return
        if at == len(self.columns):
            return
        column = self.columns[at]
        for n, atom in enumerate(column.atoms):
            bit = 1 << n
            if column.all & bit:
                self.work += len(rules) + 1
                left = frozenset(rule for rule in rules if column.masks[rule] & bit)
                self.walk(at + 1, left, (*path, f"{column.label}: {atom.text}"))
