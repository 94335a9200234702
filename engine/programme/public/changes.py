"""Queries: consents to renamings and decisions of revocation, by their documents; and the offices to ask."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.documents.models import Document
from engine.programme.public.documents import found
from engine.programme.public.values import Entry, Office, Renamed, RenamingList, RevocationNotice
from engine.programme.renamings.models import AGREED, Renaming
from engine.programme.revocations.models import REVOKED, Revocation
from engine.programme.titles.models import Title
from engine.store.people import Organisation

RENAMING, REVOCATION = "RENAMING", "REVOCATION"


def renamings(session: Session, limit: int = 100) -> tuple[Entry, ...]:
    """Notices of consent to renamings, newest first."""
    return _entries(session, RENAMING, limit)


def revocations(session: Session, limit: int = 100) -> tuple[Entry, ...]:
    """Decisions of revocation, newest first."""
    return _entries(session, REVOCATION, limit)


def _entries(session: Session, kind: str, limit: int) -> tuple[Entry, ...]:
    rows = session.scalars(
        select(Document)
        .where(Document.kind == kind)
        .order_by(Document.issued_on.desc(), Document.id.desc())
        .limit(limit)
    )
    return tuple(_entry(row) for row in rows)


def _entry(row: Document) -> Entry:
    at: datetime = row.registered_at
    return Entry(row.id, row.issued_on.year, row.title, row.number, row.issued_on, row.kind, at)


def renaming(session: Session, id: int) -> RenamingList:
    """One consent with all renamings that its document lists. Raises NotFound."""
    document = _document(session, id, RENAMING)
    rows: Sequence[tuple[Renaming, Title]] = session.execute(
        select(Renaming, Title)
        .join(Title, Title.title_no == Renaming.title_no)
        .where(Renaming.document_no == document.number, Renaming.status == AGREED)
        .order_by(Title.city, Title.title_no)
    ).all()
    label = rows[0][0].label if rows else ""
    return RenamingList(_entry(document), label, tuple(_renamed(*row) for row in rows))


def _renamed(row: Renaming, title: Title) -> Renamed:
    return Renamed(
        title.title_no, title.type, title.name, title.city, row.old_holder, row.new_holder, title.document_no
    )


def revocation(session: Session, id: int) -> RevocationNotice:
    """One decision of revocation. Raises NotFound."""
    document = _document(session, id, REVOCATION)
    row = session.execute(
        select(Revocation, Title)
        .join(Title, Title.title_no == Revocation.title_no)
        .where(Revocation.document_no == document.number, Revocation.status == REVOKED)
    ).one_or_none()
    case, title = found(row, "这份撤销决定", "This decision")
    return RevocationNotice(
        _entry(document),
        title.title_no,
        title.type,
        title.name,
        title.holder,
        title.city,
        case.ground,
        document.issued_on,
        case.from_the_start,
    )


def _document(session: Session, id: int, kind: str) -> Document:
    row = session.scalar(select(Document).where(Document.id == id, Document.kind == kind))
    return found(row, "这份文件", "This document")


def offices(session: Session) -> tuple[Office, ...]:
    """The offices of the department, cities, counties and zones, in the order of their codes."""
    rows = session.scalars(
        select(Organisation)
        .where(Organisation.kind.in_(("province", "city", "county", "zone")))
        .order_by(Organisation.code)
    )
    return tuple(Office(r.code, r.name, r.parent, r.phone or "", r.address or "") for r in rows)
