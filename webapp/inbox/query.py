"""Pages, counts and values of the filters, out of the narrow rows of `sources`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, union
from sqlalchemy.orm import Session

from engine.policy import Actor
from engine.store.tasks import CREATED, UserTask, UserTaskCandidate
from webapp import access
from webapp.inbox import filters as f
from webapp.inbox import remembered, sources
from webapp.inbox.sources import ALL, DONE, MINE, OFFERED


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, with how many tasks have it."""

    value: str
    count: int


Group = tuple[tuple[str, ...], int]
"""The values of `filters.FIELDS` that some tasks share, and how many they are."""
Shared = tuple[str, tuple[str, ...]]
"""A tab, and the inboxes or offices of which it shows the tasks."""


def page(
    session: Session, actor: Actor, tab: str, filters: f.Filters, at: f.Moment, first: int, limit: int
) -> list[UserTask]:
    """The rows from `first` on in the order that the filters ask for."""
    keys = page_keys(actor, tab, filters, at, first, limit).subquery()
    query = select(UserTask).join(keys, UserTask.id == keys.c.id)
    down = _down(tab, filters)
    return access.permitted(
        "task.read", session.scalars(query.order_by(*_directed(keys.c.sort, keys.c.id, down)))
    )


def page_keys(
    actor: Actor, tab: str, filters: f.Filters, at: f.Moment, first: int, limit: int
) -> Select[Any]:
    """The keys of a page, each with what it is sorted by.

    What is offered lies in several inboxes: the first rows of each are merged.
    """
    sort, down = _sorted_by(actor, tab, filters), _down(tab, filters)
    way = _directed(sort, sources.columns(tab)["id"], down)
    if tab != OFFERED:
        query = sources.rows(actor, tab, [UserTask.id, sort.label("sort")], filters, at)
        return query.order_by(*way).offset(first).limit(limit)
    row = UserTaskCandidate
    parts = [
        select(
            select(row.task_id.label("id"), sort.label("sort"))
            .where(row.candidate == inbox, row.free, *sources.wanted(actor, tab, filters, at))
            .order_by(*way)
            .limit(first + limit)
            .subquery()
        )
        for inbox in sources.inboxes(actor)
    ]
    merged = union(*parts).subquery()
    order = _directed(merged.c.sort, merged.c.id, down)
    return select(merged.c.id, merged.c.sort).order_by(*order).offset(first).limit(limit)


def groups(session: Session, actor: Actor, tab: str, words: str, at: f.Moment) -> list[Group]:
    """How many tasks of a tab share each combination of filter values: one statement, few rows.

    Of lists that many people share and that are very long, the answer may be some seconds old (`remembered`).
    """
    if tab not in (OFFERED, ALL):
        return _groups(session, actor, tab, words, at)
    key = (*_seen(actor, tab), words)
    return remembered.counted(session, key, at.now, lambda: _groups(session, actor, tab, words, at))


def _seen(actor: Actor, tab: str) -> Shared:
    """What makes a shared tab the same list for two people: the inboxes or the offices that they see."""
    places = sources.offices(actor)
    seen = sources.inboxes(actor) if tab == OFFERED else sorted(places) if places is not None else ["*"]
    return tab, tuple(seen)


def _groups(session: Session, actor: Actor, tab: str, words: str, at: f.Moment) -> list[Group]:
    named = sources.columns(tab)
    fields = {**{name: named[name] for name in sources.PLAIN}, "due": sources.bucket(tab, at)}
    fields["state"] = sources.state(tab)
    labelled = [fields[name].label(name) for name in f.FIELDS]
    facts = sources.rows(actor, tab, [named["id"].label("id"), *labelled], f.Filters(q=words), at)
    table = (facts.distinct() if tab == OFFERED else facts).subquery()
    columns = [table.c[name] for name in f.FIELDS]
    rows = session.execute(select(*columns, func.count()).group_by(*columns))
    return [(tuple(row[:-1]), row[-1]) for row in rows]


