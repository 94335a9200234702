"""A backup that is read: the folder of one, or a tar file."""

import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

from engine.operation.backup import manifest
from engine.operation.backup.places import UNFINISHED, copied
from engine.operation.backup.refusals import NoBackup


class Reader(Protocol):
    """Gives the parts of one backup."""

    def open(self, name: str) -> IO[bytes]:
        """A part. Raises FileNotFoundError."""

    def on_disk(self, name: str) -> AbstractContextManager[Path]:
        """The part as a file of its own, while the block runs."""


class FolderReader:
    """A backup that is a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, name: str) -> IO[bytes]:
        """The file of that name."""
        return (self.folder / name).open("rb")

    @contextmanager
    def on_disk(self, name: str) -> Iterator[Path]:
        """The file as it lies."""
        yield self.folder / name


class TarReader:
    """A backup that is a tar file: the names that we ask for are all that is ever read from it."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._entries = {entry.name: entry for entry in tar if entry.isfile()}

    def open(self, name: str) -> IO[bytes]:
        """The entry of that name."""
        entry = self._entries.get(name)
        found = self._tar.extractfile(entry) if entry is not None else None
        if found is None:
            raise FileNotFoundError(name)
        return found

    @contextmanager
    def on_disk(self, name: str) -> Iterator[Path]:
        """The entry, written out."""
        with tempfile.TemporaryDirectory(prefix="luzhi-restore-") as folder, self.open(name) as file:
            path = Path(folder) / name
            with path.open("wb") as target:
                copied(file, target)
            yield path


@contextmanager
def reading(place: Path) -> Iterator[Reader]:
    """The backup at a place: the folder of one, or a tar file. Raises NoBackup."""
    if place.is_dir():
        if not (place / manifest.NAME).is_file() or place.name.endswith(UNFINISHED):
            raise NoBackup(path=place)
        yield FolderReader(place)
        return
    try:
        with tarfile.open(place, "r:") as tar:
            yield TarReader(tar)
    except (tarfile.ReadError, FileNotFoundError) as error:
        raise NoBackup(path=place) from error
