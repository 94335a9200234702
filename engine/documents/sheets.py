"""Spreadsheets in which every cell is text as it stands: no formula, no link, no number is made of it."""

from collections.abc import Sequence
from io import BytesIO

from engine.workbooks import text_workbook

LONGEST = 32_000
"""Signs of one cell that a spreadsheet takes, less a little."""


def text_sheet(name: str, rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook with one sheet; the first row is its heading and stays in sight."""
    out = BytesIO()
    book = text_workbook(out)
    sheet = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True})
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text[:LONGEST], bold if number == 0 else None)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return out.getvalue()
