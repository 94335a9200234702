"""Spreadsheets into catalogues and notices into calendars: first what would change, then the same again to save it."""

import csv
import io
from contextlib import closing
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from engine.errors import NotFound, Refusal
from engine.spreadsheet_in import MAX_BYTES, Rows, SheetUnreadable, rows_of, text_rows
from engine.studio import changes
from engine.studio.comparing.changes import Change
from engine.studio.drafts import drafting
from engine.studio.tables import calendar_edit, table_edit
from engine.studio.tables.calendar_edit import Sheet
from engine.studio.tables.table_import import Imported, Mode, imported, workbook
from engine.tables import read
from webapp import access
from webapp.access import actor, rule
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.shared import reading, runtime
from webapp.spreadsheets import XLSX
from webapp.studio.blueprint import blueprint
from webapp.studio.editing import one_change
from webapp.studio.tables import ACTION, refused, revision

SHOWN = 300
"""Differences that a preview lists; more are counted."""


@blueprint.get("/changes/<int:change>/files/<file>/export")
@rule(ACTION)
def table_export(change: int, file: str) -> Response:
    """A list of the draft (`list`) as a workbook. Raises NotFound, NotInChange, CatalogueInvalid."""
    access.require(ACTION)
    with reading() as session:
        one_change(session, change)
        data = table_edit.data_of(file, drafting.draft(session, change, file).content)
    name = request.args.get("list", "")
    if name not in data["lists"]:
        raise NotFound(what_zh="这个列表", what_en="This list")
    answer = Response(workbook(name, data["lists"][name]), mimetype=XLSX)
    return as_file(answer, f"{file.removesuffix('.json')}.{name}.xlsx")


@blueprint.post("/changes/<int:change>/files/<file>/import")
@rule(ACTION)
def table_import(change: int, file: str) -> Any:
    """What an upload or pasted text would change; with `confirmed` and the same text, it is saved."""
    access.require(ACTION)
    with reading() as session:
        row = one_change(session, change)
        found = drafting.draft(session, change, file)
    try:
        at = revision()
        calendar = file.endswith(".toml")
        text = _sent_text() if calendar else _as_text(_sent_rows())
        made = (
            _calendar(file, found.content, text)
            if calendar
            else _catalogue(file, found.content, text_rows(text))
        )
        content, result = made
        if request.form.get("confirmed") and not result.messages:
            drafting.save(runtime(), actor(), change, file, content, at)
            flash(_("已导入。"))
            where = {"list": request.form.get("list", "")} if not calendar else {}
            return redirect(url_for("studio.edit", change=change, file=file, **where))
        differences = _differences(file, found.content, content)
    except Refusal as refusal:
        return refused(change, file, refusal)
    return render_template(
        "studio/table_import.html",
        change=row,
        file=file,
        text=text,
        revision=at,
        mode=_mode(),
        list_name=request.form.get("list", ""),
        result=result,
        changes=differences[:SHOWN],
        more=max(0, len(differences) - SHOWN),
    )


def _mode() -> Mode:
    return "merge" if request.form.get("mode") == "merge" else "replace"


def _uploaded() -> Rows | None:
    """The rows of the file that was sent, if one was; no more of it is read than may be. Raises SheetUnreadable."""
    upload = request.files.get("upload")
    if not (upload and upload.filename):
        return None
    with closing(upload):
        return rows_of(upload.filename, upload.read(MAX_BYTES + 1))


def _sent_rows() -> Rows:
    return _uploaded() or text_rows(request.form.get("text", ""))


def _sent_text() -> str:
    """A calendar comes as a notice's words, or as a sheet with a day in each row."""
    if (rows := _uploaded()) is not None:
        return "\n".join(",".join(row) for row in rows)
    text = request.form.get("text", "")
    if not text.strip():
        raise SheetUnreadable(zh="没有内容", en="there is nothing in it")
    return text


def _as_text(rows: Rows) -> str:
    """Rows as the confirmation sends them again: tabs between, quoted where needed."""
    out = io.StringIO()
    width = max(map(len, rows))
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(
        [*row, *[""] * (width - len(row))] for row in rows
    )
    return out.getvalue()


def _catalogue(file: str, content: bytes, sheet: Rows) -> tuple[bytes, Imported]:
    data = table_edit.data_of(file, content)
    name = request.form.get("list", "")
    if name not in data["lists"]:
        raise NotFound(what_zh="这个列表", what_en="This list")
    result = imported(data["lists"][name], sheet, _mode())
    data["lists"][name] = list(result.rows)
    return table_edit.catalogue_text(data), result


def _calendar(file: str, content: bytes, text: str) -> tuple[bytes, Imported]:
    sheet = calendar_edit.sheet_of(file, content)
    """Raises DaysWrong, and CalendarInvalid when the days contradict one another."""
    holidays = calendar_edit.holidays_of(text, sheet.year)
    if not holidays:
        raise SheetUnreadable(zh="没有读到节日", en="no holiday was found in it")
    source = request.form.get("source", "").strip() or sheet.source
    confidence = "high" if request.form.get("source", "").strip() else sheet.confidence
    made = calendar_edit.calendar_text(Sheet(sheet.year, source, confidence, holidays))
    read(file, made)
    return made, Imported(())


def _differences(file: str, old: bytes, new: bytes) -> list[Change]:
    """What would change; everything, when the draft as it stands cannot be read as a whole."""
    try:
        return changes(file, old, new)
    except Refusal:
        return []
