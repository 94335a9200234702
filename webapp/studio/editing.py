"""Drafts in the browser: the editor's page, the content it loads and saves, who else is there, what is wrong in it.

Scripts get JSON, also for a refusal: {title, detail, remedy, …}. The plain page is a form that works without them.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from engine.errors import NotFound, Refusal
from engine.problems import Problem
from engine.store import json
from engine.store.studio import OPEN, RuleChange
from engine.studio.drafts import drafting, settling
from engine.studio.drafts.checking import file_problems
from engine.studio.drafts.drafting import Draft
from engine.studio.drafts.refusals import DraftMoved
from engine.studio.drafts.uploads import normalised
from webapp import access
from webapp.access import actor, rule
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.names import people_names
from webapp.shared import now, reading, runtime
from webapp.studio.blueprint import blueprint
from webapp.studio.editors import PLAIN, Editing, editor_of

P = ParamSpec("P")
ACTION = drafting.ACTION


class RevisionMissing(Refusal):
    """A save that does not say which revision it follows could overwrite somebody's work."""

    zh = "这次保存没有说明是在第几次保存的基础上修改的，没有接受。"
    en = "The save does not say which revision it follows; it was not accepted."
    remedy_zh = "请刷新编辑页后再保存。"
    remedy_en = "Reload the editor and save again."
    status = 428


def to_script(view: Callable[P, Response]) -> Callable[P, Response]:
    """Answer a script: a refusal as JSON, in the language of the page."""

    @wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except Refusal as refusal:
            return refused(refusal)

    return answered


def refused(refusal: Refusal) -> Response:
    """A refusal for a script: {title, detail, remedy}; of a draft that moved also {revision, by, at}."""
    shown = language()
    remedy = refusal.remedy_zh if shown == "zh" else refusal.remedy_en
    whole = refusal.message(shown)
    body: dict[str, Any] = {
        "title": refusal.code,
        "detail": whole,
        "remedy": remedy,
        "status": refusal.status,
    }
    if isinstance(refusal, DraftMoved):
        facts = refusal.facts
        body |= {"revision": facts["revision"], "by": facts["by"], "at": facts["when"], "kept": facts["kept"]}
        change = (request.view_args or {})["change"]
        body["two_saves_url"] = url_for("studio.two_saves", change=change, kept=facts["kept"])
    return _json(body, refusal.status, "application/problem+json")


@blueprint.get("/changes/<int:change>/files/<file>")
@rule(ACTION)
def edit(change: int, file: str) -> str:
    """The editor of a draft; `?plain=1` as text. Raises NotFound, NotInChange."""
    access.require(ACTION)
    with reading() as session:
        row = one_change(session, change)
        found = drafting.draft(session, change, file)
        return _page(session, row, file, found)


def _page(
    session: Session,
    row: RuleChange,
    file: str,
    found: Draft,
    typed: str | None = None,
    refusal: DraftMoved | None = None,
) -> str:
    editor = PLAIN if typed is not None or request.args.get("plain") else editor_of(file)
    read_only = row.state not in OPEN
    return render_template(
        editor.template,
        change=row,
        draft=found,
        editor={
            **_addresses(row.id, file),
            "revision": found.revision,
            "read_only": read_only,
            "file": file,
            "at": found.at.isoformat(),
        },
        text=found.content.decode("utf-8", errors="replace") if typed is None else typed,
        problems=file_problems(runtime(), drafting.drafted_files(session, row.id), file),
        others=drafting.present(session, row.id, file, actor(), now()),
        people=people_names(session, [found.by]),
        refusal=refusal.message(language()) if refusal else "",
        kept=refusal.facts["kept"] if refusal else None,
        **editor.facts(Editing(session, row, file, found, read_only)),
    )


def _addresses(change: int, file: str) -> dict[str, str]:
    here = {"change": change, "file": file}
    return {
        "content_url": url_for("studio.content", **here),
        "save_url": url_for("studio.save", **here),
        "presence_url": url_for("studio.presence", **here),
        "pickers_url": url_for("studio.pickers", change=change),
        "lint_url": url_for("studio.lint", **here),
        "plain_url": url_for("studio.edit", plain=1, **here),
        "back_url": url_for("studio.change", change=change),
    }


@blueprint.get("/changes/<int:change>/files/<file>/content")
@rule(ACTION)
def content(change: int, file: str) -> Response:
    """The draft byte for byte, its revision as ETag. Raises NotFound, NotInChange."""
    access.require(ACTION)
    with reading() as session:
        one_change(session, change)
        found = drafting.draft(session, change, file)
    answer = Response(found.content, mimetype="application/octet-stream")
    answer.set_etag(str(found.revision))
    return as_file(answer, file) if request.args.get("save") else answer


