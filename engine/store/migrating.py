"""Migrations of many running instances: what a process owner planned, and what came of each instance."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, deferred, mapped_column

from engine.store.base import Base, Json, Key

DRAFT, CHECKING, CHECKED, APPLYING, STOPPED, APPLIED, UNDOING, UNDONE = (
    "DRAFT",
    "CHECKING",
    "CHECKED",
    "APPLYING",
    "STOPPED",
    "APPLIED",
    "UNDOING",
    "UNDONE",
)
# DRAFT -> CHECKING -> CHECKED -> APPLYING <-> STOPPED; APPLYING -> APPLIED; STOPPED, APPLIED -> UNDOING -> UNDONE
# DRAFT, CHECKED -> DRAFT when what is planned changes
AT_WORK = {CHECKING: CHECKED, APPLYING: APPLIED, UNDOING: UNDONE}
"""The states in which a worker is at it, and what comes after each."""

UNKNOWN, CAN, RISK, CANNOT = "UNKNOWN", "CAN", "RISK", "CANNOT"
"""What the dry run found of an instance."""

PLANNED, MOVED, SKIPPED, RETURNED, REMAINS = "PLANNED", "MOVED", "SKIPPED", "RETURNED", "REMAINS"
# PLANNED -> MOVED | SKIPPED; MOVED -> RETURNED | REMAINS (undo was not possible) -> RETURNED


class MigrationPlan(Base):
    """One migration: whom, where to, how. `step` counts the worker's steps: a stale one does nothing."""

    __tablename__ = "migration_plan"
    __table_args__ = (
        CheckConstraint(
            "state IN ('DRAFT','CHECKING','CHECKED','APPLYING','STOPPED','APPLIED','UNDOING','UNDONE')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    process_id: Mapped[str]
    target_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    """The decisions, forms and called processes of which the instances go on with."""
    cohort: Mapped[dict[str, Any]]
    """How the instances were chosen: versions, city, year, element, keys."""
    reason: Mapped[str]
    options: Mapped[dict[str, Any]]
    """Mappings and timers by process, called processes that go along, forms (`engine.studio.migrating.options`)."""
    state: Mapped[str] = mapped_column(default=DRAFT)
    step: Mapped[int] = mapped_column(default=0)
    inverse_of: Mapped[int | None] = mapped_column(ForeignKey("migration_plan.id"))
    planned_by: Mapped[str]
    planned_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    with_risks: Mapped[bool] = mapped_column(default=False)
    """Whether those that would lose something go along: the owner said so."""
    applied_by: Mapped[str | None]
    applied_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class MigrationItem(Base):
    """One instance of a migration. Its state changes in the very transaction that moves the instance."""

    __tablename__ = "migration_item"
    __table_args__ = (
        CheckConstraint("verdict IN ('UNKNOWN','CAN','RISK','CANNOT')", name="verdict"),
        CheckConstraint("state IN ('PLANNED','MOVED','SKIPPED','RETURNED','REMAINS')", name="state"),
        Index("ix_migration_item_instance", "instance_id"),
        Index("ix_migration_item_todo", "plan_id", "state", "verdict", "number"),
    )

    plan_id: Mapped[int] = mapped_column(Key, ForeignKey("migration_plan.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(Key, ForeignKey("instance.id"))
    revision: Mapped[int | None]
    """Of the instance in the dry run."""
    verdict: Mapped[str] = mapped_column(default=UNKNOWN)
    state: Mapped[str] = mapped_column(default=PLANNED)
    findings: Mapped[list[Any]]
    """What the dry run found, as `engine.studio.migrating.findings.Finding`."""
    outcome: Mapped[list[Any]]
    """Why it was skipped, or could not be brought back."""
    former: Mapped[Any] = deferred(mapped_column(Json, nullable=True))
    """What it was before (`engine.commands.moving.Former`)."""
    moved_revision: Mapped[int | None]
    """Of the instance after it was moved: another one now means that it has moved on."""
    at: Mapped[datetime | None]
