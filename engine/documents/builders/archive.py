"""The catalogue of a year's archive: every document that was produced or registered in it (DA/T 22)."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents.builders import words as w
from engine.documents.kinds import KINDS, PERMANENT, THIRTY
from engine.documents.models import DocumentVersion
from engine.programme.cycles.operations import require
from engine.programme.documents.models import KINDS as REGISTERED
from engine.programme.documents.models import Document
from engine.runtime import Runtime

ITSELF = "archive_catalogue"
CODES = {"永久": "Y", "30年": "D30", "10年": "D10"}


def catalogue(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """归档文件目录: the documents in the order of the process, newest versions, then what only has a number."""
    year = require(session, int(subject.partition("-")[0])).year
    lines = [*_produced(session, year), *_numbered(session, year)]
    if not lines:
        raise w.not_yet(ITSELF, subject)
    entries = [
        {**line, "code": f"{year}-ZB-{CODES[line['retention']]}-{n:04d}"}
        for n, line in enumerate(lines, start=1)
    ]
    return {
        "title": f"{year}年度认定工作归档文件目录",
        "year": str(year),
        "issuer": w.DEPARTMENT_NAME,
        "total": str(len(entries)),
        "date": max((line["date"] for line in lines), key=_key),
        "items": w.numbered(entries),
    }


def _key(text: str) -> tuple[int, ...]:
    return tuple(
        int(part) for part in text.replace("年", "-").replace("月", "-").rstrip("日").split("-") if part
    )


def _produced(session: Session, year: int) -> Iterator[dict[str, str]]:
    rows = session.scalars(
        select(DocumentVersion).where(DocumentVersion.year == year, DocumentVersion.kind != ITSELF)
    )
    newest: dict[tuple[str, str], DocumentVersion] = {}
    for row in rows:
        known = newest.get((row.kind, row.subject))
        if known is None or known.version < row.version:
            newest[row.kind, row.subject] = row
    for row in sorted(newest.values(), key=lambda row: (KINDS[row.kind].number, row.city or "", row.subject)):
        yield {
            "number": str(row.content.get("number") or row.content.get("document_no") or ""),
            "signer": str(row.content.get("signer") or row.content.get("issuer") or w.DEPARTMENT_NAME),
            "subject": f"{KINDS[row.kind].zh}：{row.title}",
            "date": w.day(row.produced_at),
            "pages": "",
            "retention": KINDS[row.kind].keep,
            "remark": f"第{row.version}版" if row.version > 1 else "",
        }


def _numbered(session: Session, year: int) -> Iterator[dict[str, str]]:
    """Documents that were registered with a number and of which no file was produced."""
    numbers = {
        str(row.get("number") or "")
        for row in session.scalars(select(DocumentVersion.content).where(DocumentVersion.year == year))
    }
    for document in session.scalars(select(Document).order_by(Document.issued_on, Document.id)):
        if document.issued_on.year == year and document.number not in numbers:
            yield {
                "number": document.number,
                "signer": w.organisation(session, document.issuer),
                "subject": f"{REGISTERED.get(document.kind, (document.kind,))[0]}：{document.title}",
                "date": w.day(document.issued_on),
                "pages": "",
                "retention": PERMANENT if document.kind != "RECOMMENDATION" else THIRTY,
                "remark": "原件在公文系统",
            }
