"""The scores of a year as a spreadsheet: the table, every sheet, the experts. Numbers are numbers, codes are text."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from engine.programme.reviews.scores_table import Scored, Table
from engine.programme.titles.models import TYPE_NAMES, TYPE_NAMES_EN
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.shared import place
from webapp.spreadsheets import text_workbook

Value = str | int | Decimal | None


def file(found: Table, rows: Sequence[Scored], names: Mapping[str, str]) -> bytes:
    """The file; its first row is the heading of the columns."""
    out = BytesIO()
    book, seats = text_workbook(out), found.seats
    _sheet(book, _("评分汇总"), _head(seats), (_row(row, seats) for row in rows))
    _sheet(
        book,
        _("评分明细"),
        [_("申报编号"), _("轮次"), _("席位"), _("专家"), _("总分"), _("处理")],
        (line for row in rows for line in _details(row, names)),
    )
    _sheet(
        book,
        _("专家统计"),
        [_("专家"), _("评分表数"), _("平均分"), _("标准差"), _("与同组其他专家平均差")],
        (
            [names.get(s.expert, s.expert), s.sheets, s.mean, s.deviation, s.strictness]
            for s in found.standings()
        ),
    )
    book.close()
    return out.getvalue()


def _head(most: int) -> list[str]:
    seats = [_("专家%(n)s", n=n + 1) for n in range(most)]
    return [
        _("同类型排序"),
        _("申报编号"),
        _("企业"),
        _("名称"),
        _("类型"),
        _("市"),
        *seats,
        _("最终得分"),
        _("平均分"),
        _("中位数"),
        _("极差"),
        _("标准差"),
        _("轮次"),
    ]


def _row(row: Scored, seats: int) -> list[Value]:
    about, figures = row.application, row.spread
    totals: list[Value] = [cell.total for cell in row.cells]
    return [
        row.rank,
        about.application_no,
        about.enterprise,
        about.object_name,
        pick(TYPE_NAMES[about.type], TYPE_NAMES_EN[about.type]),
        place(about.city),
        *totals,
        *([None] * (seats - len(totals))),
        about.score,
        *([figures.mean, figures.median, figures.range, figures.deviation] if figures else [None] * 4),
        row.round,
    ]


def _details(row: Scored, names: Mapping[str, str]) -> Iterable[list[Value]]:
    left_out = {"LOW": _("去掉的最低分"), "HIGH": _("去掉的最高分"), "": _("计入")}
    for cell in row.cells:
        if cell.total is not None:
            number, who = row.application.application_no, names.get(cell.expert, cell.expert)
            yield [number, row.round, cell.place, who, cell.total, left_out[cell.mark]]


def _sheet(book: Workbook, title: str, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    sheet: Any = book.add_worksheet(title)
    bold = book.add_format({"bold": True, "bottom": 1})
    points = book.add_format({"num_format": "0.00"})
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for column, word in enumerate(head):
        sheet.write_string(0, column, word, bold)
        sheet.set_column(column, column, max(8, min(24, len(word) * 2 + 2)))
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif isinstance(value, int):
                sheet.write_number(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value, points)
