"""The signed-in person: who Flask-Login knows, and the policy table's actor behind it."""

from functools import cached_property

from flask_login import UserMixin
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import policy
from engine.inbox import absences
from engine.notifications.operations import count_unread
from engine.policy import ROLES, Actor, Grant
from engine.store.definitions import NEWEST_DEPLOYMENT, note_deployment
from engine.store.people import Account, Organisation, RoleGrant
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
_LOGIN = bindparam("login")
# Asked with every request of whoever is signed in: put together once, with all that each of them needs to know.
_HELD = (
    select(
        Account.id,
        Account.login,
        Account.name,
        RoleGrant.role,
        RoleGrant.organisation,
        _OFFICE,
        absences.stands_in(_LOGIN, absences.NOW).label("stands_in"),
        count_unread(_LOGIN).scalar_subquery().label("unread"),
        NEWEST_DEPLOYMENT.scalar_subquery().label("deployment"),
    )
    .outerjoin(RoleGrant, (RoleGrant.login == Account.login) & RoleGrant.revoked_at.is_(None))
    .outerjoin(Organisation, Organisation.code == RoleGrant.organisation)
    .where(Account.login == _LOGIN, Account.active.is_(True))
    .order_by(RoleGrant.id)
)


def load(session: Session, login: str) -> Person | None:
    """The person with this login, with the roles held and lent now; None for an unknown or closed account."""
    at = now()
    rows = session.execute(_HELD, {"login": login, "now": at}).all()
    if not rows:
        return None
    account, held = rows[0], [row for row in rows if row.role is not None]
    note_deployment(session, account.deployment or 0)
    grants = tuple(Grant(row.role, row.organisation) for row in held)
    lent = absences.lent(session, login, at) if account.stands_in else ()
    actor = Actor(account.login, account.name, grants, lent)
    return Person(actor, {row.organisation: row.place for row in held}, account.id, account.unread)
