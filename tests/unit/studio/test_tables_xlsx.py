"""Decision tables as workbooks: nothing is lost on the way, edits come in exactly, hostile files are refused in words."""

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from engine import dmn, xml
from engine.problems import errors
from engine.settings import project_root
from engine.studio import changes
from engine.studio.decisions.tables_xlsx import (
    MOST_BYTES,
    NoTables,
    WorkbookUnreadable,
    from_workbook,
    left_out,
    to_workbook,
)
from engine.studio.tables.table_sheets import tables

FOLDER = project_root() / "processes" / "decisions"
FILES = [path for path in sorted(FOLDER.glob("*.dmn")) if any(tables(xml.parse("", path.read_bytes())))]
BAR = FOLDER / "reapplication_bar.dmn"
HEAD = 11
"""The row of the rules' heading; the first rule stands below."""


def edited(change: Callable[[Any], None], file: Path = BAR) -> bytes:
    """The file after somebody opened its workbook and changed the first sheet."""
    book = load_workbook(BytesIO(to_workbook(file.name, file.read_bytes())))
    change(book.worksheets[0])
    out = BytesIO()
    book.save(out)
    return from_workbook(file.name, file.read_bytes(), out.getvalue())


def told(content: bytes, file: Path = BAR) -> list[tuple[str, str, dict[str, tuple[str | None, str | None]]]]:
    return [
        (c.kind.value, c.id, {d.path: (d.old, d.new) for d in c.details})
        for c in changes(file.name, file.read_bytes(), content)
    ]


def test_there_are_tables() -> None:
    assert len(FILES) >= 5


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_round_trip_gives_the_same_bytes(file: Path) -> None:
    content = file.read_bytes()
    assert from_workbook(file.name, content, to_workbook(file.name, content)) == content
    assert edited(lambda page: None, file) == content  # also when another program has saved it


def test_a_changed_cell_changes_that_cell_only() -> None:
    def change(page: Any) -> None:
        page.cell(HEAD + 2, 2).value = 20

    assert told(edited(change)) == [
        ("changed", "reapplication_bar_r2", {"input[撤销情形]": ("2", "20")}),
    ]
    assert not errors(dmn.lint(BAR.name, edited(change)))


def test_what_a_spreadsheet_makes_of_what_is_typed_becomes_feel_again() -> None:
    def change(page: Any) -> None:
        for row, value in enumerate((0.1, True, date(2026, 3, 1)), start=1):
            page.cell(HEAD + row, 3).value = value

    new = [detail["output[限制期至（含）]"][1] for _, _, detail in told(edited(change))]
    assert new == ["0.1", "true", 'date("2026-03-01")']


def test_rules_come_go_and_move() -> None:
    def change(page: Any) -> None:
        page.delete_rows(HEAD + 2)
        page.append(["", "6", "null", '"其他"', "新规则"])

    found = {(kind, id) for kind, id, _ in told(edited(change))}
    assert ("removed", "reapplication_bar_r2") in found
    [(added, cells)] = [(id, cells) for kind, id, cells in told(edited(change)) if kind == "added"]
    assert added == "reapplication_bar_table_rule_1"
    assert cells["output[说明]"] == (None, '"其他"')
    assert not errors(dmn.lint(BAR.name, edited(change)))
    assert "<description>新规则</description>" in edited(change).decode()


def test_columns_come_and_go_with_their_cells() -> None:
    def add(page: Any) -> None:
        page.insert_cols(3)
        for row, text in enumerate(("条件 Condition", "事故等级", "level", "string", '"A","B"'), start=4):
            page.cell(row, 3).value = text
        page.cell(HEAD + 1, 3).value = '"A"'

    content = edited(add)
    assert not errors(dmn.lint(BAR.name, content))
    decisions = dmn.load(BAR.name, content)
    [first, *_] = decisions.graph.decisions.values()
    assert [column.label for column in first.logic.inputs] == ["撤销情形", "事故等级"]  # type: ignore[union-attr]

    def remove(page: Any) -> None:
        page.delete_cols(4)

    removed = [(kind, id) for kind, id, _ in told(edited(remove)) if kind == "removed"]
    assert removed == [("removed", "reapplication_bar_out2")]


