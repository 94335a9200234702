"""Decision tables as sheets of a workbook, and back: what a sheet says, apart from how a workbook is read or written.

A sheet has a row for each property of the columns (kind, label, expression or name, type, values, default, id), then a
row for each rule. Ids stand in grey; whoever leaves one empty adds a column or a rule.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.dmn.elements import Element, children, english_name, first, text_of
from engine.xml import local

INPUT, OUTPUT, NOTE, DESCRIPTION = "input", "output", "annotation", "description"
KINDS = {
    INPUT: "条件 Condition",
    OUTPUT: "结论 Conclusion",
    NOTE: "注释 Annotation",
    DESCRIPTION: "说明 Description",
}
HEADS = {
    "decision": "决策 Decision",
    "policy": "命中策略 Hit policy",
    "kind": "栏的种类 Kind of column",
    "label": "名称 Label",
    "expression": "表达式或变量名 Expression or name",
    "type": "数据类型 Type",
    "values": "允许的值 Allowed values",
    "default": "缺省值 Default",
    "id": "栏编号（勿改） Column id (keep)",
    "rules": "规则编号（勿改） Rule id (keep)",
}
PROPERTIES = ("label", "expression", "type", "values", "default", "id")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column as a sheet has it; `id` is empty for a new one."""

    kind: str
    label: str = ""
    expression: str = ""
    type: str = ""
    values: str = ""
    default: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class SheetRule:
    """A rule: its cells by place of the column; `id` is empty for a new one."""

    id: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One decision table. `policy` is the hit policy with its aggregation: `UNIQUE`, `COLLECT SUM`."""

    decision: str
    name: str
    policy: str
    columns: tuple[SheetColumn, ...]
    rules: tuple[SheetRule, ...]


def tables(root: Element) -> Iterator[tuple[Element, Element]]:
    """The decisions of a file whose logic is a table, with the table."""
    for decision in children(root, "decision"):
        table = first(decision, "decisionTable")
        if table is not None:
            yield decision, table


BOXES = {
    "literalExpression": ("表达式", "an expression"),
    "context": ("上下文", "a boxed context"),
    "list": ("列表", "a list"),
    "relation": ("关系表", "a relation"),
    "invocation": ("调用", "an invocation"),
    "functionDefinition": ("函数", "a function"),
}
"""What the logic of a decision may be beside a table, in both languages (DMN 1.5, 10.3)."""


@dataclass(frozen=True, slots=True)
class NoSheet:
    """A decision that has no sheet, and what it is instead."""

    id: str
    name: str
    name_en: str
    zh: str
    en: str


def without_sheets(root: Element) -> list[NoSheet]:
    """The decisions of a file that no workbook shows because their logic is no table."""
    found = []
    for decision in children(root, "decision"):
        if first(decision, "decisionTable") is None:
            zh, en = next((BOXES[local(each)] for each in decision if local(each) in BOXES), ("空", "empty"))
            id = decision.get("id", "")
            found.append(NoSheet(id, decision.get("name") or id, english_name(decision), zh, en))
    return found


def sheet_of(decision: Element, table: Element) -> Sheet:
    """What a table says."""
    columns = tuple(_columns(table))
    return Sheet(
        decision.get("id", ""),
        decision.get("name") or decision.get("id") or "",
        " ".join(filter(None, [table.get("hitPolicy") or "UNIQUE", table.get("aggregation")])),
        columns,
        tuple(SheetRule(rule.get("id", ""), _cells(rule, columns)) for rule in children(table, "rule")),
    )


def _columns(table: Element) -> Iterator[SheetColumn]:
    for element in children(table, INPUT):
        expression = first(element, "inputExpression")
        yield SheetColumn(
            INPUT,
            element.get("label") or "",
            text_of(expression),
            (expression.get("typeRef") or "") if expression is not None else "",
            text_of(first(element, "inputValues")),
            "",
            element.get("id", ""),
        )
    for element in children(table, OUTPUT):
        yield SheetColumn(
            OUTPUT,
            element.get("label") or "",
            element.get("name") or "",
            element.get("typeRef") or "",
            text_of(first(element, "outputValues")),
            text_of(first(element, "defaultOutputEntry")),
            element.get("id", ""),
        )
    for n, element in enumerate(children(table, NOTE), start=1):
        yield SheetColumn(NOTE, element.get("name") or "", id=f"annotation_{n}")
    yield SheetColumn(DESCRIPTION, id="description")


def _cells(rule: Element, columns: Sequence[SheetColumn]) -> tuple[str, ...]:
    entries = {kind: [text_of(e) for e in children(rule, f"{kind}Entry")] for kind in (INPUT, OUTPUT, NOTE)}
    description = first(rule, DESCRIPTION)
    entries[DESCRIPTION] = [((description.text if description is not None else None) or "").strip()]
    seen = dict.fromkeys(entries, 0)
    cells: list[str] = []
    for column in columns:
        listed, at = entries[column.kind], seen[column.kind]
        cells.append(listed[at] if at < len(listed) else "")
        seen[column.kind] += 1
    return tuple(cells)
