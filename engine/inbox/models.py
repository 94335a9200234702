"""Tables of the inbox: what a case is found by, who follows it, acts on many tasks, views, who stands in for whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Key

Token = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared byte by byte, so that a prefix is a range of the index on every database."""


class CaseFace(Base):
    """What the lists say about a business key: the company, its code, the object, city, type, year."""

    __tablename__ = "case_face"

    key: Mapped[str] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(default="")
    uscc: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    type: Mapped[str] = mapped_column(default="")
    year: Mapped[str] = mapped_column(default="")


class CaseToken(Base):
    """A beginning by which a case is found: every tail of a name and of its pinyin initials, codes and numbers."""

    __tablename__ = "case_token"
    __table_args__ = ({"sqlite_with_rowid": False},)

    token: Mapped[str] = mapped_column(Token, primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


class CaseFollow(Base):
    """A person who keeps an eye on a case; it gives no right to see anything."""

    __tablename__ = "case_follow"
    __table_args__ = (Index("ix_case_follow_key", "key"),)

    login: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


CLAIM, ASSIGN, GIVE_BACK, COMPLETE = "claim", "assign", "give_back", "complete"
READY, SUCCEEDED, REFUSED, LEFT_OUT = "READY", "DONE", "REFUSED", "LEFT_OUT"


class Batch(Base):
    """One act on many tasks by one person: shown first, then done row by row, each row once."""

    __tablename__ = "inbox_batch"
    __table_args__ = (CheckConstraint("action IN ('claim','assign','give_back','complete')", name="action"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    """Random: nobody guesses another's."""
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)
    action: Mapped[str]
    back: Mapped[str]
    """The address of the list that it was chosen in."""
    arguments: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class BatchItem(Base):
    """One task of a batch and what came of it; its state changes in the transaction that does the task."""

    __tablename__ = "inbox_batch_item"
    __table_args__ = (CheckConstraint("state IN ('READY','DONE','REFUSED','LEFT_OUT')", name="state"),)

    batch_id: Mapped[str] = mapped_column(ForeignKey("inbox_batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(Key, ForeignKey("user_task.id"))
    revision: Mapped[int]
    """The task's when the person saw it listed: what changed since is not done unseen."""
    state: Mapped[str]
    reason_zh: Mapped[str] = mapped_column(default="")
    reason_en: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime | None]


IS_DEFAULT = text("is_default")


OPERATIONS = "operations"
"""The tab of views that are lists of instances (`webapp.inspector.views`), not of tasks."""


class InboxView(Base):
    """A list that a person has named: its tab, filters, order and columns. Nobody else sees it."""

    __tablename__ = "inbox_view"
    __table_args__ = (
        # This prevents two lists of one person under one name.
        UniqueConstraint("login", "name"),
        # This prevents two lists that open first.
        Index(
            "ux_inbox_view_default",
            "login",
            unique=True,
            sqlite_where=IS_DEFAULT,
            postgresql_where=IS_DEFAULT,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    """Random: nobody guesses another's."""
    login: Mapped[str] = mapped_column(ForeignKey("account.login"))
    name: Mapped[str]
    tab: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    columns: Mapped[list[Any]]
    """Names of columns in their order; empty for the person's own choice."""
    is_default: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]


class InboxPreference(Base):
    """How a person likes the lists: which columns in which order, and whether the next task opens by itself."""

    __tablename__ = "inbox_preference"

    login: Mapped[str] = mapped_column(ForeignKey("account.login"), primary_key=True)
    columns: Mapped[list[Any]]
    """Names of columns in their order; empty for the usual ones."""
    next_task: Mapped[bool] = mapped_column(default=False)


class Absence(Base):
    """A span in which somebody stands in for a person who is away. Rows stay as evidence."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="span"),
        # This prevents standing in for oneself.
        CheckConstraint("login <> substitute", name="substitute"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)
    substitute: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """Exclusive; it ends then by itself."""
    note: Mapped[str] = mapped_column(default="")
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When the person ended it early."""
    entered_by: Mapped[str | None]
    """The administrator who entered it for somebody who could not; None for the person's own."""
