"""From a right password, or a provider's word, to a session: the second factor between them, the new token after."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import abort, redirect, request, session, url_for
from flask_login import login_user
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.accounts import trail
from engine.policy import ENTERPRISE_ROLES, PUBLIC
from engine.store.people import APART, Account, LoginAttempt
from webapp import limits, people, sessions
from webapp.account import passwords
from webapp.shared import now, reading, settings, writing

log = structlog.get_logger(__name__)

HALF = "half"  # where a session keeps who has given a right password, but not yet the second factor
ENROL = "enrol"  # set while somebody must turn the second factor on before anything else
HALF_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Half:
    """Somebody between password and code. `attempt` is the try that still counts as failed."""

    login: str
    attempt: int
    next: str


def after_first_factor(account: Account, attempt: int, going: str | None = None) -> Response:
    """Password or provider were right: ask for the code where there is a second factor, else begin the session."""
    if account.totp_confirmed_at is None:
        with writing() as database:
            passwords.forgive(database, attempt)
        return begin(account.login, going, "password")
    asked = going or _asked()
    session.clear()
    session[HALF] = {
        "login": account.login,
        "attempt": attempt,
        "next": asked,
        "at": sessions.CLOCK.now().isoformat(),
        "of": _fingerprint(account),
    }
    return redirect(url_for("account.second_step"))


def half() -> Half | None:
    """Who is between password and code in this browser; None too late, or once the password has changed."""
    kept = session.get(HALF)
    if not kept or datetime.fromisoformat(kept["at"]) + HALF_LASTS <= sessions.CLOCK.now():
        return None
    with reading() as database:
        account = database.scalar(select(Account).where(Account.login == kept["login"], Account.active))
    if account is None or _fingerprint(account) != kept["of"]:
        return None
    return Half(kept["login"], kept["attempt"], kept["next"])


def begin(login: str, going: str | None = None, how: str = "provider") -> Response:
    """A fresh session with a new token: whatever was in the visitor's cookie stays behind (ASVS 7.2.4).

    `how` says by what it was opened, for the audit trail.
    """
    with reading() as database:
        person = people.load(database, login)
        account = database.scalar(select(Account).where(Account.login == login))
    if person is None or account is None:
        abort(404)
    going = going or _asked() or url_for(_home(person))
    with writing() as database:
        database.execute(
            update(Account).where(Account.login == login).values(signed_in_at=sessions.CLOCK.now())
        )
        _link(database, "account.sign_in", login, login, {"how": how})
    session.clear()
    session.token = None  # type: ignore[attr-defined]
    login_user(person)
    if must_enrol(person, account):
        if hold(person, account):
            session[ENROL] = True
        going = url_for("account.second_factor", next=going)
    log.info("signed in", login=login, address=address())
    return redirect(going)


def note(action: str, who: str, login: str, **detail: str) -> None:
    """Add a link about signing in or out, with the address that it came from."""
    with writing() as database:
        _link(database, action, who, login, detail)


def note_failure(login: str, what: str) -> None:
    """Add a link about a try that failed: who it was is not known, only whose login was tried."""
    note("account.sign_in_failed", PUBLIC.login, login, what=what)


def _link(database: Session, action: str, who: str, login: str, detail: Mapping[str, str]) -> None:
    trail.note(database, who, action, login, now(), {**detail, "address": address()})


def note_success(login: str) -> None:
    """Put a sign-in without a password of ours on the list of sign-ins."""
    with writing() as database:
        at = sessions.CLOCK.now()
        database.add(LoginAttempt(login=login, address=address(), at=at, succeeded=True))


def must_enrol(person: people.Person, account: Account) -> bool:
    """Whether the setting asks this person for a second factor that is not on yet."""
    official = any(grant.role not in ENTERPRISE_ROLES for grant in person.actor.grants)
    return settings().asks_officials() and official and account.totp_confirmed_at is None


def hold(person: people.Person, account: Account) -> bool:
    """Whether the time to enrol is over, which begins with the first sign-in that asks; administrators have none."""
    now = sessions.CLOCK.now()
    if any(grant.role in APART for grant in person.actor.grants):
        return True
    due = account.factor_due_at
    if due is None:
        due = now + timedelta(days=settings().second_factor_grace_days)
        with writing() as database:
            database.execute(update(Account).where(Account.login == account.login).values(factor_due_at=due))
    return due <= now


def target(default: str = "inbox.listing") -> str:
    """The address to go to next: only one of this site, never another host (ASVS 3.7.2)."""
    return _asked() or url_for(default)


def _asked() -> str:
    """The address of this site that the request names as the next one; empty without one."""
    asked = request.values.get("next", "")
    return asked if is_local(asked) else ""


def _home(person: people.Person) -> str:
    """Where somebody begins: an enterprise's people at its applications, everybody else at their tasks."""
    enterprise = any(grant.role in ENTERPRISE_ROLES for grant in person.actor.grants)
    return "enterprise.home" if enterprise else "inbox.listing"


def is_local(asked: str) -> bool:
    """Whether an address leads to this site."""
    parts = urlsplit(asked)
    local = asked.startswith("/") and not asked.startswith(("//", "/\\")) and not parts.netloc
    return local and "\\" not in asked


def address() -> str:
    """Where the request comes from, as failed sign-ins are counted: an IPv6 network counts as one address."""
    return limits.network()


def confine() -> Any:
    """Whoever must turn the second factor on gets nowhere else (a hook before every request)."""
    if not session.get(ENROL):
        return None
    allowed = (
        "account.second_factor",
        "account.sign_out",
        "account.session_alive",
        "account.language",
        "static",
    )
    if (request.endpoint or "").startswith(allowed):
        return None
    return abort(403) if request.path.startswith("/v2/") else redirect(url_for("account.second_factor"))


def _fingerprint(account: Account) -> str:
    """Changes with the password, and says nothing of it: the hash is salted."""
    return hashlib.sha256((account.password_hash or "").encode()).hexdigest()[:16]