def counts(session: Session, actor: Actor, tabs: Sequence[str], at: f.Moment) -> dict[str, int]:
    """How many tasks each of these tabs has without any filter: one statement. Of very long ones as `groups`."""
    shared = {tab: _seen(actor, tab) for tab in tabs if tab in (OFFERED, ALL)}
    found = {tab: number for tab, key in shared.items() if (number := _kept(session, key, at))}
    left = [tab for tab in tabs if tab not in found]
    asked = [
        select(
            func.count(UserTaskCandidate.task_id.distinct()) if tab == OFFERED else func.count(UserTask.id)
        )
        .where(*_all_of(actor, tab))
        .scalar_subquery()
        for tab in left
    ]
    counted = zip(left, session.execute(select(*asked)).one(), strict=True) if left else ()
    for tab, number in counted:
        found[tab] = number
        if tab in shared:
            remembered.keep(session, shared[tab], at.now, [((), number)])
    return found


def _kept(session: Session, key: Shared, at: f.Moment) -> int:
    """The length of a very long list as it was counted some seconds ago, alone or with its groups; otherwise 0."""
    known = (*key, ""), key
    return max(sum(n for _values, n in remembered.kept(session, each, at.now) or []) for each in known)


def since(session: Session, actor: Actor, tab: str, filters: f.Filters, at: f.Moment, since: datetime) -> int:
    """How many tasks came to a tab after an instant: newly opened, or given to this person by somebody."""
    row = sources.columns(tab)["id"]
    new = UserTask.state == CREATED, UserTask.created_at > since
    if tab == OFFERED:
        counted = sources.rows(actor, tab, [func.count(row.distinct())], filters, at)
        return session.scalar(counted.where(row.in_(select(UserTask.id).where(*new)))) or 0
    came = or_(UserTask.created_at > since, UserTask.claimed_at > since) if tab == MINE else new[1]
    return session.scalar(sources.rows(actor, tab, [func.count(row)], filters, at).where(came)) or 0


def total(found: Sequence[Group], filters: f.Filters) -> int:
    """How many tasks meet all filters."""
    return sum(n for values, n in found if _meets(values, filters))


def choices(found: Sequence[Group], filters: f.Filters) -> dict[str, list[Choice]]:
    """The values of each field with how many tasks choosing it would show, the other filters kept."""
    return {name: _choices(found, filters, name) for name in f.FIELDS}


def _choices(found: Sequence[Group], filters: f.Filters, name: str) -> list[Choice]:
    place, others = f.FIELDS.index(name), filters.without(name)
    values: dict[str, int] = {}
    for group, n in found:
        shown = n if _meets(group, others) else 0
        for value in (f.TODAY, f.WEEK) if name == "due" and group[place] == f.TODAY else (group[place],):
            values[value] = values.get(value, 0) + shown
    fixed = {"due": f.BUCKETS, "state": f.STATES}.get(name)
    if fixed:
        return [Choice(value, values[value]) for value in fixed if value in values]
    return [
        Choice(value, n) for value, n in sorted(values.items(), key=lambda item: (-item[1], item[0])) if value
    ]


def _meets(values: tuple[str, ...], filters: f.Filters) -> bool:
    for name, value in zip(f.FIELDS, values, strict=True):
        wished = getattr(filters, name)
        within_week = name == "due" and wished == f.WEEK and value == f.TODAY
        if wished and wished != value and not within_week:
            return False
    return True


def _all_of(actor: Actor, tab: str) -> list[Any]:
    if tab == OFFERED:
        return [UserTaskCandidate.candidate.in_(sources.inboxes(actor)), UserTaskCandidate.free]
    return sources.belongs(actor, tab)


def _sorted_by(actor: Actor, tab: str, filters: f.Filters) -> Any:
    """The column of the order: done ones by when they were done, unless asked otherwise."""
    if tab == DONE and filters.sort in ("", f.DUE):
        return UserTask.ended_at
    if filters.sort == f.COMPANY:
        return sources.by_company(actor, tab)
    return sources.columns(tab)[filters.sort or f.DUE]


def _down(tab: str, filters: f.Filters) -> bool:
    """Whether the last come first: of what is done, unless asked otherwise."""
    return filters.down != (tab == DONE and not filters.sort)


def _directed(sort: Any, id: Any, down: bool) -> tuple[Any, Any]:
    return (sort.desc(), id.desc()) if down else (sort, id)
