"""An empty installation is filled from a backup. First everything is read and compared with the manifest: until all
of it is found right, nothing is written.

Sessions are not restored: one that was ended after the backup must not live again.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete

from engine import audit
from engine.files.store import FileStore
from engine.operation.backup import databases, places
from engine.operation.backup.databases import State
from engine.operation.backup.manifest import LIST, NAME, Manifest, Part, parse
from engine.operation.backup.places import attachment
from engine.operation.backup.refusals import (
    BackupDamaged,
    BackupNewer,
    NoBackup,
    NoRoom,
    OtherDatabase,
    RestoredDiffers,
    TargetNotEmpty,
)
from engine.operation.backup.sources import Reader, reading
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store import migrations
from engine.store.people import WebSession

MEGABYTE = 1024 * 1024
Told = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored; `upgraded` from which revision, where this code is newer than the backup."""

    manifest: Manifest
    kept: int
    """Attachments that were here already, with the right bytes."""
    upgraded: str | None


def verify(place: Path, told: Told | None = None) -> Manifest:
    """Read a backup to its last byte; its manifest. Raises NoBackup, BackupDamaged."""
    told = told or (lambda share, what: None)
    with reading(place) as source:
        manifest = _manifest(source, place)
        for part in manifest.parts:
            _require(source, part)
        listed = _listed(source, manifest)
        for number, (digest, size) in enumerate(listed.items()):
            _require(source, Part(attachment(digest), size, digest))
            if number % 500 == 0:
                told(number / len(listed), "attachments")
    return manifest


def restore(rt: Runtime, place: Path, *, keep_files: bool = False, told: Told | None = None) -> Restored:
    """Fill the empty database and the empty folder of attachments.

    `keep_files`: attachments that are here stay, when their bytes are those of their hash; others are replaced.
    Raises NoBackup, BackupDamaged, BackupNewer, OtherDatabase, TargetNotEmpty, NoRoom, ToolMissing, ToolFailed,
    RestoredDiffers.
    """
    told = told or (lambda share, what: None)
    with reading(place) as source:
        _require_fit(rt, _manifest(source, place), keep_files)
    manifest = verify(place, lambda share, what: told(share * 0.3, what))
    with reading(place) as source:
        told(0.3, "database")
        _load(rt, source, manifest)
        _compare(rt, manifest)
        told(0.7, "attachments")
        kept = _attachments(rt.files, source, manifest)
    upgraded = _upgrade(rt)
    _note(rt, place.name, manifest)
    told(1.0, place.name)
    return Restored(manifest, kept, upgraded)


def _manifest(source: Reader, place: Path) -> Manifest:
    try:
        with source.open(NAME) as file:
            return parse(file.read().decode())
    except FileNotFoundError as error:
        raise NoBackup(path=place) from error
    except ValueError as error:
        raise BackupDamaged(part=NAME, reason=error) from error


def _require(source: Reader, part: Part) -> None:
    try:
        with source.open(part.name) as file:
            found = places.copied(file)
    except FileNotFoundError as error:
        raise BackupDamaged(part=part.name, reason="it is missing") from error
    if found != part.sha256:
        raise BackupDamaged(part=part.name, reason="its bytes were changed")


def _listed(source: Reader, manifest: Manifest) -> dict[str, int]:
    with source.open(LIST) as file:
        lines = [line.split() for line in file.read().decode().splitlines()]
    if len(lines) != manifest.files:
        raise BackupDamaged(part=LIST, reason=f"{len(lines)} lines for {manifest.files} attachments")
    return {digest: int(size) for digest, size in lines}


def _require_fit(rt: Runtime, manifest: Manifest, keep_files: bool) -> None:
    here = rt.engine.dialect.name
    if manifest.dialect != here:
        raise OtherDatabase(there=manifest.dialect, here=here)
    if not migrations.knows(manifest.revision):
        raise BackupNewer(revision=manifest.revision)
    found = databases.tables(rt.engine)
    if found:
        raise TargetNotEmpty(what=f"{rt.engine.url.render_as_string()}: {len(found)} tables")
    if not keep_files and next(rt.files.wholes(), None) is not None:
        raise TargetNotEmpty(what=rt.files.folder)
    _require_room(rt.files.folder, manifest)


def _require_room(folder: Path, manifest: Manifest) -> None:
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // MEGABYTE
    needed = (manifest.files_bytes + manifest.part(manifest.database).size) // MEGABYTE
    if free < needed:
        raise NoRoom(path=folder, free=free, needed=needed)


def _load(rt: Runtime, source: Reader, manifest: Manifest) -> None:
    with source.on_disk(manifest.database) as path:
        databases.load(rt.engine, path)


def _compare(rt: Runtime, manifest: Manifest) -> None:
    """Raises RestoredDiffers unless every table has the rows, and the audit chain the end, of the manifest."""
    with rt.engine.connect() as connection:
        found: State = databases.look(connection)
    names = sorted({*manifest.counts, *found.counts})
    wrong = [name for name in names if found.counts.get(name) != manifest.counts.get(name)]
    if wrong:
        raise RestoredDiffers(what=", ".join(wrong))
    if (found.audit_sequence, found.audit_hash) != (manifest.audit_sequence, manifest.audit_hash):
        raise RestoredDiffers(what="audit_head")


def _attachments(store: FileStore, source: Reader, manifest: Manifest) -> int:
    kept = 0
    for digest in _listed(source, manifest):
        path = store.whole(digest)
        if path.exists() and places.digest_of(path) == digest:
            kept += 1
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        growing = path.with_name(f"{digest}.restoring")
        with source.open(attachment(digest)) as file, growing.open("wb") as target:
            if places.copied(file, target) != digest:
                raise BackupDamaged(part=attachment(digest), reason="its bytes changed while it was read")
        growing.replace(path)
    return kept


def _upgrade(rt: Runtime) -> str | None:
    if migrations.current(rt.engine):
        return None
    before = migrations.revision(rt.engine)
    migrations.upgrade(rt.engine)
    return before


def _note(rt: Runtime, name: str, manifest: Manifest) -> None:
    """End every session, and put the restore into the trail."""
    with rt.transaction() as tx:
        tx.session.execute(delete(WebSession))
        audit.append(
            tx.session,
            at=tx.now,
            actor=SYSTEM.login,
            action="system.restore",
            object_type="system",
            object_key=name,
            detail={"made_at": manifest.made_at, "audit_sequence": manifest.audit_sequence},
        )
