"""Files of the answers of `answers.form`: rows only, for what these tests are about needs no bytes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.store.files import StoredFile

MARK = "f-"
"""Ids in test answers begin so; each stands for one file, uploaded by whoever sends the form."""


def attached(
    session: Session, login: str, task_id: int, body: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """The body with every `f-…` replaced by the id of a file that this person uploaded for the task."""
    made: set[str] = set()

    def real(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: real(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [real(entry) for entry in value]
        if not (isinstance(value, str) and value.startswith(MARK)):
            return value
        id = f"{value}-{task_id}"
        if id not in made:
            made.add(id)
            session.add(_row(id, value, login, task_id, at))
        return id

    return {key: real(value) for key, value in body.items()}


def _row(id: str, name: str, login: str, task_id: int, at: datetime) -> StoredFile:
    photo = "photo" in name
    return StoredFile(
        id=id,
        sha256="0" * 64,
        name=f"{name}.{'jpg' if photo else 'pdf'}",
        kind="jpeg" if photo else "pdf",
        media_type="image/jpeg" if photo else "application/pdf",
        size=1000,
        purpose=f"task:{task_id}",
        by=login,
        begun_at=at,
        at=at,
    )
