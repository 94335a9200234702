"""The archive of a year: every version of every document, the registers, the audit trail's part, and a manifest.

One zip archive, kept with the files of documents. Retention classes follow DA/T 22.
"""

import csv
import hashlib
import io
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, selectinload

from engine.documents import bundles
from engine.documents.bundles import Entry
from engine.documents.kinds import KINDS
from engine.documents.models import DocumentVersion, DocumentWork
from engine.documents.registers import REGISTERS, Register
from engine.documents.sheets import text_sheet
from engine.programme.applications.models import Application, ApplicationVersion
from engine.runtime import Runtime
from engine.store import json
from engine.store.files import FileUse, StoredFile
from engine.store.trail import Audit
from engine.workbooks import safe

ZIP = "application/zip"
MANIFEST = ("path", "sha256", "size", "retention")
PERMANENT = "永久"


class _Counted(io.RawIOBase):
    """Reads through, hashing and counting what passes."""

    def __init__(self, source: BinaryIO) -> None:
        self._source, self.hash, self.size = source, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        self.hash.update(data)
        self.size += len(data)
        return len(data)

    def close(self) -> None:
        self._source.close()
        super().close()


def build(rt: Runtime, year: int, by: str) -> tuple[str, int, int]:
    """Write the archive into the store of files: its SHA-256, its size in bytes, how many files it has."""
    part = "d" + secrets.token_urlsafe(18)
    lines: list[tuple[str, str, int, str]] = []
    try:
        size = rt.files.append(part, 0, bundles.stream(_with_manifest(rt, year, by, lines)))
        digest = rt.files.digest(part)
        rt.files.keep(part, digest)
    finally:
        rt.files.forget(part)
    return digest, size, len(lines) + 1


def keep(session: Session, work: DocumentWork, at: datetime) -> None:
    """Let the archive's bytes be used by something, so that no cleaning takes them."""
    row = StoredFile(
        id="d" + secrets.token_urlsafe(18), sha256=work.sha256, name=f"{work.year}年度归档.zip", kind="zip",
        media_type=ZIP, size=work.size, pages=None, purpose="archive", by=work.asked_by, begun_at=at, at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(FileUse(file_id=row.id, subject=f"document_work:{work.id}", submission_id=None, at=at))


def _with_manifest(
    rt: Runtime, year: int, by: str, lines: list[tuple[str, str, int, str]]
) -> Iterator[Entry]:
    """Every file, then the manifest of what they were: their hashes are known when they have passed."""
    retention = {kind.folder: kind.keep for kind in KINDS.values()}
    for entry in _entries(rt, year):
        passing: list[_Counted] = []

        def opened(source: Entry = entry, seen: list[_Counted] = passing) -> BinaryIO:
            seen.append(_Counted(source.open()))
            return seen[0]  # type: ignore[return-value]

        yield Entry(entry.path, opened)
        [read] = passing
        folder = entry.path.partition("/")[0]
        lines.append((entry.path, read.hash.hexdigest(), read.size, retention.get(folder, PERMANENT)))
    at = rt.clock.now()
    yield bundles.text("manifest.csv", _csv([MANIFEST, *lines, ("", f"{at.isoformat()}", 0, by)]))


def _entries(rt: Runtime, year: int) -> Iterator[Entry]:
    with rt.reading() as session:
        query = select(DocumentVersion).where(DocumentVersion.year == year)
        order = (DocumentVersion.kind, DocumentVersion.city, DocumentVersion.subject, DocumentVersion.version)
        versions = session.scalars(query.order_by(*order).options(selectinload(DocumentVersion.files))).all()
    yield from _applications(rt, year)
    yield from bundles.of_versions(rt, versions)
    for register in REGISTERS:
        with rt.reading() as session:
            rows = _rows(session, register, year)
        yield bundles.text(f"90_登记簿/{register.name}.csv", _csv(rows))
        yield bundles.text(f"90_登记簿/{register.name}.xlsx", _sheet(register.name, rows))
    with rt.reading() as session:
        yield bundles.text("91_审计摘录/audit.csv", _csv(_audit(session, year)))


def _applications(rt: Runtime, year: int) -> Iterator[Entry]:
    """Every version of every application word for word, one file each: what its hash was taken of."""
    of_year = select(ApplicationVersion.id).join(
        Application, Application.application_no == ApplicationVersion.application_no
    )
    order = (ApplicationVersion.application_no, ApplicationVersion.version)
    with rt.reading() as session:
        ids = session.scalars(of_year.where(Application.cycle_year == year).order_by(*order)).all()
    for id in ids:
        with rt.reading() as session:
            row = session.get_one(ApplicationVersion, id)
            content = json.dumps(row.content).encode()
        yield bundles.text(f"00_申报书/{row.application_no}_第{row.version}版.json", content)


def _rows(session: Session, register: Register, year: int) -> list[tuple[Any, ...]]:
    columns = [column.key for column in inspect(register.model).columns if column.key not in register.secret]
    found = session.scalars(register.of_year(year))
    return [tuple(columns), *(tuple(getattr(row, name) for name in columns) for row in found)]


def _audit(session: Session, year: int) -> list[tuple[Any, ...]]:
    """The links about cases of the year: their numbers begin with it, or hold it."""
    names = (
        "sequence",
        "at",
        "actor",
        "action",
        "object_type",
        "object_key",
        "business_key",
        "previous",
        "hash",
    )
    about = Audit.business_key
    query = (
        select(Audit)
        .where(about.startswith(f"{year}") | about.contains(f"-{year}-"))
        .order_by(Audit.sequence)
    )
    return [names, *(tuple(getattr(row, name) for name in names) for row in session.scalars(query))]


def _csv(rows: list[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[_safe(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: Any) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    text = _text(cell)
    return str(safe(text))


def _sheet(name: str, rows: list[tuple[Any, ...]]) -> bytes:
    return text_sheet(name, [[_text(cell) for cell in row] for row in rows])


def _text(cell: Any) -> str:
    return "" if cell is None else cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
