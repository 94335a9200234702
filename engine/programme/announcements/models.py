"""What is told to the public: annual notices, public notices (公示), publications (公布)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.programme.frozen import Frozen
from engine.store.base import Base, Instant, Json

ANNUAL, SUPPLEMENT, CORRECTION = "ANNUAL", "SUPPLEMENT", "CORRECTION"


class Notice(Frozen, Base):
    """An issued notice: the annual one, a supplement that extends deadlines, a correction of text."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_year: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(12))
    notice_no: Mapped[str] = mapped_column(String(60), unique=True)  # a number is given once
    title: Mapped[str] = mapped_column(String(200))
    notice_date: Mapped[date] = mapped_column(Date)
    body: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[Any] = mapped_column(Json)  # the instants, conditions and cities that it states
    issued_by: Mapped[str] = mapped_column(String(80))
    issued_at: Mapped[datetime] = mapped_column(Instant)


class PublicNotice(Frozen, Base):
    """A 公示: first and last day as stated in its text.

    Objections are received until `ends_at`, exclusive.
    """

    __tablename__ = "public_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_year: Mapped[int] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    phone: Mapped[str] = mapped_column(String(80))  # of the office, not of a person
    email: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    issued_by: Mapped[str] = mapped_column(String(80))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    items: Mapped[list["PublicNoticeItem"]] = relationship(
        back_populates="notice", order_by="PublicNoticeItem.id", cascade="all"
    )


class PublicNoticeItem(Frozen, Base):
    """One name on a public notice, exactly as the meeting passed it."""

    __tablename__ = "public_notice_item"
    __table_args__ = (UniqueConstraint("notice_id", "application_no"),)  # an item stands once on a notice

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"), index=True)
    application_no: Mapped[str] = mapped_column(String(40), index=True)
    type: Mapped[str] = mapped_column(String(12))
    enterprise: Mapped[str] = mapped_column(String(200))
    object_name: Mapped[str] = mapped_column(String(200))
    city: Mapped[str] = mapped_column(String(6))
    notice: Mapped[PublicNotice] = relationship(back_populates="items")


PUT_UP, CHECKED, TAKEN_DOWN = "PUT_UP", "CHECKED", "TAKEN_DOWN"


class PublicationEvidence(Frozen, Base):
    """One proof that a public notice stood where it should: put up, looked at, taken down (article 8)."""

    __tablename__ = "publication_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # PUT_UP, CHECKED, TAKEN_DOWN
    at: Mapped[datetime] = mapped_column(Instant)
    url: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str | None] = mapped_column(String(64))  # of the canonical content; None: unreachable
    same: Mapped[bool]  # whether it is what was put up
    detail: Mapped[str] = mapped_column(Text, default="")


class Publication(Frozen, Base):
    """A 公布: the document by which titles are granted. `supplement_to` names the first one of its cycle."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_year: Mapped[int] = mapped_column(index=True)
    document_no: Mapped[str] = mapped_column(String(60), unique=True)  # a number is given once
    document_date: Mapped[date] = mapped_column(Date)
    title: Mapped[str] = mapped_column(String(200))
    supplement_to: Mapped[str | None] = mapped_column(String(60))
    # prevents a second main list of one cycle: NULL for supplements, which the constraint lets pass
    main_of: Mapped[int | None] = mapped_column(unique=True)
    repeals: Mapped[str] = mapped_column(String(200), default="")  # 废止文号
    issued_by: Mapped[str] = mapped_column(String(80))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    items: Mapped[list["PublicationItem"]] = relationship(
        back_populates="publication", order_by="PublicationItem.id", cascade="all"
    )


class PublicationItem(Frozen, Base):
    """One published name and the title it was granted."""

    __tablename__ = "publication_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    application_no: Mapped[str] = mapped_column(String(40), unique=True)  # published once
    title_no: Mapped[str] = mapped_column(String(24))
    type: Mapped[str] = mapped_column(String(12))
    enterprise: Mapped[str] = mapped_column(String(200))
    object_name: Mapped[str] = mapped_column(String(200))
    city: Mapped[str] = mapped_column(String(6))
    publication: Mapped[Publication] = relationship(back_populates="items")
