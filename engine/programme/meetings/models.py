"""The registers of review opinions and of the director's meetings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.programme.frozen import Frozen
from engine.store.base import Base, Instant, Json

PROPOSE, REJECT, DEFER = "PROPOSE", "REJECT", "DEFER"
PASS, FAIL, RETURN = "PASS", "FAIL", "RETURN"


class Opinion(Frozen, Base):
    """The signed opinion on one application in one round (article 8: 审核意见)."""

    __tablename__ = "opinion"
    __table_args__ = (UniqueConstraint("application_no", "round"),)  # one opinion a round

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_year: Mapped[int] = mapped_column(index=True)
    application_no: Mapped[str] = mapped_column(String(40))
    round: Mapped[int]
    opinion: Mapped[str] = mapped_column(String(12))
    rank: Mapped[int]
    reason: Mapped[str] = mapped_column(Text, default="")
    signed_by: Mapped[str] = mapped_column(String(80))
    signed_at: Mapped[datetime] = mapped_column(Instant)


class Meeting(Frozen, Base):
    """One 厅长办公会 on one round's list: minutes number, date, who attended. The text knows no quorum."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("cycle_year", "round"),)  # a list is decided once

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_year: Mapped[int]
    round: Mapped[int]
    minutes_no: Mapped[str] = mapped_column(String(60), unique=True)
    held_on: Mapped[date] = mapped_column(Date)
    attendees: Mapped[str] = mapped_column(Text)
    signed_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    # who chaired, was away, sat in, withdrew from which item; None: recorded by an old release
    place: Mapped[str | None] = mapped_column(String(200))
    chair: Mapped[str | None] = mapped_column(String(80))
    absent: Mapped[str | None] = mapped_column(Text)
    observers: Mapped[str | None] = mapped_column(Text)
    recusals: Mapped[Any | None] = mapped_column(Json)
    results: Mapped[list["MeetingResult"]] = relationship(back_populates="meeting", cascade="all")


class MeetingResult(Frozen, Base):
    """The meeting's word on one item."""

    __tablename__ = "meeting_result"
    __table_args__ = (UniqueConstraint("meeting_id", "application_no"),)  # one word an item

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    application_no: Mapped[str] = mapped_column(String(40), index=True)
    result: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    meeting: Mapped[Meeting] = relationship(back_populates="results")
