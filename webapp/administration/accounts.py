"""What is done to one account: entered, its link sent again, closed and opened, sessions ended, factor reset."""

from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy import select

from engine.accounts.administration import closing, entering, granting, sessions
from engine.accounts.errors import LoginTaken
from engine.accounts.names import BadName
from engine.directory import OFFICES, UnknownOffice
from engine.mail import BadAddress
from engine.store.people import Organisation
from webapp import access
from webapp.access import actor, rule
from webapp.administration.blueprint import blueprint
from webapp.administration.pieces import done, page, place_names, typed
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import reading, runtime

FIELDS = ("login", "name", "organisation", "email")
WRONG = {LoginTaken: "login", BadName: "name", UnknownOffice: "organisation", BadAddress: "email"}


@blueprint.get("/people/new")
@rule("account.manage")
def new_person() -> str:
    """Where a person is entered."""
    return _new({}, {})


@blueprint.post("/people/new")
@rule("account.manage")
def enter_person() -> Any:
    """Enter somebody without any right and mail the link that opens the account."""
    given = {name: typed(name, 200) for name in FIELDS}
    access.by_command("account.manage")
    try:
        login = entering.enter(runtime(), actor(), **given)
    except tuple(WRONG) as refusal:
        return _new(given, {WRONG[type(refusal)]: refusal.message(language())}), refusal.status
    flash(
        _(
            "账号已开立，开通链接已发往 %(email)s，%(n)s 日内有效。",
            email=given["email"],
            n=entering.VALID.days,
        )
    )
    return redirect(url_for("administration.person", login=login), 303)


def _new(given: dict[str, str], wrong: dict[str, str]) -> str:
    access.require("account.manage")
    with reading() as session:
        rows = session.scalars(
            select(Organisation).where(Organisation.kind.in_(OFFICES)).order_by(Organisation.code)
        ).all()
        places = place_names(session, [row.code for row in rows])
    preset = given or {"organisation": request.args.get("org", "")}
    return page(
        "person_new",
        given=preset,
        wrong=wrong,
        errors=list(wrong.items()),
        offices=places,
        has_errors=bool(wrong),
    )


@blueprint.post("/people/<login>/link")
@rule("account.manage")
def send_link(login: str) -> Any:
    """Mail another link to somebody who has not opened the account yet. Raises NotFound."""
    access.by_command("account.manage")
    return done(
        lambda: entering.send_again(runtime(), actor(), login),
        _("开通链接已重新发出，原链接作废。"),
        _back(login),
    )


@blueprint.post("/people/<login>/close")
@rule("account.manage")
def close_account(login: str) -> Any:
    """Close an account with a reason, its sessions with it; on wish its tasks go back. Raises NotFound, NotAllowed."""
    access.by_command("account.manage")
    reason = typed("reason")

    def close() -> tuple[int, tuple[int, int]]:
        ended = closing.close(runtime(), actor(), login, reason)
        given = closing.give_back(runtime(), actor(), login, reason) if request.form.get("tasks") else (0, 0)
        return ended, given

    return done(close, _closed, _back(login))


@blueprint.post("/people/<login>/reopen")
@rule("account.manage")
def reopen_account(login: str) -> Any:
    """Open a closed account again, with a reason. Raises NotFound, NotAllowed."""
    access.by_command("account.manage")
    reason = typed("reason")
    return done(
        lambda: closing.reopen(runtime(), actor(), login, reason), _("账号已重新启用。"), _back(login)
    )


def _closed(result: tuple[int, tuple[int, int]]) -> str:
    ended, (back, left) = result
    said = _("账号已停用，结束登录 %(n)s 处。", n=ended)
    return said + (_given_back((back, left)) if back or left else "")


def _given_back(result: tuple[int, int]) -> str:
    back, left = result
    said = _("%(n)s 项任务已放回本单位待领。", n=back)
    return said + (_("%(n)s 项不能放回，见下方说明。", n=left) if left else "")


@blueprint.post("/people/<login>/tasks")
@rule("account.manage")
def give_tasks_back(login: str) -> Any:
    """Give the open tasks of a closed account back to their offices. Raises NotFound."""
    access.by_command("account.manage")
    reason = typed("reason")
    return done(
        lambda: closing.give_back(runtime(), actor(), login, reason), _given_back, _back(login, "tasks")
    )


@blueprint.post("/people/<login>/sessions")
@rule("account.manage")
def end_sessions(login: str) -> Any:
    """End every session of a person. Raises NotFound."""
    return _end(login, None)


@blueprint.post("/people/<login>/sessions/<handle>")
@rule("account.manage")
def end_session(login: str, handle: str) -> Any:
    """End one session of a person. Raises NotFound."""
    return _end(login, handle)


def _end(login: str, handle: str | None) -> Any:
    access.require("account.manage")
    with reading() as session:
        granting.found(session, login)
    return done(
        lambda: sessions.end(runtime(), actor(), login, handle),
        lambda count: _("已结束 %(n)s 处登录。", n=count),
        _back(login, "sessions"),
    )


@blueprint.post("/people/<login>/factor")
@rule("account.manage")
def reset_factor(login: str) -> Any:
    """Turn the second factor off for somebody who lost it; told to the person. Raises NotFound, NotAllowed."""
    access.by_command("account.manage")
    reason = typed("reason")
    return done(
        lambda: entering.reset_factor(runtime(), actor(), login, reason),
        _("两步验证已重置，已通知本人，下次登录时重新设置。"),
        _back(login),
    )


def _back(login: str, anchor: str | None = None) -> str:
    return url_for("administration.person", login=login, _anchor=anchor)
