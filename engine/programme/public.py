"""What everybody may read: notices, public notices, published lists, the register of titles, the legal basis.

Queries only. The answers are plain values without phones of people, identities, scores or names of experts
(I19): a field that is not in a dataclass here cannot reach a public page. Addresses and phones of offices are
part of a notice's text and are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from engine.clock import in_business_zone
from engine.errors import NotFound
from engine.programme.announcements.models import Notice, Publication, PublicNotice
from engine.programme.cycles.models import Cycle
from engine.programme.measures.models import Continuation, Measure
from engine.programme.titles.models import ACTIVE, RECTIFYING, REVOKING, Title, TitleName

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Basis:
    """The measure that applies now, or the last one that did."""

    code: str
    name: str
    document_no: str
    in_force_on: date
    expires_on: date
    expired: bool
    successor: str | None


@dataclass(frozen=True, slots=True)
class Permission:
    """A decision to continue after expiry: its document, its cycle, and until when."""

    document_no: str
    cycle_year: int
    decided_on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list of documents."""

    id: int
    cycle_year: int
    title: str
    number: str
    on: date
    kind: str


@dataclass(frozen=True, slots=True)
class Item:
    """One name on a public notice or a published list."""

    reference: str
    type: str
    enterprise: str
    object_name: str
    city: str


@dataclass(frozen=True, slots=True)
class NoticeText:
    """An issued notice in full."""

    entry: Entry
    body: str
    instants: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """A public notice (公示) in full. Objections are received until `ends_at`, exclusive."""

    id: int
    cycle_year: int
    title: str
    starts_on: date
    ends_on: date
    ends_at: datetime
    phone: str
    email: str
    address: str
    items: tuple[Item, ...]

    def open_at(self, now: datetime) -> bool:
        """Whether objections are still received."""
        return now < self.ends_at


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A publication (公布) in full."""

    entry: Entry
    supplement_to: str | None
    repeals: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """One link of a title's chain of names (article 12)."""

    holder: str
    since: date
    until: date | None
    document_no: str


@dataclass(frozen=True, slots=True)
class Registered:
    """A title as the register shows it."""

    title_no: str
    type: str
    name: str
    holder: str
    city: str
    cycle_year: int
    status: str
    granted_on: date
    document_no: str
    ended_on: date | None
    ended_document_no: str | None
    names: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for in the register; empty fields match everything."""

    text: str = ""
    type: str = ""
    city: str = ""
    year: int | None = None


def basis(session: Session, now: datetime) -> Basis | None:
    """The measure in force at `now`; without one the last to have expired; else the next (article 15)."""
    measures = session.scalars(select(Measure).order_by(Measure.in_force_on.desc())).all()
    if not measures:
        return None
    begun = [m for m in measures if m.in_force_from <= now]
    in_force = [m for m in begun if now < m.expires_at]
    chosen = (in_force or begun or [measures[-1]])[0]
    return Basis(
        chosen.code,
        chosen.name,
        chosen.document_no,
        chosen.in_force_on,
        chosen.expires_on,
        now >= chosen.expires_at,
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
    row = _found(session.get(Notice, id), "这份通知", "This notice")
    return NoticeText(_notice_entry(row), row.body, _instants(row.facts))


def _notice_entry(row: Notice) -> Entry:
    return Entry(row.id, row.cycle_year, row.title, row.notice_no, row.notice_date, row.kind)


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
    row = _found(
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
    )


def publications(session: Session, limit: int = 100) -> tuple[Entry, ...]:
    """Published lists, newest first."""
    rows = session.scalars(select(Publication).order_by(Publication.document_date.desc()).limit(limit))
    return tuple(_publication_entry(row) for row in rows)


def publication(session: Session, id: int) -> PublishedList:
    """One published list with its items. Raises NotFound."""
    row = _found(
        session.get(Publication, id, options=[selectinload(Publication.items)]), "这份名单", "This list"
    )
    return PublishedList(
        _publication_entry(row), row.supplement_to, row.repeals, _items(row.items, "title_no")
    )


def _publication_entry(row: Publication) -> Entry:
    kind = "SUPPLEMENT" if row.supplement_to else "MAIN"
    return Entry(row.id, row.cycle_year, row.title, row.document_no, row.document_date, kind)


def _items(rows: Sequence[Any], reference: str) -> tuple[Item, ...]:
    """By type in the measure's order, then by city code, then by name: no ranking is shown."""
    order = {"SCENE": 0, "WORKSHOP": 1, "FACTORY": 2}
    rows = sorted(rows, key=lambda r: (order.get(r.type, 9), r.city, r.enterprise))
    return tuple(Item(getattr(r, reference), r.type, r.enterprise, r.object_name, r.city) for r in rows)


def register(session: Session, search: Search, first: int, limit: int) -> tuple[int, tuple[Registered, ...]]:
    """How many titles match, and those from `first` on. All names of holders are searched (article 12)."""
    query = _matching(search)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(Title.cycle_year.desc(), Title.title_no).offset(first).limit(limit))
    return total, tuple(_registered(row) for row in rows)


def _matching(search: Search) -> Select[Title]:
    query = select(Title)
    if search.text:
        names = select(TitleName.title_id).where(TitleName.holder.contains(search.text, autoescape=True))
        query = query.where(
            or_(
                Title.title_no == search.text.upper(),
                Title.name.contains(search.text, autoescape=True),
                Title.holder.contains(search.text, autoescape=True),
                Title.uscc == search.text.upper(),
                Title.id.in_(names),
            )
        )
    if search.type:
        query = query.where(Title.type == search.type)
    if search.city:
        query = query.where(Title.city == search.city)
    if search.year is not None:
        query = query.where(Title.cycle_year == search.year)
    return query


def title(session: Session, title_no: str) -> Registered:
    """One title with its chain of names. Raises NotFound."""
    row = session.scalar(
        select(Title).where(Title.title_no == title_no.upper()).options(selectinload(Title.names))
    )
    found = _found(row, "这个称号编号", "This title number")
    names = tuple(Named(n.holder, n.since, n.until, n.document_no) for n in found.names)
    return _registered(found, names)


def _shown_status(status: str) -> str:
    """A title counts as valid until a decision ends it; that something is being looked into is not public."""
    return ACTIVE if status in (RECTIFYING, REVOKING) else status


def _registered(row: Title, names: tuple[Named, ...] = ()) -> Registered:
    return Registered(
        row.title_no,
        row.type,
        row.name,
        row.holder,
        row.city,
        row.cycle_year,
        _shown_status(row.status),
        row.granted_on,
        row.document_no,
        row.ended_on,
        row.ended_document_no,
        names,
    )


def register_years(session: Session) -> tuple[int, ...]:
    """The years that have titles, newest first."""
    return tuple(session.scalars(select(Title.cycle_year).distinct().order_by(Title.cycle_year.desc())))


def current_cycle(session: Session) -> Cycle | None:
    """The newest cycle whose notice is out."""
    return session.scalar(
        select(Cycle).where(Cycle.published_at.is_not(None)).order_by(Cycle.year.desc()).limit(1)
    )


def _found(row: T | None, zh: str, en: str) -> T:
    if row is None:
        raise NotFound(what_zh=zh, what_en=en)
    return row
