"""The inbox: user tasks, who may take them, what was submitted and what is still a draft."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Worded
from engine.store.base import Base, Json, Key

CREATED, COMPLETED, CANCELED = "CREATED", "COMPLETED", "CANCELED"
# CREATED -> COMPLETED (somebody did it) | CANCELED (its deadline passed, its instance ended or was moved)

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Sorts tasks without a due date last on every database; kept in `due_order`, never shown."""

OPEN = text("state = 'CREATED'")

FACE = ("company", "city", "type", "year", "priority", "created_at")
"""What lists filter and sort by besides step and due date."""


class UserTask(Base):
    """One task for people, with the facts of its element, so that an inbox page reads no diagram."""

    __tablename__ = "user_task"
    __table_args__ = (
        # This prevents one waiting element from becoming two tasks.
        UniqueConstraint("instance_id", "wait_key"),
        CheckConstraint("state IN ('CREATED','COMPLETED','CANCELED')", name="state"),
        # This prevents an ended task without an end, and an end of an open one.
        CheckConstraint("(state = 'CREATED') = (ended_at IS NULL)", name="ended"),
        Index(
            "ix_user_task_assignee_open",
            "assignee",
            "due_order",
            "id",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        # An office's open tasks with all that its list counts and sorts by: no row of the wide table is read.
        Index(
            "ix_user_task_office_open",
            "organisation",
            "due_order",
            "id",
            *FACE,
            "process_id",
            "name",
            "assignee",
            "business_key",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        # With the instance, so that what is overdue is found and counted without the rows of the wide table.
        Index(
            "ix_user_task_open", "due_order", "id", "instance_id", sqlite_where=OPEN, postgresql_where=OPEN
        ),
        Index("ix_user_task_element", "element_id", "instance_id", sqlite_where=OPEN, postgresql_where=OPEN),
        # Partial, so that open tasks, which nobody ended, weigh nothing in the planner's statistics.
        Index(
            "ix_user_task_ended_by",
            "ended_by",
            "ended_at",
            sqlite_where=text("ended_by IS NOT NULL"),
            postgresql_where=text("ended_by IS NOT NULL"),
        ),
        Index(
            "ix_user_task_ended_for",
            "ended_for",
            "ended_at",
            sqlite_where=text("ended_for IS NOT NULL"),
            postgresql_where=text("ended_for IS NOT NULL"),
        ),
        # What came since somebody looked, without a walk through all that was there before.
        Index("ix_user_task_received", "created_at", sqlite_where=OPEN, postgresql_where=OPEN),
        # All open tasks of the province by what else a list is ordered by: a page is its first rows, whatever filter
        # most of them meet, and no sorting of a hundred thousand. An open task is entered once and never moved there.
        Index("ix_user_task_priority", "priority", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_user_task_company", "company", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    process_id: Mapped[str]
    business_key: Mapped[str | None] = mapped_column(index=True)
    wait_key: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    lane: Mapped[str] = mapped_column(default="")
    documentation: Mapped[str] = mapped_column(default="")
    properties: Mapped[dict[str, Any]]
    manual: Mapped[bool] = mapped_column(default=False)
    form_id: Mapped[str | None]
    form_definition_id: Mapped[int | None] = mapped_column(ForeignKey("definition.id"))
    external_reference: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=CREATED)
    assignee: Mapped[str | None]
    candidate_groups: Mapped[list[Any]]
    candidate_users: Mapped[list[Any]]
    organisation: Mapped[str | None] = mapped_column(index=True)
    """The organisation whose office it lies in, read from its first group `role@organisation`."""
    due: Mapped[datetime | None]
    due_order: Mapped[datetime]
    follow_up: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(default=50)
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with every change of this task: what a stale page is told by. A neighbour's click leaves it alone."""
    created_at: Mapped[datetime]
    company: Mapped[str] = mapped_column(default="", server_default="")
    """With city, type and year: what the case is about, as `engine.inbox.faces` found it when the task opened."""
    city: Mapped[str] = mapped_column(default="", server_default="")
    type: Mapped[str] = mapped_column(default="", server_default="")
    year: Mapped[str] = mapped_column(default="", server_default="")
    claimed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_for: Mapped[str | None]
    """Who held it and was away, when a substitute did it."""
    ended_reason: Mapped[Any] = mapped_column(Json, nullable=True)
    """Why it was cancelled: {"kind": "timer", "element_id", "due"} or {"kind": "command", "command"}."""

    @property
    def called(self) -> Worded:
        """Its name, in English as the diagram gives it."""
        return Worded(self.name, self.properties.get("luzhi:name_en"))


class UserTaskCandidate(Base):
    """An open task in the inbox of a group or a person (`user:` + login), with what lists filter and count by.

    A trigger removes the rows of a task when it ends, and another keeps `free`: this table holds open tasks only.
    A page of 50 costs 50 steps in one index, and a count reads these narrow rows only, however many tasks there are.
    """

    __tablename__ = "user_task_candidate"
    __table_args__ = ({"sqlite_with_rowid": False},)

    candidate: Mapped[str] = mapped_column(primary_key=True)
    due_order: Mapped[datetime] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(
        Key, ForeignKey("user_task.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    process_id: Mapped[str]
    name: Mapped[str]
    free: Mapped[bool] = mapped_column(default=True)
    """Nobody has claimed the task."""
    business_key: Mapped[str | None]
    company: Mapped[str] = mapped_column(default="", server_default="")
    city: Mapped[str] = mapped_column(default="", server_default="")
    type: Mapped[str] = mapped_column(default="", server_default="")
    year: Mapped[str] = mapped_column(default="", server_default="")
    priority: Mapped[int] = mapped_column(default=50, server_default="50")
    created_at: Mapped[datetime | None]


class Submission(Base):
    """What a person sent, as it was accepted. Append-only: triggers refuse changes and deletions."""

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_instance", "instance_id", "element_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    # This prevents one task from being submitted twice, whatever the code does.
    task_id: Mapped[int | None] = mapped_column(ForeignKey("user_task.id"), unique=True)
    element_id: Mapped[str]
    form_id: Mapped[str | None]
    form_definition_id: Mapped[int | None] = mapped_column(ForeignKey("definition.id"))
    by: Mapped[str]
    on_behalf_of: Mapped[str | None]
    """Who held the task and was away, when a substitute sent it."""
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    sha256: Mapped[str]


class Draft(Base):
    """What one person has typed into one task so far. Nobody else sees it.

    It goes when the task is completed, and stays for its writer to read when the task was withdrawn.
    """

    __tablename__ = "draft"

    task_id: Mapped[int] = mapped_column(
        Key, ForeignKey("user_task.id", ondelete="CASCADE"), primary_key=True
    )
    login: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
    writers: Mapped[Any] = mapped_column(Json, nullable=True)
    """Per key the page (a random name) that wrote it last: no page is in conflict with itself."""
