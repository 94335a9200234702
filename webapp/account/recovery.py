"""A forgotten password: ask for a link by mail, choose a new one. Nothing tells whether an address is known."""

from typing import Any

from flask import flash, redirect, request, session, url_for

from engine.accounts import links, own
from engine.accounts.errors import WeakPassword
from engine.mail import BadAddress, checked
from webapp import sessions
from webapp.access import everyone
from webapp.account.pages import new_password, page, refused
from webapp.account.views import blueprint
from webapp.i18n import gettext as _
from webapp.limits import ONE_TIME_LINKS, RESETS, limiter
from webapp.shared import reading, writing


@blueprint.get("/sign-in/forgot")
@everyone("whoever forgot the password cannot sign in")
def forgot() -> str:
    """Where one asks for a link."""
    return page("forgot", email="")


@blueprint.post("/sign-in/forgot")
@everyone("whoever forgot the password cannot sign in")
@limiter.limit(RESETS)
def submit_forgot() -> Any:
    """Mail the links of this address; the answer is the same for an unknown one."""
    email = request.form.get("email", "")
    try:
        with writing() as database:
            own.ask_reset(database, checked(email), at=sessions.CLOCK.now())
    except BadAddress as refusal:
        return page("forgot", refused("email", refusal), email=email), refusal.status
    return redirect(url_for("account.forgot_sent"))


@blueprint.get("/sign-in/forgot/sent")
@everyone("a confirmation that repeats nothing")
def forgot_sent() -> str:
    """What happens next."""
    return page("forgot_sent")


@blueprint.get("/sign-in/reset/<token>")
@everyone("opened by the link of a mail, which is the proof")
@limiter.limit(ONE_TIME_LINKS)
def reset(token: str) -> str:
    """Where a new password is chosen. Raises LinkInvalid."""
    with reading() as database:
        login = links.peek(database, links.RESET, token, at=sessions.CLOCK.now())
    return page("reset", login=login)


@blueprint.post("/sign-in/reset/<token>")
@everyone("opened by the link of a mail, which is the proof")
@limiter.limit(ONE_TIME_LINKS)
def submit_reset(token: str) -> Any:
    """Set it, end every session of the person, and let them sign in. Raises LinkInvalid."""
    with reading() as database:
        login = links.peek(database, links.RESET, token, at=sessions.CLOCK.now())
    password, errors = new_password()
    if not errors:
        try:
            with writing() as database:
                own.reset(database, token, password, at=sessions.CLOCK.now())
        except WeakPassword as refusal:
            errors = refused("password_new", refusal)
    if errors:
        return page("reset", errors, login=login), 422
    session.clear()
    flash(_("密码已更改，其他设备上的登录已全部结束。请用新密码登录。"))
    return redirect(url_for("account.sign_in"))
