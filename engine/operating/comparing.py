"""What differs for one instance between before and after an act, as findings; from tables and history alone."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from engine.operating.findings import Finding, finding
from engine.operating.looking import Look, left_outside
from engine.operating.names import Names
from engine.runtime import Transaction
from engine.store.definitions import Definition
from engine.store.instances import COMPLETED, SUSPENDED, TERMINATED, ElementEvent

STATES: Mapping[str, tuple[str, str]] = {
    "ACTIVE": ("办理中", "running"),
    "SUSPENDED": ("已挂起", "suspended"),
    "COMPLETED": ("已完成", "completed"),
    "TERMINATED": ("已终止", "terminated"),
}
TOLD = frozenset({"activated", "completed", "terminated"})
"""Events of the history that are findings of the same name."""


def compare(tx: Transaction, instance: int, names: Names, before: Look, after: Look) -> list[Finding]:
    """Everything that differs, what needs thought first; each thing once."""
    told = [
        *_status(before, after),
        *_version(tx, before, after),
        *_history(tx, instance, names, before, after),
        *_tasks(names, before, after),
        *_timers(names, before, after),
        *_jobs(names, before, after),
        *_events(names, before, after),
        *_incidents(names, before, after),
        *_again(tx, instance, names, before, after),
        *_held(before, after),
        *_outside(tx, before),
    ]
    return once(told)


def once(found: Iterable[Finding]) -> list[Finding]:
    """The findings without repetitions, in their order."""
    seen: dict[tuple[str, str, str], Finding] = {}
    for each in found:
        seen.setdefault((each.code, each.element, str(sorted(each.facts.items()))), each)
    return list(seen.values())


def state_words(status: str, which: str) -> dict[str, str]:
    """A state's name in both languages under `<which>_zh` and `<which>_en`."""
    zh, en = STATES[status]
    return {f"{which}_zh": zh, f"{which}_en": en}


def _status(before: Look, after: Look) -> Iterator[Finding]:
    if before.status != after.status:
        yield finding("status", **state_words(before.status, "old"), **state_words(after.status, "new"))
        if after.status in (COMPLETED, TERMINATED):
            yield finding("ends", **state_words(after.status, "status"))


def _version(tx: Transaction, before: Look, after: Look) -> Iterator[Finding]:
    if before.version != after.version:
        keys = (before.version, after.version)
        rows = tx.session.execute(select(Definition.id, Definition.version).where(Definition.id.in_(keys)))
        numbers = {row.id: row.version for row in rows}
        yield finding("version", old=str(numbers[keys[0]]), new=str(numbers[keys[1]]))


def _history(tx: Transaction, instance: int, names: Names, before: Look, after: Look) -> Iterator[Finding]:
    """What was activated, completed and terminated; tasks are told as tasks."""
    lines = select(ElementEvent).where(
        ElementEvent.instance_id == instance, ElementEvent.revision > before.revision
    )
    tasks = {*before.tasks, *after.tasks}
    for line in tx.session.scalars(lines.order_by(ElementEvent.id)):
        detail: Any = line.detail or {}
        if line.event not in TOLD or line.element_type == "process" or "subscription" in detail:
            continue
        if line.element_instance in tasks and line.event != "completed":
            continue
        if detail.get("joined") or line.element_instance in before.timers:
            continue
        yield finding(line.event, line.element_id, **names.of(line.element_id))


def _tasks(names: Names, before: Look, after: Look) -> Iterator[Finding]:
    for key, task in before.tasks.items():
        now = after.tasks.get(key)
        if now is None:
            yield finding("task_gone", task.element_id, **names.of(task.element_id))
            continue
        if now.due != task.due:
            due = {"old": _when(task.due), "new": _when(now.due)}
            yield finding("task_due", task.element_id, **names.of(task.element_id), **due)
        if now.assignee != task.assignee:
            yield finding("task_held", task.element_id, **names.of(task.element_id))
    for key, task in after.tasks.items():
        if key not in before.tasks:
            yield finding("task_new", task.element_id, **names.of(task.element_id))


def _timers(names: Names, before: Look, after: Look) -> Iterator[Finding]:
    for key, timer in before.timers.items():
        now, known = after.timers.get(key), names.of(timer.element_id)
        if now is None:
            yield finding("timer_gone", timer.element_id, **known, old=_when(timer.due))
        elif now.due != timer.due:
            due = {"old": _when(timer.due), "new": _when(now.due)}
            yield finding("timer_moved", timer.element_id, **known, **due)
    for key, timer in after.timers.items():
        if key not in before.timers:
            yield finding("timer_new", timer.element_id, **names.of(timer.element_id), new=_when(timer.due))


def _jobs(names: Names, before: Look, after: Look) -> Iterator[Finding]:
    for key, job in before.jobs.items():
        if key not in after.jobs:
            yield finding("job_gone", job.element_id, **names.of(job.element_id or job.type))
    for key, job in after.jobs.items():
        if key not in before.jobs:
            known = names.of(job.element_id or job.type)
            yield finding("job_new", job.element_id, **known, type=job.type)
        elif before.status == after.status and job.wake != before.jobs[key].wake:
            yield finding("woken", job.element_id)


def _events(names: Names, before: Look, after: Look) -> Iterator[Finding]:
    for key, event in before.events.items():
        if key not in after.events:
            yield finding("event_gone", event.element_id, **names.of(event.element_id))
    for key, event in after.events.items():
        if key not in before.events:
            yield finding("event_new", event.element_id, **names.of(event.element_id))


def _incidents(names: Names, before: Look, after: Look) -> Iterator[Finding]:
    """A message quotes values of the case: the type alone is told."""
    for key, incident in before.incidents.items():
        now, known = after.incidents.get(key), names.of(incident.element_id)
        if now is None:
            yield finding("incident_gone", incident.element_id, **known)
    for key, incident in after.incidents.items():
        if key not in before.incidents:
            yield finding(
                "incident_new", incident.element_id, **names.of(incident.element_id), type=incident.type
            )


def _again(tx: Transaction, instance: int, names: Names, before: Look, after: Look) -> Iterator[Finding]:
    """What was tried again and stopped as before."""
    tried = select(ElementEvent.element_instance).where(
        ElementEvent.instance_id == instance,
        ElementEvent.revision > before.revision,
        ElementEvent.event == "resolved",
    )
    for key in tx.session.scalars(tried.order_by(ElementEvent.id)):
        if key in before.incidents and key in after.incidents:
            element = after.incidents[key].element_id
            yield finding("incident_again", element, **names.of(element), type=after.incidents[key].type)


def _held(before: Look, after: Look) -> Iterator[Finding]:
    """What a suspension holds."""
    if after.status == SUSPENDED != before.status:
        yield finding("held", tasks=len(after.tasks), timers=len(after.timers), jobs=len(after.jobs))


def _outside(tx: Transaction, before: Look) -> Iterator[Finding]:
    effects, told = left_outside(tx.session, before, tx.now)
    for kind, count in effects.items():
        yield finding("effect", count=count, kind=kind)
    if told:
        yield finding("told", count=told)


def _when(at: Any) -> str:
    return at.isoformat() if at else "—"
