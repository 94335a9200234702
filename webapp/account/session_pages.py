"""Ending one's own sessions: shown on the account page, ended here after the password once more (ASVS 7.5.2)."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, url_for

from engine.accounts.errors import WrongPassword
from engine.store.people import Account, WebSession
from webapp import sessions
from webapp.access import rule
from webapp.account import agents
from webapp.account.pages import Errors, confirm_by_password, own_account, page, refused
from webapp.account.views import blueprint
from webapp.i18n import gettext as _
from webapp.shared import reading, writing


@blueprint.get("/account/sessions/<handle>/end")
@rule("account.own")
def ending_session(handle: str) -> str:
    """Which session would end, and the field for the password; nobody else's can be named."""
    account = own_account()
    return _page(account, _one(account, handle))


@blueprint.post("/account/sessions/<handle>/end")
@rule("account.own")
def end_session(handle: str) -> Any:
    """End one of one's own sessions. Raises TooManyFailures."""
    account = own_account()
    rows = _one(account, handle)
    if wrong := _unconfirmed(account):
        return _page(account, rows, wrong), 422
    with writing() as database:
        for row in sessions.living(database, account.login):
            if sessions.handle(row) == handle:
                database.delete(row)
    flash(_("该登录已结束。"))
    return redirect(url_for("account.home"))


@blueprint.get("/account/sessions/end-others")
@rule("account.own")
def ending_other_sessions() -> str:
    """The sessions that would end, and the field for the password."""
    account = own_account()
    return _page(account, _others(account), all_others=True)


@blueprint.post("/account/sessions/end-others")
@rule("account.own")
def end_other_sessions() -> Any:
    """End every session but this one. Raises TooManyFailures."""
    account = own_account()
    if wrong := _unconfirmed(account):
        return _page(account, _others(account), wrong, all_others=True), 422
    with writing() as database:
        count = sessions.end_all(database, account.login, but=sessions.token())
    flash(_("已结束其他 %(n)s 处登录。", n=count))
    return redirect(url_for("account.home"))


def _unconfirmed(account: Account) -> Errors:
    """What is wrong with the password typed; an account that has none here has none to be asked for."""
    if account.password_hash is None:
        return []
    try:
        confirm_by_password(account)
    except WrongPassword as refusal:
        return refused("password", refusal)
    return []


def _one(account: Account, handle: str) -> list[WebSession]:
    with reading() as database:
        rows = [row for row in sessions.living(database, account.login) if sessions.handle(row) == handle]
    return rows or abort(404)


def _others(account: Account) -> list[WebSession]:
    with reading() as database:
        return [row for row in sessions.living(database, account.login) if not sessions.is_mine(row)]


def _page(
    account: Account, rows: Sequence[WebSession], errors: Errors | None = None, *, all_others: bool = False
) -> str:
    ending = [(row, agents.in_words(row.agent)) for row in rows]
    return page("sessions_end", errors or [], account=account, ending=ending, all_others=all_others)
