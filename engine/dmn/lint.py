"""What lint says about decision tables beyond their syntax: overlaps, gaps, rules that can never matter."""

from collections.abc import Iterator

from engine.dmn.boxed import Context, ListBox, Literal
from engine.dmn.cells import parse_cell
from engine.dmn.columns import analyse
from engine.dmn.coverage import Grid
from engine.dmn.findings import Findings
from engine.dmn.model import Graph
from engine.dmn.table import DecisionTable

_MOST = 20


def check_tables(graph: Graph, findings: Findings) -> None:
    """Note what is found in every decision table of the graph."""
    for logic in (item.logic for item in graph.decisions.values()):
        for table in tables_of(logic):
            _check(table, findings)
    for body in (item.body for item in graph.knowledge.values()):
        for table in tables_of(body):
            _check(table, findings)


def grid_of(table: DecisionTable) -> Grid:
    """The table's input cells as sets."""
    columns = []
    for n, column in enumerate(table.inputs):
        cells = [parse_cell(rule.tests[n].text) for rule in table.rules]
        allowed = parse_cell(column.allowed.text) if column.allowed else None
        unreadable = column.allowed is not None and allowed is None
        columns.append(None if unreadable else analyse(column.label, column.type_ref, cells, allowed))
    return Grid(columns, [[test.text for test in rule.tests] for rule in table.rules])


def tables_of(box: object) -> Iterator[DecisionTable]:
    """Every decision table in a piece of decision logic, itself included."""
    if isinstance(box, DecisionTable):
        yield box
    elif isinstance(box, Context):
        for _, inner in box.entries:
            yield from tables_of(inner)
    elif isinstance(box, ListBox):
        for inner in box.items:
            yield from tables_of(inner)


def _check(table: DecisionTable, findings: Findings) -> None:
    if not table.rules:
        findings.warning(table.element, "DMN_NO_RULES", "决策表没有规则", "The decision table has no rules")
        return
    grid = grid_of(table)
    if table.hit_policy in ("UNIQUE", "ANY"):
        _overlaps(table, grid, findings)
    if table.hit_policy == "FIRST":
        _hidden(table, grid, findings)
    if table.hit_policy in ("UNIQUE", "ANY", "FIRST", "PRIORITY") and not _has_default(table):
        for gap in grid.gaps():
            findings.warning(
                table.element,
                "DMN_GAP",
                f"没有规则覆盖：{gap}，也没有默认输出",
                f"No rule covers {gap}, and there is no default output",
            )
    _empty_outputs(table, findings)


def _overlaps(table: DecisionTable, grid: Grid, findings: Findings) -> None:
    """Two rules of UNIQUE that meet are an error (8.2.8), two of ANY only when their outputs differ."""
    pairs = grid.overlaps()
    if table.hit_policy == "ANY":
        pairs = [(a, b) for a, b in pairs if outputs_differ(table, a, b)]
    for a, b in pairs[:_MOST]:
        code = "DMN_OVERLAP" if table.hit_policy == "UNIQUE" else "DMN_ANY_DIFFERS"
        findings.error(
            table.rules[b].element or table.element,
            code,
            f"第 {a + 1} 条与第 {b + 1} 条规则可能同时满足，违反命中策略 {table.hit_policy}",
            f"Rules {a + 1} and {b + 1} can both match, against the hit policy {table.hit_policy}",
        )


def _hidden(table: DecisionTable, grid: Grid, findings: Findings) -> None:
    for a, b in grid.hidden():
        findings.warning(
            table.rules[b].element or table.element,
            "DMN_HIDDEN_RULE",
            f"第 {b + 1} 条规则永远不会生效，已被第 {a + 1} 条覆盖",
            f"Rule {b + 1} can never apply: rule {a + 1} covers it",
        )


def _empty_outputs(table: DecisionTable, findings: Findings) -> None:
    for number, rule in enumerate(table.rules, 1):
        if any(isinstance(cell, Literal) and not cell.text for cell in rule.results):
            findings.warning(
                rule.element or table.element,
                "DMN_EMPTY_OUTPUT",
                f"第 {number} 条规则有空的输出格",
                f"Rule {number} has an empty output cell",
            )


def _has_default(table: DecisionTable) -> bool:
    return any(column.default is not None for column in table.outputs)


def outputs_differ(table: DecisionTable, a: int, b: int) -> bool:
    """Whether the output texts differ in a literal, so that the results certainly do."""
    first, second = table.rules[a].results, table.rules[b].results
    return any(
        isinstance(x, Literal)
        and isinstance(y, Literal)
        and (lx := parse_cell(x.text)) is not None
        and (ly := parse_cell(y.text)) is not None
        and lx != ly
        for x, y in zip(first, second, strict=True)
    )
