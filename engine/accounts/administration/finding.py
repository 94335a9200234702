"""Organisations and people as administrators look for them: counted, searched, one with all that is known."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from engine.conditions import Grant
from engine.inbox.words import normal
from engine.policy import ENTERPRISE_ROLES
from engine.store.people import Account, LoginAttempt, Organisation, RoleGrant

OFFICIALS, ENTERPRISES, EVERYBODY = "officials", "enterprises", "all"
STATES = ("open", "closed", "never", "unused")
UNUSED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What people are searched by; empty fields ask for nothing. `whose`: OFFICIALS, ENTERPRISES or EVERYBODY."""

    text: str = ""
    role: str = ""
    organisation: str = ""
    city: str = ""
    state: str = ""
    whose: str = OFFICIALS


def people(wanted: Wanted, now: datetime, unnamed: Collection[str] = ()) -> Select[Account]:
    """The accounts that fit, by organisation and name; words find none of those whom the reader must not know."""
    query = select(Account).where(*_clauses(wanted, now), *_named(wanted, unnamed))
    return query.order_by(Account.organisation, Account.name, Account.id)


def _named(wanted: Wanted, unnamed: Collection[str]) -> list[ColumnElement[bool]]:
    """A search by name would say who is an expert."""
    return [Account.login.not_in(sorted(unnamed))] if wanted.text and unnamed else []


def grants_of(session: Session, logins: Iterable[str]) -> dict[str, list[Grant]]:
    """What these people hold now, by login, in the order in which it was granted."""
    rows = session.execute(
        select(RoleGrant.login, RoleGrant.role, RoleGrant.organisation)
        .where(RoleGrant.login.in_(sorted(set(logins))), RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    )
    found: dict[str, list[Grant]] = {}
    for login, role, place in rows:
        found.setdefault(login, []).append(Grant(role, place))
    return found


def history(session: Session, login: str) -> list[RoleGrant]:
    """Every role that somebody holds or held, present ones first, the newest first."""
    rows = select(RoleGrant).where(RoleGrant.login == login)
    return list(session.scalars(rows.order_by(RoleGrant.revoked_at.is_not(None), RoleGrant.id.desc())))


def failures(session: Session, login: str, since: datetime) -> int:
    """Failed tries to sign in with this login since an instant of the machine's clock."""
    return (
        session.scalar(
            select(func.count())
            .select_from(LoginAttempt)
            .where(LoginAttempt.login == login, LoginAttempt.at > since, LoginAttempt.succeeded.is_(False))
        )
        or 0
    )


def tries(session: Session, login: str, limit: int = 10) -> list[LoginAttempt]:
    """The last tries under a login, the newest first."""
    rows = select(LoginAttempt).where(LoginAttempt.login == login).order_by(LoginAttempt.id.desc())
    return list(session.scalars(rows.limit(limit)))


def area(code: str) -> Select[str]:
    """The codes of an organisation and of all below it, three levels down (city, county, enterprise)."""
    below = select(Organisation.code).where(Organisation.parent == code)
    deeper = select(Organisation.code).where(Organisation.parent.in_(below))
    return select(Organisation.code).where(
        or_(Organisation.code == code, Organisation.code.in_(below), Organisation.code.in_(deeper))
    )


def _clauses(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    clauses = [*_text(wanted.text), *_state(wanted.state, now)]
    held = select(RoleGrant.login).where(RoleGrant.revoked_at.is_(None))
    if wanted.whose == OFFICIALS:
        clauses.append(_official(held))
    elif wanted.whose == ENTERPRISES:
        clauses.append(~_official(held))
    if wanted.role:
        clauses.append(Account.login.in_(held.where(RoleGrant.role == wanted.role)))
    if wanted.organisation:
        here = held.where(RoleGrant.organisation == wanted.organisation)
        clauses.append(or_(Account.organisation == wanted.organisation, Account.login.in_(here)))
    if wanted.city:
        codes = area(wanted.city)
        clauses.append(
            or_(
                Account.organisation.in_(codes),
                Account.login.in_(held.where(RoleGrant.organisation.in_(codes))),
            )
        )
    return clauses


def _official(held: Select[str]) -> ColumnElement[bool]:
    """Whose home is an office, or who holds a role of one."""
    home = select(Organisation.code).where(Organisation.kind != "enterprise")
    rights = held.where(RoleGrant.role.not_in(ENTERPRISE_ROLES))
    return or_(Account.organisation.in_(home), Account.login.in_(rights))


def _text(text: str) -> list[ColumnElement[bool]]:
    """Every word is found in the login, the name or its pinyin initials."""
    clauses = []
    for word in text.split()[:4]:
        plain = normal(word)
        places = [
            Account.name.contains(word, autoescape=True),
            func.lower(Account.login).contains(word.lower(), autoescape=True),
        ]
        if plain:
            places.append(Account.initials.startswith(plain, autoescape=True))
        clauses.append(or_(*places))
    return clauses


def _state(state: str, now: datetime) -> list[ColumnElement[bool]]:
    match state:
        case "open":
            return [Account.active.is_(True)]
        case "closed":
            return [Account.active.is_(False)]
        case "never":
            return [Account.active.is_(True), Account.signed_in_at.is_(None)]
        case "unused":
            return [Account.active.is_(True), Account.signed_in_at < now - UNUSED]
        case _:
            return []
