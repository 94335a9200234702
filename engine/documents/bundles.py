"""Zip archives that are written while they are sent: folders by the order of the process, names that Windows takes."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from engine.documents.models import DocumentVersion
from engine.documents.names import file_name, part
from engine.documents.rendering import kind_of
from engine.documents.subjects import Scope, scope
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
    """The files of versions in numbered folders: 07_形式审查表/01_济南市_企业名_智能工厂_形式审查表.pdf.

    Folders stand in the order of the process, files in that of their numbers, which have as many digits as it takes.
    """
    listed = sorted(versions, key=lambda version: kind_of(version.kind).number)
    widths = {kind: len(str(n)) for kind, n in Counter(version.kind for version in listed).items()}
    numbers: Counter[str] = Counter()
    with rt.reading() as session:
        for version in listed:
            kind = kind_of(version.kind)
            numbers[kind.id] += 1
            label = f"{numbers[kind.id]:0{max(2, widths[kind.id])}d}"
            where = _where(session, version)
            for file in version.files:
                name = file_name(kind, where, version.version, file.format, label)
                yield Entry(f"{part(kind.folder)}/{name}", _opener(rt, file.sha256))


def _where(session: Session, version: DocumentVersion) -> Scope:
    """What a version is about; of what is gone from its register the version itself tells enough for a name."""
    try:
        return scope(session, kind_of(version.kind), version.subject)
    except Refusal:
        return Scope(version.subject, version.year, version.title, (version.title,))


def contents(entries: Iterable[Entry]) -> Entry:
    """The index of a bundle, to stand first in it: number and path of every file, for spreadsheets and for eyes."""
    out = io.StringIO()
    rows = [(n, *entry.path.rpartition("/")[::2]) for n, entry in enumerate(entries, start=1)]
    csv.writer(out).writerows([("序号 No.", "文件夹 Folder", "文件 File"), *rows])
    return text("00_目录.csv", out.getvalue().encode("utf-8-sig"))


def _opener(rt: Runtime, digest: str) -> Callable[[], BinaryIO]:
    return lambda: rt.files.open(digest)


def text(path: str, content: bytes) -> Entry:
    """A small file that is at hand."""
    return Entry(path, lambda: io.BytesIO(content))
