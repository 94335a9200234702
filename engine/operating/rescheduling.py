"""Changing a deadline: by its instant, or by working days; never shortening what the measure gives people at least."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.timers import instant
from engine.bpmn.waits import TimerWait, UserTaskWait
from engine.clock import in_business_zone
from engine.commands.deadlines import RULE, change_deadline_in, shifted, sources
from engine.commands.operations import open_for
from engine.commands.refusals import DeadlineGone
from engine.commands.work import Work
from engine.operating.findings import Finding, finding
from engine.operating.names import names
from engine.operating.refusals import MayNotShorten, NoSuchTimer
from engine.policy import Actor
from engine.programme.deadlines import fixed
from engine.runtime import Runtime, Transaction
from engine.workdays import WorkCalendar, YearUnknown


def perform(rt: Runtime, tx: Transaction, who: Actor, key: int, given: Mapping[str, Any], why: str) -> None:
    """Change one timer (`wait`, `due`) or all timers of an element (`element`, `workdays`) of an instance.

    Raises what `change_deadline` raises, NoSuchTimer, MayNotShorten, YearUnknown.
    """
    for wait, due in wanted(rt, open_for(rt, tx, who, key, RULE, why), given):
        flags = {name: bool(given.get(name)) for name in ("variables", "tell")}
        change_deadline_in(rt, tx, who, key, wait.key, due, why, **flags)


def wanted(rt: Runtime, work: Work, given: Mapping[str, Any]) -> list[tuple[Any, datetime]]:
    """Each wait that is to be moved, with its new instant. Raises NoSuchTimer, DeadlineGone, MayNotShorten."""
    waits = work.case.waits()
    if given.get("wait"):
        wait = waits.get(str(given["wait"]))
        if wait is None or getattr(wait, "due", None) is None:
            raise DeadlineGone()
        found = [(wait, _due(rt, wait, given))]
    else:
        element = str(given.get("element", ""))
        timers = [w for w in waits.values() if isinstance(w, TimerWait) and w.element_id == element]
        if not timers:
            known = names(work.tx.session, rt.definitions, work.row.definition_id)
            raise NoSuchTimer(element=known.of(element)["name"], element_en=known.of(element)["name_en"])
        found = [(wait, _due(rt, wait, given)) for wait in timers]
    for wait, due in found:
        _require_not_shortened(work, wait, due)
    return found


def _due(rt: Runtime, wait: Any, given: Mapping[str, Any]) -> datetime:
    if given.get("due"):
        return instant(str(given["due"]))
    return shifted(rt, wait.due, int(given["workdays"]))


def _require_not_shortened(work: Work, wait: Any, due: datetime) -> None:
    rule = fixed(work.row.process_id, wait.element_id)
    if rule is not None and rule.least and due < wait.due:
        named = names(work.tx.session, work.rt.definitions, work.row.definition_id).of(wait.element_id)
        raise MayNotShorten(**named, article=rule.article[0], article_en=rule.article[1])


def foresee(rt: Runtime, work: Work, given: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """What to think about before a deadline is changed: the law, rest days, working days, the variables it came from."""
    for wait, due in wanted(rt, work, given):
        rule = fixed(work.row.process_id, wait.element_id)
        if rule is not None:
            words = {"article": rule.article[0], "article_en": rule.article[1]}
            who = {"who": rule.who[0], "who_en": rule.who[1], "how": rule.how[0], "how_en": rule.how[1]}
            yield finding("law", wait.element_id, **words, **who)
        yield from _days(rt.calendar, now, wait.due, due)
        if isinstance(wait, UserTaskWait) and wait.due is not None:
            yield from _timers_that_stay(rt, work, wait.due)
        read_from = sources(work.case, wait.key, wait.due)
        if read_from and not given.get("variables"):
            yield finding("source_stays", wait.element_id, names="、".join(read_from))
    if work.row.status == "SUSPENDED":
        yield finding("suspended")


def _timers_that_stay(rt: Runtime, work: Work, due: datetime) -> Iterator[Finding]:
    """The timers that act when the task was due: they do not follow the task, as tasks follow them."""
    timers = [w for w in work.case.waits().values() if isinstance(w, TimerWait) and w.due == due]
    if timers:
        known = names(work.tx.session, rt.definitions, work.row.definition_id)
        for wait in timers:
            told = {**known.of(wait.element_id), "old": wait.due.isoformat()}
            yield finding("timer_stays", wait.element_id, **told)


def _days(calendar: WorkCalendar, now: datetime, old: datetime, new: datetime) -> Iterator[Finding]:
    try:
        last = last_day(new)
        if not calendar.is_workday(last):
            yield finding("rest_day", day=last.isoformat())
        yield finding("workdays", left=left(calendar, now, new), before=left(calendar, now, old))
    except YearUnknown as unknown:
        yield finding("year_unknown", year=unknown.facts["year"])


def last_day(due: datetime) -> Any:
    """The last day of a period that ends at an instant: 00:00 ends the day before."""
    return (in_business_zone(due) - timedelta(microseconds=1)).date()


def left(calendar: WorkCalendar, now: datetime, due: datetime) -> int:
    """Working days from tomorrow to the last day of a period. Raises YearUnknown."""
    first = in_business_zone(now).date() + timedelta(days=1)
    return calendar.count(first, last_day(due)) if first <= last_day(due) else 0
