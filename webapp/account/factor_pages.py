"""The second factor: the step at sign-in, and turning it on and off."""

from typing import Any

import structlog
from flask import Response, abort, current_app, flash, redirect, request, session, url_for
from flask_login import current_user

from engine.accounts import own, second_factor
from engine.accounts.errors import SecondFactorState, WrongCode, WrongPassword
from engine.accounts.sealing import Box
from engine.printing import qr_png
from engine.store.people import Account
from webapp import sessions
from webapp.access import everyone, rule
from webapp.account import entering, passwords
from webapp.account.pages import confirm_by_password, own_account, page, refused
from webapp.account.views import blueprint
from webapp.i18n import gettext as _
from webapp.shared import reading, settings, writing

log = structlog.get_logger(__name__)


@blueprint.get("/sign-in/code")
@everyone("the second half of signing in; only after a right password")
def second_step() -> Any:
    """Where the code is typed."""
    if entering.half() is None:
        return redirect(url_for("account.sign_in"))
    return page("code")


@blueprint.post("/sign-in/code")
@everyone("the second half of signing in; only after a right password")
def submit_second_step() -> Any:
    """Check the code under the same throttle as passwords. Raises TooManyFailures."""
    half, now = entering.half(), sessions.CLOCK.now()
    if half is None:
        flash(_("登录已超时，请重新输入密码。"))
        return redirect(url_for("account.sign_in"))
    with writing() as database:
        attempt = passwords.charge(database, settings(), half.login, entering.address(), now)
    try:
        with writing() as database:
            how = second_factor.check(database, half.login, request.form.get("code", ""), box=_box(), at=now)
            passwords.forgive(database, half.attempt, keep=False)
            passwords.forgive(database, attempt)
    except WrongCode as refusal:
        log.warning("second factor failed", login=half.login, address=entering.address())
        entering.note_failure(half.login, "second factor")
        return page("code", refused("code", refusal)), refusal.status
    if how == "recovery":
        flash(_("您用了一个恢复码，它不能再用。请在账号页面查看剩余数量。"))
    return entering.begin(half.login, half.next, f"password and {how}")


@blueprint.get("/account/second-factor", endpoint="second_factor")
@rule("account.own")
def second_factor_page() -> str:
    """The state of the second factor, and the next step."""
    return _page()


@blueprint.post("/account/second-factor/begin")
@rule("account.own")
def second_factor_begin() -> Any:
    """Make a secret; it counts once a code of it was typed. Raises SecondFactorState, TooManyFailures."""
    account = own_account()
    if wrong := _wrong_password(account):
        return wrong
    with writing() as database:
        second_factor.begin(database, account.login, box=_box(), at=sessions.CLOCK.now())
    return redirect(url_for("account.second_factor"))


@blueprint.get("/account/second-factor/qr.png")
@rule("account.own")
def second_factor_qr() -> Response:
    """The secret as a QR code, for the person whose it is, until it is confirmed."""
    try:
        address = second_factor.address(own_account(), _box())
    except SecondFactorState:
        abort(404)
    return Response(qr_png(address), mimetype="image/png")


@blueprint.post("/account/second-factor/confirm")
@rule("account.own")
def second_factor_confirm() -> Any:
    """Turn it on with a first code, and show the recovery codes this once. Raises SecondFactorState."""
    account, now = own_account(), sessions.CLOCK.now()
    with writing() as database:
        attempt = passwords.charge(database, settings(), account.login, entering.address(), now)
    try:
        with writing() as database:
            typed = request.form.get("code", "")
            codes = second_factor.confirm(database, account.login, typed, box=_box(), at=now)
            own.tell(database, account, (_ZH_ON, "the second factor was turned on"), at=now)
            passwords.forgive(database, attempt, keep=False)
    except WrongCode as refusal:
        return _page(refused("code", refusal)), refusal.status
    return _show_codes(account.login, codes)


@blueprint.post("/account/second-factor/codes")
@rule("account.own")
def second_factor_codes() -> Any:
    """New recovery codes; the old ones end. Raises SecondFactorState, TooManyFailures."""
    account = own_account()
    if wrong := _wrong_password(account):
        return wrong
    with writing() as database:
        codes = second_factor.renew_codes(database, account.login, at=sessions.CLOCK.now())
    return _show_codes(account.login, codes)


@blueprint.post("/account/second-factor/off")
@rule("account.own")
def second_factor_off() -> Any:
    """Turn it off, with password and a code, and tell the owner by mail. Raises TooManyFailures."""
    account, now = own_account(), sessions.CLOCK.now()
    if wrong := _wrong_password(account):
        return wrong
    try:
        with writing() as database:
            attempt = passwords.charge(database, settings(), account.login, entering.address(), now)
        with writing() as database:
            second_factor.check(database, account.login, request.form.get("code", ""), box=_box(), at=now)
            second_factor.turn_off(database, account.login, by=account.login, at=now)
            own.tell(database, account, (_ZH_OFF, "the second factor was turned off"), at=now)
            passwords.forgive(database, attempt, keep=False)
    except WrongCode as refusal:
        return _page(refused("code", refusal)), refusal.status
    _privilege_changed(account.login)
    flash(_("两步验证已关闭。"))
    if entering.must_enrol(current_user, own_account()):
        session[entering.ENROL] = True  # who must have one gets nowhere until there is another
    return redirect(url_for("account.home"))


_ZH_ON, _ZH_OFF = "两步验证已启用", "两步验证已关闭"


def _show_codes(login: str, codes: list[str]) -> str:
    session.pop(entering.ENROL, None)
    _privilege_changed(login)
    return page("codes", codes=codes)


def _privilege_changed(login: str) -> None:
    """Other browsers must sign in again; this one goes on under a new token (ASVS 7.4.3, 7.2.4)."""
    with writing() as database:
        sessions.end_all(database, login, but=sessions.token())
    sessions.rotate()


def _wrong_password(account: Account) -> tuple[str, int] | None:
    """The page again when the password typed with a change is not the person's; None when it is."""
    try:
        confirm_by_password(account)
    except WrongPassword as refusal:
        return _page(refused("password", refusal)), refusal.status
    return None


def _page(errors: Any = ()) -> str:
    account = own_account()
    with reading() as database:
        left = second_factor.codes_left(database, account.login)
    found = second_factor.waiting(account, _box())
    waiting, secret = found is not None, " ".join(_groups(found or ""))
    must = bool(session.get(entering.ENROL))
    asked = settings().asks_officials() and account.totp_confirmed_at is None and not must
    return page(
        "second_factor",
        errors,
        account=account,
        waiting=waiting,
        secret=secret,
        left=left,
        must=must,
        due=account.factor_due_at if asked else None,
        later=entering.target("account.home"),
    )


def _box() -> Box:
    """What seals the secrets: its key is the site's own, which the database does not hold."""
    return Box(str(current_app.secret_key))


def _groups(secret: str) -> list[str]:
    return [secret[place : place + 4] for place in range(0, len(secret), 4)]
