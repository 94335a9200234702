"""A wish in SQL: what the row of an instance says by itself, and what other tables say of it.

Every condition is a range of one index (`engine.store.instances` and beside it), so that the rarest of them leads.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import Session

from engine.inspecting.finding import wishes as w
from engine.inspecting.finding.wishes import Wish
from engine.masking import Reader
from engine.store.definitions import PROCESS, Definition
from engine.store.instances import Incident, Instance, InstanceVariable
from engine.store.messages import MessageSubscription, SignalSubscription
from engine.store.tasks import CREATED, UserTask
from engine.store.work import Job, Timer

INCIDENTS_READ = 20_000
"""Open incidents whose words are compared, the newest first."""

PLACES: tuple[Any, ...] = (Timer, Job, MessageSubscription, SignalSubscription)
"""Where tokens wait, beside open tasks and open incidents."""


Keys = Select[Any]
"""The keys of instances out of one index of one table; a key may come twice."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold of an instance.

    `own`: of its row, in the order of the list. `ranged`: of its row, in another order. `outside`: one of each group
    of other tables has its key. `known`: keys that were looked up already.
    """

    own: list[ColumnElement[bool]]
    ranged: list[ColumnElement[bool]]
    outside: list[list[Keys]]
    known: list[frozenset[int]]
    running: bool
    """What is asked for outside is true of running instances alone."""


def conditions(session: Session, wish: Wish, reader: Reader, now: datetime) -> Conditions:
    """The conditions of all filters; error texts are compared as this reader sees them."""
    known = [_said(session, wish, reader)] if wish.text else []
    own, ranged = _own(session, wish)
    outside = _outside(wish, now)
    if wish.value and not wish.variable:
        own.append(false())  # a value of nothing
    running = bool(wish.element) or wish.state == w.OVERDUE
    if running and wish.state in ("ended", "completed", "terminated"):
        own.append(false())  # what has ended waits nowhere
    return Conditions(own, ranged, outside, known, running)


def waiting_at(element: str) -> list[Keys]:
    """The instances with a token that waits, or failed, at an element."""
    tasks = select(UserTask.instance_id).where(UserTask.element_id == element, UserTask.state == CREATED)
    waits = [select(table.instance_id).where(table.element_id == element) for table in PLACES]
    return [tasks, *waits, troubled().where(Incident.element_id == element)]


def overdue(now: datetime) -> Keys:
    """The instances with a task past its deadline."""
    return select(UserTask.instance_id).where(UserTask.state == CREATED, UserTask.due_order <= now)


def troubled(error: str = "") -> Keys:
    """The instances with an open incident, of one kind or of any."""
    found = select(Incident.instance_id).where(
        Incident.resolved_at.is_(None), Incident.instance_id.is_not(None)
    )
    return found.where(Incident.type == error) if error else found


def _own(session: Session, wish: Wish) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    row = Instance
    found: list[ColumnElement[bool]] = []
    if wish.process:
        found.append(row.definition_id.in_(_versions(session, wish)))
    if wish.state in w.STATES:
        found.append(row.status.in_(w.STATES[wish.state]))
    if wish.city:
        found.append(row.city == ("" if wish.city == w.NO_CITY else wish.city))
    ranged = [row.business_key.startswith(wish.key, autoescape=True)] if wish.key else []
    return found + _between(wish, "started"), ranged + _between(wish, "ended")


def _between(wish: Wish, name: str) -> list[ColumnElement[bool]]:
    column = Instance.started_at if name == "started" else Instance.ended_at
    begin, end = wish.day(f"{name}_from"), wish.day(f"{name}_to")
    return [*([column >= begin] if begin else []), *([column < end] if end else [])]


def _versions(session: Session, wish: Wish) -> list[int]:
    """The keys of a process's versions, or of one of them."""
    found = select(Definition.id).where(Definition.kind == PROCESS, Definition.definition_id == wish.process)
    if wish.version:
        found = found.where(Definition.version == int(wish.version))
    return list(session.scalars(found))


def _outside(wish: Wish, now: datetime) -> list[list[Keys]]:
    found: list[list[Keys]] = []
    failed = bool(wish.error) or wish.state == w.INCIDENT
    if failed:
        kind = troubled(wish.error)
        found.append([kind.where(Incident.element_id == wish.element) if wish.element else kind])
    elif wish.element:
        found.append(waiting_at(wish.element))
    if wish.state == w.OVERDUE:
        found.append([overdue(now)])
    if wish.variable:
        row = InstanceVariable
        kept = select(row.instance_id).where(row.name == wish.variable)
        found.append([kept.where(row.value == wish.value) if wish.value else kept])
    return found


def _said(session: Session, wish: Wish, reader: Reader) -> frozenset[int]:
    """The instances with an incident that says these words, as the reader sees it: no mask is lifted by guessing."""
    rows = session.execute(
        select(Incident.instance_id, Incident.message)
        .where(
            Incident.resolved_at.is_(None),
            Incident.instance_id.is_not(None),
            Incident.message.icontains(wish.text, autoescape=True),
        )
        .order_by(Incident.id.desc())
        .limit(INCIDENTS_READ)
    )
    sought = wish.text.casefold()
    return frozenset(row.instance_id for row in rows if sought in reader.text(row.message).casefold())
