"""The tables of a cycle as one spreadsheet: a sheet a table, numbers as numbers, words as they stand."""

from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook

from webapp.department.tables import Cell, Table
from webapp.spreadsheets import text_workbook

_FIRST_ROW = 3
_BAD = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def file(head: Sequence[str], tables: Sequence[Table]) -> bytes:
    """The file; `head` (two lines) stands above every table. A4 landscape, headings repeated on each page."""
    out = BytesIO()
    book = text_workbook(out)
    style = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bg_color": "#E9F0F8", "border": 1, "text_wrap": True}),
        "cell": book.add_format({"border": 1}),
        "total": book.add_format({"border": 1, "bold": True}),
        "note": book.add_format({"italic": True, "font_color": "#536171"}),
    }
    for table in tables:
        _sheet(book, style, head, table)
    book.close()
    return out.getvalue()


def _sheet(book: Workbook, style: dict[str, object], head: Sequence[str], table: Table) -> None:
    sheet = book.add_worksheet(table.title.translate(_BAD)[:31])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, f"{head[0]} · {table.title}", style["title"])
    sheet.write_string(1, 0, head[1], style["note"])
    for column, name in enumerate(table.columns):
        sheet.write_string(_FIRST_ROW, column, name, style["head"])
    sheet.set_column(0, table.first - 1, 26)
    sheet.set_column(table.first, len(table.columns) - 1, 11)
    sheet.freeze_panes(_FIRST_ROW + 1, table.first)
    sheet.repeat_rows(_FIRST_ROW)
    rows = [*table.rows, *([table.total] if table.total else [])]
    for number, row in enumerate(rows, start=_FIRST_ROW + 1):
        last = bool(table.total) and number == _FIRST_ROW + len(rows)
        for column, value in enumerate(row):
            _write(sheet, number, column, value, style["total" if last else "cell"])
    if table.note:
        sheet.write_string(_FIRST_ROW + 2 + len(rows), 0, table.note, style["note"])


def _write(sheet: object, row: int, column: int, value: Cell, style: object) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value, style)  # type: ignore[attr-defined]
    else:
        sheet.write_string(row, column, value or "–", style)  # type: ignore[attr-defined]
