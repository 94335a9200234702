"""/enterprise/filings: the enterprise's own register of what it has filed over the years, also as CSV and xlsx."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO

from flask import Response, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme import progress
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.titles.models import TYPE_NAMES, TYPE_NAMES_EN, Title
from engine.workbooks import safe
from webapp import access
from webapp.access import actor, rule
from webapp.dates import instant
from webapp.downloads import as_file
from webapp.enterprise.blueprint import blueprint
from webapp.enterprise.standing import codes_of
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.shared import place, reading
from webapp.spreadsheets import XLSX, text_workbook


@dataclass(frozen=True, slots=True)
class Filing:
    """One past or present application with what came of it."""

    application: Application
    status: str
    ended: bool
    title: Title | None


@blueprint.get("/filings")
@rule("filing.read")
def filings() -> str:
    """All applications of the enterprise, newest first."""
    return render_template("enterprise/filings.html", rows=_filings())


@blueprint.get("/filings.csv")
@rule("filing.read")
def filings_csv() -> Response:
    """The same as CSV (UTF-8 with its mark, so that spreadsheets read it)."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(_columns())
    writer.writerows([[safe(cell) for cell in _cells(row)] for row in _filings()])
    return _file(out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", "csv")


@blueprint.get("/filings.xlsx")
@rule("filing.read")
def filings_xlsx() -> Response:
    """The same as a spreadsheet; every cell is text, so that codes keep their digits and nothing is computed."""
    out = BytesIO()
    with text_workbook(out) as book:
        sheet = book.add_worksheet(_("申报记录"))
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for column, name in enumerate(_columns()):
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(_filings(), start=1):
            for column, cell in enumerate(_cells(row)):
                sheet.write_string(number, column, cell, wrap)
        sheet.set_column(0, len(_columns()) - 1, 18)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
    return _file(out.getvalue(), XLSX, "xlsx")


def _filings() -> list[Filing]:
    """Raises NotAllowed for people of no enterprise."""
    codes = codes_of(actor())
    access.require("filing.read", {"uscc": codes[0]} if codes else None)
    with reading() as session:
        return _of(session, codes)


def _of(session: Session, codes: Sequence[str]) -> list[Filing]:
    query = access.visible("filing.read", select(Application)).where(Application.uscc.in_(codes))
    rows = session.scalars(query.order_by(Application.cycle_year.desc(), Application.id.desc())).all()
    titles = {
        title.application_no: title
        for title in session.scalars(
            select(Title).where(Title.application_no.in_([row.application_no for row in rows]))
        )
    }
    return [
        Filing(
            row,
            pick(*progress.shown_status(row.status)),
            row.status in s.ENDED,
            titles.get(row.application_no),
        )
        for row in rows
    ]


def _columns() -> list[str]:
    return [
        _("年度"),
        _("申报编号"),
        _("统一社会信用代码"),
        _("企业名称"),
        _("类型"),
        _("申报对象"),
        _("所在市"),
        _("所在县（市、区）"),
        _("首次提交时间"),
        _("版本数"),
        _("状态或结果"),
        _("未认定的原因"),
        _("称号编号"),
    ]


def _cells(row: Filing) -> list[str]:
    a = row.application
    return [
        str(a.cycle_year),
        a.application_no,
        a.uscc,
        a.enterprise,
        pick(TYPE_NAMES[a.type], TYPE_NAMES_EN[a.type]),
        a.object_name,
        place(a.city),
        place(a.county),
        instant(a.submitted_at) if a.submitted_at else "",
        str(a.version),
        row.status,
        a.reason if row.ended else "",
        row.title.title_no if row.title else "",
    ]


def _file(content: bytes, type: str, ending: str) -> Response:
    answer = Response(content, content_type=type)
    as_file(answer, f"{_('申报记录')}.{ending}")
    return answer
