"""Queries: the legal basis, notices, public notices, published lists."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine.clock import end_of_day, in_business_zone, start_of_day
from engine.errors import NotFound
from engine.programme.announcements.models import Notice, Publication, PublicNotice
from engine.programme.cycles.models import Cycle
from engine.programme.measures.models import Continuation, Measure
from engine.programme.public.values import (
    Announcement,
    Basis,
    Entry,
    Item,
    NoticeText,
    Permission,
    PublishedList,
)

T = TypeVar("T")
_MEASURES = select(
    Measure.code,
    Measure.name,
    Measure.document_no,
    Measure.in_force_on,
    Measure.expires_on,
    Measure.successor,
).order_by(Measure.in_force_on.desc())
"""Asked by the frame of every page: put together once."""


def basis(session: Session, now: datetime) -> Basis | None:
    """The measure in force at `now`; without one the last to have expired; else the next (article 15)."""
    measures = session.execute(_MEASURES).all()
    if not measures:
        return None
    begun = [m for m in measures if start_of_day(m.in_force_on) <= now]
    in_force = [m for m in begun if now < end_of_day(m.expires_on)]
    chosen = (in_force or begun or [measures[-1]])[0]
    return Basis(
        chosen.code,
        chosen.name,
        chosen.document_no,
        chosen.in_force_on,
        chosen.expires_on,
        now >= end_of_day(chosen.expires_on),
        chosen.successor,
    )


def permissions(session: Session, code: str) -> tuple[Permission, ...]:
    """The decisions that let work go on after that measure expired (I14)."""
    rows = session.scalars(select(Continuation).where(Continuation.measure_code == code))
    return tuple(Permission(r.document_no, r.cycle_year, r.decided_on, r.until) for r in rows)


def notices(session: Session, limit: int = 100) -> tuple[Entry, ...]:
    """Issued notices, newest first."""
    rows = session.scalars(select(Notice).order_by(Notice.issued_at.desc()).limit(limit))
    return tuple(_notice_entry(row) for row in rows)


def notice(session: Session, id: int) -> NoticeText:
    """One notice. Raises NotFound."""
    row = found(session.get(Notice, id), "这份通知", "This notice")
    return NoticeText(_notice_entry(row), row.body, _instants(row.facts))


def _notice_entry(row: Notice) -> Entry:
    return Entry(row.id, row.cycle_year, row.title, row.notice_no, row.notice_date, row.kind, row.issued_at)


def _instants(facts: Any) -> tuple[tuple[str, datetime], ...]:
    """The deadlines that a notice states, in order; other facts are in its text."""
    names = ("enterprise_deadline", "county_deadline", "city_deadline")
    given = facts if isinstance(facts, dict) else {}
    return tuple(
        (name, in_business_zone(datetime.fromisoformat(given[name]))) for name in names if given.get(name)
    )


def announcements(session: Session, limit: int = 100) -> tuple[Announcement, ...]:
    """Public notices, newest first, without their items."""
    rows = session.scalars(select(PublicNotice).order_by(PublicNotice.starts_on.desc()).limit(limit))
    return tuple(_announcement(row, ()) for row in rows)


def announcement(session: Session, id: int) -> Announcement:
    """One public notice with its items. Raises NotFound."""
    row = found(
        session.get(PublicNotice, id, options=[selectinload(PublicNotice.items)]), "这份公示", "This notice"
    )
    return _announcement(row, _items(row.items, "application_no"))


def _announcement(row: PublicNotice, items: tuple[Item, ...]) -> Announcement:
    return Announcement(
        row.id,
        row.cycle_year,
        row.title,
        row.starts_on,
        row.ends_on,
        row.ends_at,
        row.phone,
        row.email,
        row.address,
        items,
        row.issued_at,
    )


def publications(session: Session, limit: int = 100) -> tuple[Entry, ...]:
    """Published lists, newest first."""
    rows = session.scalars(select(Publication).order_by(Publication.document_date.desc()).limit(limit))
    return tuple(_publication_entry(row) for row in rows)


def publication(session: Session, id: int) -> PublishedList:
    """One published list with its items. Raises NotFound."""
    row = found(
        session.get(Publication, id, options=[selectinload(Publication.items)]), "这份名单", "This list"
    )
    return PublishedList(
        _publication_entry(row), row.supplement_to, row.repeals, _items(row.items, "title_no")
    )


def _publication_entry(row: Publication) -> Entry:
    kind = "SUPPLEMENT" if row.supplement_to else "MAIN"
    return Entry(row.id, row.cycle_year, row.title, row.document_no, row.document_date, kind, row.issued_at)


def _items(rows: Sequence[Any], reference: str) -> tuple[Item, ...]:
    """By type in the measure's order, then by city code, then by name: no ranking is shown."""
    order = {"SCENE": 0, "WORKSHOP": 1, "FACTORY": 2}
    rows = sorted(rows, key=lambda r: (order.get(r.type, 9), r.city, r.enterprise))
    return tuple(Item(getattr(r, reference), r.type, r.enterprise, r.object_name, r.city) for r in rows)


def current_cycle(session: Session) -> Cycle | None:
    """The newest cycle whose notice is out."""
    return session.scalar(
        select(Cycle).where(Cycle.published_at.is_not(None)).order_by(Cycle.year.desc()).limit(1)
    )


def found(row: T | None, zh: str, en: str) -> T:
    """The row, or NotFound with what was looked for, in both languages."""
    if row is None:
        raise NotFound(what_zh=zh, what_en=en)
    return row
