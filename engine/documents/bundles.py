"""Zip archives that are written while they are sent: folders by the order of the process, names that Windows takes."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from engine.documents.models import DocumentVersion
from engine.documents.names import file_name, part
from engine.documents.rendering import kind_of
from engine.documents.subjects import scope
from engine.errors import Refusal
from engine.runtime import Runtime

BLOCK = 256 * 1024
FIXED = (2022, 4, 30, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a bundle: its path in the archive and how to open it."""

    path: str
    open: Callable[[], BinaryIO]


class _Outlet(io.RawIOBase):
    """What a zip file is written to: it keeps only what was not yet taken."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        piece = bytes(data)
        self._waiting.append(piece)
        return len(piece)

    def taken(self) -> Iterator[bytes]:
        waiting, self._waiting = self._waiting, []
        yield from waiting


def stream(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The bytes of a zip archive, a block at a time: no file is ever whole in memory."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for entry in entries:
            yield from _one(archive, outlet, entry)
    yield from outlet.taken()


def _one(archive: zipfile.ZipFile, outlet: _Outlet, entry: Entry) -> Iterator[bytes]:
    info = zipfile.ZipInfo(entry.path, FIXED)
    info.external_attr = 0o644 << 16
    info.flag_bits |= 0x800  # names are UTF-8
    with entry.open() as source, archive.open(info, "w", force_zip64=True) as target:
        while block := source.read(BLOCK):
            target.write(block)
            yield from outlet.taken()
    yield from outlet.taken()


def of_versions(rt: Runtime, versions: Iterable[DocumentVersion]) -> Iterator[Entry]:
    """The files of versions in numbered folders: 07_形式审查表/01_济南市_企业名_智能工厂_形式审查表.pdf."""
    numbers: dict[str, int] = {}
    with rt.reading() as session:
        for version in versions:
            kind = kind_of(version.kind)
            numbers[kind.id] = numbers.get(kind.id, 0) + 1
            try:
                where = scope(session, kind, version.subject)
            except Refusal:  # what it was about is gone from its register; its file stays
                continue
            for file in version.files:
                name = file_name(kind, where, version.version, file.format, numbers[kind.id])
                yield Entry(f"{part(kind.folder)}/{name}", _opener(rt, file.sha256))


def _opener(rt: Runtime, digest: str) -> Callable[[], BinaryIO]:
    return lambda: rt.files.open(digest)


def text(path: str, content: bytes) -> Entry:
    """A small file that is at hand."""
    return Entry(path, lambda: io.BytesIO(content))
