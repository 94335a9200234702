"""Register of revocation cases (article 11): ground, evidence, hearing, legal review, meeting, decision."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.base import Base, Instant, Json

OPEN, REVOKED, KEPT, DROPPED = "OPEN", "REVOKED", "KEPT", "DROPPED"
OVERTURNED = "OVERTURNED"  # its decision was corrected or set aside on review


class Revocation(Base):
    """One case against one title. It ends with a decision document (REVOKED), or the title stands."""

    __tablename__ = "revocation"
    __table_args__ = (
        # one open case for one title
        Index(
            "revocation_one_open_idx",
            "title_no",
            unique=True,
            sqlite_where=text("status = 'OPEN'"),
            postgresql_where=text("status = 'OPEN'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revocation_no: Mapped[str] = mapped_column(String(24), unique=True)  # e.g. CX-2024-0001; business key
    title_no: Mapped[str] = mapped_column(String(24), index=True)
    source: Mapped[str] = mapped_column(String(20))  # CITY, AGENCY, COMPLAINT, DATA, MONITORING, OFFICE
    clue: Mapped[str] = mapped_column(Text)
    evaluation_no: Mapped[str | None] = mapped_column(String(40))  # the failed evaluation, ground 3
    ground: Mapped[int | None]  # 1..5, article 11(1)–(5)
    facts: Mapped[str | None] = mapped_column(Text)
    facts_on: Mapped[date | None] = mapped_column(Date)  # when it happened
    penalty_on: Mapped[date | None] = mapped_column(Date)  # date of the penalty decision, ground 5
    legal_basis: Mapped[str] = mapped_column(String(200))
    verified_by: Mapped[str | None] = mapped_column(String(80))
    required_evidence: Mapped[Any | None] = mapped_column(Json)  # kinds, as the decision table gave them
    notice_on: Mapped[date | None] = mapped_column(Date)  # 拟撤销告知书 served
    hearing_until: Mapped[datetime | None] = mapped_column(Instant)  # end of statement and defence
    statement: Mapped[str | None] = mapped_column(Text)  # the holder's, None: none was made
    hearing_closed_at: Mapped[datetime | None] = mapped_column(Instant)
    legal_opinion: Mapped[str | None] = mapped_column(Text)
    legal_reviewed_by: Mapped[str | None] = mapped_column(String(80))
    meeting_minutes_no: Mapped[str | None] = mapped_column(String(60))
    meeting_on: Mapped[date | None] = mapped_column(Date)
    meeting_decision: Mapped[str | None] = mapped_column(String(12))  # REVOKE, KEEP, RETURN
    document_no: Mapped[str | None] = mapped_column(String(60))
    decided_on: Mapped[date | None] = mapped_column(Date)
    from_the_start: Mapped[bool] = mapped_column(default=False)  # only ground 1, only if the decision says so
    barred_until: Mapped[date | None] = mapped_column(Date)  # 限制期至 (a decision, not the measure's text)
    status: Mapped[str] = mapped_column(String(12), default=OPEN)
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    evidence: Mapped[list["RevocationEvidence"]] = relationship(
        back_populates="revocation", order_by="RevocationEvidence.id", cascade="all"
    )
    events: Mapped[list["RevocationEvent"]] = relationship(
        back_populates="revocation", order_by="RevocationEvent.id", cascade="all"
    )


class RevocationEvidence(Base):
    """One piece of evidence: its kind (see the decision `required_evidence`), reference and date."""

    __tablename__ = "revocation_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    revocation_id: Mapped[int] = mapped_column(ForeignKey("revocation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(300))
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    revocation: Mapped[Revocation] = relationship(back_populates="evidence")


class RevocationEvent(Base):
    """One step of a case: who, when, on what basis (I15)."""

    __tablename__ = "revocation_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    revocation_id: Mapped[int] = mapped_column(ForeignKey("revocation.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(24))
    note: Mapped[str] = mapped_column(Text, default="")
    revocation: Mapped[Revocation] = relationship(back_populates="events")
