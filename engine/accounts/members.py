"""Who works for an organisation, in which roles; the roles that an enterprise gives and takes away itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.errors import LastAdministrator, RoleNotOffered
from engine.directory import Scribe, withdraw_grant
from engine.errors import NotFound
from engine.policy import ENTERPRISE_ROLES, Actor, Grant
from engine.store.people import Account, Organisation, RoleGrant

ADMINISTRATOR = "enterprise_admin"


@dataclass(frozen=True, slots=True)
class Member:
    """A role that somebody holds, with what its giver needs to see; `grant` is the key to withdraw it."""

    grant: int
    login: str
    name: str
    email: str | None
    role: str
    since: datetime


def members(session: Session, organisation: str) -> list[Member]:
    """Everybody with an active account who holds a role in the organisation, one entry a role, oldest first."""
    rows = session.execute(
        select(RoleGrant.id, Account.login, Account.name, Account.email, RoleGrant.role, RoleGrant.granted_at)
        .join(Account, Account.login == RoleGrant.login)
        .where(
            RoleGrant.organisation == organisation, RoleGrant.revoked_at.is_(None), Account.active.is_(True)
        )
        .order_by(RoleGrant.id)
    )
    return [Member(*row) for row in rows]


def administrators(session: Session, organisation: str) -> list[Member]:
    """Those who may invite others to the organisation."""
    return [member for member in members(session, organisation) if member.role == ADMINISTRATOR]


def withdraw(session: Session, actor: Actor, organisation: str, grant: int, *, at: datetime) -> Member:
    """Take a role away; who lost it. Raises NotFound, RoleNotOffered, LastAdministrator.

    The organisation's row is locked first: two administrators cannot withdraw each other at once.
    """
    place = session.get(Organisation, organisation, with_for_update=True)
    held = next((m for m in members(session, organisation) if m.grant == grant), None)
    if place is None or held is None:
        raise NotFound(what_zh="这名成员", what_en="This member")
    if held.role not in ENTERPRISE_ROLES:
        raise RoleNotOffered()
    if held.role == ADMINISTRATOR and len(administrators(session, organisation)) == 1:
        raise LastAdministrator(organisation=place.name)
    withdraw_grant(session, Scribe(actor, at), held.login, Grant(held.role, organisation))
    return held
