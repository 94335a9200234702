"""The register of objections. Who objected stands in its own table, which lists never read."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.base import Base, Instant

NAMED, SEALED, ANONYMOUS = "NAMED", "SEALED", "ANONYMOUS"
OPEN, CLOSED = "OPEN", "CLOSED"
UPHELD, PARTLY, REJECTED, LOGGED = "UPHELD", "PARTLY", "REJECTED", "LOGGED"
KEEP, REANNOUNCE, REMOVE = "KEEP", "REANNOUNCE", "REMOVE"


class Objection(Base):
    """An objection (named or sealed) or a clue (anonymous) against one item: an application or a title."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("application_no IS NOT NULL OR title_no IS NOT NULL", name="objection_has_target"),
        Index("objection_application_idx", "application_no", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    objection_no: Mapped[str] = mapped_column(String(24), unique=True)  # e.g. YY-2024-0001; business key
    application_no: Mapped[str | None] = mapped_column(String(40))
    title_no: Mapped[str | None] = mapped_column(String(24), index=True)
    cycle_year: Mapped[int | None]
    city: Mapped[str | None] = mapped_column(String(6))
    kind: Mapped[str] = mapped_column(String(12))  # NAMED, SEALED, ANONYMOUS
    statement: Mapped[str] = mapped_column(Text)  # facts and reasons, as received
    evidence: Mapped[str] = mapped_column(Text, default="")
    received_at: Mapped[datetime] = mapped_column(Instant)  # postmark or server time
    late: Mapped[bool] = mapped_column(default=False)  # after the last day 24:00: goes the way of article 11
    holds: Mapped[bool] = mapped_column(default=True)  # whether it holds the item until it is closed
    status: Mapped[str] = mapped_column(String(12), default=OPEN)
    outcome: Mapped[str | None] = mapped_column(String(12))  # UPHELD, PARTLY, REJECTED, LOGGED (a clue)
    consequence: Mapped[str | None] = mapped_column(String(12))  # KEEP, REANNOUNCE, REMOVE
    report: Mapped[str | None] = mapped_column(Text)  # 核查报告
    reasons: Mapped[str | None] = mapped_column(Text)  # of the decision
    decided_by: Mapped[str | None] = mapped_column(String(80))
    replied_on: Mapped[date | None] = mapped_column(Date)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    # what a signer was answered, shown to whoever has number and code
    reply: Mapped[str | None] = mapped_column(Text)
    # SHA-256 of the secret that the sender was shown once: with it and the number the status can be looked up
    code_hash: Mapped[str | None] = mapped_column(String(64))
    identity: Mapped["ObjectionIdentity | None"] = relationship(back_populates="objection", cascade="all")
    events: Mapped[list["ObjectionEvent"]] = relationship(
        back_populates="objection", order_by="ObjectionEvent.id", cascade="all"
    )


class ObjectionIdentity(Base):
    """Who objected and how to reply: secret, opened only for the reply, every look is audited."""

    __tablename__ = "objection_identity"

    id: Mapped[int] = mapped_column(primary_key=True)
    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    contact: Mapped[str] = mapped_column(String(200))
    objection: Mapped[Objection] = relationship(back_populates="identity")


class ObjectionEvent(Base):
    """One change of an objection: who, when, on what basis (I15)."""

    __tablename__ = "objection_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    objection: Mapped[Objection] = relationship(back_populates="events")
