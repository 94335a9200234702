"""Requests for rights as pages list them."""

from collections.abc import Sequence

from sqlalchemy import func, select
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


def decided(session: Session, limit: int, offset: int = 0) -> tuple[list[RoleRequest], int]:
    """What was decided, the newest first, and how much there is in all."""
    total = (
        session.scalar(select(func.count()).select_from(RoleRequest).where(RoleRequest.state != OPEN)) or 0
    )
    rows = select(RoleRequest).where(RoleRequest.state != OPEN).order_by(RoleRequest.decided_at.desc())
    return list(session.scalars(rows.offset(offset).limit(limit))), total
