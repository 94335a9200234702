"""The registers of scoring: sealed sheets, rounds, results, and what applications are compared by."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.programme.frozen import Frozen
from engine.store.base import Base, Instant, Json

POINTS = Numeric(6, 2)


class ExpertSheet(Frozen, Base):
    """A sealed score sheet: points by criterion and their sums by dimension, opinion, wish for a visit."""

    __tablename__ = "expert_sheet"
    __table_args__ = (
        # one sheet of an expert for an item in a round
        UniqueConstraint("application_no", "expert", "round"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40), index=True)
    expert: Mapped[str] = mapped_column(String(80), index=True)
    round: Mapped[int] = mapped_column(server_default="1", default=1)
    d1: Mapped[Decimal] = mapped_column(POINTS)
    d2: Mapped[Decimal] = mapped_column(POINTS)
    d3: Mapped[Decimal] = mapped_column(POINTS)
    d4: Mapped[Decimal] = mapped_column(POINTS)
    d5: Mapped[Decimal] = mapped_column(POINTS)
    total: Mapped[Decimal] = mapped_column(POINTS)
    opinion: Mapped[str] = mapped_column(String(12))  # RECOMMEND, DEFER, REJECT
    visit_asked: Mapped[bool]
    comment: Mapped[str] = mapped_column(Text, default="")
    sealed_at: Mapped[datetime] = mapped_column(Instant)
    criteria: Mapped[Any | None] = mapped_column(
        Json
    )  # [{key, dimension, most, points, reason}]; None before them
    sha256: Mapped[str | None] = mapped_column(String(64))  # of everything above; None before it was kept


class ReviewRound(Frozen, Base):
    """A further round of scoring one application: the first one needs no row. Why, by whom, when."""

    __tablename__ = "review_round"
    __table_args__ = (UniqueConstraint("application_no", "round"),)  # a round is opened once

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40))
    round: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime] = mapped_column(Instant)


class ReviewResult(Frozen, Base):
    """What the decision table made of one round's sheets, by which version of it, and what the leader said."""

    __tablename__ = "review_result"
    __table_args__ = (UniqueConstraint("application_no", "round"),)  # a round has one result

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40))
    round: Mapped[int]
    score: Mapped[Decimal] = mapped_column(POINTS)
    d2: Mapped[Decimal] = mapped_column(POINTS)
    d3: Mapped[Decimal] = mapped_column(POINTS)
    facts: Mapped[Any] = mapped_column(Json)  # what else the decision told: totals, kept, spread, divergent
    rules: Mapped[Any] = mapped_column(Json)  # the cycle's parameters that it was asked with
    decision_version: Mapped[int | None]
    decision_sha256: Mapped[str | None] = mapped_column(String(64))
    leader: Mapped[str] = mapped_column(String(80), default="")
    group_opinion: Mapped[str] = mapped_column(String(12), default="")
    leader_comment: Mapped[str] = mapped_column(Text, default="")
    explanations: Mapped[Any | None] = mapped_column(
        Json
    )  # the leader on single sheets: [{sheet, explanation}]
    rescore_proposed: Mapped[bool] = mapped_column(default=False)
    concluded_at: Mapped[datetime] = mapped_column(Instant)


class Likeness(Base):
    """What an application is compared with others of its year by; computed once, from the version that passed."""

    __tablename__ = "likeness"

    application_no: Mapped[str] = mapped_column(String(40), primary_key=True)
    cycle_year: Mapped[int] = mapped_column(index=True)
    uscc: Mapped[str] = mapped_column(String(18))
    phones: Mapped[Any] = mapped_column(Json)
    products: Mapped[Any] = mapped_column(Json)
    sketch: Mapped[Any] = mapped_column(Json)  # the smallest hashes of its text's shingles, ascending
