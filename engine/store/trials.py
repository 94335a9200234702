"""Trials of people, scenarios that they recorded, and long runs of scenarios and of past cases."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Key

SCENARIOS, REPLAY = "scenarios", "replay"
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


class StudioTrial(Base):
    """A case that one person tries out: how it began and what was done in it. It is played again on every page."""

    __tablename__ = "studio_trial"
    __table_args__ = (Index("ix_studio_trial_login", "login", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str]
    change_id: Mapped[int | None] = mapped_column(ForeignKey("rule_change.id"))
    """The change whose drafts are tried; None for what is deployed."""
    process_id: Mapped[str]
    begun_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=0)
    """Counts every move, so that two tabs do not undo each other's."""
    story: Mapped[dict[str, Any]]
    """The scenario as far as it has come (`engine.studio.trying.playing`)."""


class RecordedScenario(Base):
    """A scenario as somebody recorded it. Append-only: of one file name the newest counts."""

    __tablename__ = "recorded_scenario"
    __table_args__ = (Index("ix_recorded_scenario_file", "file", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    file: Mapped[str]
    process_id: Mapped[str]
    content: Mapped[str]
    """The text of the file; empty when the scenario was taken away."""
    by: Mapped[str]
    at: Mapped[datetime]


class StudioRun(Base):
    """All scenarios, or all ended cases of a process, played on one set of rules; a worker does it in steps."""

    __tablename__ = "studio_run"
    __table_args__ = (
        CheckConstraint("what IN ('scenarios','replay')", name="what"),
        CheckConstraint("state IN ('waiting','running','done','failed')", name="state"),
        Index("ix_studio_run_change_id", "change_id", "what"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    what: Mapped[str]
    change_id: Mapped[int | None] = mapped_column(ForeignKey("rule_change.id"))
    process_id: Mapped[str] = mapped_column(default="")
    contents: Mapped[str]
    """The hash of the files that it was begun with: the drafts may have moved on since."""
    state: Mapped[str] = mapped_column(default=WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    results: Mapped[dict[str, Any]]
    """What has come of it so far (`engine.studio.trying.runs`)."""
