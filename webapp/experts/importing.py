"""Taking in a spreadsheet of experts: read and shown first with what is wrong, applied by a second step."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.errors import NotFound
from engine.programme.reviews import pool
from engine.programme.reviews.models import Expert
from engine.programme.reviews.pool_errors import ImportApplied
from engine.programme.reviews.pool_models import ExpertImport
from webapp import access
from webapp.access import actor, rule
from webapp.experts.blueprint import blueprint
from webapp.experts.sheets import MOST_BYTES, SheetUnreadable, read_rows
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import reading, runtime

SHOWN = 300  # rows of a preview; those with errors come first


@blueprint.get("/import")
@rule("expert.manage")
def choose_import() -> str:
    """Where a spreadsheet is uploaded."""
    access.require("expert.manage")
    return render_template("experts/import.html", refusal="")


@blueprint.post("/import")
@rule("expert.manage")
def read_import() -> Any:
    """Read it, keep what was read, show it."""
    access.require("expert.manage")
    file = request.files.get("file")
    content = file.read(MOST_BYTES + 1) if file else b""
    with reading() as session:
        known = set(session.scalars(select(Expert.login)))
    try:
        rows = read_rows(content, known)
    except SheetUnreadable as refusal:
        return render_template(
            "experts/import.html", refusal=refusal.message(language()), has_errors=True
        ), 422
    with runtime().transaction() as tx:
        name = (file.filename if file else "") or ""
        row = ExpertImport(
            login=actor().login, name=name[:200], read_at=tx.now, rows=[r.kept() for r in rows]
        )
        tx.session.add(row)
        tx.session.flush()
        key = row.id
    return redirect(url_for("experts.show_import", id=key))


@blueprint.get("/import/<int:id>")
@rule("expert.manage")
def show_import(id: int) -> str:
    """What was read, errors first. Raises NotFound."""
    access.require("expert.manage")
    with reading() as session:
        row = session.get(ExpertImport, id)
        if row is None or row.login != actor().login:
            raise NotFound(what_zh="这份表格", what_en="This spreadsheet")
        wrong = [r for r in row.rows if r["wrong"]]
        right = [r for r in row.rows if not r["wrong"]]
        shown = [*wrong, *right][:SHOWN]
        return render_template(
            "experts/preview.html",
            row=row,
            wrong=wrong,
            shown=shown,
            changes=_changes(session, shown) if row.applied_at is None else {},
            new=sum(not r["known"] for r in right),
            known=sum(r["known"] for r in right),
            english=language() == "en",
        )


def _changes(session: Session, rows: list[dict[str, Any]]) -> dict[int, dict[str, list[Any]]]:
    """By row: what taking it in would change in an entry that is there, each with before and after."""
    known = {r["facts"]["login"]: r["number"] for r in rows if r["known"] and not r["wrong"]}
    experts = session.scalars(select(Expert).where(Expert.login.in_(known)))
    facts = {r["number"]: r["facts"] for r in rows}
    return {known[expert.login]: pool.differences(expert, facts[known[expert.login]]) for expert in experts}


@blueprint.post("/import/<int:id>/apply")
@rule("expert.manage")
def apply_import(id: int) -> Any:
    """Take the rows in, all of them or none. Raises NotFound, ImportApplied."""
    access.require("expert.manage")
    with runtime().transaction() as tx:
        row = tx.session.get(ExpertImport, id, with_for_update=True)
        if row is None or row.login != actor().login:
            raise NotFound(what_zh="这份表格", what_en="This spreadsheet")
        if row.applied_at is not None or any(r["wrong"] for r in row.rows):
            raise ImportApplied()
        for each in row.rows:
            pool.save(tx.session, each["facts"], actor=actor().login, at=tx.now)
        row.applied_at = tx.now
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor().login,
            action="expert.import",
            object_type="expert_import",
            object_key=row.id,
            detail={"rows": len(row.rows), "name": row.name},
        )
        count = len(row.rows)
    flash(_("已导入 %(n)s 名专家。", n=count))
    return redirect(url_for("experts.listing"))
