"""Messages and signals between instances, and who waits for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Json, Key


class Message(Base):
    """A published message. It waits for a receiver until `expires_at`, then it is swept away."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_buffer", "name", "correlation_key", "id"),
        Index("ix_message_expires", "expires_at"),
        # What one instance has sent.
        Index("ix_message_origin", "origin_id", "id"),
        # This prevents a message that is sent again (same id) from being taken for a second one.
        UniqueConstraint("name", "correlation_key", "message_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    correlation_key: Mapped[str]
    message_id: Mapped[str | None]
    variables: Mapped[Any] = mapped_column(Json)
    published_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    origin_id: Mapped[int | None]
    hops: Mapped[int] = mapped_column(default=0, server_default="0")
    """Through how many instances what led to it went, since a person clicked or a timer fired."""


class MessageCorrelation(Base):
    """A message reached a process: at most one instance of each process gets it, at most once."""

    __tablename__ = "message_correlation"
    # What one instance has received.
    __table_args__ = (Index("ix_message_correlation_instance", "instance_id", "message_id"),)

    # This prevents a second delivery of one message within one process.
    message_id: Mapped[int] = mapped_column(
        Key, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True
    )
    process_id: Mapped[str] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    at: Mapped[datetime]


class MessageSubscription(Base):
    """An instance waits for a message with this name and correlation key."""

    __tablename__ = "message_subscription"
    __table_args__ = (
        # This prevents one waiting event from receiving a message twice.
        UniqueConstraint("instance_id", "wait_key"),
        Index("ix_message_subscription_match", "name", "correlation_key"),
        Index("ix_message_subscription_element", "element_id", "instance_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    process_id: Mapped[str]
    wait_key: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    correlation_key: Mapped[str]
    interrupting: Mapped[bool] = mapped_column(default=True)


class SignalSubscription(Base):
    """An instance waits for a signal with this name."""

    __tablename__ = "signal_subscription"
    # This prevents one waiting event from receiving a signal twice.
    __table_args__ = (UniqueConstraint("instance_id", "wait_key"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    wait_key: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)
