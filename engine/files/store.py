"""The bytes of files in a local folder: parts that still grow under the upload's id, whole files under their SHA-256.

`parts/<id>` and `whole/<aa>/<sha256>`. A file becomes whole by a link, which is atomic: it is there completely or not
at all. Another place (S3, MinIO) would be another class with these methods.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO

from engine import meters
from engine.files.locks import only_writer
from engine.files.refusals import StorageFull
from engine.store.trouble import no_room

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
BLOCK = 1024 * 1024
RESERVE = 256 * BLOCK
"""Bytes that uploads leave free: the database lies on the same disk, and must be able to go on."""


class FileStore:
    """Files in a folder, which is made when the first one comes. Names are ids or hashes, never what people typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def writing(self, id: str) -> AbstractContextManager[None]:
        """The right to change a part, for one at a time. Raises UploadBusy."""
        return only_writer(self.folder / "locks" / _checked(id))

    def length(self, id: str) -> int:
        """How many bytes of a part are on disk; 0 when there is none."""
        try:
            return self.part(id).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, id: str, offset: int, pieces: Iterable[bytes]) -> int:
        """Write after `offset`, forget what stood there; the new length, safely on disk, even when `pieces` raises.

        Raises StorageFull; what fitted stays.
        """
        path = self.part(id)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _named_when_full(), path.open("r+b" if path.exists() else "w+b", buffering=0) as file:
            file.truncate(offset)
            file.seek(offset)
            try:
                for piece in pieces:
                    _write(file, piece)
            finally:
                os.fsync(file.fileno())
        return self.length(id)

    def require_room(self, size: int) -> None:
        """Whether the disk holds a file of this size and still leaves the rest its reserve. Raises StorageFull."""
        folder = self.folder
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        if shutil.disk_usage(folder).free < size + RESERVE:
            raise StorageFull

    def digest(self, id: str) -> str:
        """The SHA-256 of a part, as hexadecimal digits."""
        total = sha256()
        with self.part(id).open("rb") as file:
            while block := file.read(BLOCK):
                total.update(block)
        return total.hexdigest()

    def keep(self, id: str, digest: str) -> None:
        """Make a complete part whole under its digest. The part stays until `forget`: a crash loses nothing."""
        part, whole = self.part(id), self.whole(digest)
        with _named_when_full():
            whole.parent.mkdir(parents=True, exist_ok=True)
            if not self.renew(digest):
                _link(part, whole)
            _sync_folder(whole.parent)

    def renew(self, digest: str) -> bool:
        """Make a whole file young again, so that no cleaning takes it meanwhile; whether it is there."""
        try:
            os.utime(self.whole(digest))
        except FileNotFoundError:
            return False
        return True

    def open(self, digest: str) -> BinaryIO:
        """A whole file, to read. Raises FileNotFoundError."""
        return self.whole(digest).open("rb")

    def forget(self, id: str) -> None:
        """Remove a part; no matter whether there is one."""
        self.part(id).unlink(missing_ok=True)
        (self.folder / "locks" / id).unlink(missing_ok=True)

    def discard(self, digest: str) -> None:
        """Remove a whole file; no matter whether there is one. Only cleaning may call it."""
        self.whole(digest).unlink(missing_ok=True)

    def part(self, id: str) -> Path:
        """Where the bytes of an upload lie. Raises ValueError for what cannot be an id."""
        return self.folder / "parts" / _checked(id)

    def whole(self, digest: str) -> Path:
        """Where the bytes with this SHA-256 lie. Raises ValueError for what cannot be one."""
        return self.folder / "whole" / _checked(digest)[:2] / digest

    def parts(self) -> Iterator[Path]:
        """Every part."""
        yield from sorted((self.folder / "parts").glob("*"))

    def wholes(self) -> Iterator[Path]:
        """Every whole file."""
        yield from sorted((self.folder / "whole").glob("??/*"))


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not an id or a hash: {name!r}")
    return name


@contextmanager
def _named_when_full() -> Iterator[None]:
    """Raises StorageFull where the system says that the disk, or our share of it, is full."""
    try:
        yield
    except OSError as error:
        if not no_room(error):
            raise
        meters.meters().full.inc()
        raise StorageFull from error


def _write(file: RawIOBase, piece: bytes) -> None:
    """All of a piece: one call may write less than it was given when the disk fills."""
    left = memoryview(piece)
    while left:
        left = left[file.write(left) or 0 :]


def _link(part: Path, whole: Path) -> None:
    try:
        os.link(part, whole)
    except FileExistsError:
        os.utime(whole)
    except OSError:  # a file system without hard links: a copy under another name, then renamed
        copy = whole.with_name(f"{part.name}.tmp")
        shutil.copyfile(part, copy)
        with copy.open("r+b") as file:
            os.fsync(file.fileno())
        copy.replace(whole)


def _sync_folder(folder: Path) -> None:
    """Let the folder's entry survive a power cut, where the system can do that."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
