"""How much one form, and one account in an hour, may upload. Unfinished uploads count with the size they announced."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select, union_all
from sqlalchemy.orm import Session

from engine.files.checking import megabytes
from engine.files.kinds import KINDS, MEGABYTE, Kind, by_name, extensions
from engine.files.refusals import (
    EmptyFile,
    FileTooLarge,
    PurposeFull,
    PurposeUnknown,
    TooManyUploads,
    TypeNotTaken,
    VisitorsFull,
)
from engine.policy import Actor
from engine.store.files import FileUse, StoredFile, Upload

HOUR = timedelta(hours=1)
UPLOADS_PER_HOUR = 300
"""Of one account: an application with ten files for each of its sections, three times over."""


DAY = timedelta(days=1)
VISITORS_A_DAY = 3 * 1024 * MEGABYTE
"""Bytes that all people without an account may upload in a day: fifty objections with all their evidence."""


@dataclass(frozen=True, slots=True)
class Room:
    """What one person may keep for one purpose."""

    files: int
    bytes: int


ROOM: dict[str, Room] = {
    "task": Room(120, 600 * MEGABYTE),  # ten documents of 20 MB, a video of 200 MB, and replacements of both
    "start": Room(20, 100 * MEGABYTE),
    "objection": Room(10, 60 * MEGABYTE),  # from anybody: evidence, not an archive
    "registration": Room(5, 40 * MEGABYTE),  # a business licence and a letter of authority
}
OPEN_TO_ALL = frozenset({"objection", "registration"})
"""Purposes for people without an account; the secret part of the purpose is what tells one from another."""


def _mine(table: Any) -> Select[int, Any]:
    """How many files somebody has for one purpose, and their bytes."""
    return select(func.count(), func.coalesce(func.sum(table.size), 0)).where(
        table.purpose == bindparam("purpose"), table.by == bindparam("login")
    )


def _recent(table: Any) -> Select[int]:
    return select(func.count()).where(table.by == bindparam("login"), table.begun_at > bindparam("since"))


_MINE = union_all(_mine(Upload), _mine(StoredFile))
# a start form is filled in again and again: what was sent with an earlier one takes no room
_UNSENT = union_all(_mine(Upload), _mine(StoredFile).where(~exists().where(FileUse.file_id == StoredFile.id)))
_RECENT = union_all(_recent(Upload), _recent(StoredFile))


def room(purpose: str) -> Room:
    """The room of a purpose such as `task:5`. Raises PurposeUnknown."""
    kind, colon, rest = purpose.partition(":")
    if not (colon and rest and kind in ROOM and len(purpose) <= 120 and purpose.isascii()):
        raise PurposeUnknown
    return ROOM[kind]


def require_taken(name: str, size: int) -> Kind:
    """The kind of a file by its name, when it is taken at this size. Raises TypeNotTaken, EmptyFile, FileTooLarge."""
    kind = by_name(name)
    if kind is None:
        raise TypeNotTaken(name=name, taken=extensions())
    if size <= 0:
        raise EmptyFile(name=name)
    if size > kind.most:
        most = kind.most // MEGABYTE
        raise FileTooLarge(name=name, megabytes=megabytes(size), kind_zh=kind.zh, kind_en=kind.en, most=most)
    return kind


def require_room(session: Session, actor: Actor, purpose: str, name: str, size: int, at: datetime) -> None:
    """Raise PurposeFull, TooManyUploads, VisitorsFull, PurposeUnknown when there is no room for one more of this size."""
    limit = room(purpose)
    counted = _UNSENT if purpose.startswith("start:") else _MINE
    found = session.execute(counted, {"purpose": purpose, "login": actor.login}).all()
    count, total = sum(row[0] for row in found), sum(row[1] for row in found)
    if count >= limit.files or total + size > limit.bytes:
        raise PurposeFull(
            name=name,
            count=count,
            megabytes=megabytes(total),
            most=limit.files,
            most_megabytes=limit.bytes // MEGABYTE,
        )
    if actor.signed_in:
        _require_rate(session, actor, name, at)
    else:
        _require_day(session, actor, name, size, at)


def _require_rate(session: Session, actor: Actor, name: str, at: datetime) -> None:
    recent = sum(session.scalars(_RECENT, {"login": actor.login, "since": at - HOUR}))
    if recent >= UPLOADS_PER_HOUR:
        raise TooManyUploads(name=name, count=recent)


def _require_day(session: Session, visitor: Actor, name: str, size: int, at: datetime) -> None:
    today = sum(
        session.scalar(
            select(func.coalesce(func.sum(table.size), 0)).where(
                table.by == visitor.login, table.begun_at > at - DAY
            )
        )
        or 0
        for table in (Upload, StoredFile)
    )
    if today + size > VISITORS_A_DAY:
        raise VisitorsFull(name=name)


__all__ = [
    "KINDS",
    "OPEN_TO_ALL",
    "ROOM",
    "UPLOADS_PER_HOUR",
    "VISITORS_A_DAY",
    "require_room",
    "require_taken",
    "room",
]
