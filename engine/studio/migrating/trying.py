"""One instance on its new rules, by the code that really moves it, and what that came to.

The dry run does it in a transaction that is given up; applying does it for good. Both ask the same questions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.bpmn.waits import MessageWait, SignalWait, TimerWait, UserTaskWait, Wait
from engine.commands.moving import Former, former, move
from engine.commands.work import Work
from engine.definitions import NotDeployed, Version
from engine.errors import Refusal
from engine.store.definitions import FORM, PROCESS
from engine.store.instances import ACTIVE, ElementEvent
from engine.store.migrating import MigrationPlan
from engine.store.tasks import CREATED, Draft, UserTask
from engine.studio.migrating import options
from engine.studio.migrating.findings import Finding, finding
from engine.studio.migrating.places import Place, diagram

EMPTY: tuple[Any, ...] = (None, "", False, [], {})
"""What a draft holds of a question that was not answered."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What an attempt found, and what the instance was before. `fired`: deadlines acted first."""

    findings: list[Finding]
    former: Former | None = None
    fired: bool = False


@dataclass(slots=True)
class _Look:
    """What is compared: waits, incidents and tasks at one moment."""

    waits: Mapping[str, Wait]
    incidents: Mapping[str, Any]
    tasks: Mapping[str, UserTask]


def attempt(work: Work, plan: MigrationPlan, detail: Mapping[str, Any]) -> Tried:
    """Let deadlines act, then move the instance; its transaction decides whether anything is kept."""
    session, definitions = work.tx.session, work.rt.definitions
    if work.row.ended_at is not None:
        return Tried([finding("ended", at=work.row.ended_at.isoformat())])
    if work.row.status != ACTIVE:
        return Tried([finding("suspended")])
    source = definitions.by_key(session, work.row.definition_id)
    if source.key not in plan.cohort["sources"]:
        return Tried([finding("elsewhere", version=source.version)])
    fired = bool(work.fire_due())
    if work.case.status != "active":
        return Tried([finding("ended", at=work.tx.now.isoformat())], fired=True)
    before, was = _look(work), former(work)
    try:
        move(work, options.move(session, definitions, plan, source), detail)
    except Refusal as refusal:
        return Tried([finding("refused", zh=refusal.told("zh"), en=refusal.told("en"))], was, fired)
    known = _Known(work, plan, source)
    found = [*_first(fired, before, known), *known.compare(before, _look(work))]
    return Tried(found, was, fired)


def _look(work: Work) -> _Look:
    tasks = select(UserTask).where(UserTask.instance_id == work.row.id, UserTask.state == CREATED)
    rows = work.tx.session.scalars(tasks.execution_options(populate_existing=True)).all()
    forms = {row.wait_key: row for row in rows}
    for row in rows:
        work.tx.session.expunge(row)  # as it is now, to be compared with what becomes of it
    return _Look(dict(work.case.waits()), dict(work.case.incidents), forms)


def _first(fired: bool, before: _Look, known: "_Known") -> Iterator[Finding]:
    if fired:
        yield finding("due_now")
    for incident in before.incidents.values():
        yield known.named("incident", incident.element_id)


@dataclass(slots=True)
class _Known:
    """What the comparison of one instance may look up."""

    work: Work
    plan: MigrationPlan
    source: Version
    places: dict[str, Place] = field(default_factory=dict)
    rules: dict[str, tuple[str, str] | None] = field(default_factory=dict)
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
                self.places |= old
                self.rules |= {mapping.get(id, id): place.timer for id, place in old.items()}
            self.places |= diagram(definitions.model(session, version), version.id).places

    def named(self, code: str, element: str, **facts: Any) -> Finding:
        """A finding about an element, with its name in both languages."""
        place = self.places.get(element)
        name = (place.name if place else "") or element
        return finding(code, element, name=name, name_en=(place.name_en if place else "") or name, **facts)

    def compare(self, before: _Look, after: _Look) -> Iterator[Finding]:
        """Everything that differs."""
        for key in sorted({*before.waits, *after.waits}, key=int):
            yield from self._wait(before.waits.get(key), after.waits.get(key))
        for key, incident in after.incidents.items():
            if key not in before.incidents:
                yield self.named("stops", incident.element_id, message=incident.message)
        for key, task in after.tasks.items():
            if key in before.tasks:
                yield from self._form(before.tasks[key], task)
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
            yield self.named("event_lost", old.element_id, event=old.name)
        elif isinstance(new, MessageWait | SignalWait) and old is None:
            yield self.named("event_new", new.element_id, event=new.name)

    def _timer(self, old: TimerWait | None, new: TimerWait | None) -> Iterator[Finding]:
        if new is None:
            if old is not None:
                yield self.named("timer_lost", old.element_id, old=old.due.isoformat())
        elif old is None:
            yield self.named("timer_new", new.element_id, new=new.due.isoformat())
        elif old.due != new.due:
            due = {"old": old.due.isoformat(), "new": new.due.isoformat()}
            yield self.named("timer_moved", new.element_id, **due)
        elif self._rule_changed(new.element_id):
            yield self.named("timer_kept", new.element_id, old=old.due.isoformat())
        if new is not None and new.due <= self.work.tx.now and (old is None or old.due != new.due):
            yield self.named("timer_now", new.element_id, new=new.due.isoformat())

    def _task(self, old: UserTaskWait | None, new: UserTaskWait | None) -> Iterator[Finding]:
        if old is None or new is None:
            gone = old or new
            if gone is not None:
                yield self.named("task_lost" if new is None else "task_new", gone.element_id)
        elif old.due != new.due:
            yield self.named("due_moved", new.element_id, old=_when(old.due), new=_when(new.due))
        elif old.due is not None and self._rule_changed(new.element_id):
            yield self.named("due_kept", new.element_id, old=_when(old.due))

    def _rule_changed(self, element: str) -> bool:
        place = self.places.get(element)
        return place is not None and element in self.rules and self.rules[element] != place.timer

    # ------------------------------------------------------------ forms and drafts

    def _form(self, old: UserTask, new: UserTask) -> Iterator[Finding]:
        session, definitions = self.work.tx.session, self.work.rt.definitions
        if old.form_definition_id is None or new.form_definition_id is None or new.form_id is None:
            return
        was = definitions.by_key(session, old.form_definition_id)
        now = definitions.by_key(session, new.form_definition_id)
        if was.key != now.key:
            yield self.named("form", new.element_id, old=was.version, new=now.version)
            yield from self._drafts(new, was, now)
            return
        try:
            present = definitions.find(FORM, new.form_id)
        except NotDeployed:
            return
        if present.key != now.key:
            yield self.named("form_kept", new.element_id, old=was.version, new=present.version)

    def _drafts(self, task: UserTask, was: Version, now: Version) -> Iterator[Finding]:
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
            yield self.named("draft_lost", task.element_id, count=count, **names)
        else:
            yield self.named("draft_kept", task.element_id, count=count)

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
