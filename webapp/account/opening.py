"""An account that an administrator entered is opened by its owner: a link, a first password."""

from typing import Any

from flask import flash, redirect, session, url_for

from engine.accounts.administration import entering
from engine.accounts.errors import WeakPassword
from webapp.access import everyone
from webapp.account.pages import Errors, new_password, page, refused
from webapp.account.views import blueprint
from webapp.i18n import gettext as _
from webapp.limits import ONE_TIME_LINKS, limiter
from webapp.shared import now, reading, runtime


@blueprint.get("/account/opening/<token>")
@everyone("opened by the link of a mail, which is the proof")
@limiter.limit(ONE_TIME_LINKS)
def opening(token: str) -> str:
    """Where the first password is chosen. Raises LinkInvalid."""
    return _page(token)


@blueprint.post("/account/opening/<token>")
@everyone("opened by the link of a mail, which is the proof")
@limiter.limit(ONE_TIME_LINKS)
def submit_opening(token: str) -> Any:
    """Set it and let the person sign in. Raises LinkInvalid."""
    password, errors = new_password()
    if not errors:
        try:
            entering.open_account(runtime(), token, password)
        except WeakPassword as refusal:
            errors = refused("password_new", refusal)
    if errors:
        return _page(token, errors), 422
    session.clear()
    flash(_("账号已开通，请登录。"))
    return redirect(url_for("account.sign_in"))


def _page(token: str, errors: Errors | None = None) -> str:
    with reading() as database:
        account = entering.waiting(database, token, at=now())
    return page("opening", errors or (), token=token, login=account.login, name=account.name)
