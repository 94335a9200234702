"""Editors of catalogues and calendars: what their page shows, and their doors that need no script.

Every door changes the draft through `drafting.save` with the revision that the page was made from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from engine.catalogues import EDITION, STATUSES, CatalogueInvalid
from engine.errors import Refusal
from engine.studio.drafts import drafting
from engine.studio.tables import calendar_edit, table_edit
from engine.studio.tables.calendar_edit import Holiday, Sheet
from engine.studio.tables.moves import Moves, changed_days, moves, years_needed
from engine.studio.tables.table_edit import Column
from engine.tables import Tables, is_table
from engine.workdays import CalendarInvalid
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.shared import reading, runtime
from webapp.studio import editors
from webapp.studio.blueprint import blueprint
from webapp.studio.editing import RevisionMissing, one_change
from webapp.studio.editors import Editing

ACTION = drafting.ACTION
Json = dict[str, Any]


class EditionNamed(Refusal):
    """The name of a new edition or year cannot be used."""

    zh = "“{name}”不能用作{zh}。"
    en = "{name} cannot be {en}."
    remedy_zh = "版本名用字母、数字、连字符（如 2027）；年份为四位数字，且还没有这一年。"
    remedy_en = "An edition is named by letters, digits and hyphens (2027); a year has four digits and is not there yet."
    status = 422


def facts(editing: Editing) -> Json:
    """What the page needs beside the draft: the table as it stands, or why it cannot be shown as one."""
    content, file = editing.draft.content, editing.file
    try:
        shown = _calendar(editing) if file.endswith(".toml") else _catalogue(file, content)
    except (CatalogueInvalid, CalendarInvalid) as refused:
        return {"kind": "broken", "broken": refused.message(language())}
    return {"statuses": sorted(STATUSES), **shown}


editors.register(".json", "studio/edit_table.html", facts)
editors.register(".toml", "studio/edit_table.html", facts)


def _catalogue(file: str, content: bytes) -> Json:
    data = table_edit.data_of(file, content)
    name = request.args.get("list", "")
    name = name if name in data["lists"] else next(iter(data["lists"]), "")
    rows = data["lists"].get(name, [])
    return {
        "kind": "catalogue",
        "title": pick(str(data.get("zh") or file), str(data.get("en") or file)),
        "data": data,
        "list_name": name,
        "columns": table_edit.columns(rows),
        "rows": rows,
        "cell": table_edit.cell,
        "names": table_edit.NAMES,
    }


def _calendar(editing: Editing) -> Json:
    sheet = calendar_edit.sheet_of(editing.file, editing.draft.content)
    needed = years_needed(editing.session)
    known = {*runtime().calendar.years, sheet.year}
    return {
        "kind": "calendar",
        "title": _("%(year)s年工作日历", year=sheet.year),
        "sheet": sheet,
        "workdays": calendar_edit.workdays(sheet),
        "missing": [
            (year, needed[year]) for year in calendar_edit.missing_years(list(needed), dict.fromkeys(known))
        ],
        "changes_days": bool(_changed(editing.file, editing.draft.content)),
    }


def _changed(file: str, content: bytes) -> Sequence[Any]:
    """The days that a draft would change of a year that counts already; none while it is wrong."""
    try:
        return changed_days(runtime().calendar, runtime().tables.with_files({file: content}).calendar)
    except (CatalogueInvalid, CalendarInvalid):
        return ()


@blueprint.post("/changes/<int:change>/files/<file>/rows")
@rule(ACTION)
def table_save(change: int, file: str) -> Any:
    """Save the table as the plain page shows it, and do what its button says: add, move or remove a row."""
    access.require(ACTION)
    with reading() as session:
        one_change(session, change)
        found = drafting.draft(session, change, file)
    where = {"list": request.form.get("list", "")}
    try:
        if file.endswith(".toml"):
            content = calendar_edit.calendar_text(_typed_sheet(calendar_edit.sheet_of(file, found.content)))
        else:
            content = table_edit.catalogue_text(_typed_catalogue(table_edit.data_of(file, found.content)))
        drafting.save(runtime(), actor(), change, file, content, revision())
    except Refusal as refusal:
        return refused(change, file, refusal)
    flash(_("已保存。"))
    return redirect(url_for("studio.edit", change=change, file=file, _anchor="table", **where))


def revision() -> int:
    """The revision that the page was made from. Raises RevisionMissing."""
    text = request.form.get("revision", "")
    if not (text.isascii() and text.isdigit()):
        raise RevisionMissing()
    return int(text)


def refused(change: int, file: str, refusal: Refusal) -> Any:
    """What was not accepted, with the way back; what was typed is still in the browser's page before."""
    return (
        render_template(
            "studio/table_refused.html",
            refusal=refusal.message(language()),
            file=file,
            back_url=url_for("studio.edit", change=change, file=file),
            change_url=url_for("studio.change", change=change),
        ),
        refusal.status,
    )


