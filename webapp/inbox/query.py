"""Inbox lists out of the task table, through the policy table, one page at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, Subquery, func, select, union
from sqlalchemy.orm import Session

from engine.clock import end_of_day
from engine.policy import Actor
from engine.store.tasks import COMPLETED, CREATED, UserTask, UserTaskCandidate
from webapp import access

MINE, OFFERED, DONE = "mine", "offered", "done"
TABS = (MINE, OFFERED, DONE)

OVERDUE, TODAY, WEEK = "overdue", "today", "week"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for: process, step (the task's name), and how soon it is due."""

    process: str = ""
    step: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, with how many tasks have it."""

    value: str
    count: int


def tab_name(tab: str) -> str:
    """The tab's label."""
    return {MINE: _("待办"), OFFERED: _("可领取"), DONE: _("我已办")}[tab]


def own_tasks(actor: Actor, tab: str) -> Select[Any]:
    """The tasks of MINE (claimed and open) or DONE (completed by the person), each through its own index.

    What is OFFERED is asked of the candidates' table instead (`offered_keys`, `facts`). Each tab is one reason for
    which the policy table lets a person read a task; `page` asks the table itself about every row that it shows.
    """
    if tab == MINE:
        return select(UserTask).where(UserTask.assignee == actor.login, UserTask.state == CREATED)
    return select(UserTask).where(UserTask.ended_by == actor.login, UserTask.state == COMPLETED)


def page(
    session: Session, actor: Actor, tab: str, filters: Filters, now: datetime, first: int, limit: int
) -> list[UserTask]:
    """The rows from `first` on: open ones by due date, done ones by when they were done, newest first."""
    if tab == OFFERED:
        keys = offered_keys(actor, filters, now, first, limit)
        query = select(UserTask).where(UserTask.id.in_(keys)).order_by(UserTask.due_order, UserTask.id)
        rows = session.scalars(query)
    else:
        order = (
            (UserTask.ended_at.desc(), UserTask.id.desc())
            if tab == DONE
            else (UserTask.due_order, UserTask.id)
        )
        chosen = own_tasks(actor, tab).where(*_wanted(UserTask, UserTask.due, filters, now))
        rows = session.scalars(chosen.order_by(*order).offset(first).limit(limit))
    return [row for row in rows if access.may("task.read", row)]


def offered_keys(actor: Actor, filters: Filters, now: datetime, first: int, limit: int) -> Select[Any]:
    """The keys of a page of what is offered: the first rows of each inbox, which lie in order, merged."""
    row = UserTaskCandidate
    wanted = _wanted(row, row.due_order, filters, now)
    parts = [
        select(
            select(row.task_id.label("id"), row.due_order.label("due"))
            .where(row.candidate == inbox, row.free, *wanted)
            .order_by(row.due_order, row.task_id)
            .limit(first + limit)
            .subquery()
        )
        for inbox in sorted(_inboxes(actor))
    ]
    merged = union(*parts).subquery()
    found = select(merged.c.id).order_by(merged.c.due, merged.c.id).offset(first).limit(limit)
    return select(found.subquery().c.id)


def facts(actor: Actor, tab: str) -> Subquery:
    """The tasks of a tab as rows of key, process, step and due instant: what counting needs, and no more.

    What is offered is counted in the candidates' narrow table, whatever the number of open tasks.
    """
    if tab == OFFERED:
        row = UserTaskCandidate
        columns = row.task_id.label("id"), row.process_id, row.name, row.due_order.label("due")
        return select(*columns).where(row.candidate.in_(_inboxes(actor)), row.free).distinct().subquery()
    task = UserTask
    columns = task.id.label("id"), task.process_id, task.name, task.due_order.label("due")
    return own_tasks(actor, tab).with_only_columns(*columns).subquery()


def count(session: Session, tasks: Subquery, filters: Filters, now: datetime) -> int:
    """How many tasks of a tab meet the filters."""
    wanted = _wanted(tasks.c, tasks.c.due, filters, now)
    return session.scalar(select(func.count()).select_from(tasks).where(*wanted)) or 0


def choices(session: Session, tasks: Subquery) -> tuple[list[Choice], list[Choice]]:
    """The processes and steps in a tab, each with its count, for the filters."""
    c = tasks.c
    rows = session.execute(
        select(c.process_id, c.name, func.count()).select_from(tasks).group_by(c.process_id, c.name)
    ).all()
    processes: dict[str, int] = {}
    steps: dict[str, int] = {}
    for process_id, name, n in rows:
        processes[process_id] = processes.get(process_id, 0) + n
        steps[name] = steps.get(name, 0) + n
    return _sorted(processes), _sorted(steps)


def _inboxes(actor: Actor) -> set[str]:
    return {*actor.groups, f"user:{actor.login}"}


def _wanted(columns: Any, due: Any, filters: Filters, now: datetime) -> list[Any]:
    """The conditions of the filters on anything that has `process_id`, `name` and a due instant."""
    wanted = _due(due, filters, now)
    if filters.process:
        wanted.append(columns.process_id == filters.process)
    if filters.step:
        wanted.append(columns.name == filters.step)
    return wanted


def _due(column: Any, filters: Filters, now: datetime) -> list[Any]:
    """What a filter by due date asks of a column; a task without one is never due."""
    if filters.due == OVERDUE:
        return [column <= now]
    ends = {TODAY: end_of_day(now.date()), WEEK: end_of_day(now.date() + timedelta(days=7))}
    return [column > now, column <= ends[filters.due]] if filters.due in ends else []


def _sorted(counts: dict[str, int]) -> list[Choice]:
    return [Choice(value, n) for value, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
