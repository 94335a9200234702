"""One page of somebody's inbox, at the same cost among a hundred and among a hundred thousand open tasks.

Each group's open tasks lie in one index in the order of their due dates. A page takes the first rows of each
group and of the person's own tasks, and merges those few; it never sorts or counts the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from engine.policy import Actor
from engine.store.base import Instant
from engine.store.tasks import CREATED, UserTask, UserTaskCandidate

_Source = tuple[Any, Any, Any]
"""A query of tasks, and its columns for the order and the key."""

MINE, OFFERED = "mine", "offered"


@dataclass(frozen=True, slots=True)
class After:
    """Where the page before ended: the order of its last task."""

    due_order: datetime
    id: int


def page(
    session: Session,
    actor: Actor,
    *,
    of: Iterable[str] = (MINE, OFFERED),
    limit: int = 50,
    after: After | None = None,
) -> list[UserTask]:
    """Up to `limit` open tasks that are the actor's or are offered to them, soonest due first."""
    parts = [_part(query, limit, after) for query in _sources(actor, set(of))]
    if not parts:
        return []
    merged = union_all(*(select(part.subquery()) for part in parts)).subquery()
    found = select(UserTask).where(UserTask.id.in_(select(merged.c.id)), UserTask.state == CREATED)
    return list(session.scalars(found.order_by(UserTask.due_order, UserTask.id).limit(limit)))


def _sources(actor: Actor, of: set[str]) -> list[_Source]:
    sources: list[_Source] = []
    if MINE in of:
        mine = select(UserTask.id.label("id"), UserTask.due_order.label("due_order")).where(
            UserTask.assignee == actor.login, UserTask.state == CREATED
        )
        sources.append((mine, UserTask.due_order, UserTask.id))
    if OFFERED in of:
        row = UserTaskCandidate
        for candidate in sorted({*actor.groups, f"user:{actor.login}"}):
            offered = select(row.task_id.label("id"), row.due_order.label("due_order")).where(
                row.candidate == candidate, row.free
            )
            sources.append((offered, row.due_order, row.task_id))
    return sources


def _part(source: _Source, limit: int, after: After | None) -> Any:
    query, due_order, id = source
    if after is not None:
        query = query.where(tuple_(due_order, id) > tuple_(literal(after.due_order, Instant()), after.id))
    return query.order_by(due_order, id).limit(limit)
