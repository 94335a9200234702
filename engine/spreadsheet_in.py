"""A spreadsheet or pasted cells as rows of text, whatever was sent: too much, formulas and odd encodings are refused.

Nothing of a workbook is computed; a formula is refused with its cell, because what it would show depends on who opens
it.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from engine.errors import Refusal

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 10_001, 60, 8_000
ENCODINGS = ("utf-8-sig", "gb18030")
XLSX, TEXTS = (".xlsx",), (".csv", ".txt", ".tsv")
_FORMULA = ("=", "@")

Rows = list[list[str]]


class SheetUnreadable(Refusal):
    """What was sent is no table that can be taken over."""

    zh = "不能导入：{zh}。"
    en = "It cannot be imported: {en}."
    remedy_zh = "请另存为 .xlsx 或 UTF-8 的 .csv，第一行为列名，公式改为数值后再试。"
    remedy_en = "Save it as .xlsx or UTF-8 .csv, names of columns in the first row, values for formulas."
    status = 422


def rows_of(name: str, content: bytes) -> Rows:
    """The rows of an uploaded .xlsx (of its first sheet), .csv, .tsv or .txt. Raises SheetUnreadable."""
    return _filled(next(_sheets(name, content)))


def sheets_of(name: str, content: bytes) -> list[Rows]:
    """The rows of every sheet that has any; a file of text is one sheet. Raises SheetUnreadable."""
    return [rows for rows in _sheets(name, content) if rows] or [_filled([])]


def _sheets(name: str, content: bytes) -> Iterator[Rows]:
    if len(content) > MAX_BYTES:
        raise SheetUnreadable(
            zh=f"文件超过 {MAX_BYTES // 2**20} MB", en=f"it is over {MAX_BYTES // 2**20} MB"
        )
    if not content.strip():
        raise SheetUnreadable(zh="文件是空的", en="the file is empty")
    lower = name.lower()
    if lower.endswith(XLSX) or content[:4] == b"PK\x03\x04":
        yield from _workbook(content)
    elif lower.endswith(TEXTS):
        yield text_rows(_decoded(content))
    else:
        raise SheetUnreadable(zh="只接受 .xlsx 和 .csv", en="only .xlsx and .csv are taken")


def text_rows(text: str) -> Rows:
    """The rows of text: cells apart by tabs, as a spreadsheet copies them, or by commas. Raises SheetUnreadable."""
    if len(text) > MAX_BYTES:
        raise SheetUnreadable(zh="内容太长", en="it is too long")
    if "\x00" in text:
        raise SheetUnreadable(zh="不是文本文件", en="it is no text file")
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        return _filled(_checked(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error as error:
        raise SheetUnreadable(zh=f"格式有误（{error}）", en=f"it is malformed ({error})") from error


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetUnreadable(zh="编码不是 UTF-8 或 GB18030", en="its encoding is neither UTF-8 nor GB18030")


def _workbook(content: bytes) -> Iterator[Rows]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(each.file_size for each in archive.infolist()) > MAX_UNPACKED:
                raise SheetUnreadable(zh="解开后太大", en="it is too large when unpacked")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except SheetUnreadable:
        raise
    except Exception as error:  # the library answers damage of every kind with an error of its own
        raise SheetUnreadable(
            zh="不是能打开的 .xlsx 工作簿", en="it is no .xlsx workbook that opens"
        ) from error
    try:
        if not book.worksheets:
            raise SheetUnreadable(zh="工作簿里没有工作表", en="the workbook has no sheet")
        for sheet in book.worksheets:
            yield _checked(_sheet(sheet))
    except (SheetUnreadable, MemoryError):
        raise
    except Exception as error:  # as above, while the sheet is read
        raise SheetUnreadable(zh="工作表已损坏", en="the sheet is damaged") from error
    finally:
        book.close()


def _sheet(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    for row in sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS + 1):
        for cell in row:
            if getattr(cell, "data_type", "") == "f":
                at = f"{get_column_letter(cell.column)}{cell.row}"
                raise SheetUnreadable(zh=f"单元格 {at} 是公式", en=f"cell {at} is a formula")
        yield [_plain(cell.value) for cell in row]


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _checked(found: Iterable[list[str]]) -> Rows:
    """The rows without empty ones at the end. Raises SheetUnreadable for too many, too wide, or a formula."""
    rows: Rows = []
    for number, row in enumerate(found, start=1):
        if number > MAX_ROWS:
            raise SheetUnreadable(zh=f"超过 {MAX_ROWS - 1} 行", en=f"more than {MAX_ROWS - 1} rows")
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise SheetUnreadable(zh=f"超过 {MAX_COLUMNS} 列", en=f"more than {MAX_COLUMNS} columns")
        for place, cell in enumerate(cells, start=1):
            _check_cell(cell, f"{get_column_letter(place)}{number}")
        rows.append(cells)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _filled(rows: Rows) -> Rows:
    if not rows:
        raise SheetUnreadable(zh="没有内容", en="there is nothing in it")
    return rows


def _check_cell(text: str, at: str) -> None:
    if len(text) > MAX_CELL:
        raise SheetUnreadable(zh=f"单元格 {at} 太长", en=f"cell {at} is too long")
    if text.startswith(_FORMULA):
        raise SheetUnreadable(zh=f"单元格 {at} 是公式", en=f"cell {at} is a formula")
    if any(ord(c) < 32 and c not in "\n\r\t" for c in text):
        raise SheetUnreadable(zh=f"单元格 {at} 有控制字符", en=f"cell {at} has control characters")
