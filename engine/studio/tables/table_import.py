"""A spreadsheet over a list of a catalogue: what it would change, what is wrong in which row, and the list as a sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

from engine.errors import Refusal
from engine.spreadsheet_in import Rows, SheetUnreadable
from engine.studio.tables.table_edit import LINES, Column, cell, columns, entry
from engine.workbooks import text_workbook

Mode = Literal["replace", "merge"]
MUST = ("value", "label")
MOST = 200
"""Messages and differences that one page shows."""


@dataclass(frozen=True, slots=True)
class RowMessage:
    """What is wrong in a row of the sheet, by the number that the spreadsheet shows."""

    row: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A list as it would be, with what is wrong in the sheet; nothing is taken over while anything is."""

    rows: tuple[dict[str, Any], ...]
    messages: tuple[RowMessage, ...] = ()
    ignored: tuple[str, ...] = ()
    """Names of columns that no list of this catalogue has."""


def imported(was: Sequence[Mapping[str, Any]], sheet: Rows, mode: Mode) -> Imported:
    """The list after the sheet: in its place, or with its entries changed and added. Raises SheetUnreadable."""
    known = columns(was)
    heads, ignored = _heads(sheet[0], known)
    by_value = {str(row["value"]): row for row in was if "value" in row}
    messages: list[RowMessage] = []
    found: dict[str, dict[str, Any]] = {}
    for number, cells in enumerate(sheet[1:], start=2):
        if any(cells):
            _row(number, cells, heads, by_value, found, messages)
    if mode == "merge":
        kept = {value: found.pop(value, dict(row)) for value, row in by_value.items()}
        found = {**kept, **found}
    return Imported(tuple(found.values()), tuple(messages[:MOST]), tuple(ignored))


def _heads(names: Sequence[str], known: Sequence[Column]) -> tuple[dict[int, Column], list[str]]:
    """Which column stands where, by its key or its name in either language. Raises SheetUnreadable."""
    named = {
        name.lower(): column for column in known for name in (column.key, column.zh, column.en, _head(column))
    }
    found: dict[int, Column] = {}
    ignored: list[str] = []
    for place, name in enumerate(names):
        column = named.get(name.strip().lower())
        if column is None:
            ignored.extend([name] if name else [])
        elif column in found.values():
            raise SheetUnreadable(zh=f"列“{name}”出现两次", en=f"the column {name} stands twice")
        else:
            found[place] = column
    missing = set(MUST) - {column.key for column in found.values()}
    if missing:
        raise SheetUnreadable(
            zh="第一行须有“代码”和“名称”两列",
            en="its first row must name the columns 代码 (value) and 名称 (label)",
        )
    return found, ignored


def _row(
    number: int,
    cells: Sequence[str],
    heads: Mapping[int, Column],
    by_value: Mapping[str, Mapping[str, Any]],
    found: dict[str, dict[str, Any]],
    messages: list[RowMessage],
) -> None:
    texts = {column: cells[place] if place < len(cells) else "" for place, column in heads.items()}
    value = next(text for column, text in texts.items() if column.key == "value")
    try:
        row = entry(by_value.get(value, {}), texts)
    except Refusal as refused:
        messages.append(RowMessage(number, refused.message("zh"), refused.message("en")))
        return
    for key, zh, en in (("value", "代码", "code"), ("label", "名称", "name")):
        if not row.get(key):
            messages.append(RowMessage(number, f"缺少{zh}", f"the {en} is missing"))
            return
    if value in found:
        messages.append(RowMessage(number, f"代码 {value} 重复", f"the code {value} stands twice"))
        return
    found[value] = row


def workbook(name: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A list as a workbook in which every cell is text, so that codes keep their digits and nothing is computed."""
    out = BytesIO()
    book = text_workbook(out)
    sheet = book.add_worksheet(name[:31])
    head, text = (
        book.add_format({"bold": True, "num_format": "@"}),
        book.add_format({"num_format": "@", "text_wrap": True}),
    )
    found = columns(rows)
    sheet.set_column(0, len(found), 22, text)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(found):
        sheet.write_string(0, place, _head(column), head)
        for number, row in enumerate(rows, start=1):
            sheet.write_string(number, place, cell(column, row), text)
    book.close()
    return out.getvalue()


def _head(column: Column) -> str:
    """The name of a column on a sheet: `证明材料 Evidence [evidence]`."""
    lines = "（每行一项）" if column.kind == LINES else ""
    return f"{column.zh}{lines} {column.en} [{column.key}]" if column.zh != column.key else column.key
