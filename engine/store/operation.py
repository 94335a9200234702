"""The workers that run, as they last reported themselves."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base


class Worker(Base):
    """One worker process from its start. Instants are the machine's, not the business clock's."""

    __tablename__ = "worker"

    # This prevents two workers under one name: it is a random token of the process.
    id: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    version: Mapped[str]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When it last reported: one that was killed, or hangs, reports no more."""
    stopped_at: Mapped[datetime | None]
    """When it ended in an orderly way."""
    done: Mapped[int] = mapped_column(default=0)
    """Jobs and timers that it has done."""
    worked_at: Mapped[datetime | None]
    """When its last look at timers and jobs came to an end without a failure."""
