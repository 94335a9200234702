"""Removes what nobody will come back for: uploads broken off, files that nothing uses, bytes that nothing names.

Never a file that is attached to something, nor one that its uploader's draft still holds; papers of a registration
that lapsed or was refused go after the same time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Exists, delete, exists, select
from sqlalchemy.orm import Session

from engine import audit
from engine.clock import SystemClock
from engine.files.refusals import UploadBusy
from engine.policy import SYSTEM
from engine.programme.registrations import papers
from engine.runtime import Runtime
from engine.store import json
from engine.store.files import FileUse, StoredFile, Upload
from engine.store.tasks import Draft

YOUNG = timedelta(days=1)
"""Bytes that nothing names may belong to a request that has not committed yet; after a day they do not."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How many uploads, files and byte strings went."""

    uploads: int
    files: int
    bytes: int

    def __bool__(self) -> bool:
        return bool(self.uploads or self.files or self.bytes)


def clean(rt: Runtime) -> Cleaned:
    """Remove what is older than `files_days` and unused; one audit entry tells the numbers."""
    before = rt.clock.now() - timedelta(days=rt.settings.files_days)
    with rt.reading() as session:
        old = list(session.scalars(select(Upload.id).where(Upload.changed_at < before)))
    uploads = sum(_drop_upload(rt, id, before) for id in old)
    files = _drop_files(rt, before)
    done = Cleaned(uploads, files, _drop_bytes(rt))
    if done:
        with rt.transaction() as tx:
            audit.append(
                tx.session,
                at=tx.now,
                actor=SYSTEM.login,
                action="file.clean",
                object_type="file",
                object_key="*",
                detail={"uploads": done.uploads, "files": done.files, "bytes": done.bytes},
            )
    return done


def _drop_upload(rt: Runtime, id: str, before: datetime) -> int:
    try:
        with rt.files.writing(id):
            with rt.transaction() as tx:
                still = tx.session.execute(
                    delete(Upload).where(Upload.id == id, Upload.changed_at < before).returning(Upload.id)
                ).first()
            if still is None:  # somebody went on with it meanwhile
                return 0
            rt.files.forget(id)
    except UploadBusy:
        return 0
    return 1


def _drop_files(rt: Runtime, before: datetime) -> int:
    with rt.transaction() as tx:
        unused = ~exists().where(FileUse.file_id == StoredFile.id)
        found = tx.session.scalars(select(StoredFile).where(StoredFile.at < before, unused)).all()
        gone = [file for file in found if not _needed(tx.session, file, before)]
        for file in gone:
            tx.session.delete(file)
    return len(gone)


def _needed(session: Session, file: StoredFile, before: datetime) -> bool:
    if papers.are_papers(file):
        return papers.needed(session, file, before)
    return _in_a_draft(session, file)


def _in_a_draft(session: Session, file: StoredFile) -> bool:
    kind, _, number = file.purpose.partition(":")
    if kind != "task" or not number.isdigit():
        return False
    draft = session.get(Draft, (int(number), file.by))
    return draft is not None and f'"{file.id}"' in json.dumps(draft.data)


def _drop_bytes(rt: Runtime) -> int:
    """Parts without an upload and whole files without a row. Their age is told by the machine's clock, as theirs is."""
    limit = SystemClock().now() - YOUNG
    gone = 0
    for path in _older(rt.files.parts(), limit):
        gone += _drop_unnamed(rt, path, exists().where(Upload.id == path.name), rt.files.forget)
    for path in _older(rt.files.wholes(), limit):
        gone += _drop_unnamed(rt, path, exists().where(StoredFile.sha256 == path.name), rt.files.discard)
    return gone


def _older(paths: Iterator[Path], limit: datetime) -> Iterator[Path]:
    return (path for path in paths if datetime.fromtimestamp(path.stat().st_mtime, UTC) < limit)


def _drop_unnamed(rt: Runtime, path: Path, named: Exists, drop: Callable[[str], None]) -> int:
    with rt.reading() as session:
        if session.scalar(select(named)):
            return 0
    drop(path.name)
    return 1
