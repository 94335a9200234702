"""A page of instances and how many there are, whatever was asked for and however many exist.

Of the conditions outside the instance's row those that few instances meet are looked up first, and the page is
read out of these few; where all are met by very many, the list is walked in its order until the page is full.
A count ends at `CAP`. No page is found by counting rows over: it begins behind the last row of the one before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, bindparam, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from engine.inspecting.finding import wishes as w
from engine.inspecting.finding.conditions import Keys, conditions
from engine.inspecting.finding.wishes import Wish
from engine.masking import Reader
from engine.store.instances import Instance

CAP = 10_000
"""The most that is counted, and the most keys of a condition that lead."""
SIZE = 50
YEAR = 4
"""Characters of a business key that name its year: cases of a year stand together, those of a century do not."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page; the marks for the address of the pages around it, None where there is none."""

    rows: Sequence[Instance]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are; when `more`, more than this many."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}" + ("+" if self.more else "")


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to look: the conditions on the row, and the keys among which alone it can be (None: all).

    `apart`: what is sought lies together, away from both ends of the list: it is fetched whole and then put in order.
    """

    where: list[ColumnElement[bool]]
    among: frozenset[int] | None
    apart: bool = False


def plan(session: Session, wish: Wish, reader: Reader, now: datetime) -> Plan:
    """Look up what is rare, leave the rest as conditions. The same plan serves the page and its count."""
    asked = conditions(session, wish, reader, now)
    among, many = asked.known, []
    for group in asked.outside:
        few, rest = _split(session, group)
        if rest:
            many.append(_any_of(few, rest))
        else:
            among = [*among, few]
    own = [*asked.own, *asked.ranged]
    # several conditions may seldom be met together, and none of their indexes knows
    rare = len(own) > 1 or bool(own and many) or bool(asked.ranged)
    found = _few(session, select(Instance.id).where(*own)) if rare and not among else None
    if found is not None:
        own, among = [], [found]
    if asked.running:
        many.append(Instance.status.in_(w.STATES["running"]))
    apart = found is None and not among and len(wish.key) >= YEAR
    return Plan([*own, *many], frozenset.intersection(*among) if among else None, apart)


def _split(session: Session, group: list[Keys]) -> tuple[frozenset[int], list[Keys]]:
    """Of several places of a key: what the rarer ones hold, and the places that hold very many."""
    few: set[int] = set()
    rest: list[Keys] = []
    for keys in group:
        found = _few(session, keys)
        if found is None:
            rest.append(keys)
        else:
            few |= found
    return frozenset(few), rest


def _any_of(few: frozenset[int], rest: list[Keys]) -> ColumnElement[bool]:
    """One of the places has the key. Asked of each row in turn, for the rows with a key are many and soon found."""
    places = [keys.where(next(iter(keys.selected_columns)) == Instance.id).exists() for keys in rest]
    return or_(Instance.id.in_(few), *places) if few else or_(*places)


def _few(session: Session, keys: Keys) -> frozenset[int] | None:
    """All these keys if they are few, else None."""
    part = keys.limit(CAP + 1).subquery()
    if session.get_bind().dialect.name == "postgresql":  # as one value: a row each costs more than finding it
        found = session.scalar(select(func.array_agg(next(iter(part.c))))) or []
    else:
        found = session.scalars(select(part)).all()
    return frozenset(found) if len(found) <= CAP else None


def counted(session: Session, found: Plan) -> Counted:
    """How many instances a plan finds, `CAP` and more at most."""
    if found.among is not None and (not found.where or not found.among):
        return Counted(len(found.among))
    inner = _select(session, found, select(Instance.id)).limit(CAP + 1).subquery()
    number = session.scalar(select(func.count()).select_from(inner)) or 0
    return Counted(min(number, CAP), number > CAP)


def keys(session: Session, found: Plan, wish: Wish, limit: int) -> list[int]:
    """The keys of the first instances of a list in its order."""
    return [row.id for row in _from(session, found, replace(wish, after="", before=""), limit)]


def listed(session: Session, found: Plan, wish: Wish, size: int = SIZE) -> Listed:
    """The page that begins behind `wish.after`, or ends before `wish.before`."""
    rows = _from(session, found, wish, size + 1)
    more, rows = len(rows) > size, rows[:size]
    backwards = bool(wish.before) and not wish.after
    if backwards:
        rows.reverse()
    marks = [_mark(wish, row) for row in (rows[0], rows[-1])] if rows else ["", ""]
    there_is_before = more if backwards else bool(wish.after)
    there_is_after = bool(rows) if backwards else more
    return Listed(rows, marks[1] if there_is_after else None, marks[0] if rows and there_is_before else None)


def _from(session: Session, found: Plan, wish: Wish, limit: int) -> list[Instance]:
    rows: list[Instance] = []
    if found.among is not None and not found.among:
        return rows
    for part in _parts(wish, found.apart):
        if len(rows) < limit:
            asked = _select(session, found, part).limit(limit - len(rows))
            rows += session.scalars(asked).all()
    return rows


def _select(session: Session, found: Plan, query: Select[Any]) -> Select[Any]:
    query = query.where(*found.where)
    return query if found.among is None else query.where(_one_of(session, found.among))


def _one_of(session: Session, among: frozenset[int]) -> ColumnElement[bool]:
    """The key is one of these; for PostgreSQL one value, which it takes for short and looks each of its keys up."""
    if session.get_bind().dialect.name != "postgresql":
        return Instance.id.in_(among)
    value = bindparam("among", sorted(among), type_=ARRAY(BigInteger), unique=True)
    return Instance.id.in_(select(func.unnest(value)))


def _parts(wish: Wish, apart: bool) -> Iterator[Select[Any]]:
    """The list in its order as the ranges of one index each: what has ended and what has not are two.

    PostgreSQL takes matches for evenly spread and would walk the list until it meets those that lie `apart`, past
    hundreds of thousands of others; an order that no index has keeps it from that.
    """
    down = wish.sort in (w.NEWEST, w.ENDED_LAST)
    backwards = bool(wish.before) and not wish.after
    walk_down = down != backwards
    mark = wish.before if backwards else wish.after
    at, key = _place(mark)
    if wish.sort in (w.ENDED_LAST, w.ENDED_FIRST):
        yield from _by_end(at, key, walk_down)
        return
    row = Instance
    first = func.coalesce(row.started_at, row.started_at) if apart else row.started_at
    order = (first.desc(), row.id.desc()) if walk_down else (first, row.id)
    yield select(row).where(*_beyond(row.started_at, at, key, walk_down)).order_by(*order)


def _beyond(column: Any, at: datetime | None, key: int | None, down: bool) -> list[ColumnElement[bool]]:
    """What comes behind a row in the order of a column: one range of its index."""
    if at is None or key is None:
        return []
    # with its type, for SQLite compares what it is given, and instants are stored as text
    pair, place = tuple_(column, Instance.id), tuple_(literal(at, column.type), key)
    return [pair < place if down else pair > place]


def _by_end(at: datetime | None, key: int | None, down: bool) -> Iterator[Select[Any]]:
    """What runs ends after everything that has ended."""
    row = Instance
    order = (row.ended_at.desc(), row.id.desc()) if down else (row.ended_at, row.id)
    running = select(row).where(row.ended_at.is_(None)).order_by(*order)
    ended = select(row).where(row.ended_at.is_not(None)).order_by(*order)
    ended = ended.where(*_beyond(row.ended_at, at, key, down))
    if key is not None and at is None:
        running = running.where(row.id < key if down else row.id > key)
        yield from (running, ended) if down else (running,)
    elif key is not None:
        yield from (ended,) if down else (ended, running)
    else:
        yield from (running, ended) if down else (ended, running)


def _mark(wish: Wish, row: Instance) -> str:
    at = row.started_at if wish.sort in (w.NEWEST, w.OLDEST) else row.ended_at
    return f"{row.id},{at.isoformat() if at else ''}"


def _place(mark: str) -> tuple[datetime | None, int | None]:
    """The instant and the key of a mark; None for what nobody wrote."""
    number, _comma, text = mark.partition(",")
    key = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None, key
    return (at if at.tzinfo else None), key


__all__ = ["CAP", "SIZE", "Counted", "Listed", "Plan", "counted", "keys", "listed", "plan"]
