"""Signing in through the identity provider, and linking one's identity to the account one has here."""

import secrets
from collections.abc import Mapping
from typing import Any

import structlog
from flask import abort, flash, redirect, request, session, url_for
from sqlalchemy import select

from engine.accounts import identities, own
from engine.accounts.errors import IdentityRefused, WrongPassword
from engine.accounts.identities import Claims
from engine.commands.retrying import command
from engine.store.people import Account
from webapp import access, sessions
from webapp.access import actor, everyone, rule
from webapp.account import entering, passwords
from webapp.account.pages import confirm_by_password, own_account, page, refused
from webapp.account.provider import Errand, Provider
from webapp.account.views import blueprint
from webapp.i18n import gettext as _
from webapp.limits import PROVIDER, limiter
from webapp.shared import reading, runtime, settings, writing

log = structlog.get_logger(__name__)

ERRAND = "errand"  # where a session keeps what the provider must send back
LONGEST_CLAIM = 200


@blueprint.get("/sign-in/provider")
@everyone("how one signs in where a provider is set")
@limiter.limit(PROVIDER)
def leave() -> Any:
    """Go to the provider. A link, no form: the content security policy lets forms lead to this site only."""
    if not settings().oidc_issuer:
        abort(404)
    return _leave(entering.target(), link=False)


@blueprint.get("/account/identity")
@rule("account.own")
def identity() -> str:
    """Where one links the provider's identity to the account."""
    account = own_account()
    with reading() as database:
        linked = identities.linked(database, account.login)
    return page("identity", account=account, linked=linked, provider=settings().oidc_name, ready=_ready())


@blueprint.post("/account/identity")
@rule("account.own")
def allow_link() -> Any:
    """Confirm by password; the page then shows the link that leads to the provider. Raises TooManyFailures."""
    account = own_account()
    try:
        confirm_by_password(account)
    except WrongPassword as refusal:
        errors = refused("password", refusal)
        return page(
            "identity", errors, account=account, linked=False, provider=settings().oidc_name, ready=False
        ), 422
    session["may_link"] = True
    return redirect(url_for("account.identity"))


@blueprint.get("/account/identity/link")
@rule("account.own")
def leave_to_link() -> Any:
    """Go to the provider to link; only after the password was typed again."""
    access.require("account.own", {"login": actor().login})
    if not _ready():
        return redirect(url_for("account.identity"))
    return _leave(url_for("account.home"), link=True)


@blueprint.post("/account/identity/unlink")
@rule("account.own")
def unlink() -> Any:
    """Forget the provider's identity; an account without a password keeps it. Raises IdentityRefused."""
    account = own_account()
    if account.password_hash is None:
        raise IdentityRefused(
            zh_why="请先设置密码，再解除关联。", en_why="set a password before you unlink it."
        )
    with writing() as database:
        identities.unlink(database, account.login, at=sessions.CLOCK.now())
    flash(_("已解除关联。"))
    return redirect(url_for("account.home"))


@blueprint.get("/sign-in/provider/callback")
@everyone("where the provider sends one back; the errand in the session is the proof")
@limiter.limit(PROVIDER)
def come_back() -> Any:
    """Believe the provider after every check. Raises IdentityRefused."""
    if not settings().oidc_issuer:
        abort(404)
    kept = session.pop(ERRAND, None)
    errand = _errand(kept)
    if request.args.get("error") or not request.args.get("code"):
        raise IdentityRefused(zh_why="认证平台没有确认您的身份。", en_why="it did not vouch for you.")
    told = _provider().come_back(errand, request.args["code"], sessions.CLOCK.now())
    claims = claims_of(told)
    return _link(claims, kept) if kept["link"] else _enter(claims, kept["next"])


def claims_of(told: Mapping[str, Any]) -> Claims:
    """What the provider's claims mean here, by the settings."""
    s = settings()

    def text(name: str) -> str:
        value = told.get(name) if name else None
        return value.strip()[:LONGEST_CLAIM] if isinstance(value, str) else ""

    return Claims(
        issuer=s.oidc_issuer.rstrip("/"),
        subject=str(told["sub"])[:LONGEST_CLAIM],
        name=text("name"),
        login=text(s.oidc_login_claim),
        uscc=text(s.oidc_uscc_claim).upper(),
        enterprise=text(s.oidc_enterprise_claim),
        county=text(s.oidc_county_claim),
    )


def _leave(going: str, *, link: bool) -> Any:
    address, errand = _provider().leave()
    session[ERRAND] = {
        "state": errand.state,
        "nonce": errand.nonce,
        "verifier": errand.verifier,
        "next": going,
        "link": link,
        "login": actor().login if link else "",
    }
    return redirect(address)


def _errand(kept: Mapping[str, Any] | None) -> Errand:
    """What was left with, if the provider's state is this browser's. Raises IdentityRefused."""
    if not kept or not secrets.compare_digest(kept["state"].encode(), request.args.get("state", "").encode()):
        log.warning("identity provider refused", kind="state", address=entering.address())
        raise IdentityRefused(
            zh_why="登录请求不是从本浏览器发起的，或已用过。",
            en_why="this sign-in was not begun in this browser, or was used.",
        )
    return Errand(kept["state"], kept["nonce"], kept["verifier"])


def _enter(claims: Claims, going: str) -> Any:
    login = _settle(claims)
    with reading() as database:
        account = database.scalars(select(Account).where(Account.login == login)).one()
    if account.totp_confirmed_at is None:
        entering.note_success(login)
        return entering.begin(login, going)
    with writing() as database:
        now = sessions.CLOCK.now()
        attempt = passwords.charge(database, settings(), login, entering.address(), now)
    return entering.after_first_factor(account, attempt, going)


@command
def _settle(claims: Claims) -> str:
    with runtime().transaction() as tx:
        by_login, register = bool(settings().oidc_login_claim), settings().oidc_register
        return identities.settle(tx.session, claims, by_login=by_login, register=register, at=tx.now)


def _link(claims: Claims, kept: Mapping[str, Any]) -> Any:
    """Link to whoever is signed in, if that is still who left for it."""
    session.pop("may_link", None)
    login = actor().login
    if not actor().signed_in or kept["login"] != login:
        raise IdentityRefused(
            zh_why="登录状态已变化，请重新关联。", en_why="you are signed in as somebody else now."
        )
    now = sessions.CLOCK.now()
    with writing() as database:
        identities.link(database, claims, login, at=now)
        account = database.scalars(select(Account).where(Account.login == login)).one()
        own.tell(database, account, ("已关联统一身份认证", "an identity provider was linked"), at=now)
    sessions.rotate()
    flash(_("已关联，今后可从统一身份认证登录。"))
    return redirect(url_for("account.home"))


def _ready() -> bool:
    """Whether the password was typed again in this session, which linking asks for."""
    return bool(settings().oidc_issuer and session.get("may_link"))


def _provider() -> Provider:
    callback = runtime().settings.site_url.rstrip("/") + url_for("account.come_back")
    return Provider(settings(), callback)
