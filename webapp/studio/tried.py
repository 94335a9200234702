"""What a page of a trial shows, played again from its story: open tasks, verbs that wait, timers, history, pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from engine import xml
from engine.bpmn.waits import ElementEvent, JobWait, MessageWait, SignalWait, TimerWait, UserTaskWait
from engine.clock import in_business_zone
from engine.errors import NotFound
from engine.store import json
from engine.store.trials import StudioTrial
from engine.studio.rules import Rules
from engine.studio.trying import playing, trials
from engine.studio.trying.playing import Played
from engine.studio.trying.recorded import scenarios
from engine.studio.trying.runs import files_of
from engine.studio.trying.trial import Trial
from engine.workdays import YearUnknown
from webapp.access import actor
from webapp.drawing import Drawing, read
from webapp.i18n import pick
from webapp.shared import runtime
from webapp.studio import typed
from webapp.studio.blueprint import blueprint
from webapp.studio.trial_words import said
from webapp.studio.typed import Field

SHOWN_EVENTS = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """A verb that waits for its result: its job, its name, and the fields for what it gives."""

    job: JobWait
    name: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message or signal that is waited for, with the variables that it may bring."""

    kind: str
    wait: MessageWait | SignalWait
    nth: int
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a case came to its end: at which end events, when, and how long that took.

    `workdays` counts those after the day on which it began; None where a year of them has no calendar.
    """

    at: datetime
    where: Sequence[str]
    days: int
    workdays: int | None


@dataclass(frozen=True)
class Tried:
    """One trial as its pages need it."""

    row: StudioTrial
    files: Mapping[str, bytes]
    rules: Rules
    played: Played

    @property
    def story(self) -> Mapping[str, Any]:
        """The story as it is kept."""
        return self.row.story

    @property
    def trial(self) -> Trial | None:
        """The case; None when it could not even be started."""
        return self.played.trial

    @property
    def open(self) -> bool:
        """Whether anything more can be done: it runs, and no step of it failed."""
        return self.trial is not None and self.trial.case.status == "active" and self.played.refusal is None

    @cached_property
    def ended(self) -> Ended | None:
        """The end of the case; None while it runs or where a step of it failed."""
        if self.trial is None or self.trial.case.status == "active" or self.played.refusal is not None:
            return None
        events = self.trial.events
        first, last = (in_business_zone(at) for at in (events[0].at, events[-1].at))
        ends = {e.element_id for e in events if e.element_type == "endEvent" and self._is_outer(e.element_id)}
        days = (last.date() - first.date()).days
        return Ended(last, sorted(map(self.name, ends)), days, self._workdays(first.date(), last.date()))

    def _is_outer(self, element: str) -> bool:
        """Whether an element is of the process that was begun, and in none of its sub-processes."""
        info = self._elements(self.row.process_id).get(element)
        return info is not None and not info.path

    def _workdays(self, first: date, last: date) -> int | None:
        tables = self.rules.tables
        calendar = tables.calendar if tables is not None and tables.calendar.years else runtime().calendar
        try:
            return calendar.count(first + timedelta(days=1), last)
        except YearUnknown:
            return None

    @cached_property
    def tasks(self) -> list[UserTaskWait]:
        """The open tasks."""
        return self.trial.tasks() if self.trial is not None else []

    @cached_property
    def timers(self) -> list[TimerWait]:
        """The timers that are set, the next one first."""
        waits = self.trial.waits() if self.trial is not None else []
        return sorted((w for w in waits if isinstance(w, TimerWait)), key=lambda w: (w.due, w.key))

    @cached_property
    def awaited(self) -> list[Awaited]:
        """Messages and signals that are waited for."""
        if self.trial is None:
            return []
        found: list[Awaited] = []
        for wait in self.trial.waits():
            if isinstance(wait, MessageWait | SignalWait):
                nth = 1 + sum(a.wait.element_id == wait.element_id for a in found)
                kind = "message" if isinstance(wait, MessageWait) else "signal"
                found.append(Awaited(kind, wait, nth, self._brought(wait)))
        return found

    def _brought(self, wait: MessageWait | SignalWait) -> list[Field]:
        process = self._home(wait.element_id)
        names = typed.names_read(self.rules.model(process), process, wait.element_id) if process else []
        return [Field(name, name) for name in names]

    def _home(self, element: str) -> str | None:
        """The process of the trial that has an element."""
        entered = [self.row.process_id, *self.states]
        return next((id for id in entered if id in self.rules.models and element in self._elements(id)), None)

    def _elements(self, process: str) -> Mapping[str, Any]:
        return self.rules.model(process).processes[process].elements

    @cached_property
    def states(self) -> Mapping[str, Mapping[str, str]]:
        """What the pictures show, by process."""
        return playing.states(self.trial) if self.trial is not None else {}

    @property
    def incidents(self) -> list[tuple[str, str]]:
        """Where the case stopped, and why."""
        found = self.trial.case.incidents.values() if self.trial is not None else ()
        return [(self.name(i.element_id), f"{i.type}：{i.message}") for i in found]

    @property
    def variables(self) -> list[tuple[str, str]]:
        """The variables of the case, by name."""
        values = self.trial.case.variables if self.trial is not None else {}
        return [(name, json.dumps(value)) for name, value in sorted(values.items())]

    @property
    def history(self) -> list[ElementEvent]:
        """What was reached, the latest last; long histories from where they grow long."""
        events = self.trial.events if self.trial is not None else []
        return [e for e in events if e.event == "activated" and e.element_type != "process"][-SHOWN_EVENTS:]

    def name(self, element: str) -> str:
        """What an element is called in the diagrams of the trial; its id where it has no name."""
        process = self._home(element)
        if process is None:
            return element
        info = self._elements(process)[element]
        return pick(info.name, info.properties.get("luzhi:name_en")) or element

    def process_name(self, process: str) -> str:
        """What a process is called."""
        return process_name(self.rules, process)

    def drawings(self) -> list[tuple[str, Drawing]]:
        """The pictures of every process that the case entered, the first one first."""
        found = []
        for process, states in (self.states or {self.row.process_id: {}}).items():
            if process in self.rules.models:
                drawing = drawn(self.files, self.rules, process, states)
                if drawing is not None:
                    _point_out(drawing)
                    found.append((self.process_name(process), drawing))
        return found

    def moves(self) -> list[str]:
        """What was done, in words."""
        return [said(self.name, move) for move in self.story["moves"]]


def _point_out(drawing: Drawing) -> None:
    """The first place where the case waits is the one to which the page leads."""
    for shape in drawing.shapes:
        if shape.state == "now" and shape.kind == "task":
            shape.state = "this"
            return


def load(session: Session, id: int) -> Tried:
    """A trial of the person who asks, played. Raises NotFound, NotDeployable for drafts that do not compile."""
    row = trials.own(session, actor(), id)
    files = files_of(session, row.change_id)
    rules = Rules.of(files)
    if row.process_id not in rules.models:
        raise NotFound(what_zh=f"流程 {row.process_id}", what_en=f"The process {row.process_id}")
    rt = runtime()
    return Tried(row, files, rules, playing.play(row.story, rules, rt.functions, rt.verbs))


def asked(session: Session, tried: Tried) -> list[Asked]:
    """The verbs that wait for a result, one an element and verb, filled with what is remembered."""
    known, found, seen = scenarios(session), [], set[str]()
    for job in tried.played.asked:
        if tried.trial is None or (key := tried.trial.given.key_of(job)) in seen:
            continue
        seen.add(key)
        given = trials.remembered(session, actor(), job, tried.row.process_id, known)
        verb = runtime().verbs.get(job.type)
        name = pick(verb.zh, verb.en) if verb is not None else job.type
        found.append(Asked(job, name, typed.of_verb(verb, given)))
    return found


def process_name(rules: Rules, process: str) -> str:
    """What a process of a set of rules is called; its id when it is not there."""
    if process not in rules.models:
        return process
    info = rules.model(process).processes[process]
    return pick(info.name, info.properties.get("luzhi:name_en"))


def drawn(
    files: Mapping[str, bytes], rules: Rules, process: str, states: Mapping[str, str]
) -> Drawing | None:
    """The picture of a process with these states; None for a file without one."""
    file = rules.model(process).file
    drawing = read(xml.parse(file, files[file]))
    if drawing is not None:
        drawing.mark(states)
    return drawing


@blueprint.app_template_filter("trial_name")
def trial_name(element: str, tried: Tried) -> str:
    """What an element is called in the diagrams of a trial."""
    return tried.name(element)
