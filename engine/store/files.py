"""What is known of uploaded and rendered files, and the settings that an administrator may change."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Json, Key


class File(Base):
    """A stored file. Its bytes lie under its hash; its name is only shown, never used as a path."""

    __tablename__ = "file"
    __table_args__ = (CheckConstraint("size >= 0", name="size"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("user_task.id"), index=True)
    by: Mapped[str]
    at: Mapped[datetime]


class Setting(Base):
    """A parameter that an administrator may change while the system runs; every change is audited."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    by: Mapped[str]
    at: Mapped[datetime]