def raw(change: Callable[[Any], None]) -> bytes:
    book = load_workbook(BytesIO(to_workbook(BAR.name, BAR.read_bytes())))
    change(book.worksheets[0])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _put(row: int, column: int, value: Any) -> Callable[[Any], None]:
    def change(page: Any) -> None:
        page.cell(row, column).value = value

    return change


def _bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"):
            archive.writestr(name, b"0" * 60_000_000 if name.startswith("xl") else b"<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("workbook", "said"),
    [
        (b"PK\x03\x04nonsense", "不能读作决策表"),
        (b"plain text", "不能读作决策表"),
        (b"x" * (MOST_BYTES + 1), "超过 2 MB"),
        (_bomb(), "不能读作决策表"),
        (raw(_put(HEAD + 1, 2, "=HYPERLINK(1)")), "B12 是公式"),
        (raw(_put(2, 2, "WHATEVER")), "没有命中策略"),
        (raw(_put(4, 2, "Zauber")), "没有“Zauber”这种栏"),
        (raw(_put(HEAD, 1, "")), "第 11 行应为"),
        (raw(_put(HEAD + 2, 1, "reapplication_bar_r1")), "出现两次"),
        (raw(_put(1, 2, "elsewhere")), "不在“reapplication_bar.dmn”中"),
        (raw(_put(HEAD + 1, 2, "1" * 9000)), "超过 8000 字"),
    ],
)
def test_what_is_no_workbook_of_these_tables_is_refused_in_words(workbook: bytes, said: str) -> None:
    with pytest.raises(WorkbookUnreadable) as refused:
        from_workbook(BAR.name, BAR.read_bytes(), workbook)
    assert said in refused.value.message("zh")
    assert refused.value.message("en")


def test_a_workbook_without_these_sheets_changes_nothing() -> None:
    out = BytesIO()
    Workbook().save(out)
    with pytest.raises(WorkbookUnreadable):
        from_workbook(BAR.name, BAR.read_bytes(), out.getvalue())


def test_a_file_of_expressions_has_no_workbook() -> None:
    with pytest.raises(NoTables) as refused:
        to_workbook("ranking.dmn", (FOLDER / "ranking.dmn").read_bytes())
    assert "“建议名单”是表达式" in refused.value.message("zh")
    assert "Proposed list is an expression" in refused.value.message("en")


BOXED = BAR.read_bytes().replace(
    b"<decision id=",
    b'<decision id="boxed" name="b"><variable id="bv" name="boxed"/><context id="bc"><contextEntry id="be">'
    b'<variable id="bev" name="x"/><literalExpression id="bl"><text>1</text></literalExpression></contextEntry>'
    b"</context></decision><decision id=",
    1,
)


def test_a_boxed_context_is_told_and_stays_as_it_is() -> None:
    assert [(each.id, each.zh, each.en) for each in left_out("x.dmn", BOXED)] == [
        ("boxed", "上下文", "a boxed context")
    ]
    workbook = to_workbook("x.dmn", BOXED)
    assert len(load_workbook(BytesIO(workbook)).worksheets) == 1
    assert from_workbook("x.dmn", BOXED, workbook) == BOXED


def test_a_sheet_for_a_boxed_context_is_refused_in_words() -> None:
    book = load_workbook(BytesIO(to_workbook("x.dmn", BOXED)))
    book.worksheets[0]["B1"] = "boxed"
    out = BytesIO()
    book.save(out)
    with pytest.raises(WorkbookUnreadable) as refused:
        from_workbook("x.dmn", BOXED, out.getvalue())
    assert "“b”是上下文，不是决策表" in refused.value.message("zh")
    assert "b is a boxed context, no decision table" in refused.value.message("en")
