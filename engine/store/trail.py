"""The audit trail: an append-only chain of hashes, whose head is locked for the length of one append."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Json, Key


class Audit(Base):
    """Who did what to which object when. Append-only: triggers refuse changes and deletions."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_object", "object_type", "object_key"),
        Index("ix_audit_actor", "actor", "at"),
        # what searches begin with; pages go by number, newest first
        Index("ix_audit_action", "action", "sequence"),
        Index("ix_audit_business_key", "business_key", "sequence"),
        Index("ix_audit_at", "at"),
    )

    # This prevents two links with one number: the chain cannot fork.
    sequence: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    object_type: Mapped[str]
    object_key: Mapped[str]
    business_key: Mapped[str | None]
    detail: Mapped[Any] = mapped_column(Json)
    previous: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str]


class AuditHead(Base):
    """The one row that says how long the chain is and how it ends, so that a cut-off end is noticed.

    Triggers keep it from being deleted, and from going back.
    """

    __tablename__ = "audit_head"
    # This prevents a second chain.
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str]


class AuditAnchor(Base):
    """How long the chain was on a day, and how it ended. Append-only; the same lines stand in a file outside."""

    __tablename__ = "audit_anchor"

    # This prevents two anchors of one day.
    day: Mapped[date] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(Key)
    hash: Mapped[str]
    at: Mapped[datetime]
