"""The register of returns: which fields were opened, why, until when, and what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Instant, Json

COUNTY, CITY, FORMAL = "COUNTY", "CITY", "FORMAL"


class ApplicationReturn(Base):
    """One return of an application: by the county, by the city, or the supplement of the formal review."""

    __tablename__ = "application_return"
    __table_args__ = (UniqueConstraint("application_no", "number"),)  # two returns never share a number

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40), index=True)
    number: Mapped[int]  # 1, 2, 3 … over all levels
    level: Mapped[str] = mapped_column(String(8))  # COUNTY, CITY, FORMAL
    items: Mapped[Any] = mapped_column(Json)  # [{field, label, label_en, reason}]: nothing else is open
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    due: Mapped[datetime] = mapped_column(Instant)  # exclusive
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    version_before: Mapped[int]
    version_after: Mapped[int | None]  # None while it is open, and for ever when nothing came in time
