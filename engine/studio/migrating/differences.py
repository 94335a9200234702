"""What differs for one instance between before and after: waits, dates, forms, drafts, called processes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select

from engine.bpmn.waits import MessageWait, SignalWait, TimerWait, UserTaskWait, Wait
from engine.commands.work import Work
from engine.definitions import NotDeployed, Version
from engine.store.definitions import FORM, PROCESS
from engine.store.instances import ElementEvent
from engine.store.migrating import MigrationPlan
from engine.store.tasks import Draft, UserTask
from engine.studio.migrating import options
from engine.studio.migrating.findings import Finding, finding
from engine.studio.migrating.places import Place, diagram

EMPTY: tuple[Any, ...] = (None, "", False, [], {})
"""What a draft holds of a question that was not answered."""


class _At(Protocol):
    """A wait or an incident: its key and its element."""

    @property
    def key(self) -> str: ...
    @property
    def element_id(self) -> str: ...


@dataclass(slots=True)
class Look:
    """What is compared: waits, incidents and tasks at one moment."""

    waits: Mapping[str, Wait]
    incidents: Mapping[str, Any]
    tasks: Mapping[str, UserTask]


@dataclass(slots=True)
class Differences:
    """What differs for one instance, with what the comparison looks up."""

    work: Work
    plan: MigrationPlan
    source: Version
    processes: Mapping[str, str]
    """The process that each wait lies in, by its key: called ones may have elements of the same id."""
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    rules: dict[tuple[str, str], tuple[str, str] | None] = field(default_factory=dict)
    """What made each new element due in the old version."""

    def __post_init__(self) -> None:
        """The names of all elements, those of called processes too; the new ones count."""
        session, definitions = self.work.tx.session, self.work.rt.definitions
        target = definitions.by_key(session, self.plan.target_id)
        called = options.called_targets(session, definitions, target, self.plan.deployment_id)
        opts = options.read(self.plan.options)
        for version, sources in (
            *((each, options.older(session, definitions, each)) for each in called.values()),
            (target, (self.source,)),
        ):
            mapping = opts.mapping.get(version.id, {})
            for source in sources:
                old = diagram(definitions.model(session, source), source.id).places
                self.places |= {(version.id, id): place for id, place in old.items()}
                self.rules |= {(version.id, mapping.get(id, id)): place.timer for id, place in old.items()}
            new = diagram(definitions.model(session, version), version.id).places
            self.places |= {(version.id, id): place for id, place in new.items()}

    def named(self, code: str, at: "_At", **facts: Any) -> Finding:
        """A finding about an element, with its name in both languages."""
        element, place = at.element_id, self._place(at)
        name = (place.name if place else "") or element
        return finding(code, element, name=name, name_en=(place.name_en if place else "") or name, **facts)

    def _place(self, at: "_At") -> Place | None:
        return self.places.get((self.processes.get(at.key, self.source.id), at.element_id))

    def compare(self, before: Look, after: Look) -> Iterator[Finding]:
        """Everything that differs."""
        for key in sorted({*before.waits, *after.waits}, key=int):
            yield from self._wait(before.waits.get(key), after.waits.get(key))
        for key, incident in after.incidents.items():
            if key not in before.incidents:
                yield self.named("stops", incident, message=incident.type)  # its message quotes values
        for key, task in after.tasks.items():
            if key in before.tasks:
                yield from self._form(after.waits[key], before.tasks[key], task)
        yield from self._called()
        if self.work.case.status != "active":
            yield finding("ends")

    # ------------------------------------------------------------ timers, events, tasks

    def _wait(self, old: Wait | None, new: Wait | None) -> Iterator[Finding]:
        if isinstance(old, TimerWait) or isinstance(new, TimerWait):
            yield from self._timer(_as(TimerWait, old), _as(TimerWait, new))
        elif isinstance(old, UserTaskWait) or isinstance(new, UserTaskWait):
            yield from self._task(_as(UserTaskWait, old), _as(UserTaskWait, new))
        elif isinstance(old, MessageWait | SignalWait) and new is None:
            yield self.named("event_lost", old, event=old.name)
        elif isinstance(new, MessageWait | SignalWait) and old is None:
            yield self.named("event_new", new, event=new.name)

    def _timer(self, old: TimerWait | None, new: TimerWait | None) -> Iterator[Finding]:
        if new is None:
            if old is not None:
                yield self.named("timer_lost", old, old=old.due.isoformat())
        elif old is None:
            yield self.named("timer_new", new, new=new.due.isoformat())
        elif old.due != new.due:
            due = {"old": old.due.isoformat(), "new": new.due.isoformat()}
            yield self.named("timer_moved", new, **due)
        elif self._rule_changed(new):
            yield self.named("timer_kept", new, old=old.due.isoformat())
        if new is not None and new.due <= self.work.tx.now and (old is None or old.due != new.due):
            yield self.named("timer_now", new, new=new.due.isoformat())

    def _task(self, old: UserTaskWait | None, new: UserTaskWait | None) -> Iterator[Finding]:
        if old is None or new is None:
            gone = old or new
            if gone is not None:
                yield self.named("task_lost" if new is None else "task_new", gone)
        elif old.due != new.due:
            yield self.named("due_moved", new, old=_when(old.due), new=_when(new.due))
        elif old.due is not None and self._rule_changed(new):
            yield self.named("due_kept", new, old=_when(old.due))

    def _rule_changed(self, at: "_At") -> bool:
        place, key = self._place(at), (self.processes.get(at.key, self.source.id), at.element_id)
        return place is not None and key in self.rules and self.rules[key] != place.timer

    # ------------------------------------------------------------ forms and drafts

    def _form(self, at: "_At", old: UserTask, new: UserTask) -> Iterator[Finding]:
        session, definitions = self.work.tx.session, self.work.rt.definitions
        if old.form_definition_id is None or new.form_definition_id is None or new.form_id is None:
            return
        was = definitions.by_key(session, old.form_definition_id)
        now = definitions.by_key(session, new.form_definition_id)
        if was.key != now.key:
            yield self.named("form", at, old=was.version, new=now.version)
            yield from self._drafts(at, new, was, now)
            return
        try:
            present = definitions.find(FORM, new.form_id)
        except NotDeployed:
            return
        if present.key != now.key:
            yield self.named("form_kept", at, old=was.version, new=present.version)

    def _drafts(self, at: "_At", task: UserTask, was: Version, now: Version) -> Iterator[Finding]:
        session, definitions = self.work.tx.session, self.work.rt.definitions
        drafts = session.scalars(select(Draft).where(Draft.task_id == task.id)).all()
        if not drafts:
            return
        old, new = definitions.form(session, was), definitions.form(session, now)
        typed = {key for draft in drafts for key, value in draft.data.items() if value not in EMPTY}
        lost = [key for key in old.keys if key in typed.difference(new.keys)]
        count = len(drafts)
        if lost:
            names = {
                "fields": "、".join(old.label(key) for key in lost),
                "fields_en": ", ".join(old.label(key, "en") for key in lost),
            }
            yield self.named("draft_lost", at, count=count, **names)
        else:
            yield self.named("draft_kept", at, count=count)

    # ------------------------------------------------------------ called processes

    def _called(self) -> Iterator[Finding]:
        """Each called process that runs: where it was, where it goes on."""
        session, definitions = self.work.tx.session, self.work.rt.definitions
        told = select(ElementEvent).where(
            ElementEvent.instance_id == self.work.row.id,
            ElementEvent.element_type == "process",
            ElementEvent.event != "variable",
            ElementEvent.scope.is_not(None),
        )
        running: dict[str, ElementEvent] = {}
        for event in session.scalars(told.order_by(ElementEvent.id)):
            if event.event in ("activated", "migrated"):
                running[event.element_instance] = event
            else:
                running.pop(event.element_instance, None)
        for event in running.values():
            now = definitions.by_key(session, int(event.detail["reference"]))
            if event.event == "migrated" and event.revision == self.work.row.revision:
                was = definitions.by_key(session, int(event.detail["from"]))
                yield self._process("called", now, old=was.version, new=now.version)
            elif definitions.find(PROCESS, now.id).key != now.key:
                yield self._process("called_stays", now, version=now.version)

    def _process(self, code: str, at: Version, /, **facts: Any) -> Finding:
        info = self.work.rt.definitions.model(self.work.tx.session, at).processes[at.id]
        english = info.properties.get("luzhi:name_en") or info.name
        return finding(code, at.id, name=info.name, name_en=english, **facts)


def _as(kind: type[Any], wait: Wait | None) -> Any:
    return wait if isinstance(wait, kind) else None


def _when(at: datetime | None) -> str:
    return at.isoformat() if at else "—"
