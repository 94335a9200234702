"""The registers of reviews: formal reviews, the expert pool, draws, sheets, recusals, site visits."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.programme.frozen import Frozen
from engine.programme.reviews import pool_models as _pool_models  # noqa: F401 - its tables belong to this register
from engine.programme.reviews.sheet_models import ExpertSheet, Likeness, ReviewResult, ReviewRound
from engine.store.base import Base, Instant, Json

__all__ = [
    "Expert",
    "ExpertSheet",
    "FormalReview",
    "Likeness",
    "ReviewResult",
    "ReviewRound",
    "Seat",
    "SiteVisit",
]


class FormalReview(Frozen, Base):
    """One round of the formal review: 19 checks, the checker's proposal, the approver's word."""

    __tablename__ = "formal_review"
    __table_args__ = (UniqueConstraint("application_no", "round"),)  # a round is decided once

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40), index=True)
    round: Mapped[int]
    result: Mapped[str] = mapped_column(String(12))  # PASS, SUPPLEMENT, FAIL
    reason: Mapped[str] = mapped_column(Text, default="")
    article: Mapped[str] = mapped_column(String(80), default="")
    checker: Mapped[str] = mapped_column(String(80))
    approver: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime] = mapped_column(Instant)
    submission_id: Mapped[int | None]  # the checklist as the checker filled it in


class Expert(Base):
    """A member of the expert pool. Names are never published (I19)."""

    __tablename__ = "expert"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    field: Mapped[str] = mapped_column(
        String(20)
    )  # the main one: machinery, process, it, automation, finance
    fields: Mapped[Any] = mapped_column(
        Json, server_default="[]", default=list
    )  # all of them, the main one first
    industries: Mapped[Any] = mapped_column(Json, server_default="[]", default=list)  # divisions of GB/T 4754
    title: Mapped[str] = mapped_column(String(60), server_default="", default="")  # 职称、职务
    employer: Mapped[str] = mapped_column(String(200), default="")
    employer_uscc: Mapped[str | None] = mapped_column(String(18))
    employer_city: Mapped[str | None] = mapped_column(String(6))
    employer_group: Mapped[str] = mapped_column(String(200), server_default="", default="")
    conflicts: Mapped[Any] = mapped_column(Json)  # codes of enterprises with which an interest is declared
    active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(Text, server_default="", default="")


class Seat(Base):
    """One expert's place at one application. A seat that was left because of recusal stays on record (I8)."""

    __tablename__ = "seat"
    __table_args__ = (
        # an expert sits once at an application, and never again after leaving
        UniqueConstraint("application_no", "expert"),
        # a place is held by one expert at a time
        Index(
            "seat_place_idx",
            "application_no",
            "place",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40))
    cycle_year: Mapped[int] = mapped_column(index=True)
    place: Mapped[int]
    expert: Mapped[str] = mapped_column(String(80), index=True)
    drawn_at: Mapped[datetime] = mapped_column(Instant)
    seed: Mapped[str] = mapped_column(String(120))  # from which the draw can be repeated
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    left_reason: Mapped[str] = mapped_column(String(200), default="")
    panel: Mapped[str] = mapped_column(
        String(40), server_default="", default=""
    )  # the group that it belongs to
    need: Mapped[str] = mapped_column(
        String(40), server_default="", default=""
    )  # the field that the place is for
    origin: Mapped[str] = mapped_column(
        String(12), server_default="DRAWN", default="DRAWN"
    )  # EDITED, SUBSTITUTE
    drawn_from: Mapped[Any | None] = mapped_column(
        Json
    )  # of a substitute: the logins and loads it was drawn from
    released_at: Mapped[datetime | None] = mapped_column(
        Instant
    )  # asked for by an officer; left when it is done
    released_by: Mapped[str | None] = mapped_column(String(80))


class SiteVisit(Frozen, Base):
    """The record of a site visit by at least two people."""

    __tablename__ = "site_visit"
    __table_args__ = (UniqueConstraint("application_no"),)  # a visit is recorded once

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40))
    visited_on: Mapped[date] = mapped_column(Date)
    members: Mapped[Any] = mapped_column(Json)
    result: Mapped[str] = mapped_column(String(12))  # TRUE, MOSTLY, FALSE
    findings: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    # the second visitor's signature, the items compared and the photographs; None: made by an old release
    countersigned_by: Mapped[str | None] = mapped_column(String(80))
    items: Mapped[Any | None] = mapped_column(Json)
    photos: Mapped[Any | None] = mapped_column(Json)
