"""Registers of legal bases: the measure, its history, and decisions to continue after it has expired."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.clock import end_of_day, start_of_day
from engine.programme.frozen import Frozen
from engine.store.base import Base, Instant, Json

REGISTERED, IN_FORCE, EXPIRED = "REGISTERED", "IN_FORCE", "EXPIRED"


class Measure(Base):
    """A legal basis with its own dates (article 15). A successor is another row, never a change to this."""

    __tablename__ = "measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)  # normative document number; business key
    name: Mapped[str] = mapped_column(String(200))
    document_no: Mapped[str] = mapped_column(String(60))
    index_no: Mapped[str | None] = mapped_column(String(60))
    issuing_office: Mapped[str] = mapped_column(String(80), default="装备产业处")
    # one document carries three dates; none of them is the legal time, which is article 15
    signed_on: Mapped[date | None] = mapped_column(Date)  # 落款日期
    printed_on: Mapped[date | None] = mapped_column(Date)  # 印发日期
    published_on: Mapped[date | None] = mapped_column(Date)  # 网站发布日期
    in_force_on: Mapped[date] = mapped_column(Date)  # first day, from 00:00
    expires_on: Mapped[date] = mapped_column(Date)  # last day, until 24:00
    status: Mapped[str] = mapped_column(String(12), default=REGISTERED)
    predecessor: Mapped[str | None] = mapped_column(String(40))
    successor: Mapped[str | None] = mapped_column(String(40))
    level_mapping: Mapped[Any | None] = mapped_column(Json)  # old title type -> level under the successor
    registered_by: Mapped[str] = mapped_column(String(80))
    registered_at: Mapped[datetime] = mapped_column(Instant)
    events: Mapped[list["MeasureEvent"]] = relationship(
        back_populates="measure", order_by="MeasureEvent.id", cascade="all"
    )

    @property
    def in_force_from(self) -> datetime:
        """The first instant of validity, inclusive."""
        return start_of_day(self.in_force_on)

    @property
    def expires_at(self) -> datetime:
        """The instant at which validity has ended: 24:00 of the last day, exclusive."""
        return end_of_day(self.expires_on)


class MeasureEvent(Base):
    """One change of a measure's status, or a step of its renewal: who, when, on what basis (I15)."""

    __tablename__ = "measure_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))  # REGISTERED, IN_FORCE, REMINDED, EVALUATED, EXPIRED, ...
    note: Mapped[str] = mapped_column(Text, default="")
    measure: Mapped[Measure] = relationship(back_populates="events")


class Continuation(Base):
    """延续办理决定: the acts that may go on after a measure has expired, and the basis for it (I14)."""

    __tablename__ = "continuation"
    # one document decides once for one cycle of one measure
    __table_args__ = (UniqueConstraint("measure_code", "document_no", "cycle_year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_code: Mapped[str] = mapped_column(String(40), index=True)
    cycle_year: Mapped[int]  # the cycle that was in flight
    document_no: Mapped[str] = mapped_column(String(60))
    legal_opinion: Mapped[str] = mapped_column(Text)
    acts: Mapped[Any] = mapped_column(Json)  # list of act names out of engine.programme.measures.acts
    decided_on: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)  # last day of the permission, None = until done
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class ExpiryItem(Base):
    """到期清单: one case that was still open when a measure ended."""

    __tablename__ = "expiry_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_code: Mapped[str] = mapped_column(String(40), index=True)
    process_id: Mapped[str] = mapped_column(String(60))
    business_key: Mapped[str] = mapped_column(String(60))
    instance_key: Mapped[int] = mapped_column(BigInteger)
    listed_at: Mapped[datetime] = mapped_column(Instant)


FREEZE, CONTINUE, TERMINATE = "FREEZE", "CONTINUE", "TERMINATE"


class ExpiryDecision(Frozen, Base):
    """What was decided on one case that was open when a measure ended; the newest counts."""

    __tablename__ = "expiry_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("expiry_item.id"), index=True)
    decision: Mapped[str] = mapped_column(String(12))  # FREEZE, CONTINUE, TERMINATE
    document_no: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime] = mapped_column(Instant)


class LevelMapping(Frozen, Base):
    """What a title of an ended measure is called under its successor: by type, or for one title; the newest counts."""

    __tablename__ = "level_mapping"

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_code: Mapped[str] = mapped_column(String(40), index=True)  # the measure that granted the title
    title_type: Mapped[str] = mapped_column(String(12))
    title_no: Mapped[str | None] = mapped_column(String(24), index=True)  # None: every title of the type
    level: Mapped[str] = mapped_column(String(60))  # under the successor; "" withdraws the row before
    successor: Mapped[str] = mapped_column(String(200))  # name of the successor measure
    document_no: Mapped[str] = mapped_column(String(60))
    effective_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
