"""What the pages of titles share: days and years as they are typed, refusals beside what was typed, spreadsheets."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from flask import Response, flash, redirect, request

from engine.errors import Refusal
from webapp.downloads import as_file
from webapp.i18n import language
from webapp.shared import now
from webapp.spreadsheets import XLSX, text_workbook


def day_of(text: str) -> date | None:
    """The day that was typed; None for nothing and for what is no day."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        return None


def year_of(default: int | None = None) -> int:
    """The year that was asked for, by default this one."""
    asked = request.values.get("year", "")
    right = asked.isascii() and asked.isdigit() and len(asked) == 4
    return int(asked) if right else (default or now().year)


def posted(name: str) -> str:
    """One answer of a small form."""
    return request.form.get(name, "")


def done_or(act: Callable[[], Any], said: str, to: str, page: Callable[..., Any]) -> Any:
    """Do it and go on with a word of confirmation; refused, the page again with the reason and what was typed."""
    try:
        act()
    except Refusal as refusal:
        return page(refusal=refusal.message(language()), typed=request.form), refusal.status
    flash(said)
    return redirect(to)


def sheet(name: str, heads: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A spreadsheet of text under two lines of heading; A4 landscape, columns repeated on every page."""
    out = BytesIO()
    with text_workbook(out) as book:
        page = book.add_worksheet(name[:31])
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for number, text in enumerate(heads):
            page.write_string(number, 0, text, bold)
        first = len(heads)
        for column, text in enumerate(columns):
            page.write_string(first, column, text, bold)
        for number, row in enumerate(rows, start=first + 1):
            for column, text in enumerate(row):
                page.write_string(number, column, text, wrap)
        page.set_column(0, len(columns) - 1, 18)
        page.freeze_panes(first + 1, 0)
        page.repeat_rows(first)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
    return as_file(Response(out.getvalue(), content_type=XLSX), f"{name}.xlsx")
