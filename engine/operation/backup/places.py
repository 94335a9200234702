"""Where backups lie: a folder of folders, of which each is complete by itself, or one tar file.

What is written comes under another name first, so that an unfinished backup is never taken for one.
"""

import io
import os
import re
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from engine.files.store import BLOCK
from engine.operation.backup import manifest
from engine.operation.backup.refusals import NoPlace
from engine.store.trouble import no_room

PREFIX = "luzhi-"
UNFINISHED = ".partial"
STREAM = "-"
_NAME = re.compile(rf"{PREFIX}\d{{8}}T\d{{6}}Z")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def attachment(digest: str) -> str:
    """The name of an attachment within a backup. Raises ValueError for what is no hash."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"not a hash: {digest!r}")
    return f"files/{digest[:2]}/{digest}"


class Writer(Protocol):
    """Takes the parts of one backup."""

    scratch: Path
    """A folder on the same disk for what is made before it is added."""

    def add(self, name: str, path: Path) -> None:
        """Take a file that is not needed any more."""

    def add_text(self, name: str, text: str) -> None:
        """Take a text."""

    def keep(self, digest: str, path: Path) -> bool:
        """Take a copy of an attachment, or that of the backup before; whether its bytes are those of its hash."""


class FolderWriter:
    """A backup as a folder; what the former backup has is linked."""

    def __init__(self, folder: Path, former: Path | None) -> None:
        self.folder, self.former = folder, former
        self.scratch = folder

    def add(self, name: str, path: Path) -> None:
        """Move the file in."""
        path.replace(self.folder / name)

    def add_text(self, name: str, text: str) -> None:
        """Write the text."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def keep(self, digest: str, path: Path) -> bool:
        """Link to the former backup's file, or copy; a copy whose bytes are not those of its hash is not kept."""
        here = self.folder / attachment(digest)
        here.parent.mkdir(parents=True, exist_ok=True)
        if self._linked(here, attachment(digest), path.stat().st_size):
            return True
        with path.open("rb") as source, here.open("xb") as target:
            right = copied(source, target) == digest
        if not right:
            here.unlink()
        return right

    def _linked(self, here: Path, name: str, size: int) -> bool:
        if self.former is None:
            return False
        try:
            if (self.former / name).stat().st_size != size:
                return False
            os.link(self.former / name, here)
        except OSError:  # the former backup lacks it, or the disk knows no links: it is copied
            return False
        return True


class TarWriter:
    """A backup as one tar file or stream; every attachment is in it."""

    def __init__(self, tar: tarfile.TarFile, scratch: Path) -> None:
        self.tar, self.scratch = tar, scratch

    def add(self, name: str, path: Path) -> None:
        """Add the file."""
        with path.open("rb") as file:
            self._add(name, path.stat().st_size, file)
        path.unlink()

    def add_text(self, name: str, text: str) -> None:
        """Add the text."""
        content = text.encode()
        self._add(name, len(content), io.BytesIO(content))

    def keep(self, digest: str, path: Path) -> bool:
        """Look at the bytes first: nothing can be taken out of a tar again."""
        if digest_of(path) != digest:
            return False
        with path.open("rb") as file:
            self._add(attachment(digest), path.stat().st_size, file)
        return True

    def _add(self, name: str, size: int, file: IO[bytes]) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self.tar.addfile(entry, file)


@contextmanager
def writing(place: str, name: str) -> Iterator[Writer]:
    """A place for the parts of one backup; it counts only when the block ends without an error. Raises NoPlace."""
    try:
        if place == STREAM:
            with _tar(None, Path(tempfile.gettempdir())) as writer:
                yield writer
        elif place.endswith(".tar"):
            with _tar_file(Path(place)) as writer:
                yield writer
        else:
            with _folder(Path(place), name) as writer:
                yield writer
    except OSError as error:
        if not (isinstance(error, PermissionError) or no_room(error)):
            raise
        raise NoPlace(path=place, reason=error.strerror) from error


@contextmanager
def _folder(place: Path, name: str) -> Iterator[Writer]:
    if place.exists() and not place.is_dir():
        raise NoPlace(path=place, reason="not a folder")
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(f"{PREFIX}*{UNFINISHED}"):
        shutil.rmtree(left)  # of a backup that was cut off; the next one begins anew
    before = complete(place)
    growing = place / f"{name}{UNFINISHED}"
    growing.mkdir(mode=0o700)
    try:
        yield FolderWriter(growing, before[-1] if before else None)
        os.sync()
        growing.rename(place / name)
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise


@contextmanager
def _tar_file(place: Path) -> Iterator[Writer]:
    if place.exists():
        raise NoPlace(path=place, reason="it is there already")
    place.parent.mkdir(parents=True, exist_ok=True)
    growing = place.with_name(place.name + UNFINISHED)
    try:
        with growing.open("wb") as file:
            os.chmod(growing, 0o600)
            with _tar(cast(BinaryIO, file), place.parent) as writer:
                yield writer
            file.flush()
            os.fsync(file.fileno())
        growing.rename(place)
    finally:
        growing.unlink(missing_ok=True)


@contextmanager
def _tar(file: BinaryIO | None, beside: Path) -> Iterator[Writer]:
    with (
        tempfile.TemporaryDirectory(prefix=".luzhi-backup-", dir=beside) as scratch,
        tarfile.open(fileobj=file or sys.stdout.buffer, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield TarWriter(tar, Path(scratch))


def complete(place: Path) -> list[Path]:
    """The finished backups of a folder, oldest first."""
    found = [path for path in place.glob(f"{PREFIX}*") if _NAME.fullmatch(path.name)]
    return sorted(path for path in found if (path / manifest.NAME).is_file())


def prune(place: Path, keep: int) -> list[str]:
    """Remove all but the newest `keep` finished backups; the names of those that went."""
    gone = complete(place)[: -max(keep, 1)]
    for path in gone:
        path.rename(path.with_name(path.name + UNFINISHED))  # half removed, it must not be taken for one
        shutil.rmtree(path.with_name(path.name + UNFINISHED))
    return [path.name for path in gone]


def copied(source: IO[bytes], target: IO[bytes] | None = None) -> str:
    """Copy all bytes, or only read them; their SHA-256."""
    total = sha256()
    while block := source.read(BLOCK):
        total.update(block)
        if target is not None:
            target.write(block)
    return total.hexdigest()


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return copied(file)