@blueprint.put("/changes/<int:change>/files/<file>/content")
@rule(ACTION)
@to_script
def save(change: int, file: str) -> Response:
    """Save what the body holds on top of the revision in If-Match; X-Page may name the page that sends."""
    access.require(ACTION)
    told = request.if_match.as_set()
    if len(told) != 1 or not (revision := next(iter(told))).isdigit():
        raise RevisionMissing()
    page = request.headers.get("X-Page", "")[:40]
    drafting.save(runtime(), actor(), change, file, request.get_data(), int(revision), page)
    with reading() as session:
        return _json(_state(session, change, file) | {"problems": _problems(session, change, file)})


@blueprint.post("/changes/<int:change>/files/<file>/presence")
@rule(ACTION)
@to_script
def presence(change: int, file: str) -> Response:
    """Say that one has the draft open; who else has, and how it stands."""
    access.require(ACTION)
    drafting.seen(runtime(), actor(), change, file)
    with reading() as session:
        return _json(_state(session, change, file))


@blueprint.post("/changes/<int:change>/files/<file>/lint")
@rule(ACTION)
@to_script
def lint(change: int, file: str) -> Response:
    """What is wrong in the body as this file of the change; nothing is saved."""
    access.require(ACTION)
    with reading() as session:
        draft_of(session, change, file)
        files = {**drafting.drafted_files(session, change), file: request.get_data()}
    return _json({"problems": [problem_row(each) for each in file_problems(runtime(), files, file)]})


@blueprint.post("/changes/<int:change>/files/<file>")
@rule(ACTION)
def save_text(change: int, file: str) -> Any:
    """Save the text area, or an uploaded file in its place. A draft that moved meanwhile is shown beside it."""
    access.require(ACTION)
    revision = request.form.get("revision", "")
    if not (revision.isascii() and revision.isdigit()):
        raise RevisionMissing()
    upload, typed = request.files.get("upload"), request.form.get("text", "")
    if upload and upload.filename:
        sent = upload.read()
        drafting.check_size(file, sent)
        sent = normalised(file, sent)  # as the editors can open it
    else:
        sent = typed.replace("\r\n", "\n").encode()
    try:
        drafting.save(runtime(), actor(), change, file, sent, int(revision))
    except DraftMoved as moved:
        with reading() as session:
            row, found = one_change(session, change), drafting.draft(session, change, file)
            shown = _page(session, row, file, found, sent.decode("utf-8", errors="replace"), moved)
            return shown, moved.status
    flash(_("已保存。"))
    return redirect(url_for("studio.edit", change=change, file=file, plain=1))


@blueprint.get("/changes/<int:change>/refused/<int:kept>")
@rule(ACTION)
def kept_apart(change: int, kept: int) -> Response:
    """A save that came too late, as a file. Raises NotFound."""
    access.require(ACTION)
    with reading() as session:
        row = settling.kept_apart(session, change, kept)
    return as_file(Response(row.content, mimetype="application/octet-stream"), row.file)


def one_change(session: Session, change: int) -> RuleChange:
    """The change with this number. Raises NotFound."""
    row = session.get(RuleChange, change)
    if row is None:
        raise NotFound(what_zh="这项变更", what_en="This change")
    return row


def draft_of(session: Session, change: int, file: str) -> Draft:
    """The draft of a file that is part of this change. Raises NotFound."""
    one_change(session, change)
    return drafting.kept_draft(session, change, file)


def problem_row(problem: Problem) -> dict[str, str]:
    """A finding as an editor takes it."""
    row = problem.as_dict()
    return {name: row[name] for name in ("element", "severity", "code", "zh", "en")}


def _state(session: Session, change: int, file: str) -> dict[str, Any]:
    found = drafting.draft(session, change, file)
    at: datetime = found.at
    return {
        "revision": found.revision,
        "at": at.isoformat(),
        "by": people_names(session, [found.by]).get(found.by, found.by),
        "editors": drafting.present(session, change, file, actor(), now()),
    }


def _problems(session: Session, change: int, file: str) -> list[dict[str, str]]:
    found = file_problems(runtime(), drafting.drafted_files(session, change), file)
    return [problem_row(problem) for problem in found]


def _json(body: Any, status: int = 200, mimetype: str = "application/json") -> Response:
    return Response(json.dumps(body), status, mimetype=mimetype)
