"""Rights of authorities: one security administrator asks, another approves; one alone revokes, at once.

The audit administrator takes no part, because who approves cannot watch the approvals (三员分立).
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine import policy
from engine.accounts.administration import errors, sessions
from engine.accounts.administration.models import APPROVED, OPEN, REFUSED, WITHDRAWN, RoleRequest
from engine.accounts.administration.offices import require_fits
from engine.accounts.administration.telling import role_words, tell
from engine.accounts.trail import note
from engine.commands.refusals import NoReason
from engine.commands.retrying import command
from engine.conditions import Grant
from engine.directory import Scribe, held_by, require_apart, withdraw_grant
from engine.errors import NotFound
from engine.policy import ENTERPRISE_ROLES, SYSTEM, Actor
from engine.runtime import Runtime, Transaction
from engine.store.people import Account, Organisation, RoleGrant

SECURITY = "secadmin"
LONGEST_REASON = 500


@command
def ask(rt: Runtime, actor: Actor, login: str, grant: Grant, reason: str) -> int:
    """Ask for a right; the request's id. It counts for nothing until somebody else approves it.

    Raises NotAllowed, OwnRight, NoReason, NotFound, AccountClosed, EnterpriseRole, NotThere, WorksForEnterprise,
    RolesApart, HeldAlready.
    """
    with rt.transaction() as tx:
        policy.require(actor, "grant.manage")
        reason = required(reason)
        check(tx.session, actor, login, grant)
        row = RoleRequest(login=login, role=grant.role, organisation=grant.organisation, reason=reason)
        row.asked_by, row.asked_at, row.state = actor.login, tx.now, OPEN
        tx.session.add(row)
        tx.session.flush()
        detail = {"grant": str(grant), "reason": reason, "request": row.id}
        note(tx.session, actor.login, "grant.ask", login, tx.now, detail)
        return row.id


def check(session: Session, actor: Actor, login: str, grant: Grant, *, asked: bool = False) -> None:
    """Pass if this person could get this right from this actor; `asked`: its request is what is looked at."""
    if actor.login == login:
        raise errors.OwnRight(zh_what="授权", en_what="grant rights")
    account = found(session, login)
    if not account.active:
        raise errors.AccountClosed(login=login)
    place = session.get(Organisation, grant.organisation)
    if place is None:
        raise NotFound(what_zh="这个单位", what_en="This organisation")
    require_fits(grant.role, place)
    held = held_by(session, login)
    if any(each.role in ENTERPRISE_ROLES for each in held):
        raise errors.WorksForEnterprise(login=login)
    waiting = select(RoleRequest.role, RoleRequest.organisation).where(
        RoleRequest.login == login, RoleRequest.state == OPEN
    )
    asked_for = () if asked else tuple(Grant(role, place) for role, place in session.execute(waiting))
    if grant in (*held, *asked_for):
        raise errors.HeldAlready(login=login)
    require_apart(login, (*held, *asked_for, grant))


@command
def approve(rt: Runtime, actor: Actor, request: int) -> None:
    """Give the right that somebody else asked for; the person signs in anew. Raises what `ask` does, SamePersonTwice,
    AskerGone, Decided."""
    with rt.transaction() as tx:
        policy.require(actor, "grant.manage")
        row = _locked(tx.session, request)
        if row.import_id is not None:
            raise errors.Decided()  # a list is approved as a whole
        grant_asked(tx, actor, row)
        note(tx.session, actor.login, "grant.add", row.login, tx.now, audit_detail(row))
        tell(tx, row.login, "grant", role_words(tx.session, Grant(row.role, row.organisation)))
        sessions.end_all(tx.session, row.login)


def grant_asked(tx: Transaction, actor: Actor, row: RoleRequest) -> None:
    """What an approval does to one request, but for its link in the trail."""
    require_second(tx.session, actor, row.asked_by, [row.login])
    check(tx.session, actor, row.login, Grant(row.role, row.organisation), asked=True)
    facts = {"role": row.role, "organisation": row.organisation, "reason": row.reason}
    given = RoleGrant(login=row.login, granted_at=tx.now, granted_by=row.asked_by, **facts)
    given.approved_by = actor.login
    row.state, row.decided_by, row.decided_at = APPROVED, actor.login, tx.now
    tx.session.add(given)
    tx.session.flush()


def audit_detail(row: RoleRequest) -> dict[str, str | int]:
    """What the trail keeps of an approved request."""
    facts = {"grant": f"{row.role}@{row.organisation}", "reason": row.reason}
    return {**facts, "asked_by": row.asked_by, "approved_by": row.decided_by or "", "request": row.id}


def require_second(session: Session, actor: Actor, asker: str, others: Iterable[str]) -> None:
    """Pass if the actor is neither who asked nor one of those who get, by login, mobile number and mail address.

    Raises SamePersonTwice, AskerGone.
    """
    people = {asker, *others}
    if actor.login in people or _second_account(session, actor.login, people):
        raise errors.SamePersonTwice()
    if asker != SYSTEM.login and asker not in security_administrators(session):
        raise errors.AskerGone(asker=asker)


@command
def refuse(rt: Runtime, actor: Actor, request: int, reason: str) -> None:
    """Decline a request; who asked for it withdraws it by this. Raises NotAllowed, NoReason, NotFound, Decided."""
    with rt.transaction() as tx:
        policy.require(actor, "grant.manage")
        row = _locked(tx.session, request)
        row.state = WITHDRAWN if row.asked_by == actor.login else REFUSED
        row.decided_by, row.decided_at, row.decision = actor.login, tx.now, required(reason)
        tx.session.flush()
        action = "grant.withdraw_request" if row.state == WITHDRAWN else "grant.refuse"
        note(tx.session, actor.login, action, row.login, tx.now, {**audit_detail(row), "why": row.decision})


@command
def revoke(rt: Runtime, actor: Actor, grant: int, reason: str) -> str:
    """Take a right away at once, by one person; whose it was. The person's sessions end.

    Raises NotAllowed, NoReason, NotFound, EnterpriseRole, OwnRight, LastSecurityAdministrator.
    """
    with rt.transaction() as tx:
        policy.require(actor, "grant.manage")
        reason = required(reason)
        row = tx.session.get(RoleGrant, grant)
        if row is None or row.revoked_at is not None or row.role in ENTERPRISE_ROLES:
            raise NotFound(what_zh="这项授权", what_en="This right")
        if row.login == actor.login:
            raise errors.OwnRight(zh_what="收回角色", en_what="revoke rights")
        if row.role == SECURITY:
            require_another(tx.session, row.login)
        lost = Grant(row.role, row.organisation)
        withdraw_grant(tx.session, Scribe(actor, tx.now), row.login, lost, reason)
        tell(tx, row.login, "revoke", (*role_words(tx.session, lost), reason))
        sessions.end_all(tx.session, row.login)
        return row.login


def security_administrators(session: Session, *, lock: bool = False) -> set[str]:
    """The active people who may grant; `lock`: nobody changes them before this transaction ends."""
    rows = (
        select(Account.login)
        .where(
            Account.active,
            Account.login.in_(
                select(RoleGrant.login).where(RoleGrant.role == SECURITY, RoleGrant.revoked_at.is_(None))
            ),
        )
        .order_by(Account.id)
    )
    return set(session.scalars(rows.with_for_update() if lock else rows))


def require_another(session: Session, login: str) -> None:
    """Pass if there is a security administrator beside this one; two at once come one after the other.

    Raises LastSecurityAdministrator.
    """
    if not security_administrators(session, lock=True) - {login}:
        raise errors.LastSecurityAdministrator(login=login)


def required(reason: str) -> str:
    """The reason without blanks around it. Raises NoReason."""
    if not reason.strip():
        raise NoReason()
    return reason.strip()[:LONGEST_REASON]


def found(session: Session, login: str, *, lock: bool = False) -> Account:
    """The account. Raises NotFound."""
    rows = select(Account).where(Account.login == login)
    account = session.scalar(rows.with_for_update() if lock else rows)
    if account is None:
        raise NotFound(what_zh="这个账号", what_en="This account")
    return account


def holder(session: Session, grant: int) -> str | None:
    """Whose right it is."""
    return session.scalar(select(RoleGrant.login).where(RoleGrant.id == grant))


def drop_requests(session: Session, login: str, by: str, at: datetime, why: str) -> None:
    """End what was asked for somebody whose account is closed."""
    for row in session.scalars(
        select(RoleRequest).where(RoleRequest.login == login, RoleRequest.state == OPEN)
    ):
        row.state, row.decided_by, row.decided_at, row.decision = REFUSED, by, at, why
    session.flush()


def _locked(session: Session, request: int) -> RoleRequest:
    row = session.get(RoleRequest, request, with_for_update=True)
    if row is None:
        raise NotFound(what_zh="这项授权申请", what_en="This request")
    if row.state != OPEN:
        raise errors.Decided()
    return row


def _second_account(session: Session, login: str, others: set[str]) -> bool:
    """Whether one of the others is the same human: by mobile number or mail address."""
    me = session.scalar(select(Account).where(Account.login == login))
    if me is None or not (me.mobile or me.email):
        return False
    same = [Account.mobile == me.mobile] if me.mobile else []
    if me.email:
        same.append(func.lower(Account.email) == me.email.lower())
    rows = select(Account.id).where(Account.login.in_(others), or_(*same)).limit(1)
    return session.scalar(rows) is not None
