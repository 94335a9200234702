"""Taking in a workbook of experts and their relations: read and shown first with what is wrong, applied by a second
step."""

from contextlib import closing
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.errors import NotFound
from engine.programme.reviews import pool, relation_list
from engine.programme.reviews.models import Expert
from engine.programme.reviews.pool_errors import ImportApplied
from engine.programme.reviews.pool_models import ExpertImport
from engine.spreadsheet_in import MAX_BYTES, SheetUnreadable
from webapp import access
from webapp.access import actor, rule
from webapp.experts.blueprint import blueprint
from webapp.experts.reading import EXPERT, RELATION, read_rows, relations_of
from webapp.experts.sheets import MOST_ROWS
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import reading, runtime

SHOWN = 300  # rows of a preview; those with errors come first
Row = dict[str, Any]
Changes = dict[int, dict[str, list[Any]]]


@dataclass(frozen=True, slots=True)
class Part:
    """What was read of one kind: errors first, how many are new and known, and what each would change."""

    rows: list[Row]
    wrong: list[Row]
    shown: list[Row]
    changes: Changes
    new: int
    known: int


@blueprint.get("/import")
@rule("expert.manage")
def choose_import() -> str:
    """Where a spreadsheet is uploaded."""
    access.require("expert.manage")
    return _choose("")


@blueprint.post("/import")
@rule("expert.manage")
def read_import() -> Any:
    """Read it, keep what was read, show it."""
    access.require("expert.manage")
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _choose(_("请选择文件。")), 422
    with closing(upload):
        name, content = upload.filename, upload.read(MAX_BYTES + 1)
    try:
        with reading() as session:
            rows = read_rows(session, name, content)
    except SheetUnreadable as refusal:
        return _choose(refusal.message(language())), refusal.status
    with runtime().transaction() as tx:
        row = ExpertImport(
            login=actor().login, name=name[:200], read_at=tx.now, rows=[r.kept() for r in rows]
        )
        tx.session.add(row)
        tx.session.flush()
        key = row.id
    return redirect(url_for("experts.show_import", id=key))


def _choose(refusal: str) -> str:
    return render_template(
        "experts/import.html",
        refusal=refusal,
        has_errors=bool(refusal),
        most=MOST_ROWS,
        megabytes=MAX_BYTES // 2**20,
    )


@blueprint.get("/import/<int:id>")
@rule("expert.manage")
def show_import(id: int) -> str:
    """What was read, errors first. Raises NotFound."""
    access.require("expert.manage")
    with reading() as session:
        row = _mine(session.get(ExpertImport, id))
        return render_template(
            "experts/preview.html",
            row=row,
            experts=_part(session, row, EXPERT),
            relations=_part(session, row, RELATION),
            faulty=any(each["wrong"] for each in row.rows),
            english=language() == "en",
        )


def _part(session: Session, row: ExpertImport, of: str) -> Part:
    rows = [each for each in row.rows if _of(each) == of]
    wrong, right = [r for r in rows if r["wrong"]], [r for r in rows if not r["wrong"]]
    shown = [*wrong, *right][:SHOWN]
    known = [each for each in shown if each["known"] and not each["wrong"]]
    changes = {} if row.applied_at is not None else _CHANGES[of](session, known)
    return Part(
        rows, wrong, shown, changes, sum(not r["known"] for r in right), sum(r["known"] for r in right)
    )


def _of(row: Row) -> str:
    """What a kept row is about; those that were read before relations were said nothing of it."""
    return str(row.get("of", EXPERT))


def _expert_changes(session: Session, known: list[Row]) -> Changes:
    """By row: what taking it in would change in an entry that is there, each with before and after."""
    by_login = {row["facts"]["login"]: row for row in known}
    experts = session.scalars(select(Expert).where(Expert.login.in_(by_login)))
    pairs = [(by_login[expert.login], expert) for expert in experts]
    return {row["number"]: pool.differences(expert, row["facts"]) for row, expert in pairs}


def _relation_changes(session: Session, known: list[Row]) -> Changes:
    """By row: what taking it in would change in the relation that it names."""
    on_record = relations_of(session, {row["facts"]["login"] for row in known})
    found: Changes = {}
    for row in known:
        facts, _wrong = relation_list.typed(row["facts"])
        named = relation_list.on_record(on_record.get(facts["login"], []), facts)
        found[row["number"]] = relation_list.differences(named, facts) if named else {}
    return found


_CHANGES = {EXPERT: _expert_changes, RELATION: _relation_changes}


@blueprint.post("/import/<int:id>/apply")
@rule("expert.manage")
def apply_import(id: int) -> Any:
    """Take the rows in, all of them or none. Raises NotFound, ImportApplied, ExpertFactsWrong."""
    access.require("expert.manage")
    who = actor().login
    with runtime().transaction() as tx:
        row = _mine(tx.session.get(ExpertImport, id, with_for_update=True))
        if row.applied_at is not None or any(r["wrong"] for r in row.rows):
            raise ImportApplied()
        counts = dict.fromkeys((EXPERT, RELATION), 0)
        for each in row.rows:  # experts come first: a relation may be one of theirs
            take = relation_list.take if _of(each) == RELATION else pool.save
            take(tx.session, each["facts"], actor=who, at=tx.now)
            counts[_of(each)] += 1
        row.applied_at = tx.now
        audit.append(
            tx.session,
            at=tx.now,
            actor=who,
            action="expert.import",
            object_type="expert_import",
            object_key=row.id,
            detail={"rows": len(row.rows), "relations": counts[RELATION], "name": row.name},
        )
    flash(_("已导入：专家 %(n)s 名，利害关系 %(r)s 项。", n=counts[EXPERT], r=counts[RELATION]))
    return redirect(url_for("experts.listing"))


def _mine(row: ExpertImport | None) -> ExpertImport:
    if row is None or row.login != actor().login:
        raise NotFound(what_zh="这份表格", what_en="This spreadsheet")
    return row
