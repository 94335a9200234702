"""Everybody's own account: who one is here, password, mail address."""

from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy import select

from engine.accounts import identities, own, second_factor
from engine.accounts.errors import WeakPassword, WrongPassword
from engine.mail import BadAddress
from engine.store.people import Account, LoginAttempt
from webapp import access, sessions
from webapp.access import rule
from webapp.account import agents
from webapp.account.pages import confirm_by_password, new_password, own_account, page, refused
from webapp.account.views import blueprint
from webapp.i18n import gettext as _
from webapp.shared import reading, settings, writing


@blueprint.get("/account")
@rule("account.own")
def home() -> str:
    """The account: roles, sign-ins, sessions, and the ways to change what guards it."""
    account = own_account()
    with reading() as database:
        rows = sessions.living(database, account.login)
        facts = {
            "sessions": [
                (row, agents.in_words(row.agent), sessions.handle(row), sessions.is_mine(row)) for row in rows
            ],
            "sign_ins": _sign_ins(database, account.login),
            "codes": second_factor.codes_left(database, account.login),
            "linked": identities.linked(database, account.login),
        }
    return page("home", account=account, provider=_provider(), manages=_manages(), **facts)


@blueprint.get("/account/password")
@rule("account.own")
def password() -> str:
    """Where the password is changed."""
    return page("password", account=own_account())


@blueprint.post("/account/password")
@rule("account.own")
def submit_password() -> Any:
    """Change it; every other session ends, this one goes on under a new token. Raises TooManyFailures."""
    account = own_account()
    chosen, errors = new_password()
    if not errors:
        try:
            confirm_by_password(account)
            _change_password(account, chosen)
            flash(_("密码已更改，其他设备上的登录已全部结束。"))
            return redirect(url_for("account.home"))
        except WrongPassword as refusal:
            errors = refused("password", refusal)
        except WeakPassword as refusal:
            errors = refused("password_new", refusal)
    return page("password", errors, account=account), 422


def _change_password(account: Account, chosen: str) -> None:
    with writing() as database:
        now = sessions.CLOCK.now()
        own.set_password(database, account.login, chosen, at=now, by=account.login, how="changed")
        sessions.end_all(database, account.login, but=sessions.token())
    sessions.rotate()


@blueprint.get("/account/email")
@rule("account.own")
def email() -> str:
    """Where the mail address is changed."""
    account = own_account()
    return page("email", account=account, email=account.email or "")


@blueprint.post("/account/email")
@rule("account.own")
def submit_email() -> Any:
    """Mail a link to the new address, which counts once the link is opened. Raises TooManyFailures."""
    account, typed = own_account(), request.form.get("email", "")
    try:
        confirm_by_password(account)
        with writing() as database:
            own.ask_email(database, account.login, typed, at=sessions.CLOCK.now())
    except WrongPassword as refusal:
        return page("email", refused("password", refusal), account=account, email=typed), 422
    except BadAddress as refusal:
        return page("email", refused("email", refusal), account=account, email=typed), 422
    flash(_("确认邮件已发出，请在 48 小时内打开其中的链接。"))
    return redirect(url_for("account.home"))


@blueprint.get("/account/email/<token>")
@rule("account.own")
def confirm_email(token: str) -> str:
    """A button that confirms the address: opening a link alone must change nothing."""
    return page("email_confirm", account=own_account(), token=token)


@blueprint.post("/account/email/<token>")
@rule("account.own")
def submit_confirm_email(token: str) -> Any:
    """Take the address over. Raises LinkInvalid."""
    account = own_account()
    with writing() as database:
        own.confirm_email(database, token, account.login, at=sessions.CLOCK.now())
    flash(_("邮箱已确认。"))
    return redirect(url_for("account.home"))


def _sign_ins(database: Any, login: str) -> list[LoginAttempt]:
    """The last tries under this login: whoever sees one that was not theirs can act."""
    rows = select(LoginAttempt).where(LoginAttempt.login == login).order_by(LoginAttempt.id.desc())
    return list(database.scalars(rows.limit(6)))


def _provider() -> str:
    return settings().oidc_name if settings().oidc_issuer else ""


def _manages() -> bool:
    grants = access.actor().grants
    return any(access.may("member.read", {"organisation": grant.organisation}) for grant in grants)
