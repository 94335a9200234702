"""What is known of uploaded and rendered files, and the settings that an administrator may change."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Json, Key


class Upload(Base):
    """A file on its way in. Its bytes lie in the store under its id; the row tells whose it is and how far it is.

    When it is complete and accepted, a `StoredFile` with the same id takes its place.
    """

    __tablename__ = "upload"
    __table_args__ = (
        # This prevents an upload from becoming larger than it said it would be.
        CheckConstraint('size > 0 AND "offset" >= 0 AND "offset" <= size', name="offset"),
        Index("ix_upload_purpose", "purpose", "by"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    by: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int] = mapped_column(Key)
    offset: Mapped[int] = mapped_column(Key, default=0)
    """Bytes that are safely on disk; what the disk has beyond it does not count."""
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class StoredFile(Base):
    """A checked file. Its bytes lie under their hash; its name is only shown, never used as a path."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        Index("ix_stored_file_purpose", "purpose", "by"),
        Index("ix_stored_file_by", "by", "begun_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    kind: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(Key)
    pages: Mapped[int | None]
    purpose: Mapped[str]
    by: Mapped[str]
    begun_at: Mapped[datetime]
    at: Mapped[datetime]


class FileUse(Base):
    """A file that belongs to something now: a submission, or a subject such as `objection:YY-2024-0001`.

    Append-only: what was submitted keeps its files for good, and a used file cannot be deleted.
    """

    __tablename__ = "file_use"
    __table_args__ = (UniqueConstraint("file_id", "subject"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"), index=True)
    subject: Mapped[str] = mapped_column(index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), index=True)
    at: Mapped[datetime]


class FileVerdict(Base):
    """What the check of these bytes as this type found; bytes that were judged once are not judged again."""

    __tablename__ = "file_verdict"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    rules: Mapped[int]
    """The edition of the checks; a newer one judges anew."""
    refusal: Mapped[str]
    """The name of the refusal, empty when the file is accepted."""
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class Setting(Base):
    """A parameter that an administrator may change while the system runs; every change is audited."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    by: Mapped[str]
    at: Mapped[datetime]
