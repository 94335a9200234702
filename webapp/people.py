"""The signed-in person: who Flask-Login knows, and the policy table's actor behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_login import UserMixin
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import policy
from engine.inbox import absences
from engine.notifications.operations import count_unread
from engine.policy import ROLES, Actor, Grant
from engine.store.definitions import NEWEST_DEPLOYMENT, note_deployment
from engine.store.people import Account, Organisation, RoleGrant, WebSession
from webapp.i18n import pick
from webapp.names import organisation
from webapp.shared import now


class Person(UserMixin):
    """Somebody with an active account. `get_id` is the login, which never changes hands."""

    def __init__(self, actor: Actor, organisations: dict[str, str], number: int = 0, unread: int = 0) -> None:
        self.actor = actor
        self.number = number
        """Of the account: what logs call a person."""
        self.unread = unread
        """Messages that the person has not read yet."""
        self.id = actor.login
        self.name = actor.name
        self.organisations = organisations

    @cached_property
    def duties(self) -> str:
        """Roles and organisations in words, for the header."""
        held: dict[str, list[str]] = {}
        for g in self.actor.grants:
            held.setdefault(g.organisation, []).append(pick(*ROLES.get(g.role, (g.role, g.role))))
        texts = [
            f"{organisation(code, self.organisations.get(code, code))} {pick('、', ', ').join(roles)}"
            for code, roles in held.items()
        ]
        return "；".join(texts[:2]) + ("…" if len(texts) > 2 else "")

    @property
    def may_register_measure(self) -> bool:
        """Whether a link to the registration of a successor measure makes sense."""
        return policy.may(self.actor, "instance.start", {"process_id": "measure"})


_OFFICE = Organisation.name.label("place")
_OPEN = Account.active.is_(True)
_HELD = (RoleGrant.login == Account.login) & RoleGrant.revoked_at.is_(None)
_KNOWN = (
    Account.id,
    Account.login,
    Account.name,
    RoleGrant.role,
    RoleGrant.organisation,
    _OFFICE,
    absences.stands_in(Account.login, absences.NOW).label("stands_in"),
    count_unread(Account.login).scalar_subquery().label("unread"),
    NEWEST_DEPLOYMENT.scalar_subquery().label("deployment"),
)
"""All that a request needs to know of whoever is signed in; a row for each role held."""
_BY_LOGIN = (
    select(*_KNOWN)
    .outerjoin(RoleGrant, _HELD)
    .outerjoin(Organisation, Organisation.code == RoleGrant.organisation)
    .where(Account.login == bindparam("login"), _OPEN)
    .order_by(RoleGrant.id)
)
# Asked with every request: put together once, and one question with that for the session.
_BY_TOKEN = (
    select(WebSession.data, WebSession.seen_at, WebSession.expires_at, *_KNOWN)
    .select_from(WebSession)
    .outerjoin(Account, (Account.login == WebSession.login) & _OPEN)
    .outerjoin(RoleGrant, _HELD)
    .outerjoin(Organisation, Organisation.code == RoleGrant.organisation)
    .where(WebSession.token_sha256 == bindparam("digest"))
    .order_by(RoleGrant.id)
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A session of the table, and who began it."""

    data: dict[str, Any]
    seen_at: datetime
    expires_at: datetime
    rows: Sequence[Any]

    def person(self, session: Session) -> Person | None:
        """Who began it, as `load`."""
        return _person(session, self.rows) if self.rows[0].login is not None else None


def arrival(session: Session, digest: str) -> Arrival | None:
    """The session with a token of this hash, ended or not; None for an unknown one."""
    rows = session.execute(_BY_TOKEN, {"digest": digest, "now": now()}).all()
    return Arrival(rows[0].data, rows[0].seen_at, rows[0].expires_at, rows) if rows else None


def load(session: Session, login: str) -> Person | None:
    """The person with this login, with the roles held and lent now; None for an unknown or closed account."""
    rows = session.execute(_BY_LOGIN, {"login": login, "now": now()}).all()
    return _person(session, rows) if rows else None


def _person(session: Session, rows: Sequence[Any]) -> Person:
    account, held = rows[0], [row for row in rows if row.role is not None]
    note_deployment(session, account.deployment or 0)
    grants = tuple(Grant(row.role, row.organisation) for row in held)
    lent = absences.lent(session, account.login, now()) if account.stands_in else ()
    actor = Actor(account.login, account.name, grants, lent)
    return Person(actor, {row.organisation: row.place for row in held}, account.id, account.unread)
