"""Registers of monitoring: who is entrusted, evaluations, rectifications (articles 10 and 11(3))."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.base import Base, Instant, Json

OPEN, CONFIRMED, CLOSED = "OPEN", "CONFIRMED", "CLOSED"
PASS, FAIL = "PASS", "FAIL"


class Mandate(Base):
    """委托书: an agency, what it is entrusted with and for how long. Without one it evaluates nothing."""

    __tablename__ = "mandate"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_no: Mapped[str] = mapped_column(String(60), unique=True)
    agency: Mapped[str] = mapped_column(String(24), index=True)  # organisation code A-…
    agency_name: Mapped[str] = mapped_column(String(200))
    scope: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)  # inclusive
    confidentiality: Mapped[str | None] = mapped_column(Text)  # what the agency must keep to itself
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    ended_on: Mapped[date | None] = mapped_column(Date)  # ended early: the last day on which it counted
    ended_by: Mapped[str | None] = mapped_column(String(80))
    end_reason: Mapped[str | None] = mapped_column(Text)

    @property
    def last_day(self) -> date:
        """The last day on which it entrusts the agency."""
        return self.ends_on if self.ended_on is None else min(self.ends_on, self.ended_on)


DUE, SAMPLE, CLUE = "DUE", "SAMPLE", "CLUE"


class PlanItem(Base):
    """年度监测计划: a title that is evaluated in a year, why, and by which agency."""

    __tablename__ = "monitoring_plan"
    __table_args__ = (UniqueConstraint("title_no", "year"),)  # planned once a year

    id: Mapped[int] = mapped_column(primary_key=True)
    title_no: Mapped[str] = mapped_column(String(24))
    year: Mapped[int] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(8))  # DUE, SAMPLE, CLUE
    note: Mapped[str] = mapped_column(Text, default="")
    agency: Mapped[str] = mapped_column(String(24), index=True)
    mandate_no: Mapped[str] = mapped_column(String(60))
    planned_by: Mapped[str] = mapped_column(String(80))
    planned_at: Mapped[datetime] = mapped_column(Instant)


class Evaluation(Base):
    """The evaluation of one title in one year. The agency proposes, the department confirms."""

    __tablename__ = "evaluation"
    # a title is evaluated at most once a year
    __table_args__ = (UniqueConstraint("title_no", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_no: Mapped[str] = mapped_column(String(40), unique=True)  # JC-<year>-<title_no>; business key
    title_no: Mapped[str] = mapped_column(String(24), index=True)
    year: Mapped[int]
    agency: Mapped[str] = mapped_column(String(24), index=True)
    status: Mapped[str] = mapped_column(String(12), default=OPEN)  # OPEN, CONFIRMED, CLOSED
    holder_report: Mapped[Any | None] = mapped_column(Json)  # the holder's figures, None: never handed in
    proposed: Mapped[str | None] = mapped_column(String(4))  # PASS, FAIL
    score: Mapped[int | None]
    findings: Mapped[str | None] = mapped_column(Text)
    result: Mapped[str | None] = mapped_column(String(4))  # as the department confirmed it
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    final_result: Mapped[str | None] = mapped_column(String(4))  # after rectification, if there was one
    started_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    rectification: Mapped["Rectification | None"] = relationship(back_populates="evaluation", cascade="all")
    events: Mapped[list["EvaluationEvent"]] = relationship(
        back_populates="evaluation", order_by="EvaluationEvent.id", cascade="all"
    )


class Rectification(Base):
    """整改: the notice, its deadline (extended once at most), the report and the re-evaluation (I12)."""

    __tablename__ = "rectification"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), unique=True)
    notice: Mapped[str] = mapped_column(Text)  # list of problems
    noticed_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)  # last day, until 24:00
    extended_days: Mapped[int] = mapped_column(default=0)
    extension_reason: Mapped[str | None] = mapped_column(Text)
    report: Mapped[str | None] = mapped_column(Text)
    reported_at: Mapped[datetime | None] = mapped_column(Instant)
    result: Mapped[str | None] = mapped_column(String(4))  # of the re-evaluation
    findings: Mapped[str | None] = mapped_column(Text)
    evaluated_by: Mapped[str | None] = mapped_column(String(80))
    evaluated_at: Mapped[datetime | None] = mapped_column(Instant)
    evaluation: Mapped[Evaluation] = relationship(back_populates="rectification")


class EvaluationEvent(Base):
    """One step of an evaluation: who, when, on what basis (I15)."""

    __tablename__ = "evaluation_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(24))
    note: Mapped[str] = mapped_column(Text, default="")
    evaluation: Mapped[Evaluation] = relationship(back_populates="events")
