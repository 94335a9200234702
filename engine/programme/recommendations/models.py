"""The register of city packages: every version, and what became of it."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.programme.frozen import Frozen
from engine.store.base import Base, Instant

COLLECTING, SENT, NONE, ACCEPTED, REFUSED = "COLLECTING", "SENT", "NONE", "ACCEPTED", "REFUSED"
STATUS_NAMES = {
    COLLECTING: ("汇总排序中", "Being collected and ranked"),
    SENT: ("已报送", "Sent"),
    NONE: ("无推荐", "No recommendation"),
    ACCEPTED: ("已受理", "Accepted"),
    REFUSED: ("不予受理", "Not accepted"),
}


class Recommendation(Base):
    """One city's recommendation in one cycle; `current_version` is the package that counts (I4)."""

    __tablename__ = "recommendation"
    __table_args__ = (
        UniqueConstraint("cycle_year", "city"),
    )  # one package of a city is alive (article 7, I4)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_year: Mapped[int]
    city: Mapped[str] = mapped_column(String(6))
    status: Mapped[str] = mapped_column(String(12), default=COLLECTING)
    current_version: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(400), default="")


class Package(Frozen, Base):
    """One version of a city's package: the letter and the ranked list. A re-send is a new version (I7)."""

    __tablename__ = "package"
    __table_args__ = (UniqueConstraint("cycle_year", "city", "version"),)  # a version is made once

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_year: Mapped[int]
    city: Mapped[str] = mapped_column(String(6))
    version: Mapped[int]
    document_no: Mapped[str] = mapped_column(String(60))
    document_date: Mapped[date] = mapped_column(Date)
    signed_by: Mapped[str] = mapped_column(String(80))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    scan_file: Mapped[str | None] = mapped_column(
        String(40)
    )  # the sealed letter; None: sent by an old release
    items: Mapped[list["PackageItem"]] = relationship(
        back_populates="package", order_by="PackageItem.rank", cascade="all"
    )


class PackageItem(Frozen, Base):
    """One line of the 推荐汇总表, in order of priority."""

    __tablename__ = "package_item"
    __table_args__ = (
        UniqueConstraint("package_id", "rank"),  # two items cannot share a place
        UniqueConstraint("package_id", "application_no"),  # an item stands once in a list
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("package.id"), index=True)
    rank: Mapped[int]  # in the whole package, type after type
    type_rank: Mapped[int | None]  # among its type; None: ranked by an old release, over all types
    application_no: Mapped[str] = mapped_column(String(40), index=True)
    application_version: Mapped[int | None]  # what the city recommended, word for word
    package: Mapped[Package] = relationship(back_populates="items")


class DirectFiling(Frozen, Base):
    """One decision of a city that a county's step is skipped, or that it is taken again; the newest counts."""

    __tablename__ = "direct_filing"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_year: Mapped[int]
    county: Mapped[str] = mapped_column(String(6), index=True)
    city: Mapped[str] = mapped_column(String(6))
    direct: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(400))
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime] = mapped_column(Instant)
