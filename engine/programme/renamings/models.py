"""The register of changes of a holder's name (article 12)."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.base import Base, Instant

SIMPLE, COMPLEX = "SIMPLE", "COMPLEX"
OPEN, AGREED, REFUSED, WITHDRAWN = "OPEN", "AGREED", "REFUSED", "WITHDRAWN"


class Renaming(Base):
    """One application for a change of name: from the holder through the city to the department."""

    __tablename__ = "renaming"
    __table_args__ = (
        # one open renaming for one title
        Index(
            "renaming_one_open_idx",
            "title_no",
            unique=True,
            sqlite_where=text("status = 'OPEN'"),
            postgresql_where=text("status = 'OPEN'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    renaming_no: Mapped[str] = mapped_column(String(24), unique=True)  # e.g. GM-2024-0001; business key
    title_no: Mapped[str] = mapped_column(String(24), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # SIMPLE: same USCC; COMPLEX: merger, split, other USCC
    reason: Mapped[str] = mapped_column(Text)
    changed_on: Mapped[date] = mapped_column(Date)  # date of the registered change
    old_holder: Mapped[str] = mapped_column(String(200))
    old_uscc: Mapped[str] = mapped_column(String(18))
    new_holder: Mapped[str] = mapped_column(String(200))
    new_uscc: Mapped[str] = mapped_column(String(18))
    city: Mapped[str] = mapped_column(String(6), index=True)
    label: Mapped[str] = mapped_column(String(40))  # 更名 in force, 名称变更登记 after expiry
    basis: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(12), default=OPEN)
    city_opinion: Mapped[str | None] = mapped_column(Text)
    department_opinion: Mapped[str | None] = mapped_column(Text)
    meeting_minutes_no: Mapped[str | None] = mapped_column(String(60))
    document_no: Mapped[str | None] = mapped_column(String(60))  # a batch list shares one document
    decided_on: Mapped[date | None] = mapped_column(Date)
    applied_by: Mapped[str] = mapped_column(String(80))
    applied_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    events: Mapped[list["RenamingEvent"]] = relationship(
        back_populates="renaming", order_by="RenamingEvent.id", cascade="all"
    )


class RenamingEvent(Base):
    """One step of a renaming: who, when, on what basis (I15)."""

    __tablename__ = "renaming_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    renaming_id: Mapped[int] = mapped_column(ForeignKey("renaming.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(24))
    note: Mapped[str] = mapped_column(Text, default="")
    renaming: Mapped[Renaming] = relationship(back_populates="events")
