"""What the workers do: timers, jobs, effects. A row's `wake` is when a worker may take it; NULL holds it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Json, Key

WAKING = text("wake IS NOT NULL")

VERB, MESSAGE, MATCH, SIGNAL, EFFECT = "verb", "message", "match", "signal", "effect"


class Timer(Base):
    """A waiting timer of an instance. Firing deletes the row in the transaction that moves the token."""

    __tablename__ = "timer"
    __table_args__ = (
        # This prevents one waiting timer from firing twice.
        UniqueConstraint("instance_id", "wait_key"),
        # A tick costs one step in this index, however many timers sleep or are held.
        Index("ix_timer_wake", "wake", "id", sqlite_where=WAKING, postgresql_where=WAKING),
        Index("ix_timer_element", "element_id", "instance_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    wait_key: Mapped[str]
    element_id: Mapped[str]
    due: Mapped[datetime]
    wake: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was taken by a worker of which nothing was heard again."""


class Job(Base):
    """Work after a commit. `wake` doubles as the lease: a claimed job wakes again when it expires."""

    __tablename__ = "job"
    __table_args__ = (
        # This prevents one waiting service task from being called twice.
        UniqueConstraint("instance_id", "wait_key"),
        Index("ix_job_wake", "wake", "id", sqlite_where=WAKING, postgresql_where=WAKING),
        Index("ix_job_subject", "kind", "subject"),
        Index("ix_job_element", "element_id", "instance_id"),
        CheckConstraint("kind IN ('verb','message','match','signal','effect')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), index=True)
    wait_key: Mapped[str | None]
    element_id: Mapped[str] = mapped_column(default="")
    type: Mapped[str] = mapped_column(default="")
    subject: Mapped[int | None]
    """The key of the message or outbox row that it is about."""
    payload: Mapped[Any] = mapped_column(Json)
    retries: Mapped[int] = mapped_column(default=3)
    attempts: Mapped[int] = mapped_column(default=0)
    wake: Mapped[datetime | None]
    lease: Mapped[str | None]
    """Who holds it: a random token. A worker that wakes with an old one finds it changed and stops."""
    leased_until: Mapped[datetime | None]
    lost: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was taken by a worker of which nothing was heard again: it died, or took longer than the lease."""
    error: Mapped[str | None]
    created_at: Mapped[datetime]


class Outbox(Base):
    """An effect on the world outside (mail, file): decided in a transaction, done after it, once per key."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    payload: Mapped[Any] = mapped_column(Json)
    # This prevents an effect from being asked for twice, e.g. by a step that is retried.
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    """When the world outside refused it for good; `refusal` says in what words."""
    refusal: Mapped[str | None]
