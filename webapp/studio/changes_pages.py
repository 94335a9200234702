"""Changes of the rules: the list, one change with its files, files taken in and uploaded."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from engine.errors import Refusal
from engine.store.studio import OPEN, RuleChange, RuleDraftRefused
from engine.studio import drafting
from engine.studio.deployed import deployed_files
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import language
from webapp.names import people_names
from webapp.shared import reading, runtime
from webapp.studio.blueprint import blueprint
from webapp.studio.editing import one_change

ACTION = drafting.ACTION


@blueprint.get("/changes")
@rule(ACTION)
def changes() -> str:
    """The changes that are open, and those that were closed, newest first."""
    access.require(ACTION)
    return _list("", {})


def _list(refusal: str, typed: Any) -> str:
    with reading() as session:
        rows = list(session.scalars(select(RuleChange).order_by(RuleChange.id.desc()).limit(200)))
        return render_template(
            "studio/changes.html",
            open=[row for row in rows if row.state in OPEN],
            closed=[row for row in rows if row.state not in OPEN],
            files={row.id: drafting.draft_names(session, row.id) for row in rows},
            people=people_names(session, {row.begun_by for row in rows}),
            refusal=refusal,
            typed=typed,
        )


@blueprint.post("/changes")
@rule(ACTION)
def begin() -> Any:
    """Begin a change; with `file`, take that file in at once and open it."""
    access.require(ACTION)
    title, reason, file = (request.form.get(name, "") for name in ("title", "reason", "file"))
    try:
        number = drafting.begin(runtime(), actor(), title=title, reason=reason)
    except Refusal as refusal:
        return _list(refusal.message(language()), request.form), refusal.status
    if file:
        drafting.take_in(runtime(), actor(), number, file)
        return redirect(url_for("studio.edit", change=number, file=file))
    return redirect(url_for("studio.change", change=number))


@blueprint.get("/changes/<int:change>")
@rule(ACTION)
def change(change: int) -> str:
    """One change. Raises NotFound."""
    access.require(ACTION)
    return page(change)


def page(change: int, refusal: str = "") -> str:
    """The page of a change, with a refusal on top if there is one. Raises NotFound."""
    with reading() as session:
        row = one_change(session, change)
        drafts = drafting.drafts(session, change)
        apart = session.scalars(
            select(RuleDraftRefused)
            .where(RuleDraftRefused.change_id == change)
            .order_by(RuleDraftRefused.id.desc())
        ).all()
        logins = {row.begun_by, row.submitted_by, row.approved_by, row.closed_by}
        logins |= {draft.by for draft in drafts.values()} | {each.by for each in apart}
        return render_template(
            "studio/change.html",
            change=row,
            drafts=drafts,
            apart=apart,
            open=row.state in OPEN,
            others=sorted(set(deployed_files(session)) - set(drafts)),
            people=people_names(session, logins),
            refusal=refusal,
        )


@blueprint.post("/changes/<int:change>/files")
@rule(ACTION)
def enter(change: int) -> Any:
    """Take a deployed file in (`file`), or an uploaded one (`upload`)."""
    access.require(ACTION)
    upload, file = request.files.get("upload"), request.form.get("file", "")
    try:
        if upload and upload.filename:
            file = upload.filename.replace("\\", "/").rpartition("/")[2]
            drafting.add(runtime(), actor(), change, file, upload.read())
        else:
            drafting.take_in(runtime(), actor(), change, file)
    except Refusal as refusal:
        return page(change, refusal.message(language())), refusal.status
    flash(_("已加入文件 %(file)s。", file=file))
    return redirect(url_for("studio.change", change=change))
