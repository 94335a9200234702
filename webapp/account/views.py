"""All addresses of signing in and out in one place."""

from typing import Any

import structlog
from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from engine.policy import ROLES
from engine.store.people import Account, Organisation, RoleGrant
from webapp import sessions
from webapp.access import actor, everyone
from webapp.account import entering, passwords
from webapp.account.entering import address, target
from webapp.i18n import LANGUAGE_COOKIE, LANGUAGES, bound, pick
from webapp.i18n import gettext as _
from webapp.names import organisation
from webapp.shared import reading, runtime, settings, writing

log = structlog.get_logger(__name__)
blueprint = Blueprint("account", __name__)
blueprint.before_app_request(entering.confine)

UNKNOWN = "?"
"""Stands in the trail for a login that nobody has: it may be a password that was typed into the wrong field."""
ONE_YEAR_SECONDS = 365 * 24 * 3600


@blueprint.get("/sign-in")
@everyone("how one signs in")
def sign_in() -> Any:
    """The sign-in page; in a demonstration with its accounts."""
    if current_user.is_authenticated:
        return redirect(target())
    return _page()


@blueprint.post("/sign-in")
@everyone("how one signs in")
def submit_sign_in() -> Any:
    """Check the password under the throttle and begin a new session."""
    login = request.form.get("login", "").strip()
    password = request.form.get("password", "")
    errors = _missing(login, password)
    if errors:
        return _page(login, errors), 422
    with writing() as database:
        attempt = passwords.charge(database, settings(), login, address(), sessions.CLOCK.now())
    with reading() as database:
        account = database.scalar(select(Account).where(Account.login == login))
    right = passwords.matches(
        account, password
    )  # asked for unknown logins, too: an answer takes equally long
    if account is None or not right:
        # an unknown login may be a password that was typed into the wrong field
        log.warning("sign-in failed", login=login if account else None, address=address())
        entering.note_failure(login if account else UNKNOWN, "password")
        return _page(login, [("login", _("账号或密码不正确，请核对后重新输入。"))]), 422
    return entering.after_first_factor(account, attempt)


@blueprint.post("/sign-in/demo")
@everyone("demonstration only: one click signs in; not found otherwise")
def demo_sign_in() -> Any:
    """Sign in as one of the demonstration's accounts, which have no password."""
    login = request.form.get("login", "")
    with reading() as database:
        account = database.scalar(
            select(Account).where(Account.login == login, Account.password_hash.is_(None))
        )
    if not settings().demo or account is None:
        abort(404)
    entering.note_success(login)
    return entering.begin(login, how="demonstration")


@blueprint.post("/sign-out")
@everyone("ending a session needs no rule")
def sign_out() -> Response:
    """End the session here and in the table."""
    log.info("signed out", login=actor().login)
    if current_user.is_authenticated:
        entering.note("account.sign_out", actor().login, actor().login)
    session.clear()
    flash(_("您已安全退出。"))
    answer = redirect(url_for("public.home"))
    # what pages kept in this browser, and copies of pages, go with the session (ASVS 14.3.1); drafts are on the server
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.get("/session")
@everyone("tells a browser whether its own session is alive, nothing else")
def session_alive() -> Any:
    """204 while the session lives, which this very request prolongs; 401 afterwards."""
    return ("", 204) if current_user.is_authenticated else ("", 401)


@blueprint.get("/language/<code>")
@everyone("a display preference of the browser, nothing else")
def language(code: str) -> Response:
    """Remember the language in a cookie and go back."""
    if code not in LANGUAGES:
        abort(404)
    answer = redirect(target("public.home"))
    answer.set_cookie(
        bound(LANGUAGE_COOKIE), code, ONE_YEAR_SECONDS, secure=settings().https, httponly=True, samesite="Lax"
    )
    return answer


def sign_in_page() -> Response:
    """Where a stranger goes who asked for a page of signed-in people; afterwards to that page."""
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("account.sign_in", next=here))


def _missing(login: str, password: str) -> list[tuple[str, str]]:
    given = (("login", login, _("请输入账号。")), ("password", password, _("请输入密码。")))
    return [(name, text) for name, value, text in given if not value]


def _page(login: str = "", errors: list[tuple[str, str]] | None = None) -> str:
    return render_template(
        "account/sign_in.html",
        login=login,
        errors=errors or [],
        has_errors=bool(errors),
        accounts=_demo_accounts() if settings().demo else [],
        next=request.values.get("next", ""),
        provider=settings().oidc_name if settings().oidc_issuer else "",
    )


def _demo_accounts() -> list[dict[str, str]]:
    """Up to three people of every role, those with open tasks first. Only accounts without a password: a
    demonstration's have none."""
    from engine.programme import demo  # brings the rehearsal with it, which no other site needs

    with reading() as database:
        rows = database.execute(
            select(Account.login, Account.name, RoleGrant.role, Organisation.code, Organisation.name)
            .join(RoleGrant, RoleGrant.login == Account.login)
            .join(Organisation, Organisation.code == RoleGrant.organisation)
            .where(Account.active, Account.password_hash.is_(None), RoleGrant.revoked_at.is_(None))
            .order_by(Account.id)
        ).all()
    busy = {account.login for account in demo.accounts(runtime())}
    by_role: dict[str, list[Any]] = {role: [] for role in ROLES}
    seen: set[str] = set()  # somebody with two roles is listed once
    for row in sorted(rows, key=lambda row: (row[0] not in busy, list(ROLES).index(row[2]))):
        if row[0] not in seen:
            by_role[row[2]].append(row)
        seen.add(row[0])
    return [
        {"login": login, "name": name, "role": pick(*ROLES[role]), "organisation": organisation(code, office)}
        for people in by_role.values()
        for login, name, role, code, office in people[:3]
    ]
