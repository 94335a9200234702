"""A page of instances and how many there are, whatever was asked for and however many exist.

Of the conditions outside the instance's row those that few instances meet are looked up first, and the page is
read out of these few; where all are met by very many, the list is walked in its order until the page is full.
A count ends at `CAP`. No page is found by counting rows over: it begins behind the last row of the one before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from engine.inspecting.finding import wishes as w
from engine.inspecting.finding.conditions import Keys, conditions
from engine.inspecting.finding.wishes import Wish
from engine.masking import Reader
from engine.store.database import AFRESH
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

    `apart`: what is sought lies together, away from both ends of the list: its keys are read out of an index that
    holds all that is asked for, and then put in order. `wide`: where very many are, and nothing else is asked.
    `number`: how many rows meet the conditions, where they are few enough to be fetched together.
    """

    where: list[ColumnElement[bool]]
    among: frozenset[int] | None
    apart: bool = False
    wide: Sequence[Keys] = ()
    number: int | None = None


def plan(session: Session, wish: Wish, reader: Reader, now: datetime) -> Plan:
    """Look up what is rare, leave the rest as conditions. The same plan serves the page and its count."""
    asked = conditions(session, wish, reader, now)
    among, many, places = asked.known, [], []
    for group in asked.outside:
        few, rest = _split(session, group)
        if rest:
            many.append(_any_of(session, few, rest))
            places.append(rest)
        else:
            among = [*among, few]
    own = [*asked.own, *asked.ranged]
    wide = places[0] if len(places) == 1 and not own and not among else []
    if asked.running and wish.state not in w.STATES:
        many.append(Instance.status.in_(w.STATES["running"]))
    # several conditions may seldom be met together, and none of their indexes knows
    rare = len(own) > 1 or bool(own and many) or bool(asked.ranged)
    found = _few(session, select(Instance.id).where(*own)) if rare and not among else None
    if found is not None and not many:
        return Plan(own, None, number=len(found))
    if found is not None:
        own, among = [], [found]
    apart = found is None and not among and _lies_apart(wish)
    return Plan([*own, *many], frozenset.intersection(*among) if among else None, apart, wide)


def _lies_apart(wish: Wish) -> bool:
    """Whether what is sought has one stretch of the list to itself: the cases of a year, or what ended in one."""
    by_start = wish.sort in (w.NEWEST, w.OLDEST)
    return len(wish.key) >= YEAR or (by_start and wish.day("ended_to") is not None)


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


def _any_of(session: Session, few: frozenset[int], rest: list[Keys]) -> ColumnElement[bool]:
    """One of the places has the key. Asked of each row in turn, for the rows with a key are many and soon found."""
    asked = [keys.where(next(iter(keys.selected_columns)) == Instance.id) for keys in rest]
    if len(asked) == 1 and not few:
        return asked[0].exists()
    # of several places PostgreSQL would read each whole and keep it beside, for one page; not where it has an offset
    places = [keys.offset(0).exists() for keys in asked]
    return or_(_one_of(session, few), *places) if few else or_(*places)


def _few(session: Session, keys: Keys) -> frozenset[int] | None:
    """All these keys if they are few, else None."""
    part = keys.limit(CAP + 1).subquery()
    if session.get_bind().dialect.name == "postgresql":  # as one value: a row each costs more than finding it
        found = session.scalar(select(func.array_agg(next(iter(part.c)))), execution_options=AFRESH) or []
    else:
        found = session.scalars(select(part), execution_options=AFRESH).all()
    return frozenset(found) if len(found) <= CAP else None


def counted(session: Session, found: Plan) -> Counted:
    """How many instances a plan finds, `CAP` and more at most."""
    if found.number is not None:
        return Counted(found.number)
    if found.among is not None and (not found.where or not found.among):
        return Counted(len(found.among))
    if any(_very_many(session, keys) for keys in found.wide):
        return Counted(CAP, more=True)
    inner = _select(session, found, select(Instance.id)).limit(CAP + 1).subquery()
    number = _counted(session, inner)
    return Counted(min(number, CAP), number > CAP)


def _very_many(session: Session, keys: Keys) -> bool:
    """Whether the beginning of an index already holds more different instances than are counted."""
    part = keys.limit(3 * CAP).subquery()
    different = select(next(iter(part.c))).distinct().subquery()
    return _counted(session, different) > CAP


def _counted(session: Session, rows: Subquery) -> int:
    return session.scalar(select(func.count()).select_from(rows), execution_options=AFRESH) or 0


def keys(session: Session, found: Plan, wish: Wish, limit: int) -> list[int]:
    """The keys of the first instances of a list in its order."""
    return _from(session, found, replace(wish, after="", before=""), limit)


