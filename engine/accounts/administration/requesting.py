"""Requests for rights as pages list them."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.accounts.administration.models import OPEN, RoleRequest
from engine.store.people import Account


def of_person(session: Session, login: str) -> list[RoleRequest]:
    """What was asked for somebody, open ones first, the newest first."""
    rows = select(RoleRequest).where(RoleRequest.login == login)
    return list(session.scalars(rows.order_by(RoleRequest.state != OPEN, RoleRequest.id.desc()).limit(50)))


def waiting(session: Session) -> Sequence[tuple[RoleRequest, Account]]:
    """Single requests that wait for a decision with who would get the right, the oldest first."""
    rows = session.execute(
        select(RoleRequest, Account)
        .join(Account, Account.login == RoleRequest.login)
        .where(RoleRequest.state == OPEN, RoleRequest.import_id.is_(None))
        .order_by(RoleRequest.id)
    )
    return [(request, account) for request, account in rows]


def decided() -> Select[RoleRequest]:
    """What was decided, the newest first."""
    return select(RoleRequest).where(RoleRequest.state != OPEN).order_by(RoleRequest.decided_at.desc())
