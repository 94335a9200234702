"""Changes of the rules before they count: drafts, everything that was ever saved in them, and what was checked."""

import zlib
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from engine.store.base import Base, Json, Key

DRAFT, SUBMITTED, APPROVED, DEPLOYED, WITHDRAWN = "draft", "submitted", "approved", "deployed", "withdrawn"
OPEN = (DRAFT, SUBMITTED, APPROVED)
"""The states in which a change can still be worked on."""


class Packed(TypeDecorator[bytes]):
    """Bytes that are kept compressed: a file is saved every few seconds, and most of it is the same XML again."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """The compressed bytes."""
        return None if value is None else zlib.compress(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """The bytes as they were given."""
        return None if value is None else zlib.decompress(value)


class RuleChange(Base):
    """A set of draft files that are to be deployed together: who began, submitted, approved; when it is due."""

    __tablename__ = "rule_change"
    __table_args__ = (
        CheckConstraint("state IN ('draft','submitted','approved','deployed','withdrawn')", name="state"),
        # This prevents a change from being approved or deployed without a second person's name.
        CheckConstraint("state NOT IN ('approved','deployed') OR approved_by IS NOT NULL", name="approved"),
        CheckConstraint(
            "approved_by IS NULL OR (approved_by <> begun_by AND approved_by <> submitted_by)", name="second"
        ),
        Index(
            "ix_rule_change_planned_for",
            "planned_for",
            sqlite_where=text("state = 'approved'"),
            postgresql_where=text("state = 'approved'"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    title: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default=DRAFT)
    begun_by: Mapped[str]
    begun_at: Mapped[datetime]
    submitted_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    contents: Mapped[str | None]
    """The hash of what was submitted, and so of what may be approved and deployed."""
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    """What the approver wrote, or why the change was sent back."""
    planned_for: Mapped[datetime | None]
    failure: Mapped[Any | None] = mapped_column(Json)
    """Why the planned deployment did not take place: {zh, en, at}."""
    deployment_id: Mapped[int | None] = mapped_column(ForeignKey("deployment.id"))
    restores: Mapped[int | None] = mapped_column(ForeignKey("deployment.id"))
    """The deployment that this change takes back."""
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class RuleDraft(Base):
    """The draft of one file as it stands now; every save of it is a row of its own."""

    __tablename__ = "rule_draft"
    __table_args__ = (CheckConstraint("revision >= 1", name="revision"),)

    change_id: Mapped[int] = mapped_column(ForeignKey("rule_change.id"), primary_key=True)
    file: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    base: Mapped[str | None]
    """The hash of the deployed content that it is meant to replace; None for a file that is new."""
    kept: Mapped[bool] = mapped_column(default=True)
    """False when the file was left out of the change again; what was saved in it stays."""


class RuleDraftSave(Base):
    """One save: what was sent, by whom. Append-only, so that nothing typed is ever lost."""

    __tablename__ = "rule_draft_save"
    # This prevents two saves from following the same one: the second is told that the draft moved.
    __table_args__ = (UniqueConstraint("change_id", "file", "revision"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("rule_change.id"))
    file: Mapped[str]
    revision: Mapped[int]
    by: Mapped[str]
    at: Mapped[datetime]
    page: Mapped[str] = mapped_column(default="")
    """The page in a browser that sent it, by its own random name."""
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(Packed)


class RuleDraftRefused(Base):
    """A save that came too late: another had been saved meanwhile. Kept to be fetched; append-only."""

    __tablename__ = "rule_draft_refused"
    __table_args__ = (Index("ix_rule_draft_refused_change_id", "change_id", "file"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("rule_change.id"))
    file: Mapped[str]
    revision: Mapped[int]
    """The revision that it was meant to follow."""
    by: Mapped[str]
    at: Mapped[datetime]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(Packed)


class RulePresence(Base):
    """Who had a draft open when they last said so."""

    __tablename__ = "rule_presence"

    change_id: Mapped[int] = mapped_column(ForeignKey("rule_change.id"), primary_key=True)
    file: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class RuleCheck(Base):
    """What the scenarios came to on one exact set of files; the same set is not played twice."""

    __tablename__ = "rule_check"

    contents: Mapped[str] = mapped_column(primary_key=True)
    """The hash of all files of the set, of the scenarios and of what they depend on."""
    at: Mapped[datetime]
    milliseconds: Mapped[int]
    results: Mapped[list[Any]]
    """A row a scenario: {file, name, name_en, process, failures: a {zh, en} each}."""


class RuleComment(Base):
    """What somebody said about a change. Append-only: what was said stays said."""

    __tablename__ = "rule_comment"
    __table_args__ = (Index("ix_rule_comment_change_id", "change_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("rule_change.id"))
    by: Mapped[str]
    at: Mapped[datetime]
    text: Mapped[str]
    mentions: Mapped[list[Any]] = mapped_column(Json)
    """The logins whom the text names."""
