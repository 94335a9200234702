"""Which open deadlines a change of the calendar would move; nothing moves by itself.

A deadline is computed when its step begins and stays as it was told. Here each open one is computed again, from the
same beginning, with both calendars. One whose date an earlier step or a notice wrote down is listed to be looked at.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import bpmn, feel, xml
from engine.bpmn import timers
from engine.bpmn.errors import Fault
from engine.clock import BUSINESS_ZONE, VirtualClock, in_business_zone
from engine.commands.environment import StoreEnvironment
from engine.errors import Refusal
from engine.feel import Functions
from engine.runtime import Runtime, Transaction
from engine.store.definitions import Definition, Resource
from engine.store.instances import ElementEvent, Instance
from engine.store.tasks import CREATED, NEVER, UserTask
from engine.store.work import Timer
from engine.tables import Tables
from engine.workdays import WorkCalendar

MOST = 2_000
"""Deadlines that are computed again for one page."""
SHOWN = 5
COUNTS = ("workdays after", "workday", "public notice end", "calendar deadline", "number of workdays")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Move:
    """Deadlines of one step that would move alike, or (`becomes` None) that are to be looked at."""

    process_id: str
    element_id: str
    name: str
    was: datetime
    becomes: datetime | None
    timer: bool
    count: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """What would move; `left` counts deadlines beyond the first `MOST`."""

    moves: tuple[Move, ...] = ()
    days: tuple[date, ...] = ()
    left: int = 0

    @property
    def moving(self) -> tuple[Move, ...]:
        """Deadlines that would be other ones."""
        return tuple(move for move in self.moves if move.becomes is not None)

    @property
    def written(self) -> tuple[Move, ...]:
        """Deadlines that were written down by an earlier step, over days that change."""
        return tuple(move for move in self.moves if move.becomes is None)

    @property
    def count(self) -> int:
        """How many deadlines would be other ones."""
        return sum(move.count for move in self.moving)


@dataclass(frozen=True, slots=True)
class _Open:
    instance: int
    wait_key: str
    element_id: str
    name: str
    due: datetime
    begun: datetime | None
    timer: bool


def moves(rt: Runtime, session: Session, new: Tables) -> Moves:
    """What the deadlines that are open now would be under another calendar."""
    days = changed_days(rt.calendar, new.calendar)
    if not days:
        return Moves()
    found, left = _touched(session, days)
    groups: dict[tuple[str, str, str, datetime, datetime | None, bool], list[str]] = {}
    for at, instance, group in _grouped(rt, session, found, new.functions):
        groups.setdefault((instance.process_id, at.element_id, at.name, *group), []).append(
            instance.business_key or str(instance.id)
        )
    rows = (Move(*key, len(keys), tuple(sorted(keys)[:SHOWN])) for key, keys in groups.items())
    order = sorted(rows, key=lambda move: (move.becomes is None, move.was, move.process_id, move.element_id))
    return Moves(tuple(order), days, left)


def changed_days(old: WorkCalendar, new: WorkCalendar) -> tuple[date, ...]:
    """The days of years that both know that are worked in one of them only."""
    both = sorted(old.years.keys() & new.years.keys())
    return tuple(
        day
        for year in both
        if old.years[year] != new.years[year]
        for day in new.years[year].days()
        if old.is_workday(day) != new.is_workday(day)
    )


def years_needed(session: Session) -> dict[int, int]:
    """In which years open tasks and timers are due: year to their number."""
    found: dict[int, int] = {}
    for column, where in ((UserTask.due, UserTask.state == CREATED), (Timer.due, Timer.id.is_not(None))):
        newest = session.scalar(select(func.max(column)).where(where, column < NEVER))
        for year in range(2000, (_last_day(newest).year if newest else 1999) + 1):
            first, end = (datetime(y, 1, 1, tzinfo=BUSINESS_ZONE) for y in (year, year + 1))
            count = session.scalar(select(func.count()).where(where, column > first, column <= end))
            if count:
                found[year] = found.get(year, 0) + count
    return found


def _last_day(due: datetime) -> date:
    """The last day of a deadline: 24:00 is still that day."""
    return in_business_zone(due - timedelta(microseconds=1)).date()


def _touched(session: Session, days: tuple[date, ...]) -> tuple[list[_Open], int]:
    """The open deadlines whose time holds a day that changes, and how many there are beyond the most."""
    first = datetime.combine(days[0], time(), BUSINESS_ZONE).astimezone(UTC)
    last = datetime.combine(days[-1] + _DAY, time(), BUSINESS_ZONE).astimezone(UTC)
    found = [
        each
        for each in (*_tasks(session, first, last), *_timers(session, first))
        if each.begun is None
        or any(in_business_zone(each.begun).date() <= day <= _last_day(each.due) for day in days)
    ]
    return found[:MOST], max(0, len(found) - MOST)


def _tasks(session: Session, first: datetime, last: datetime) -> Iterator[_Open]:
    rows = session.execute(
        select(
            UserTask.instance_id,
            UserTask.wait_key,
            UserTask.element_id,
            UserTask.name,
            UserTask.due,
            UserTask.created_at,
        )
        .where(UserTask.state == CREATED, UserTask.due > first, UserTask.created_at < last)
        .order_by(UserTask.due, UserTask.id)
    )
    for row in rows:
        if row.due is not None:
            yield _Open(row[0], row[1], row[2], row[3], row.due, row[5], timer=False)


def _timers(session: Session, first: datetime) -> Iterator[_Open]:
    rows = session.execute(
        select(Timer.instance_id, Timer.wait_key, Timer.element_id, Timer.due)
        .where(Timer.due > first)
        .order_by(Timer.due, Timer.id)
    )
    for instance, key, element, due in rows:
        yield _Open(instance, key, element, "", due, None, timer=True)


def _grouped(
    rt: Runtime, session: Session, found: Iterable[_Open], functions: Functions
) -> Iterator[tuple[_Open, Instance, tuple[datetime, datetime | None, bool]]]:
    """Each deadline that counts, with what its group shares."""
    by_instance: dict[int, list[_Open]] = {}
    for each in found:
        by_instance.setdefault(each.instance, []).append(each)
    for id, opened in by_instance.items():
        instance = session.get_one(Instance, id)
        steps = _steps(*_file(session, instance.definition_id))
        case: bpmn.Case | None = None
        for at in opened:
            step = steps.get(at.element_id)
            if step is None:
                yield at, instance, (at.due, None, at.timer)
                continue
            named = _named(at, step, session)
            if named.begun is None or not step.counts:
                if not step.fixed and named.begun is not None:
                    yield named, instance, (at.due, None, at.timer)
                continue
            case = case or _case(rt, session, instance)
            becomes = _again(case, named, named.begun, step.expression, (rt.functions, functions))
            if becomes != at.due:
                yield named, instance, (at.due, becomes, at.timer)


def _again(
    case: "bpmn.Case", at: _Open, begun: datetime, expression: str, functions: tuple[Functions, Functions]
) -> datetime | None:
    """What the deadline would be; None when today's calendar does not give the date that it has either."""
    try:
        view = case.scope_view(at.wait_key)
        was, becomes = (_instant(expression, view, begun, each) for each in functions)
    except (Fault, Refusal, LookupError):
        return None
    if abs(was - at.due) > timedelta(seconds=1):
        return None
    return at.due if becomes == was else becomes


