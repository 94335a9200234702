"""The 推荐汇总表 as a workbook that WPS and Excel open: a sheet a type, A4 landscape, codes and telephones as text."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from engine.workbooks import text_workbook

COLUMNS = (
    ("序号（推荐优先顺序）", 9),
    ("市", 8),
    ("县（市、区）", 10),
    ("企业名称", 22),
    ("统一社会信用代码", 21),
    ("申报类型", 12),
    ("场景/车间/工厂名称", 20),
    ("所属行业（大类）", 14),
    ("对应环节—场景", 16),
    ("CMMM等级及得分", 11),
    ("总投资（万元）", 11),
    ("是否市级称号（文号）", 14),
    ("联系人", 8),
    ("职务", 10),
    ("手机", 13),
    ("备注", 10),
)
"""Heading and width in characters."""
RANK, INVESTMENT = 0, 10
"""The only cells that hold numbers."""
HEAD = 3
"""The row of the headings, from 0: above it stand attachment, title, and the line of the unit."""
A4, FONT, SIZE = 9, "仿宋", 12
LINE = 18
"""Points of one line of text of that size; the fonts that stand in for it are taller."""
WIDE, NARROW = 23, 11
"""How wide a Chinese sign and any other are in that size, in tenths of the unit in which columns are measured."""


def workbook(values: Mapping[str, Any]) -> bytes:
    """The file of the values of `table.values`."""
    out = BytesIO()
    book = text_workbook(out)
    book.formats[0].set_font_name(FONT)
    book.formats[0].set_font_size(SIZE)
    styles = _styles(book)
    for sheet in values["sheets"]:
        _sheet(book.add_worksheet(sheet["name"]), values, sheet, styles)
    book.close()
    return out.getvalue()


def _styles(book: Workbook) -> dict[str, Format]:
    base = {"font_name": FONT, "font_size": SIZE, "valign": "vcenter"}
    cell = {**base, "border": 1, "text_wrap": True}
    return {
        "attachment": book.add_format({**base, "font_name": "黑体", "font_size": 16}),
        "title": book.add_format({**base, "font_size": 18, "bold": True, "align": "center"}),
        "unit": book.add_format(base),
        "head": book.add_format({**cell, "bold": True, "align": "center"}),
        "text": book.add_format({**cell, "num_format": "@"}),
        "rank": book.add_format({**cell, "align": "center", "num_format": "0"}),
        "number": book.add_format({**cell, "num_format": "#,##0.00"}),
    }


def _sheet(
    page: Worksheet, values: Mapping[str, Any], sheet: Mapping[str, Any], styles: Mapping[str, Format]
) -> None:
    last = len(COLUMNS) - 1
    page.merge_range(0, 0, 0, last, sheet["attachment"], styles["attachment"])
    page.merge_range(1, 0, 1, last, sheet["title"], styles["title"])
    unit = f"推荐单位（盖章）：{values['office']}　　　　填报日期：{values['day']}"
    page.merge_range(2, 0, 2, last, unit, styles["unit"])
    for row, height in ((0, 24), (1, 30), (2, LINE + 3), (HEAD, 3 * LINE)):
        page.set_row(row, height)
    for column, (heading, width) in enumerate(COLUMNS):
        page.set_column(column, column, width)
        page.write_string(HEAD, column, heading, styles["head"])
    _rows(page, sheet["rows"], styles)
    page.freeze_panes(HEAD + 1, 0)
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    page.repeat_rows(HEAD)
    page.fit_to_pages(1, 0)
    page.set_footer("&C第 &P 页，共 &N 页")


def _lines(cells: Sequence[Any]) -> int:
    """How many lines the tallest cell of a row takes."""
    return max(
        _wrapped(str(value or ""), 10 * width) for value, (_, width) in zip(cells, COLUMNS, strict=True)
    )


def _wrapped(text: str, room: int) -> int:
    """How many lines a text takes that is broken between any two signs."""
    lines, left = 1, room
    for sign in text:
        wide = WIDE if sign > "\u2e7f" else NARROW
        if wide > left:
            lines, left = lines + 1, room
        left -= wide
    return lines


def _rows(page: Worksheet, rows: Sequence[Sequence[Any]], styles: Mapping[str, Format]) -> None:
    if not rows:
        page.merge_range(HEAD + 1, 0, HEAD + 1, len(COLUMNS) - 1, "无推荐", styles["rank"])
    for number, cells in enumerate(rows, start=HEAD + 1):
        page.set_row(number, LINE * _lines(cells))
        for column, value in enumerate(cells):
            if column == RANK:
                page.write_number(number, column, value, styles["rank"])
            elif column == INVESTMENT and value is not None:
                page.write_number(number, column, value, styles["number"])
            else:
                page.write_string(number, column, "" if value is None else str(value), styles["text"])
