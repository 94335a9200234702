"""The signed-in person: who Flask-Login knows, and the policy table's actor behind it."""

from functools import cached_property

from flask_login import UserMixin
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import policy
from engine.inbox import absences
from engine.policy import LENDABLE, ROLES, Actor, Grant
from engine.store.people import Account, Organisation, RoleGrant
from webapp.i18n import pick
from webapp.names import organisation
from webapp.shared import now


class Person(UserMixin):
    """Somebody with an active account. `get_id` is the login, which never changes hands."""

    def __init__(self, actor: Actor, organisations: dict[str, str], number: int = 0) -> None:
        self.actor = actor
        self.number = number
        """Of the account: what logs call a person."""
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


def load(session: Session, login: str) -> Person | None:
    """The person with this login, with the roles held and lent now; None for an unknown or closed account."""
    account = session.scalar(select(Account).where(Account.login == login, Account.active.is_(True)))
    if account is None:
        return None
    held = session.execute(
        select(RoleGrant.role, RoleGrant.organisation, Organisation.name)
        .join(Organisation, Organisation.code == RoleGrant.organisation)
        .where(RoleGrant.login == login, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    ).all()
    grants = tuple(Grant(role, code) for role, code, _ in held)
    lendable = any(grant.role in LENDABLE for grant in grants)
    lent = absences.lent(session, login, now()) if lendable else ()
    actor = Actor(account.login, account.name, grants, lent)
    return Person(actor, {code: name for _, code, name in held}, account.id)
