"""A backup is taken while the system runs: the database first, then the attachments that it names.

In this order no row of the copy names bytes that came later; what is uploaded meanwhile is in the next backup.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import text

from engine import audit
from engine.clock import Clock, SystemClock
from engine.files.store import FileStore
from engine.operation.backup import databases, places
from engine.operation.backup.databases import State, Stored
from engine.operation.backup.manifest import LIST, NAME, Manifest, Part, database_part
from engine.operation.backup.places import Writer
from engine.operation.backup.refusals import NoRoom
from engine.policy import SYSTEM
from engine.runtime import Runtime

MEGABYTE = 1024 * 1024
Told = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A finished backup."""

    name: str
    manifest: Manifest


def take(rt: Runtime, place: str, clock: Clock | None = None, told: Told | None = None) -> Taken:
    """Back up to a folder, a new `.tar` file, or `-` for standard output; it is noted in the audit trail.

    Raises NothingToKeep, NoPlace, NoRoom, ToolMissing, ToolFailed.
    """
    told = told or (lambda share, what: None)
    now = (clock or SystemClock()).now().astimezone(UTC)
    name = f"{places.PREFIX}{now:%Y%m%dT%H%M%SZ}"
    _require_room(rt, place)
    with places.writing(place, name) as writer:
        told(0.0, "database")
        state, part = _database(rt, writer)
        told(0.5, "attachments")
        missing, listed = _attachments(rt.files, writer, state.files, told)
        manifest = Manifest(
            made_at=now.isoformat(),
            version=version("luzhi"),
            revision=state.revision,
            dialect=rt.engine.dialect.name,
            counts=state.counts,
            audit_sequence=state.audit_sequence,
            audit_hash=state.audit_hash,
            files=len(state.files) - len(missing),
            files_bytes=sum(size for digest, size in state.files.items() if digest not in missing),
            missing=sorted(missing),
            parts=[part, listed],
        )
        writer.add_text(NAME, manifest.text())
    _note(rt, name, manifest)
    told(1.0, name)
    return Taken(name, manifest)


def _database(rt: Runtime, writer: Writer) -> tuple[State, Part]:
    name = database_part(rt.engine.dialect.name)
    path = writer.scratch / f"{name}.new"
    state = databases.dump(rt.engine, path)
    part = Part(name, path.stat().st_size, places.digest_of(path))
    writer.add(name, path)
    return state, part


def _attachments(store: FileStore, writer: Writer, files: Stored, told: Told) -> tuple[set[str], Part]:
    missing = set[str]()
    for number, digest in enumerate(files):
        try:
            right = writer.keep(digest, store.whole(digest))
        except FileNotFoundError:  # lost, or cleaned away since the state was taken because nothing used it
            right = False
        if not right:
            missing.add(digest)
        if number % 500 == 0:
            told(0.5 + 0.5 * number / len(files), "attachments")
    lines = "".join(f"{digest} {size}\n" for digest, size in files.items() if digest not in missing)
    writer.add_text(LIST, lines)
    content = lines.encode()
    return missing, Part(LIST, len(content), sha256(content).hexdigest())


def _require_room(rt: Runtime, place: str) -> None:
    """The copy of the database must fit at least. Raises NoRoom."""
    if place == places.STREAM:
        return
    folder = Path(place).absolute()
    while not folder.exists():
        folder = folder.parent
    free, needed = shutil.disk_usage(folder).free // MEGABYTE, _size(rt) // MEGABYTE
    if free < needed:
        raise NoRoom(path=place, free=free, needed=needed)


def _size(rt: Runtime) -> int:
    """Bytes of the database; a compressed dump of PostgreSQL takes about a third of it."""
    sqlite = rt.engine.dialect.name == "sqlite"
    asked = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if sqlite
        else "SELECT pg_database_size(current_database()) / 3"
    )
    with rt.reading() as session:
        return int(session.execute(text(asked)).scalar_one())


def _note(rt: Runtime, name: str, manifest: Manifest) -> None:
    with rt.transaction() as tx:
        audit.append(
            tx.session,
            at=tx.now,
            actor=SYSTEM.login,
            action="system.backup",
            object_type="system",
            object_key=name,
            detail={
                "revision": manifest.revision,
                "audit_sequence": manifest.audit_sequence,
                "audit_hash": manifest.audit_hash,
                "files": manifest.files,
                "missing": len(manifest.missing),
            },
        )
