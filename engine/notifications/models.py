"""Messages to people, and the secret addresses of their calendars."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Key

UNREAD = text("read_at IS NULL")


class Notification(Base):
    """One message to one person, in both languages. It stays readable for good."""

    __tablename__ = "notification"
    __table_args__ = (
        # This prevents a person from being told one thing twice, by a step that is retried or by two workers.
        UniqueConstraint("login", "key"),
        Index("ix_notification_login_time", "login", "created_at", "id"),
        # What the header of every page counts.
        Index("ix_notification_unread", "login", sqlite_where=UNREAD, postgresql_where=UNREAD),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("account.login"))
    kind: Mapped[str]
    """STATUS, TASK, REMINDER, OBJECTION, TITLE, ACCOUNT or COLLEAGUE: what lists filter by."""
    subject_zh: Mapped[str]
    subject_en: Mapped[str]
    text_zh: Mapped[str]
    text_en: Mapped[str]
    link: Mapped[str] = mapped_column(default="")
    """A path of this site where the reader goes on."""
    business_key: Mapped[str | None] = mapped_column(index=True)
    due: Mapped[datetime | None]
    """Until when something is to be done, if it is."""
    key: Mapped[str]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class CalendarLink(Base):
    """The secret address of a person's calendar file. Only its hash is kept; a new one ends the former."""

    __tablename__ = "calendar_link"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)
    # This prevents one address from opening two calendars.
    token_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
