"""Spreadsheets that are sent to a browser: what is written in them stays text."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from xlsxwriter import Workbook

from engine.workbooks import text_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

__all__ = ["XLSX", "add_list", "listed", "text_workbook"]


def listed(
    title: str, head: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[str]], width: int = 20
) -> bytes:
    """A list as a workbook of one sheet (`add_list`)."""
    out = BytesIO()
    with text_workbook(out) as book:
        add_list(book, title, head, columns, rows, width)
    return out.getvalue()


def add_list(
    book: Workbook,
    title: str,
    head: Sequence[str],
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    width: int = 20,
) -> None:
    """A list on a sheet of its own: lines that say what it is, its columns, rows; `width` in signs of a column."""
    sheet = book.add_worksheet(title)
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@", "valign": "top"})
    for number, line in enumerate(head):
        sheet.write_string(number, 0, line, bold)
    for column, name in enumerate(columns):
        sheet.write_string(len(head), column, name, bold)
    for number, row in enumerate(rows, start=len(head) + 1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell, text)
    sheet.set_column(0, len(columns) - 1, width)
    sheet.freeze_panes(len(head) + 1, 0)
    sheet.repeat_rows(len(head))
