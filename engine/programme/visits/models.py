"""The register of ordered site visits. What was found stands in `reviews.models.SiteVisit`."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Instant, Json

BEFORE, AFTER, NONE = "BEFORE", "AFTER", "NONE"


class VisitOrder(Base):
    """One ordered visit: why, and who goes. It is closed by the record of the visit."""

    __tablename__ = "visit_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40), unique=True)  # an item is visited once
    cycle_year: Mapped[int] = mapped_column(index=True)
    reasons: Mapped[Any] = mapped_column(Json)  # as the decision table gave them
    before_review: Mapped[bool] = mapped_column(default=False)
    ordered_at: Mapped[datetime] = mapped_column(Instant)
    leader: Mapped[str | None] = mapped_column(String(80))  # login
    second: Mapped[str | None] = mapped_column(String(80))  # login
    planned_on: Mapped[date | None] = mapped_column(Date)
    planned_by: Mapped[str | None] = mapped_column(String(80))
    planned_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(Text, default="")
