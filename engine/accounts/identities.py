"""People whom an identity provider vouches for: which account they are here, and who may get one by that."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts import logins
from engine.accounts.errors import IdentityRefused
from engine.accounts.members import ADMINISTRATOR, administrators
from engine.accounts.trail import note
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import Actor, Grant
from engine.store.accounts import ExternalIdentity
from engine.store.people import Account, Organisation


@dataclass(frozen=True, slots=True)
class Claims:
    """What a checked ID token says, by our names; empty where the provider says nothing."""

    issuer: str
    subject: str
    name: str = ""
    login: str = ""
    uscc: str = ""
    enterprise: str = ""
    county: str = ""


def find(session: Session, claims: Claims) -> str | None:
    """The login that this identity was linked to, if its account is active."""
    return session.scalar(
        select(ExternalIdentity.login)
        .join(Account, Account.login == ExternalIdentity.login)
        .where(
            ExternalIdentity.issuer == claims.issuer,
            ExternalIdentity.subject == claims.subject,
            Account.active.is_(True),
        )
    )


def link(session: Session, claims: Claims, login: str, *, at: datetime) -> None:
    """Remember that this identity is this account. Raises IdentityRefused when it is another one already."""
    row = session.scalar(
        select(ExternalIdentity).where(
            ExternalIdentity.issuer == claims.issuer, ExternalIdentity.subject == claims.subject
        )
    )
    if row is None:
        session.add(ExternalIdentity(issuer=claims.issuer, subject=claims.subject, login=login, linked_at=at))
        session.flush()
        note(session, login, "account.identity_linked", login, at, {"issuer": claims.issuer})
    elif row.login != login:
        raise IdentityRefused(
            zh_why="该身份已关联另一账号。", en_why="this identity belongs to another account."
        )


def unlink(session: Session, login: str, *, at: datetime) -> None:
    """Forget every identity of an account."""
    for row in session.scalars(select(ExternalIdentity).where(ExternalIdentity.login == login)):
        session.delete(row)
    session.flush()
    note(session, login, "account.identity_unlinked", login, at)


def linked(session: Session, login: str) -> bool:
    """Whether the account signs in through a provider, too."""
    return session.scalar(select(ExternalIdentity.id).where(ExternalIdentity.login == login)) is not None


def settle(session: Session, claims: Claims, *, by_login: bool, register: bool, at: datetime) -> str:
    """The login for an identity: linked before, equal by name (`by_login`), or made now (`register`).

    Equal by name counts only inside the enterprise that the provider names, if it names one. Raises IdentityRefused.
    """
    known = find(session, claims)
    if known is not None:
        return known
    login = _by_login(session, claims) if by_login else None
    if login is None and register and claims.uscc:
        login = _register(session, claims, at)
    if login is None:
        raise IdentityRefused(
            zh_why="您的身份在本站没有对应的账号。", en_why="there is no account here for your identity."
        )
    link(session, claims, login, at=at)
    return login


def _by_login(session: Session, claims: Claims) -> str | None:
    account = session.scalar(select(Account).where(Account.login == claims.login, Account.active.is_(True)))
    if account is None or (claims.uscc and account.organisation != claims.uscc):
        return None
    taken = select(ExternalIdentity.id).where(
        ExternalIdentity.login == account.login, ExternalIdentity.issuer == claims.issuer
    )
    return account.login if session.scalar(taken) is None else None


def _register(session: Session, claims: Claims, at: datetime) -> str:
    """Make an account for a person of an enterprise that the provider vouches for; the first one administers it."""
    login = logins.free(session, logins.normal(claims.login) or f"user-{claims.uscc[-6:].lower()}")
    scribe = Scribe(Actor(login, claims.name or login), at)
    _enterprise(session, claims, scribe)
    roles = ["enterprise_filler"] + ([] if administrators(session, claims.uscc) else [ADMINISTRATOR])
    grants = [Grant(role, claims.uscc) for role in roles]
    add_account(session, scribe, login, claims.name or login, grants, organisation=claims.uscc)
    return login


def _enterprise(session: Session, claims: Claims, scribe: Scribe) -> None:
    """The enterprise of the claims, entered under its county where it is new. Raises IdentityRefused."""
    known = session.get(Organisation, claims.uscc)
    if known is not None and known.kind == "enterprise":
        return
    county = session.get(Organisation, claims.county) if claims.county else None
    if known is not None or county is None or county.kind not in ("county", "zone") or not claims.enterprise:
        raise IdentityRefused(
            zh_why="企业尚未在本站登记，请先注册。",
            en_why="the enterprise is not known here; register it first.",
        )
    add_organisation(session, scribe, claims.uscc, claims.enterprise, "enterprise", county.code)
