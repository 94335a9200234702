"""The review of access: who holds what since when, what stands out, which office lacks whom; confirmed, it is a row.

Security administrators grant, so it is the audit administrator who confirms that the grants are right.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.accounts.administration.errors import AlreadyConfirmed
from engine.accounts.administration.finding import UNUSED
from engine.accounts.administration.models import AccessReview
from engine.accounts.administration.offices import NEEDED, in_two_hands
from engine.commands.retrying import command
from engine.errors import NotFound
from engine.policy import ENTERPRISE_ROLES, SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.people import Account, Organisation, RoleGrant

Words = tuple[str, str]
CLOSED: Words = ("账号已停用，角色未收回", "closed account, right not revoked")
NEVER: Words = ("从未登录", "never signed in")
STALE: Words = ("90 天以上未登录", "no sign-in for 90 days")
NO_FACTOR: Words = ("未启用两步验证", "no second factor")
NOT_APPROVED: Words = ("没有第二人批准的记录", "no second person on record")


@dataclass(frozen=True, slots=True)
class Holder:
    """A right that somebody holds, with what stands out about it."""

    grant: RoleGrant
    account: Account
    findings: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """An organisation as a review sees it: rights, how many stand out, needed roles without anybody, last review."""

    row: Organisation
    rights: int
    standing_out: int
    lacks: tuple[str, ...]
    reviewed: AccessReview | None


def holders(session: Session, now: datetime, code: str | None = None) -> list[Holder]:
    """Every right of an authority that is held, of one organisation or of all, by organisation, role and name.

    `now`: by the machine's clock, as sign-ins are counted.
    """
    rows = (
        select(RoleGrant, Account)
        .join(Account, Account.login == RoleGrant.login)
        .where(RoleGrant.revoked_at.is_(None), RoleGrant.role.not_in(ENTERPRISE_ROLES))
        .order_by(RoleGrant.organisation, RoleGrant.role, Account.name, RoleGrant.id)
    )
    if code is not None:
        rows = rows.where(RoleGrant.organisation == code)
    found = session.execute(rows).all()
    roles = _roles(session, {account.login for _grant, account in found})
    return [
        Holder(grant, account, tuple(_findings(grant, account, roles[account.login], now)))
        for grant, account in found
    ]


def offices(session: Session, now: datetime) -> list[Office]:
    """Every office and agency; functional zones only where somebody holds a right."""
    held: dict[str, list[Holder]] = {}
    for each in holders(session, now):
        held.setdefault(each.grant.organisation, []).append(each)
    newest = select(func.max(AccessReview.id)).group_by(AccessReview.organisation)
    reviews = session.scalars(select(AccessReview).where(AccessReview.id.in_(newest)))
    reviewed = {review.organisation: review for review in reviews}
    rows = session.scalars(
        select(Organisation).where(Organisation.kind != "enterprise").order_by(Organisation.code)
    )
    return [
        Office(
            row,
            len(here),
            sum(1 for each in here if each.findings),
            lacking(row, here),
            reviewed.get(row.code),
        )
        for row in rows
        if (here := held.get(row.code, [])) or row.kind != "zone"
    ]


def authority(session: Session, code: str) -> Organisation:
    """The organisation whose rights are reviewed: any but an enterprise. Raises NotFound."""
    row = session.get(Organisation, code)
    if row is None or row.kind == "enterprise":
        raise NotFound(what_zh="这个单位", what_en="This organisation")
    return row


def lacking(row: Organisation, held: Iterable[Holder]) -> tuple[str, ...]:
    """The roles that this office needs and that nobody with an open account holds."""
    present = {each.grant.role for each in held if each.account.active}
    return tuple(role for role in NEEDED.get(row.kind, ()) if role not in present)


def digest(held: Sequence[Holder]) -> str:
    """What a page showed, in short: it changes with every right and account that it listed."""
    facts = [f"{each.grant.id} {each.account.active}" for each in held]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


@command
def confirm(rt: Runtime, actor: Actor, code: str, seen: str, note: str, now: datetime) -> int:
    """Put on record that the rights of an organisation were looked at and are right; the review's id.

    `seen`: the `digest` of what the page showed. Raises NotAllowed, NotFound, AlreadyConfirmed.
    """
    with rt.transaction() as tx:
        policy.require(actor, "access.confirm")
        place = authority(tx.session, code)
        held = holders(tx.session, now, code)
        if digest(held) != seen:
            raise AlreadyConfirmed(organisation=place.name)
        row = AccessReview(
            organisation=code,
            confirmed_by=actor.login,
            confirmed_at=tx.now,
            note=note.strip()[:500],
            held=[{**_whose(h), "since": h.grant.granted_at.isoformat()} for h in held],
            findings=[{**_whose(h), "found": [zh for zh, _en in h.findings]} for h in held if h.findings],
        )
        tx.session.add(row)
        tx.session.flush()
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="access.confirm",
            object_type="organisation",
            object_key=code,
            detail={
                "review": row.id,
                "rights": len(held),
                "standing_out": len(row.findings),
                "note": row.note,
            },
        )
        return row.id


def _whose(each: Holder) -> dict[str, str]:
    return {"login": each.account.login, "role": each.grant.role}


def reviews(session: Session, code: str) -> list[AccessReview]:
    """The confirmed reviews of an organisation, the newest first."""
    rows = select(AccessReview).where(AccessReview.organisation == code).order_by(AccessReview.id.desc())
    return list(session.scalars(rows.limit(20)))


def _roles(session: Session, logins: set[str]) -> Mapping[str, set[str]]:
    """Every role that these people hold anywhere, enterprises included."""
    found: dict[str, set[str]] = {login: set() for login in logins}
    rows = select(RoleGrant.login, RoleGrant.role).where(RoleGrant.revoked_at.is_(None))
    for login, role in session.execute(rows):
        if login in found:
            found[login].add(role)
    return found


def _findings(grant: RoleGrant, account: Account, roles: set[str], now: datetime) -> Iterable[Words]:
    if not account.active:
        yield CLOSED
    elif account.signed_in_at is None:
        yield NEVER
    elif account.signed_in_at < now - UNUSED:
        yield STALE
    if account.active and account.totp_confirmed_at is None and account.password_hash is not None:
        yield NO_FACTOR
    if grant.approved_by is None and grant.granted_by != SYSTEM.login:
        yield NOT_APPROVED
    yield from in_two_hands(roles)
