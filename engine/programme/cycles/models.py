"""The register of annual cycles."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.base import Base, Instant, Json

DRAFT, OPEN, FROZEN, CLOSED, TERMINATED = "DRAFT", "OPEN", "FROZEN", "CLOSED", "TERMINATED"
STATUS_NAMES = {
    DRAFT: ("通知拟制中", "Notice being drafted"),
    OPEN: ("进行中", "Under way"),
    FROZEN: ("到期冻结", "Frozen by expiry"),
    CLOSED: ("已办结归档", "Closed and archived"),
    TERMINATED: ("依据失效终止", "Terminated: the legal basis expired"),
}


class Cycle(Base):
    """One year's recognition.

    Its parameters and catalogue editions are pinned when the notice is published.
    """

    __tablename__ = "cycle"

    id: Mapped[int] = mapped_column(primary_key=True)
    # prevents a second cycle in one year, however many people start one at once (article 3, I1)
    year: Mapped[int] = mapped_column(unique=True)
    measure_code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200), default="")
    notice_no: Mapped[str | None] = mapped_column(String(60), unique=True)
    notice_date: Mapped[date | None] = mapped_column(Date)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    parameters: Mapped[Any] = mapped_column(Json)  # engine.programme.cycles.parameters, by their dotted names
    catalogues: Mapped[Any] = mapped_column(
        Json
    )  # {"SCENE": edition, "WORKSHOP": edition, "FACTORY": edition}
    # which edition of every catalogue, rubric and weights included, the signed notice means, with its hash:
    # [{"id", "edition", "sha256"}]; None: published by an older release
    pinned: Mapped[Any] = mapped_column(Json, nullable=True)
    cities: Mapped[Any] = mapped_column(Json)  # codes of the cities that take part
    quotas: Mapped[Any] = mapped_column(
        Json
    )  # city code, or code:TYPE -> most recommendations; what is left out is not limited
    direct_filing: Mapped[Any] = mapped_column(Json)  # codes of counties whose step the city has taken over
    enterprise_deadline: Mapped[datetime | None] = mapped_column(Instant)
    county_deadline: Mapped[datetime | None] = mapped_column(Instant)
    city_deadline: Mapped[datetime | None] = mapped_column(Instant)
    draw_seed: Mapped[str | None] = mapped_column(String(80))  # recorded when the experts are drawn
    meeting_list_fixed_at: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(12), default=DRAFT, index=True)
    events: Mapped[list["CycleEvent"]] = relationship(
        back_populates="cycle", order_by="CycleEvent.id", cascade="all"
    )


class CycleEvent(Base):
    """One change of a cycle: who, when, on what basis (I15)."""

    __tablename__ = "cycle_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(400), default="")
    cycle: Mapped[Cycle] = relationship(back_populates="events")
