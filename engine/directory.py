"""Organisations and accounts: the one door by which they come into being, with an audit entry each.

The functions work inside the caller's transaction and are idempotent, so that lists can be imported again.
Roles handed to `add_account` are given at once: that is for setting an installation up (scribe `system`: the first
people, demonstrations, tests) and for what an enterprise gives to its own people. In an installation that runs, rights
of authorities are asked for and approved (`engine.accounts.administration.granting`); the database insists on it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.catalogues import Catalogues
from engine.conditions import Grant
from engine.errors import Refusal
from engine.inbox.words import initials, normal
from engine.policy import RESERVED, ROLES, Actor
from engine.store.people import APART, Account, Organisation, RoleGrant

OFFICES = ("province", "city", "county", "zone", "agency")
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{2,30}[0-9](?:[,;转x][0-9]{1,6})?")


class UnknownOffice(Refusal):
    """No office has this code."""

    zh = "没有代码为 {code} 的办理单位。"
    en = "No office has the code {code}."
    status = 404


class BadPhone(Refusal):
    """Not a telephone number."""

    zh = "“{phone}”不是电话号码。"
    en = "“{phone}” is not a telephone number."
    remedy_zh = "请写成 0531-00000000 的形式。"
    remedy_en = "Write it like 0531-00000000."
    status = 422


class RolesApart(Refusal):
    """Roles that watch each other in one hand."""

    zh = "{login}已是{held_zh}，不能同时担任{role_zh}：系统、安全、审计管理员和纪检监督不得由同一人担任。"
    en = (
        "{login} is {held_en} and cannot be {role_en} as well: system, security and audit administrators and "
        "supervision are different people."
    )
    remedy_zh = "请另选一人，或先收回原有角色。"
    remedy_en = "Choose somebody else, or revoke the other role first."
    basis = "三员分立 separation of the three administrators"


@dataclass(frozen=True, slots=True)
class Scribe:
    """Who enters the data, and when."""

    actor: Actor
    at: datetime


def add_regions(session: Session, catalogues: Catalogues, scribe: Scribe) -> int:
    """Enter the province with its cities, counties and functional zones; answers how many were new."""
    regions = catalogues.get("regions").lists
    new = 0
    new += add_organisation(session, scribe, "370000", "山东省工业和信息化厅", "province", None)
    for list_name, kind in (("cities", "city"), ("counties", "county"), ("zones", "zone")):
        for item in regions.get(list_name, ()):
            parent = "370000" if kind == "city" else item.parent
            new += add_organisation(session, scribe, item.value, item.label, kind, parent)
    return new


def add_organisation(
    session: Session, scribe: Scribe, code: str, name: str, kind: str, parent: str | None
) -> bool:
    """Enter an organisation under its parent; False when the code is known already (nothing is changed then)."""
    if session.get(Organisation, code) is not None:
        return False
    session.add(Organisation(code=code, name=name, kind=kind, parent=parent))
    session.flush()
    _log(
        session,
        scribe,
        "organisation.add",
        "organisation",
        code,
        {"name": name, "kind": kind, "parent": parent},
    )
    return True


def set_contact(session: Session, scribe: Scribe, code: str, phone: str, address: str) -> None:
    """Set how an office is reached; empty texts remove it. Public pages show both.

    Raises UnknownOffice for an enterprise or a code that is none, BadPhone.
    """
    found = session.get(Organisation, code)
    if found is None or found.kind not in OFFICES:
        raise UnknownOffice(code=code)
    if phone and PHONE.fullmatch(phone) is None:
        raise BadPhone(phone=phone)
    found.phone, found.address = phone or None, address or None
    session.flush()
    _log(session, scribe, "organisation.contact", "organisation", code, {"phone": phone, "address": address})


def add_account(
    session: Session,
    scribe: Scribe,
    login: str,
    name: str,
    grants: Iterable[Grant],
    *,
    organisation: str | None = None,
    password_hash: str | None = None,
    email: str | None = None,
    mobile: str | None = None,
) -> Actor:
    """Enter a person with roles; a known login only gets the roles it lacks. A given `email` counts as confirmed.

    Raises KeyError for an unknown role, ValueError for a login that stands for the system or the public, RolesApart.
    """
    grants = tuple(grants)
    for grant in grants:
        ROLES[grant.role]
    if login in RESERVED:
        raise ValueError(f"the login {login} is reserved")
    if session.scalar(select(Account.id).where(Account.login == login)) is None:
        home = organisation or (grants[0].organisation if grants else None)
        person = Account(login=login, name=name, organisation=home, created_at=scribe.at)
        person.password_hash, person.mobile = password_hash, mobile
        person.email, person.email_confirmed_at = email, scribe.at if email else None
        person.initials = initials(normal(name))
        session.add(person)
        session.flush()
        _log(session, scribe, "account.add", "account", login, {"organisation": home})
    held = held_by(session, login)
    require_apart(login, (*held, *grants))
    for grant in grants:
        if grant not in held:
            _add_grant(session, scribe, login, grant)
    session.flush()
    return Actor(login, name, grants)


def require_apart(login: str, grants: Iterable[Grant]) -> None:
    """Pass unless these rights put two roles that watch each other into one hand. Raises RolesApart."""
    found = list(dict.fromkeys(grant.role for grant in grants if grant.role in APART))
    if len(found) > 1:
        (held_zh, held_en), (role_zh, role_en) = ROLES[found[0]], ROLES[found[1]]
        raise RolesApart(login=login, held_zh=held_zh, held_en=held_en, role_zh=role_zh, role_en=role_en)


def withdraw_grant(session: Session, scribe: Scribe, login: str, grant: Grant, reason: str = "") -> bool:
    """Take a role away; the row stays as evidence. False when it was not held."""
    row = session.scalar(
        select(RoleGrant).where(
            RoleGrant.login == login,
            RoleGrant.role == grant.role,
            RoleGrant.organisation == grant.organisation,
            RoleGrant.revoked_at.is_(None),
        )
    )
    if row is None:
        return False
    row.revoked_at, row.revoked_by, row.revoked_why = scribe.at, scribe.actor.login, reason or None
    session.flush()
    detail: dict[str, str | None] = {"grant": str(grant), **({"reason": reason} if reason else {})}
    _log(session, scribe, "grant.withdraw", "account", login, detail)
    return True


def held_by(session: Session, login: str) -> tuple[Grant, ...]:
    """The roles that a person holds now, in the order in which they were granted."""
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.organisation)
        .where(RoleGrant.login == login, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    )
    return tuple(Grant(role, organisation) for role, organisation in rows)


def _add_grant(session: Session, scribe: Scribe, login: str, grant: Grant) -> None:
    session.add(
        RoleGrant(
            login=login,
            role=grant.role,
            organisation=grant.organisation,
            granted_at=scribe.at,
            granted_by=scribe.actor.login,
        )
    )
    _log(session, scribe, "grant.add", "account", login, {"grant": str(grant)})


def _log(
    session: Session, scribe: Scribe, action: str, kind: str, key: str, detail: dict[str, str | None]
) -> None:
    audit.append(
        session,
        at=scribe.at,
        actor=scribe.actor.login,
        action=action,
        object_type=kind,
        object_key=key,
        detail=detail,
    )
