"""Lists of people and roles: the template, a dry run row by row, the proposal, the second person's one click."""

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from flask import Response, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import policy
from engine.accounts.administration.importing import lists, sheet
from engine.accounts.administration.importing.checking import Plan
from engine.accounts.administration.models import CHECKED, PROPOSED, AccountImport
from engine.errors import NotFound, Refusal
from engine.masking.hidden import EXPERT_ROLES
from engine.spreadsheet_in import MAX_BYTES, MAX_ROWS
from webapp import access
from webapp.access import actor, rule
from webapp.administration.blueprint import blueprint
from webapp.administration.pieces import done, page, place_names, typed, unnamed
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.names import people_names
from webapp.paging import part_of
from webapp.shared import reading, runtime
from webapp.spreadsheets import XLSX

SHOWN = 200
"""Errors that a page lists; more are counted."""


@blueprint.get("/imports")
@rule("account.read")
def imports() -> str:
    """Every list, the newest first, and where one is sent."""
    return _list()


@blueprint.get("/imports/template.xlsx")
@rule("account.read")
def import_template() -> Response:
    """An empty list with the roles on a second sheet."""
    access.require("account.read")
    return as_file(Response(sheet.template(), mimetype=XLSX), "人员和角色模板.xlsx")


@blueprint.post("/imports")
@rule("grant.manage")
def add_import() -> Any:
    """Keep a list for its dry run; what cannot be read is said above the form."""
    access.require("grant.manage")
    upload, reason = request.files.get("file"), typed("reason")
    if upload is None or not upload.filename:
        return _list(_("请选择文件。"), reason), 422
    with closing(upload):
        content = upload.read(MAX_BYTES + 1)
    try:
        key = lists.upload(runtime(), actor(), upload.filename, content, reason)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        return _list(refusal.message(language()), reason), refusal.status
    return redirect(url_for("administration.one_import", key=key), 303)


def _list(refusal: str = "", reason: str = "") -> str:
    access.require("account.read")
    with reading() as session:
        found = session.scalars(select(AccountImport).order_by(AccountImport.id.desc()).limit(100)).all()
        names = people_names(session, {who for row in found for who in (row.uploaded_by, row.decided_by)})
    return page(
        "imports",
        lists=found,
        names=names,
        refusal=refusal,
        reason=reason,
        has_errors=bool(refusal),
        most=MAX_ROWS - 1,
        megabytes=MAX_BYTES // 2**20,
        may_import=access.may("grant.manage"),
        state_name=_state,
    )


@blueprint.get("/imports/<int:key>")
@rule("account.read")
def one_import(key: int) -> str:
    """What a list would do, row by row, or has done. Raises NotFound."""
    access.require("account.read")
    with reading() as session:
        row = _found(session, key)
        plan = lists.planned(session, row) if row.state == CHECKED else Plan()
        rows = lists.rows_in(row)
        shown, part = part_of(rows)
        names = people_names(session, {row.uploaded_by, row.decided_by})
        hidden = _hidden(session, rows)
        places = place_names(
            session, {line["place"] for line in shown} | {line["organisation"] for line in shown}
        )
    mine = row.uploaded_by == actor().login
    return page(
        "import",
        row=row,
        plan=plan,
        wrong=[each for each in plan.wrong if each.row not in hidden][:SHOWN],
        more=max(0, len(plan.wrong) - SHOWN),
        hidden=hidden,
        results=_results(row, plan),
        rows=shown,
        total=len(rows),
        list=part,
        names=names,
        places=places,
        columns=sheet.COLUMNS,
        role_of=sheet.role_of,
        state_name=_state,
        may_propose=row.state == CHECKED and mine and access.may("grant.manage"),
        may_decide=row.state == PROPOSED and access.may("grant.manage"),
        mine=mine,
    )


def _hidden(session: Session, rows: Sequence[sheet.Line]) -> frozenset[int]:
    """Rows about experts whom this reader must not know."""
    if policy.ever(actor(), "account.manage"):
        return frozenset()
    known = unnamed(session) | {line["login"] for line in rows if sheet.role_of(line["role"]) in EXPERT_ROLES}
    return frozenset(line.number for line in rows if line["login"] in known)


def _results(row: AccountImport, plan: Plan) -> Callable[[int], list[tuple[str, str]]]:
    """What comes of each row: words and the colour of their tag."""
    found: dict[int, list[tuple[str, str]]] = {}
    for each in plan.newcomers.values():
        found.setdefault(each.row, []).append((_("新开账号"), "blue"))
    for number, _login, _grant in plan.asked:
        found.setdefault(number, []).append((_("申请授权"), "blue"))
    for number in plan.unchanged:
        found.setdefault(number, []).append((_("不变"), ""))
    for number in {each.row for each in plan.wrong}:
        found[number] = [(_("有错误"), "red")]
    if row.state != CHECKED:
        return lambda number: [(_state(row.state), "")]
    return lambda number: found.get(number, [(_("不变"), "")])


@blueprint.post("/imports/<int:key>/propose")
@rule("grant.manage")
def propose_import(key: int) -> Any:
    """Enter the new people and ask for every right of the list. Raises NotFound, NotAllowed."""
    return _act(
        key,
        lambda: lists.propose(runtime(), actor(), key),
        _("名单已提交，由另一名安全管理员整批批准后生效。"),
    )


@blueprint.post("/imports/<int:key>/approve")
@rule("grant.manage")
def approve_import(key: int) -> Any:
    """Give every right of a list with one click. Raises NotFound, NotAllowed."""
    said = _("名单已批准，角色即刻生效；新账号的开通链接随后陆续发出。")
    return _act(key, lambda: lists.approve(runtime(), actor(), key), said)


@blueprint.post("/imports/<int:key>/refuse")
@rule("grant.manage")
def refuse_import(key: int) -> Any:
    """Decline a list; the accounts that it made are closed. Raises NotFound, NotAllowed."""
    reason = typed("reason")
    return _act(
        key, lambda: lists.refuse(runtime(), actor(), key, reason), _("名单已退回，新开的账号已停用。")
    )


@blueprint.post("/imports/<int:key>/drop")
@rule("grant.manage")
def drop_import(key: int) -> Any:
    """Forget a list that was only checked. Raises NotFound, NotAllowed."""
    return _act(key, lambda: lists.drop(runtime(), actor(), key), _("名单已放弃，内容已清除。"))


def _act(key: int, act: Callable[[], None], said: str) -> Any:
    access.by_command("grant.manage")
    return done(act, said, url_for("administration.one_import", key=key))


def _found(session: Session, key: int) -> AccountImport:
    row = session.get(AccountImport, key)
    if row is None:
        raise NotFound(what_zh="这份名单", what_en="This list")
    return row


def _state(code: str) -> str:
    words = {
        "CHECKED": _("仅预检"),
        "PROPOSED": _("待批准"),
        "APPROVED": _("已批准"),
        "REFUSED": _("未批准"),
        "DROPPED": _("已放弃"),
    }
    return words[code]
