"""Queries: the register of titles, as on any day."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from engine.programme.measures.afterwards import level_of
from engine.programme.measures.models import LevelMapping
from engine.programme.measures.validity import remark
from engine.programme.public.documents import found
from engine.programme.public.values import Change, Named, Registered, Search
from engine.programme.titles.history import changed
from engine.programme.titles.models import ACTIVE, REVOKED, REVOKING, Title, TitleName
from engine.programme.titles.operations import name_on, valid_titles


def register(
    session: Session, search: Search, first: int, limit: int, today: date | None = None
) -> tuple[int, tuple[Registered, ...]]:
    """How many titles match, and those from `first` on. All names of holders are searched (article 12).

    Each is shown as on `search.on`, else as today; without both, as it stands.
    """
    day = search.on or today
    query = matching(search, day)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    shown = query.options(selectinload(Title.names), selectinload(Title.events))
    rows = session.scalars(shown.order_by(Title.cycle_year.desc(), Title.title_no).offset(first).limit(limit))
    return total, tuple(registered(row, day) for row in rows)


def matching(search: Search, day: date | None) -> Select[Title]:
    """The titles that a search finds, in no order. Titles granted after `search.on` are not there yet."""
    query = select(Title)
    for clause in _clauses(search, day):
        query = query.where(clause)
    return query


def _clauses(search: Search, day: date | None) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    if search.text:
        clauses.append(_named(search.text))
    if search.type:
        clauses.append(Title.type == search.type)
    if search.city:
        clauses.append(Title.city == search.city)
    if search.year is not None:
        clauses.append(Title.cycle_year == search.year)
    if search.on is not None:
        clauses.append(Title.granted_on <= search.on)
    return [*clauses, *_in_state(search.state, day)]


def _named(text: str) -> ColumnElement[bool]:
    names = select(TitleName.title_id).where(TitleName.holder.contains(text, autoescape=True))
    return or_(
        Title.title_no == text.upper(),
        Title.name.contains(text, autoescape=True),
        Title.holder.contains(text, autoescape=True),
        Title.uscc == text.upper(),
        Title.id.in_(names),
    )


def _in_state(state: str, day: date | None) -> list[ColumnElement[bool]]:
    """Valid or ended on the day: the rule is that of the pools (I18)."""
    valid = valid_titles(day or date.max).with_only_columns(Title.id).order_by(None)
    if state == "valid":
        return [Title.id.in_(valid)]
    if state == "ended":
        return [Title.id.not_in(valid)]
    if state == "renamed":
        names = select(TitleName.title_id).where(TitleName.since <= (day or date.max))
        later = names.group_by(TitleName.title_id).having(func.count() > 1)
        return [Title.id.in_(later)]
    return []


def title(session: Session, title_no: str, on: date | None = None) -> Registered:
    """One title with its chain of names and its public changes, as on a day. Raises NotFound."""
    row = session.scalar(
        select(Title)
        .where(Title.title_no == title_no.upper())
        .options(selectinload(Title.names), selectinload(Title.events))
    )
    return registered(found(row, "这个称号编号", "This title number"), on)


def afterwards(session: Session, title: Registered, now: datetime) -> tuple[str, LevelMapping | None]:
    """What is said of a title after its measure's end: 依据文件已失效, and what it is called under a successor."""
    code = session.scalar(select(Title.measure_code).where(Title.title_no == title.title_no)) or ""
    return remark(session, code, now), level_of(session, code, title.type, title.title_no, now.date())


def registered(row: Title, on: date | None = None) -> Registered:
    """A title as on a day, by default as it stands."""
    day = on or date.max - timedelta(days=1)
    changes = tuple(change for change in _changes(row) if change.on <= day)
    ended = row.ended_on is not None and (row.ended_on <= day or row.from_the_start)
    return Registered(
        title_no=row.title_no,
        type=row.type,
        name=row.name,
        holder=name_on(row, day).holder if row.names else row.holder,
        city=row.city,
        cycle_year=row.cycle_year,
        status=_state(row, changes, ended, on),
        granted_on=row.granted_on,
        document_no=row.document_no,
        ended_on=row.ended_on if ended else None,
        ended_document_no=row.ended_document_no if ended else None,
        from_the_start=row.from_the_start and ended,
        renamed=len([name for name in row.names if name.since <= day]) > 1,
        granted=row.granted_on <= day,
        present_holder=row.holder,
        names=tuple(Named(n.holder, n.since, n.until, n.document_no) for n in row.names if n.since <= day),
        changes=changes,
    )


def _state(row: Title, changes: tuple[Change, ...], ended: bool, on: date | None) -> str:
    if ended and row.from_the_start:
        return REVOKED
    if on is None or not changes:
        return _shown(row.status) if on is None or ended else ACTIVE
    return changes[-1].state


def _changes(row: Title) -> list[Change]:
    """The public states in the order of their days: what is only being considered changes nothing (REVOKING)."""
    shown: list[Change] = []
    events = [event for event in row.events if changed(event)]
    for event in sorted(events, key=lambda event: (event.effective_on, event.id)):
        state = (
            _shown(event.to_status) if event.to_status != REVOKING else (shown[-1].state if shown else ACTIVE)
        )
        if not shown or shown[-1].state != state:
            shown.append(Change(event.effective_on, state, event.document_no))
    return shown


def _shown(status: str) -> str:
    """A title under consideration for revocation counts as valid until the decision."""
    return ACTIVE if status == REVOKING else status


def register_years(session: Session) -> tuple[int, ...]:
    """The years that have titles, newest first."""
    return tuple(session.scalars(select(Title.cycle_year).distinct().order_by(Title.cycle_year.desc())))
