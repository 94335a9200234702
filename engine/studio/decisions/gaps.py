"""Which inputs no rule of a decision table answers, and which rules stand against its hit policy, told exactly.

Numbers, dates, instants, texts, booleans and lists of them are cut where cells name them (`engine.dmn.columns`), so a
finding is a fact and comes with an example. A cell that is no literal (a variable, a calculation) may match anything:
no gap is claimed where it might answer, no overlap through it. Null is nobody's gap.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from engine.dmn.cells import Cell, parse_cell
from engine.dmn.columns import Column, analyse
from engine.dmn.lint import grid_of, outputs_differ, tables_of
from engine.dmn.model import Graph
from engine.dmn.read import read
from engine.dmn.table import MULTIPLE, DecisionTable
from engine.problems import NotDeployable, errors
from engine.studio.decisions.gap_words import Said, said

MOST_GAPS, MOST_OVERLAPS = 30, 50
MOST_STEPS = 400_000
"""Steps of the search for gaps in one table, some tenths of a second; then the report says that it is not complete."""


@dataclass(frozen=True, slots=True)
class Combination:
    """Inputs by column, as people read them; columns in which any value does are left out."""

    parts: tuple[tuple[str, Said], ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules (from 1) that the same inputs match against the hit policy; with `hidden` the second never counts."""

    first: int
    second: int
    example: Combination
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table: `unread` are columns with cells that cannot be analysed; `complete` without them and all told."""

    decision: str
    name: str
    hit_policy: str
    rules: int
    gaps: tuple[Combination, ...]
    overlaps: tuple[Overlap, ...]
    unread: tuple[str, ...]
    complete: bool
    name_en: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.gaps and not self.overlaps


def report(file: str, content: bytes) -> list[TableReport]:
    """Gaps and overlaps of every table in a file, in its order. Raises NotDeployable when it cannot be read."""
    graph, problems = read(file, content)
    if not graph.decisions and errors(problems):
        raise NotDeployable(problems)
    return [
        replace(_table(id, name, table), name_en=graph.decisions[id].name_en)
        for id, name, table in _tables(graph)
    ]


def _tables(graph: Graph) -> Iterator[tuple[str, str, DecisionTable]]:
    for decision in graph.decisions.values():
        for table in tables_of(decision.logic):
            yield decision.id, decision.name, table


def _table(decision: str, name: str, table: DecisionTable) -> TableReport:
    columns, unread = _columns(table)
    search = _Search(columns, table)
    if table.hit_policy not in MULTIPLE and not _default(table):
        search.walk(0, (1 << len(table.rules)) - 1, ())
    overlaps = tuple(_overlaps(table, columns))
    return TableReport(
        decision,
        name,
        table.hit_policy,
        len(table.rules),
        tuple(search.found[:MOST_GAPS]),
        overlaps[:MOST_OVERLAPS],
        tuple(unread),
        search.complete and len(overlaps) <= MOST_OVERLAPS and not unread,
    )


def _default(table: DecisionTable) -> bool:
    return any(column.default is not None for column in table.outputs)


def _columns(table: DecisionTable) -> tuple[list[Column | None], list[str]]:
    """The columns in pieces, a cell that is no literal standing for any value; and those that have such cells."""
    found: list[Column | None] = []
    unread: list[str] = []
    for n, column in enumerate(table.inputs):
        cells = [parse_cell(rule.tests[n].text) for rule in table.rules]
        allowed = parse_cell(column.allowed.text) if column.allowed else None
        known = [cell if cell is not None else Cell(everything=True) for cell in cells]
        strange = column.allowed is not None and allowed is None
        made = None if strange else analyse(column.label, column.type_ref, known, allowed)
        if made is None or None in cells:
            unread.append(column.label)
        found.append(made)
    return found, unread


@dataclass(slots=True)
class _Search:
    """Goes through the columns; `rules` is the bit mask of the rules that still match, none left is a gap."""

    columns: Sequence[Column | None]
    table: DecisionTable
    found: list[Combination] = field(default_factory=list)
    answered: set[tuple[int, int]] = field(default_factory=set)
    steps: int = 0
    complete: bool = True

    def walk(self, at: int, rules: int, path: tuple[tuple[str, Said], ...]) -> bool:
        """Note the gaps from a column on; answer whether there were any."""
        if not rules:
            self._note(path)
            return True
        if at == len(self.columns) or (at, rules) in self.answered:
            return False
        if self.steps > MOST_STEPS or len(self.found) > MOST_GAPS:
            self.complete = False
            return False
        column = self.columns[at]
        gap = False
        for left, words in self._parts(column, rules):
            self.steps += 1
            more = (*path, (self.table.inputs[at].label, words)) if words else path
            gap = self.walk(at + 1, left, more) or gap
        if not gap and self.complete:
            self.answered.add((at, rules))
        return gap

    def _note(self, path: tuple[tuple[str, Said], ...]) -> None:
        self.found.append(Combination(path))
        self.complete = self.complete and len(self.found) <= MOST_GAPS

    def _parts(self, column: Column | None, rules: int) -> Iterator[tuple[int, Said | None]]:
        """The column's values in groups that the same rules answer, with their words; None for any value."""
        if column is None:
            yield rules, None
            return
        groups: dict[int, int] = {}
        for n in range(len(column.atoms)):
            if column.all >> n & 1:
                left = _matching(column, n, rules)
                self.steps += 1
                groups[left] = groups.get(left, 0) | 1 << n
        for left, mask in groups.items():
            yield left, None if mask == column.all else said(column, mask)


def _matching(column: Column, atom: int, rules: int) -> int:
    """Those of the rules whose cell covers an atom."""
    left, rest = 0, rules
    while rest:
        lowest = rest & -rest
        if column.masks[lowest.bit_length() - 1] >> atom & 1:
            left |= lowest
        rest ^= lowest
    return left


def _overlaps(table: DecisionTable, columns: Sequence[Column | None]) -> Iterator[Overlap]:
    """Pairs that certainly meet and must not (8.2.8), and rules behind one that answers all that they do."""
    grid = grid_of(table)
    if table.hit_policy == "FIRST":
        for a, b in grid.hidden():
            yield Overlap(a + 1, b + 1, _common(table, columns, a, b), hidden=True)
    elif table.hit_policy in ("UNIQUE", "ANY"):
        for a, b in grid.overlaps():
            if table.hit_policy == "UNIQUE" or outputs_differ(table, a, b):
                yield Overlap(a + 1, b + 1, _common(table, columns, a, b))


def _common(table: DecisionTable, columns: Sequence[Column | None], a: int, b: int) -> Combination:
    """The inputs that match both rules."""
    parts = []
    for input, column in zip(table.inputs, columns, strict=True):
        if column is not None:
            both = column.masks[a] & column.masks[b] & column.all
            if both and both != column.all:
                parts.append((input.label, said(column, both)))
    return Combination(tuple(parts))
