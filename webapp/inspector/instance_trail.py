"""The trail of an instance as a spreadsheet: what happened, step by step, with the variables that were written."""

from io import BytesIO

from flask import Response

from engine.inspecting.past import Line
from webapp.access import rule
from webapp.dates import instant
from webapp.i18n import gettext as _
from webapp.inspector import instance_words as words
from webapp.inspector.blueprint import blueprint
from webapp.inspector.instance_shown import Shown, shown
from webapp.inspector.instance_variables import pretty
from webapp.shared import now, reading
from webapp.spreadsheets import XLSX, text_workbook

MOST = 50_000
"""Rows of one file; the header says when there are more."""
CELL = 2_000
"""Characters of a value that a cell takes."""


@blueprint.get("/instances/<int:key>/trail.xlsx")
@rule("instance.read")
def instance_trail(key: int) -> Response:
    """Every event of an instance, as the reader may see it. Raises NotFound."""
    with reading() as session:
        page = shown(session, key)
        rows = [_cells(page, line) for line in page.history.lines[:MOST]]
        head = [
            f"{_('鲁智')} · {page.title} {page.about}",
            _("导出时间：%(at)s，共 %(n)s 条", at=instant(now()), n=len(page.history.lines)),
        ]
    answer = Response(_file(head, rows), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="instance-{key}.xlsx"'
    return answer


def _columns() -> list[str]:
    return [
        _("编号"),
        _("时间"),
        _("环节"),
        _("标识"),
        _("实例"),
        _("类型"),
        _("经过"),
        _("变量"),
        _("值"),
        _("办理人"),
    ]


def _cells(page: Shown, line: Line) -> list[str]:
    name, text = "", ""
    if line.event == "variable":
        name = line.detail["name"]
        shown_value = page.eyes.variable(name, line.detail["value"])
        text = shown_value if isinstance(shown_value, str) else pretty(shown_value)
    elif line.event == "incident":
        text = page.eyes.text(str(line.detail.get("message", "")))
    return [
        str(line.id),
        instant(line.at),
        page.element_of(line),
        line.element_id,
        line.element_instance,
        words.element_type(line.element_type),
        words.happened(line),
        name,
        text[:CELL],
        page.eyes.login(line.actor),
    ]


def _file(head: list[str], rows: list[list[str]]) -> bytes:
    out = BytesIO()
    book = text_workbook(out)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "bg_color": "#E9F0F8", "border": 1})
    for number, text in enumerate(head):
        sheet.write_string(number, 0, text)
    columns = _columns()
    for at, name in enumerate(columns):
        sheet.write_string(len(head) + 1, at, name, bold)
    for number, row in enumerate(rows, start=len(head) + 2):
        for at, text in enumerate(row):
            sheet.write_string(number, at, text)
    sheet.set_column(1, len(columns) - 1, 20)
    sheet.freeze_panes(len(head) + 2, 0)
    book.close()
    return out.getvalue()
