"""The register of applications: what is applied for, its frozen versions, its way, its open questions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.programme.frozen import Frozen
from engine.store.base import Base, Instant, Json


class Application(Base):
    """One object (scene, workshop or factory) of one enterprise in one cycle."""

    __tablename__ = "application"
    __table_args__ = (
        Index("application_cycle_idx", "cycle_year", "status"),
        Index("application_city_idx", "cycle_year", "city"),
        # prevents two live applications for one object (article 7)
        Index(
            "application_object_idx",
            "cycle_year",
            "uscc",
            "type",
            "object_name",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40), unique=True)  # 2024-370102-0001; business key
    cycle_year: Mapped[int]
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    enterprise: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(12))  # SCENE, WORKSHOP, FACTORY; never changes
    object_name: Mapped[str] = mapped_column(String(200))
    county: Mapped[str] = mapped_column(String(6))  # of the object, not of the registration
    city: Mapped[str] = mapped_column(String(6))
    industry: Mapped[str] = mapped_column(String(8))  # GB/T 4754 division
    catalogue: Mapped[str] = mapped_column(String(40))  # the cycle's edition for this type (I20)
    status: Mapped[str] = mapped_column(String(20), index=True)
    live: Mapped[bool] = mapped_column(default=True)  # False once it has ended without recognition
    reason: Mapped[str] = mapped_column(Text, default="")  # told to the applicant when not recognised
    opened_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(
        Instant
    )  # first valid submission: the look-back anchor
    version: Mapped[int] = mapped_column(default=0)
    city_title: Mapped[bool] = mapped_column(default=False)  # article 5(7)
    city_title_no: Mapped[str | None] = mapped_column(String(60))
    county_result: Mapped[str | None] = mapped_column(String(12))
    city_result: Mapped[str | None] = mapped_column(String(12))
    city_rank: Mapped[int | None]
    formal_result: Mapped[str | None] = mapped_column(String(12))
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    score_d2: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    score_d3: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    visit_result: Mapped[str | None] = mapped_column(String(12))
    rank: Mapped[int | None]
    history: Mapped[list["ApplicationEvent"]] = relationship(
        back_populates="application", order_by="ApplicationEvent.id", cascade="all"
    )
    flags: Mapped[list["ExclusionFlag"]] = relationship(
        back_populates="application", order_by="ExclusionFlag.id", cascade="all"
    )


class ApplicationVersion(Frozen, Base):
    """What was submitted, word for word: version n of an application, with its hash (I7)."""

    __tablename__ = "application_version"
    __table_args__ = (
        UniqueConstraint("application_no", "version"),  # a version is made once
        # one code leads to one version, and is found without reading them all
        Index("application_version_code_idx", "verification_code", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40), index=True)
    version: Mapped[int]
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    submitted_by: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(200), default="")  # why there is a new version
    submission_id: Mapped[int | None]
    content: Mapped[Any] = mapped_column(Json)
    sha256: Mapped[str] = mapped_column(String(64))
    # random: whoever holds the print may check it, nobody can guess another (None: made by an old release)
    verification_code: Mapped[str | None] = mapped_column(String(32))


class ApplicationEvent(Base):
    """One change of an application's status: who, when, on what basis (I15)."""

    __tablename__ = "application_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(200))
    from_status: Mapped[str | None] = mapped_column(String(20))
    to_status: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    application: Mapped[Application] = relationship(back_populates="history")


class ExclusionFlag(Base):
    """A fact that may exclude an application (article 6).

    It is never deleted, only resolved with a reason.
    """

    __tablename__ = "exclusion_flag"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    ground: Mapped[str] = mapped_column(String(8))  # 6.1, 6.2, 6.3
    fact: Mapped[str] = mapped_column(Text)
    event_date: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str | None] = mapped_column(Text)  # where it is known from
    raised_by: Mapped[str] = mapped_column(String(80))
    raised_at: Mapped[datetime] = mapped_column(Instant)
    resolved_by: Mapped[str | None] = mapped_column(String(80))
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)
    excluded: Mapped[bool | None]  # how it was resolved: True = the exclusion holds
    resolution: Mapped[str] = mapped_column(Text, default="")
    application: Mapped[Application] = relationship(back_populates="flags")


class LookBackCheck(Frozen, Base):
    """One re-check of article 6 for a cycle: on which occasion, in which sources, with what result."""

    __tablename__ = "look_back_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_year: Mapped[int] = mapped_column(index=True)
    occasion: Mapped[str] = mapped_column(String(12))  # REVIEW, MEETING, NOTICE_END
    checked_on: Mapped[date] = mapped_column(Date)
    sources: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    checked_by: Mapped[str] = mapped_column(String(80))
    checked_at: Mapped[datetime] = mapped_column(Instant)
