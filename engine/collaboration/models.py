"""Tables of what colleagues say and ask around a task. All but phrases and who looks are append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Json, Key

AGREE, DISAGREE, WITHDRAWN = "AGREE", "DISAGREE", "WITHDRAWN"


class CaseComment(Base):
    """A comment within a case: no opinion, part of no submission. Who reads it follows from its level and area."""

    __tablename__ = "case_comment"
    __table_args__ = (
        CheckConstraint("level IN ('county','city','department')", name="level"),
        Index("ix_case_comment_case", "business_key", "id"),
        Index("ix_case_comment_instance", "instance_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    task_id: Mapped[int] = mapped_column(Key, ForeignKey("user_task.id"))
    business_key: Mapped[str | None]
    level: Mapped[str]
    """Where its writer sits: the offices of this level and above read it."""
    city: Mapped[str]
    county: Mapped[str]
    """The area of the case; of a comment on a case of the whole province both are empty."""
    author: Mapped[str] = mapped_column(ForeignKey("account.login"))
    text: Mapped[str]
    mentions: Mapped[Any] = mapped_column(Json)
    """Logins of those who were told."""
    at: Mapped[datetime]


class Phrase(Base):
    """A phrase for opinions: of one person, or shared by an office. One that is removed stays as a row."""

    __tablename__ = "phrase"
    __table_args__ = (
        # This prevents a phrase of nobody and one of two owners.
        CheckConstraint("(login IS NULL) <> (organisation IS NULL)", name="owner"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str | None] = mapped_column(ForeignKey("account.login"), index=True)
    organisation: Mapped[str | None] = mapped_column(ForeignKey("organisation.code"), index=True)
    text: Mapped[str] = mapped_column(Text)
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class TaskUrge(Base):
    """A reminder that somebody sent for an open task."""

    __tablename__ = "task_urge"
    # This prevents a second one on the same working day, by whoever it may be.
    __table_args__ = (UniqueConstraint("task_id", "day"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    task_id: Mapped[int] = mapped_column(Key, ForeignKey("user_task.id"))
    day: Mapped[str]
    """The working day that it counts for, YYYY-MM-DD; a rest day belongs to the working day before it."""
    by: Mapped[str] = mapped_column(ForeignKey("account.login"))
    note: Mapped[str]
    told: Mapped[Any] = mapped_column(Json)
    at: Mapped[datetime]


class CaseCopy(Base):
    """A notice of a case that somebody sent to a colleague who may read it. It gives no right."""

    __tablename__ = "case_copy"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    task_id: Mapped[int] = mapped_column(Key, ForeignKey("user_task.id"), index=True)
    by: Mapped[str] = mapped_column(ForeignKey("account.login"))
    login: Mapped[str] = mapped_column(ForeignKey("account.login"))
    note: Mapped[str]
    at: Mapped[datetime]


class CountersignRequest(Base):
    """A colleague is asked to countersign a task before it is completed."""

    __tablename__ = "countersign_request"
    __table_args__ = (CheckConstraint("login <> asked_by", name="another"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    task_id: Mapped[int] = mapped_column(Key, ForeignKey("user_task.id"), index=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    element_id: Mapped[str]
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)
    asked_by: Mapped[str]
    note: Mapped[str]
    asked_at: Mapped[datetime]


class Countersignature(Base):
    """What came of a request: signed with an opinion, or withdrawn with a reason."""

    __tablename__ = "countersignature"
    __table_args__ = (CheckConstraint("result IN ('AGREE','DISAGREE','WITHDRAWN')", name="result"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    # This prevents two answers to one request, whatever the code does.
    request_id: Mapped[int] = mapped_column(Key, ForeignKey("countersign_request.id"), unique=True)
    result: Mapped[str]
    opinion: Mapped[str]
    """With WITHDRAWN the reason."""
    by: Mapped[str]
    at: Mapped[datetime]
    sha256: Mapped[str]
    """Of all the other facts together: the seal that a print shows."""


class TaskSeen(Base):
    """When somebody last had a task open: kept for a minute, evidence of nothing."""

    __tablename__ = "task_seen"

    task_id: Mapped[int] = mapped_column(
        Key, ForeignKey("user_task.id", ondelete="CASCADE"), primary_key=True
    )
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
