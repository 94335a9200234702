"""Running and finished process instances, their incidents and their history."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from engine.store.base import Base, Json, Key

ACTIVE, SUSPENDED, COMPLETED, TERMINATED = "ACTIVE", "SUSPENDED", "COMPLETED", "TERMINATED"
# ACTIVE <-> SUSPENDED; ACTIVE -> COMPLETED; ACTIVE, SUSPENDED -> TERMINATED


class Instance(Base):
    """One run of a process. `revision` grows by one with every command that moves it."""

    __tablename__ = "instance"
    __table_args__ = (
        # This prevents two running instances of one process for one application, cycle or title.
        Index(
            "ux_instance_running_business_key",
            "process_id",
            "business_key",
            unique=True,
            sqlite_where=text("status IN ('ACTIVE','SUSPENDED')"),
            postgresql_where=text("status IN ('ACTIVE','SUSPENDED')"),
        ),
        # Found by the beginning of a number, whatever the language of the server sorts by; with all that a list
        # sorts and filters by beside it, so that of a year's cases only those of the page are read.
        Index(
            "ix_instance_business_key",
            "business_key",
            "started_at",
            "id",
            "ended_at",
            "definition_id",
            "status",
            "city",
            postgresql_ops={"business_key": "text_pattern_ops"},
        ),
        # The list of operations: each filter is a range of one index, in the order of the list.
        Index("ix_instance_definition", "definition_id", "started_at", "id"),
        Index("ix_instance_status", "status", "started_at", "id", "definition_id"),
        Index("ix_instance_city", "city", "started_at", "id"),
        Index("ix_instance_city_status", "city", "status", "started_at", "id"),
        Index("ix_instance_started", "started_at", "id"),
        Index("ix_instance_ended", "ended_at", "id", "started_at"),
        CheckConstraint("status IN ('ACTIVE','SUSPENDED','COMPLETED','TERMINATED')", name="status"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    process_id: Mapped[str]
    business_key: Mapped[str | None]
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), index=True)
    status: Mapped[str] = mapped_column(default=ACTIVE)
    revision: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    correlation_key: Mapped[str | None]
    """The key of the message that started it; a second such message waits until this one has ended."""
    hops: Mapped[int] = mapped_column(default=0, server_default="0")
    """Those of the message or signal that moved it last; a person's click and a timer begin at 0 again."""
    city: Mapped[str] = mapped_column(default="", server_default="")
    """Where the case lies, as its number or its register says (`engine.inbox.faces`); empty for the province's own."""
    state: Mapped[str] = deferred(mapped_column(Text))


class InstanceVariable(Base):
    """A variable that says where an instance goes, to find it by: never what anybody wrote or judged.

    Kept as it is now, of the root scope alone, as text (`engine.inspecting.finding.variables`).
    """

    __tablename__ = "instance_variable"
    __table_args__ = (
        Index("ix_instance_variable_value", "name", "value", "instance_id"),
        {"sqlite_with_rowid": False},
    )

    instance_id: Mapped[int] = mapped_column(Key, ForeignKey("instance.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Incident(Base):
    """A step that could not be done and waits for a person: visible on its element until it is resolved."""

    __tablename__ = "incident"
    __table_args__ = (
        # This prevents one failing element from standing in the list twice.
        Index(
            "ux_incident_open",
            "instance_id",
            "wait_key",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
        # What is wrong now, by kind and place, however much was wrong before.
        Index(
            "ix_incident_kind",
            "type",
            "element_id",
            "instance_id",
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
        # What was wrong with one instance at any time of its past.
        Index("ix_incident_instance", "instance_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    wait_key: Mapped[str]
    element_id: Mapped[str]
    type: Mapped[str]
    message: Mapped[str]
    job_id: Mapped[int | None]
    timer_id: Mapped[int | None]
    start_id: Mapped[int | None] = mapped_column(Key)
    """The start event that could not start anything: then there is no instance."""
    stack: Mapped[str | None]
    """Where in the program a defect arose, a line for each call; None for what the rules themselves stop."""
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]


class ElementEvent(Base):
    """What happened on an element, in order. Append-only: triggers refuse changes and deletions."""

    __tablename__ = "element_event"
    __table_args__ = (Index("ix_element_event_instance", "instance_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    revision: Mapped[int]
    element_instance: Mapped[str]
    element_id: Mapped[str]
    element_type: Mapped[str]
    event: Mapped[str]
    at: Mapped[datetime]
    scope: Mapped[str | None]
    actor: Mapped[str]
    detail: Mapped[Any] = mapped_column(Json, nullable=True)