def _instant(expression: str, view: Mapping[str, Any], begun: datetime, functions: Functions) -> datetime:
    value = feel.evaluate(expression.removeprefix("="), view, clock=VirtualClock(begun), functions=functions)
    return timers.schedule("date", value, begun).due


def _case(rt: Runtime, session: Session, instance: Instance) -> "bpmn.Case":
    environment = StoreEnvironment(rt, Transaction(session, rt.clock.now()), "system", instance)
    return bpmn.Case.load(instance.state, environment)


@dataclass(frozen=True, slots=True)
class _Step:
    """An element with a date: its expression, and the task that it is attached to."""

    name: str
    expression: str
    host: str

    @property
    def counts(self) -> bool:
        """Whether the expression counts working days itself."""
        return self.expression.startswith("=") and any(name in self.expression for name in COUNTS)

    @property
    def fixed(self) -> bool:
        """Plain durations and repetitions know no calendar."""
        return not self.expression.startswith("=")


def _named(at: _Open, step: _Step, session: Session) -> _Open:
    """The deadline with its step's name, and with the instant from which a timer counts."""
    begun = at.begun or _begun(session, at, step)
    return _Open(at.instance, at.wait_key, at.element_id, step.name or at.name, at.due, begun, at.timer)


def _begun(session: Session, at: _Open, step: _Step) -> datetime | None:
    """When the timer was set: when its own token came, or that of the task that it is attached to."""
    mine = ElementEvent.element_instance == at.wait_key
    where = ElementEvent.element_id == step.host if step.host else mine
    return session.scalar(
        select(func.max(ElementEvent.at)).where(
            ElementEvent.instance_id == at.instance, ElementEvent.event == "activated", where
        )
    )


def _file(session: Session, definition: int) -> tuple[str, bytes]:
    row = session.execute(
        select(Resource.file, Resource.content)
        .join(Definition, Definition.sha256 == Resource.sha256)
        .where(Definition.id == definition)
    ).one()
    return row.file, row.content


@lru_cache(maxsize=64)
def _steps(file: str, content: bytes) -> dict[str, _Step]:
    """Every element of a diagram that has a due date or a timer."""
    found: dict[str, _Step] = {}
    for element in xml.parse(file, content).iterdescendants():
        kind, id = xml.local(element), element.get("id")
        if id is None or kind not in ("userTask", "boundaryEvent", "intermediateCatchEvent", "startEvent"):
            continue
        schedule = element.find(".//{*}taskSchedule")
        text = schedule.get("dueDate") if schedule is not None else None
        text = text or element.findtext("{*}timerEventDefinition/*") or ""
        if text:
            found[id] = _Step(element.get("name", ""), text.strip(), element.get("attachedToRef", ""))
    return found
