"""Officials as actors, so that the policy table can be asked what somebody else may read."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.collaboration.places import PROVINCE, Place
from engine.policy import CITY, COUNTY, DEPARTMENT, Actor, Grant
from engine.store.people import Account, RoleGrant

OFFICIALS = (*COUNTY, *CITY, *DEPARTMENT)
_HELD = (
    select(Account.login, Account.name, RoleGrant.role, RoleGrant.organisation)
    .join(RoleGrant, RoleGrant.login == Account.login)
    .where(Account.active.is_(True), RoleGrant.revoked_at.is_(None))
    .order_by(RoleGrant.id)
)
_OF_LOGIN = _HELD.where(Account.login == bindparam("login"))
_OF_OFFICES = _HELD.where(
    Account.login.in_(
        select(RoleGrant.login).where(
            RoleGrant.organisation.in_(bindparam("codes", expanding=True)),
            RoleGrant.role.in_(OFFICIALS),
            RoleGrant.revoked_at.is_(None),
        )
    )
)


def actor_of(session: Session, login: str) -> Actor | None:
    """A person with an active account and the roles held; None for anybody else."""
    return _actors(session.execute(_OF_LOGIN, {"login": login})).get(login)


def officials(session: Session, place: Place) -> list[Actor]:
    """Who works in the offices that a case of this place can come to, by name."""
    codes = [code for code in (PROVINCE, place.city, place.county) if code]
    found = _actors(session.execute(_OF_OFFICES, {"codes": codes}))
    return sorted(found.values(), key=lambda who: (who.name, who.login))


def office_of(actor: Actor) -> frozenset[str]:
    """The offices that somebody works in as an official."""
    return frozenset(grant.organisation for grant in actor.grants if grant.role in OFFICIALS)


def label(actor: Actor) -> str:
    """How a list of suggestions names somebody: two people of one name stay apart."""
    return f"{actor.name}（{actor.login}）"


def named(given: str, known: Iterable[Actor]) -> Actor | None:
    """The person whom a name, a login or a suggestion means; None when nobody or more than one is meant."""
    word = given.strip()
    found = [who for who in known if word in (who.login, label(who))]
    found = found or [who for who in known if word == who.name]
    return found[0] if len(found) == 1 else None


def _actors(rows: Iterable[Any]) -> dict[str, Actor]:
    held: dict[str, tuple[str, list[Grant]]] = {}
    for login, name, role, organisation in rows:
        held.setdefault(login, (name, []))[1].append(Grant(role, organisation))
    return {login: Actor(login, name, tuple(grants)) for login, (name, grants) in held.items()}
