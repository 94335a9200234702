"""Acts of operations on many objects: what was chosen, what each would come to, and what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Json, Key

CHECKING, CHECKED, RUNNING, STOPPED, DONE, DROPPED = (
    "CHECKING",
    "CHECKED",
    "RUNNING",
    "STOPPED",
    "DONE",
    "DROPPED",
)
# CHECKING -> CHECKED -> RUNNING <-> STOPPED; RUNNING -> DONE; CHECKING, CHECKED, STOPPED -> DROPPED
AT_WORK = {CHECKING: CHECKED, RUNNING: DONE}
"""The states in which a worker is at it, and what comes after each."""

UNKNOWN, CAN, WARNED, CANNOT = "UNKNOWN", "CAN", "WARNED", "CANNOT"
"""What the preview found of a row."""

PLANNED, SUCCEEDED, REFUSED, LEFT = "PLANNED", "SUCCEEDED", "REFUSED", "LEFT"
# PLANNED -> SUCCEEDED | REFUSED (why is in `outcome`) | LEFT (the batch was dropped before)


class OperatorBatch(Base):
    """One act on many objects. `step` counts the worker's steps: a stale one does nothing."""

    __tablename__ = "operator_batch"
    __table_args__ = (
        CheckConstraint("state IN ('CHECKING','CHECKED','RUNNING','STOPPED','DONE','DROPPED')", name="state"),
        # This prevents an act without a reason, whatever the code does.
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    act: Mapped[str]
    """Its name (`engine.operating.acts`), which says what the rows' objects are."""
    arguments: Mapped[dict[str, Any]]
    reason: Mapped[str]
    chosen: Mapped[dict[str, Any]]
    """How the objects were chosen, for whoever reads it later: the filter of a list, or how many were ticked."""
    state: Mapped[str] = mapped_column(default=CHECKING)
    step: Mapped[int] = mapped_column(default=0)
    planned_by: Mapped[str]
    planned_at: Mapped[datetime]
    started_by: Mapped[str | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class OperatorBatchItem(Base):
    """One object of a batch. Its state changes in the very transaction that does the act."""

    __tablename__ = "operator_batch_item"
    __table_args__ = (
        CheckConstraint("verdict IN ('UNKNOWN','CAN','WARNED','CANNOT')", name="verdict"),
        CheckConstraint("state IN ('PLANNED','SUCCEEDED','REFUSED','LEFT')", name="state"),
        # This prevents one object from being acted on twice by one batch.
        Index("ux_operator_batch_item_target", "batch_id", "target", unique=True),
        Index("ix_operator_batch_item_todo", "batch_id", "state", "verdict", "number"),
    )

    batch_id: Mapped[int] = mapped_column(Key, ForeignKey("operator_batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[int] = mapped_column(Key)
    """The key of the object: an instance, an incident, a row of the outbox, a job."""
    instance_id: Mapped[int | None] = mapped_column(Key, index=True)
    mark: Mapped[str] = mapped_column(default="")
    """How the object stood when it was previewed."""
    verdict: Mapped[str] = mapped_column(default=UNKNOWN)
    findings: Mapped[list[Any]]
    """What would happen, as `engine.operating.findings.Finding`."""
    state: Mapped[str] = mapped_column(default=PLANNED)
    outcome: Mapped[Any] = mapped_column(Json)
    """Why it was refused."""
    at: Mapped[datetime | None]
