"""The register of titles: the title, the chain of its holders' names, and its history."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.programme.frozen import Frozen
from engine.store.base import Base, Instant

SCENE, WORKSHOP, FACTORY = "SCENE", "WORKSHOP", "FACTORY"
TYPE_NAMES = {SCENE: "智能制造场景", WORKSHOP: "数字化车间", FACTORY: "智能工厂"}
TYPE_NAMES_EN = {
    SCENE: "Intelligent manufacturing scene",
    WORKSHOP: "Digital workshop",
    FACTORY: "Smart factory",
}

ACTIVE, RECTIFYING, REVOKING = "ACTIVE", "RECTIFYING", "REVOKING"
REVOKED, TERMINATED, SURRENDERED = "REVOKED", "TERMINATED", "SURRENDERED"
STATUS_NAMES = {
    ACTIVE: ("有效", "Valid"),
    RECTIFYING: ("整改中", "Under rectification"),
    REVOKING: ("拟撤销", "Revocation pending"),
    REVOKED: ("已撤销", "Revoked"),
    TERMINATED: ("已终止", "Terminated"),
    SURRENDERED: ("已放弃", "Surrendered"),
}


class Title(Base):
    """A granted title. Its identity (number, type, year, object) never changes; the holder's name may."""

    __tablename__ = "title"
    __table_args__ = (Index("title_list_idx", "cycle_year", "type", "city"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title_no: Mapped[str] = mapped_column(String(24), unique=True)  # e.g. 2024-F-0001; business key
    # one title for one recognised application, however often publication is retried
    application_no: Mapped[str] = mapped_column(String(40), unique=True)
    measure_code: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(12))  # SCENE, WORKSHOP, FACTORY
    name: Mapped[str] = mapped_column(String(200))  # of the scene, workshop or factory
    holder: Mapped[str] = mapped_column(String(200), index=True)  # current name of the enterprise
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    city: Mapped[str] = mapped_column(String(6), index=True)
    county: Mapped[str] = mapped_column(String(6))
    industry: Mapped[str] = mapped_column(String(8))
    cycle_year: Mapped[int]
    status: Mapped[str] = mapped_column(String(12), default=ACTIVE, index=True)
    granted_on: Mapped[date] = mapped_column(Date)  # date of the publication document
    document_no: Mapped[str] = mapped_column(String(60))
    ended_on: Mapped[date | None] = mapped_column(Date)  # first day on which it is no longer valid
    ended_document_no: Mapped[str | None] = mapped_column(String(60))
    from_the_start: Mapped[bool] = mapped_column(default=False)  # 自始: only if the decision says so
    agency: Mapped[str | None] = mapped_column(String(24), index=True)  # entrusted with its monitoring now
    names: Mapped[list["TitleName"]] = relationship(
        back_populates="title", order_by="TitleName.sequence", cascade="all"
    )
    events: Mapped[list["TitleEvent"]] = relationship(
        back_populates="title", order_by="TitleEvent.id", cascade="all"
    )


class TitleName(Base):
    """One link of the chain of holders' names: never overwritten, searchable for ever (article 12)."""

    __tablename__ = "title_name"
    __table_args__ = (UniqueConstraint("title_id", "sequence"),)  # the chain has no two links in one place

    id: Mapped[int] = mapped_column(primary_key=True)
    title_id: Mapped[int] = mapped_column(ForeignKey("title.id"))
    sequence: Mapped[int]
    holder: Mapped[str] = mapped_column(String(200), index=True)
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)  # None: the current name
    document_no: Mapped[str] = mapped_column(String(60))
    basis: Mapped[str] = mapped_column(String(200))
    title: Mapped[Title] = relationship(back_populates="names")


class TitleEvent(Base):
    """One change of a title: who, when, on what basis (I15)."""

    __tablename__ = "title_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    title_id: Mapped[int] = mapped_column(ForeignKey("title.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(200))
    from_status: Mapped[str | None] = mapped_column(String(12))
    to_status: Mapped[str] = mapped_column(String(12))
    effective_on: Mapped[date] = mapped_column(Date)  # the document's date, from which the change counts
    document_no: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[Title] = relationship(back_populates="events")


ASKED, CONFIRMED, DECLINED = "ASKED", "CONFIRMED", "DECLINED"


class Surrender(Base):
    """自愿放弃: the holder's legal representative declares it, the department confirms it. No ground of article 11."""

    __tablename__ = "title_surrender"
    __table_args__ = (
        # one declaration of a title waits at a time
        Index(
            "title_surrender_one_open_idx",
            "title_no",
            unique=True,
            sqlite_where=text("status = 'ASKED'"),
            postgresql_where=text("status = 'ASKED'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title_no: Mapped[str] = mapped_column(String(24), index=True)
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12), default=ASKED)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    opinion: Mapped[str] = mapped_column(Text, default="")


class CandidateException(Frozen, Base):
    """An enterprise without a valid title that is put forward for a national scheme all the same (article 13)."""

    __tablename__ = "candidate_exception"
    __table_args__ = (UniqueConstraint("scheme", "year", "uscc"),)  # put forward once a year

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    enterprise: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