def _typed_catalogue(data: Json) -> Json:
    form = request.form
    for key in ("zh", "en", "confidence"):
        data[key] = form.get(key, str(data.get(key, ""))).strip()
    data["status"] = form.get("status", data.get("status"))
    data["default"] = "default" in form
    data["source"] = [line.strip() for line in form.get("source", "").splitlines() if line.strip()]
    name = form.get("list", "")
    if name in data["lists"]:
        data["lists"][name] = _typed_rows(form, data["lists"][name])
    return data


def _typed_rows(form: MultiDict[str, str], was: list[Json]) -> list[Json]:
    columns = table_edit.columns(was)
    rows: list[Json] = []
    for number in range(len(was) + 1):
        cells = {c: form[f"r{number}-{c.key}"] for c in columns if f"r{number}-{c.key}" in form}
        if number < len(was):
            rows.append(table_edit.entry(was[number], cells) if cells else was[number])
        elif any(text.strip() for text in cells.values()):
            rows.append(table_edit.entry({}, cells))
    return _moved(rows, form.get("do", ""))


def _moved(rows: list[Any], do: str) -> list[Any]:
    """The rows after `up:3`, `down:3` or `remove:3`, counted from 0."""
    what, _colon, text = do.partition(":")
    place = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= place < len(rows):
        return rows
    if what == "remove":
        return rows[:place] + rows[place + 1 :]
    other = place + {"up": -1, "down": 1}.get(what, 0)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return rows


def _typed_sheet(sheet: Sheet) -> Sheet:
    form = request.form
    holidays = [_typed_holiday(number, sheet.year) for number in range(len(sheet.holidays) + 1)]
    named = [each for each in holidays if each.zh or each.rest or each.work]
    return replace(
        sheet,
        source=form.get("source", "").strip(),
        confidence=form.get("confidence", "").strip(),
        holidays=tuple(_moved(named, form.get("do", ""))),
    )


def _typed_holiday(number: int, year: int) -> Holiday:
    form = request.form
    zh, en = (form.get(f"h{number}-{name}", "").strip() for name in ("zh", "en"))
    rest, work = (
        calendar_edit.typed_days(form.get(f"h{number}-{name}", ""), year) for name in ("rest", "work")
    )
    return Holiday(zh, en or calendar_edit.english(zh), rest, work)


@blueprint.post("/changes/<int:change>/tables")
@rule(ACTION)
def table_new(change: int) -> Any:
    """A new edition of a catalogue, or another year, made from a file of the change's set (`from`, `name`)."""
    access.require(ACTION)
    file, name = request.form.get("from", ""), request.form.get("name", "").strip()
    with reading() as session:
        one_change(session, change)
        files = drafting.drafted_files(session, change)
    try:
        made, content = _new(files, file, name)
        drafting.add(runtime(), actor(), change, made, content)
    except Refusal as refusal:
        return refused(change, file, refusal) if file in files else (_gone(change, file, refusal))
    flash(_("已加入文件 %(file)s。", file=made))
    return redirect(url_for("studio.edit", change=change, file=made))


def _gone(change: int, file: str, refusal: Refusal) -> Any:
    from webapp.studio.changes_pages import page

    return page(change, refusal.message(language())), refusal.status


def _new(files: Mapping[str, bytes], file: str, name: str) -> tuple[str, bytes]:
    """The name and the content of the new file. Raises EditionNamed, CatalogueInvalid, CalendarInvalid."""
    if file not in files or not is_table(file):
        raise EditionNamed(name=file[:60], zh="依据的文件", en="the file to start from")
    if file.endswith(".toml"):
        year = int(name) if name.isascii() and name.isdigit() and len(name) == 4 else 0
        made = f"{year}.toml"
        if not 1990 <= year <= 2200 or made in files:
            raise EditionNamed(name=name[:60], zh="年份", en="the year")
        return made, calendar_edit.calendar_text(
            calendar_edit.copied(calendar_edit.sheet_of(file, files[file]), year)
        )
    data = table_edit.data_of(file, files[file])
    made = f"{data.get('id')}.{name}.json"
    if not EDITION.fullmatch(name) or made in files:
        raise EditionNamed(name=name[:60], zh="版本名", en="the name of the edition")
    return made, table_edit.catalogue_text({**data, "edition": name, "default": False})


@blueprint.get("/changes/<int:change>/files/<file>/moves")
@rule(ACTION)
def table_moves(change: int, file: str) -> str:
    """The open deadlines that the change's calendars would move. Raises NotFound, NotInChange."""
    access.require(ACTION)
    with reading() as session:
        row = one_change(session, change)
        drafting.draft(session, change, file)
        try:
            found = moves(runtime(), session, _drafted(drafting.drafted_files(session, change)))
            broken = ""
        except (CatalogueInvalid, CalendarInvalid) as refused:
            found, broken = Moves(), refused.message(language())
        return render_template("studio/table_moves.html", change=row, file=file, found=found, broken=broken)


def _drafted(files: Mapping[str, bytes]) -> Tables:
    return runtime().tables.with_files(files)


def column_name(column: Column) -> str:
    """A column's name in the page's language."""
    return pick(column.zh, column.en)


blueprint.add_app_template_filter(column_name)