def listed(session: Session, found: Plan, wish: Wish, size: int = SIZE) -> Listed:
    """The page that begins behind `wish.after`, or ends before `wish.before`."""
    keys = _from(session, found, wish, size + 1)
    more, rows = len(keys) > size, _rows(session, keys[:size])
    backwards = bool(wish.before) and not wish.after
    if backwards:
        rows.reverse()
    marks = [_mark(wish, row) for row in (rows[0], rows[-1])] if rows else ["", ""]
    there_is_before = more if backwards else bool(wish.after)
    there_is_after = bool(rows) if backwards else more
    return Listed(rows, marks[1] if there_is_after else None, marks[0] if rows and there_is_before else None)


def _from(session: Session, found: Plan, wish: Wish, limit: int) -> list[int]:
    """Keys alone: most lists then come out of an index, without the wide rows of what is passed over."""
    keys: list[int] = []
    if found.among is not None and not found.among:
        return keys
    by_end = wish.sort in (w.ENDED_LAST, w.ENDED_FIRST)
    row: Any = Instance
    if found.number is not None:  # few: found together as when they were counted, whatever order is asked for
        facts = select(row.id, row.ended_at if by_end else row.started_at).where(*found.where)
        row, found = facts.limit(CAP + 1).subquery().c, Plan([], None)
    for part in _by_end(row, wish, found.apart) if by_end else _by_start(row, wish, found.apart):
        if len(keys) < limit:
            asked = _select(session, found, part).limit(limit - len(keys))
            keys += session.scalars(asked, execution_options=AFRESH)
    return keys


def _rows(session: Session, keys: list[int]) -> list[Instance]:
    """The rows of a page in the order of its keys."""
    if not keys:
        return []
    found = {row.id: row for row in session.scalars(select(Instance).where(Instance.id.in_(keys)))}
    return [found[key] for key in keys if key in found]


def _select(session: Session, found: Plan, query: Select[Any]) -> Select[Any]:
    query = query.where(*found.where)
    return query if found.among is None else query.where(_one_of(session, found.among))


def _one_of(session: Session, among: frozenset[int]) -> ColumnElement[bool]:
    """The key is one of these; for PostgreSQL one value, which it takes for short and looks each of its keys up."""
    if session.get_bind().dialect.name != "postgresql":
        return Instance.id.in_(among)
    value = bindparam("among", sorted(among), type_=ARRAY(BigInteger), unique=True)
    return Instance.id.in_(select(func.unnest(value)))


def _by_start(row: Any, wish: Wish, apart: bool) -> Iterator[Select[Any]]:
    """The list as one range of an index: `row` is a table or what was found of it."""
    at, key, down = _way(wish)
    order = _order(row, row.started_at, down, apart)
    yield select(row.id).where(*_beyond(row, row.started_at, at, key, down)).order_by(*order)


def _by_end(row: Any, wish: Wish, apart: bool) -> Iterator[Select[Any]]:
    """As two ranges: what runs ends after everything that has ended. What can hold nothing is not walked through."""
    at, key, down = _way(wish)
    order = _order(row, row.ended_at, down, apart)
    running = select(row.id).where(row.ended_at.is_(None)).order_by(*order)
    ended = select(row.id).where(row.ended_at.is_not(None), *_beyond(row, row.ended_at, at, key, down))
    if key is not None and at is None:
        running = running.where(row.id < key if down else row.id > key)
    parts = [(True, running), (False, ended.order_by(*order))]
    if not down:
        parts.reverse()
    if key is not None and parts[0][0] != (at is None):
        parts = parts[1:]  # the page before this one ended in the second part
    has_ended = _has_ended(wish)
    yield from (part for runs, part in parts if has_ended is None or runs != has_ended)


def _way(wish: Wish) -> tuple[datetime | None, int | None, bool]:
    """Behind which row a page begins, and whether it is read downwards."""
    backwards = bool(wish.before) and not wish.after
    at, key = _place(wish.before if backwards else wish.after)
    return at, key, (wish.sort in (w.NEWEST, w.ENDED_LAST)) != backwards


def _order(row: Any, column: Any, down: bool, apart: bool) -> tuple[Any, Any]:
    """By a column and the key.

    PostgreSQL takes matches for evenly spread and would walk the list until it meets those that lie `apart`, past
    hundreds of thousands of others; an order that no index has keeps it from that.
    """
    first = func.coalesce(column, column) if apart else column
    return (first.desc(), row.id.desc()) if down else (first, row.id)


def _beyond(
    row: Any, column: Any, at: datetime | None, key: int | None, down: bool
) -> list[ColumnElement[bool]]:
    """What comes behind a row in the order of a column: one range of its index."""
    if at is None or key is None:
        return []
    # with its type, for SQLite compares what it is given, and instants are stored as text
    pair, place = tuple_(column, row.id), tuple_(literal(at, column.type), key)
    return [pair < place if down else pair > place]


def _has_ended(wish: Wish) -> bool | None:
    """Whether all that is asked for has ended, or runs; None where it may be both."""
    if wish.day("ended_from") or wish.day("ended_to") or wish.state in ("ended", "completed", "terminated"):
        return True
    return False if wish.element or wish.state in ("running", "active", "suspended", w.OVERDUE) else None


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
