"""What was deployed: definitions never change, get a number per id, and are found by their content's hash."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base, Key

PROCESS, DECISION, FORM, CATALOGUE = "process", "decision", "form", "catalogue"


class Deployment(Base):
    """One act of deploying: who, when, why. Its number pins an instance to the world as it then was."""

    __tablename__ = "deployment"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    message: Mapped[str] = mapped_column(default="")
    # Of what went through the studio; None for what an administrator of the server deployed from files.
    author: Mapped[str | None]
    approver: Mapped[str | None]
    contents: Mapped[str | None]
    change_id: Mapped[int | None] = mapped_column(Key)


class Resource(Base):
    """A file's bytes, kept once however many definitions and deployments hold it."""

    __tablename__ = "resource"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    file: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Definition(Base):
    """A version of a process, decision, form or catalogue. Immutable: a trigger refuses every change."""

    __tablename__ = "definition"
    __table_args__ = (
        # This prevents two deployers from numbering different contents alike.
        UniqueConstraint("kind", "definition_id", "version"),
        CheckConstraint("kind IN ('process','decision','form','catalogue')", name="kind"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    definition_id: Mapped[str]
    version: Mapped[int]
    version_tag: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(ForeignKey("resource.sha256"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))


class DeploymentItem(Base):
    """A definition that a deployment held, new or unchanged."""

    __tablename__ = "deployment_item"

    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"), primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"), primary_key=True)


class StartSubscription(Base):
    """What starts an instance of the latest version of a process: a message, a signal or a point in time."""

    __tablename__ = "start_subscription"
    __table_args__ = (
        # This prevents a start event from starting two instances for one message, signal or tick.
        UniqueConstraint("process_id", "element_id"),
        CheckConstraint("kind IN ('message','signal','timer')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    process_id: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str] = mapped_column(default="", index=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    due: Mapped[datetime | None] = mapped_column(index=True)
    expression: Mapped[str] = mapped_column(default="")
    timer_kind: Mapped[str] = mapped_column(default="")
    remaining: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often a worker began to start what is due, without success so far."""
    held_until: Mapped[datetime | None]
    """A worker is at it, or the next attempt waits."""


_NEWEST = "newest deployment"
NEWEST_DEPLOYMENT = select(func.max(Deployment.id))


def newest_deployment(session: Session) -> int:
    """The number of the newest deployment, 0 without any: asked once a session, or not at all when it was noted."""
    if _NEWEST not in session.info:
        note_deployment(session, session.scalar(NEWEST_DEPLOYMENT) or 0)
    return int(session.info[_NEWEST])


def note_deployment(session: Session, number: int) -> None:
    """Whoever has read that number with something else spares the session a statement."""
    session.info[_NEWEST] = number
