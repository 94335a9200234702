"""What was produced: every version of every document, the bytes of its files, and work on many at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.programme.frozen import Frozen
from engine.store.base import Base, Key


class DocumentVersion(Frozen, Base):
    """One version of a document: the values it was made of, the template, who made it and why again.

    Append-only: another version is another row, and the files of an old one stay as they were.
    """

    __tablename__ = "document_version"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "version"),  # a version is made once, by whoever is first
        Index("ix_document_version_year", "year", "city"),
        Index("ix_document_version_uscc", "uscc"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    """What lists and file names say it is about."""
    year: Mapped[int | None]
    city: Mapped[str | None]
    county: Mapped[str | None]
    uscc: Mapped[str | None]
    organisation: Mapped[str | None]
    """An agency that is concerned; with the columns before it, whose area it lies in."""
    template_sha256: Mapped[str]
    values_sha256: Mapped[str]
    content: Mapped[dict[str, Any]]
    reason: Mapped[str]
    """Why there is another version; empty for the first."""
    produced_by: Mapped[str]
    produced_at: Mapped[datetime]
    files: Mapped[list["DocumentFile"]] = relationship(
        back_populates="version", order_by="DocumentFile.format", cascade="all"
    )


class DocumentFile(Frozen, Base):
    """One file of a version. Its bytes lie in the store of files under their hash, and stay for good."""

    __tablename__ = "document_file"
    __table_args__ = (UniqueConstraint("version_id", "format"),)  # a version has one file of a format

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("document_version.id"))
    format: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(Key)
    version: Mapped[DocumentVersion] = relationship(back_populates="files")


WAITING, RUNNING, DONE, FAILED = "WAITING", "RUNNING", "DONE", "FAILED"
PRODUCE, ARCHIVE = "produce", "archive"


class DocumentWork(Base):
    """Work on many documents that a worker does after the click: how far it is, and the file that it leaves."""

    __tablename__ = "document_work"
    __table_args__ = (
        CheckConstraint("state IN ('WAITING','RUNNING','DONE','FAILED')", name="state"),
        CheckConstraint("what IN ('produce','archive')", name="what"),
        # This prevents that what was issued once has its documents made twice.
        Index("ux_document_work_cause", "cause", "kind", unique=True),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    what: Mapped[str]
    kind: Mapped[str]
    """The kind of the documents, empty for an archive."""
    year: Mapped[int]
    state: Mapped[str]
    done: Mapped[int]
    total: Mapped[int]
    note: Mapped[str]
    """What could not be done, one line a document."""
    sha256: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(Key)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    cause: Mapped[str | None]
    """What was issued, when nobody asked: then documents that are there are left alone."""
    ended_at: Mapped[datetime | None]
