"""What the pages of this group share: their errors, and the confirmation of a change by password."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import render_template, request
from sqlalchemy import select

from engine.accounts.errors import DemonstrationAccount, WrongPassword
from engine.errors import Refusal
from engine.store.people import Account
from webapp import access, sessions
from webapp.account import entering, passwords
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import reading, settings, writing

Errors = list[tuple[str, str]]


def page(template: str, errors: Iterable[tuple[str, str]] = (), **facts: Any) -> str:
    """A page of this group; `errors` are field names and texts, an empty name for the whole form."""
    found = list(errors)
    return render_template(
        f"account/{template}.html", errors=found, wrong=dict(found), has_errors=bool(found), **facts
    )


def refused(field: str, refusal: Refusal) -> Errors:
    """A refusal as the error of a field."""
    return [(field, refusal.message(language()))]


def missing(labels: Mapping[str, str]) -> Errors:
    """The fields of these that were left empty."""
    empty = [name for name in labels if not request.form.get(name, "").strip()]
    return [(name, _("请填写：%(label)s。", label=labels[name])) for name in empty]


def new_password() -> tuple[str, Errors]:
    """The password typed twice, and what is wrong with that. It is taken exactly as typed (ASVS 6.2.8)."""
    chosen = request.form.get("password_new", "")
    if not chosen:
        return "", [("password_new", _("请输入新密码。"))]
    if chosen != request.form.get("password_again", ""):
        return "", [("password_again", _("两次输入的密码不一致。"))]
    return chosen, []


def own_account() -> Account:
    """The account of the person signed in, whom the rule lets manage it."""
    login = access.actor().login
    access.require("account.own", {"login": login})
    with reading() as database:
        return database.scalars(select(Account).where(Account.login == login)).one()


def confirm_by_password(account: Account) -> None:
    """Ask for the password once more before a change (ASVS 7.5.1), under the throttle of the sign-in.

    An account without a password (identity provider, demonstration) has none to ask for. Raises WrongPassword,
    TooManyFailures, DemonstrationAccount.
    """
    if account.password_hash is None:
        if settings().demo:
            raise DemonstrationAccount()
        return
    with writing() as database:
        now = sessions.CLOCK.now()
        attempt = passwords.charge(database, settings(), account.login, entering.address(), now)
    if not passwords.matches(account, request.form.get("password", "")):
        raise WrongPassword()
    with writing() as database:
        passwords.forgive(database, attempt, keep=False)
