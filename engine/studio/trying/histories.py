"""A case that ran, told as a scenario: what people sent, what came from outside, what verbs found, when.

It is what a draft is tried on: would this case have taken another path? Results of verbs are read back from the
variables that they were mapped to; a case whose tokens were moved by hand cannot be told this way.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import feel
from engine.bpmn.model import Model, verb, walk
from engine.bpmn.specs.definitions import Error, Message, Signal
from engine.bpmn.specs.events import Throwing
from engine.bpmn.specs.subprocess import EventSubProcess
from engine.definitions import Definitions
from engine.errors import Refusal
from engine.store.instances import ElementEvent, Instance
from engine.store.tasks import Submission, UserTask
from engine.studio.trying.scenarios import Scenario
from engine.studio.trying.trial import ERROR

ENTRY = re.compile(r"(\w+)\s*:\s*(\w+)")
CONTEXT = re.compile(r"\{\s*\w+\s*:\s*\w+(\s*,\s*\w+\s*:\s*\w+)*\s*\}")
BY_HAND = frozenset(["migrated"])


class NotRetold(Refusal):
    """The history of a case cannot be told as a scenario."""

    zh = "案件 {instance} 的经过不能重放：{why_zh}。"
    en = "The history of case {instance} cannot be replayed: {why_en}."
    remedy_zh = "请选择没有人工迁移或调整过的案件。"
    remedy_en = "Choose cases that nobody moved or migrated by hand."
    status = 422


@dataclass(frozen=True, slots=True)
class _Element:
    """What the diagram says of an element, as far as it matters here."""

    type: str
    outputs: Sequence[tuple[str, str]]
    verb: str
    message: str | None
    signal: str | None
    error: tuple[str, str] | None
    """Of a boundary event that catches an error: the element that it stands at, and the code."""


@dataclass(slots=True)
class _Retelling:
    """The scenario as it grows while the events are read."""

    elements: Mapping[str, Mapping[str, _Element]]
    sent: Mapping[str, tuple[str, Mapping[str, Any]]]
    """Who sent what at each user task, by element instance."""
    process: dict[str | None, str] = field(default_factory=dict)
    """The process in which an element instance or scope lies."""
    open: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    """The element instances of each element of a process that wait, in their order."""
    results: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    steps: list[dict[str, Any]] = field(default_factory=list)
    begun: str = ""
    """The start event's element instance: its message is the scenario's start."""
    written: list[ElementEvent] = field(default_factory=list)
    """The variables written since the last other event: the outputs of the element that completes next."""

    def take(self, event: ElementEvent) -> None:
        """One event of the history."""
        if event.event == "variable":
            self.written.append(event)
            return
        written, self.written = self.written, []
        if event.element_type == "process":
            self.process.setdefault(event.element_instance, event.element_id)
            return
        if event.event == "activated":
            self.process[event.element_instance] = self.process[event.scope]
            self.begun = self.begun or event.element_instance
            self.open[self._place(event)].append(event.element_instance)
            element = self._element(event)
            if element is not None and element.error is not None:
                self._give(
                    self._element_at(event, element.error[0]), element.error[0], {ERROR: element.error[1]}
                )
        elif event.event in ("completed", "terminated"):
            inner = event.element_instance  # its inputs are no outputs
            self._ended(event, {r.detail["name"]: r.detail["value"] for r in written if r.scope != inner})

    def _ended(self, event: ElementEvent, written: Mapping[str, Any]) -> None:
        waiting = self.open[self._place(event)]
        nth = waiting.index(event.element_instance) + 1
        waiting.remove(event.element_instance)
        element = self._element(event)
        if event.event == "completed" and element is not None and event.element_instance != self.begun:
            self._completed(event, element, written, nth)

    def _place(self, event: ElementEvent) -> tuple[str, str]:
        return self.process[event.element_instance], event.element_id

    def _element(self, event: ElementEvent) -> _Element | None:
        return self._element_at(event, event.element_id)

    def _element_at(self, event: ElementEvent, id: str) -> _Element | None:
        return self.elements[self.process[event.element_instance]].get(id)

    def _give(self, element: _Element | None, id: str, result: Mapping[str, Any]) -> None:
        """A verb gave this; called processes may have elements of the same id, told apart by their verbs."""
        several = len(self.elements) > 1
        self.results[f"{id}:{element.verb}" if element and several else id].append(result)

    def _completed(
        self, event: ElementEvent, element: _Element, written: Mapping[str, Any], nth: int
    ) -> None:
        at = {"until": event.at}
        if element.type in ("userTask", "manualTask"):
            by, answers = self.sent.get(event.element_instance, ("", {}))
            sent = {"task": event.element_id, "answers": needed(answers, element.outputs), "by": by}
            self.steps += [at, {**sent, "nth": nth} if nth > 1 else sent]
        elif element.verb:
            self._give(element, event.element_id, unmapped(element.outputs, written))
        elif element.message or element.signal:
            kind, name = ("message", element.message) if element.message else ("signal", element.signal)
            told = {kind: name, "element": event.element_id, "variables": unmapped(element.outputs, written)}
            self.steps += [at, {**told, "nth": nth} if nth > 1 else told]


def retold(session: Session, definitions: Definitions, instance_id: int) -> Scenario:
    """The scenario of a case; its `path` is the one it took. Raises NotRetold, NotDeployed."""
    instance = session.get_one(Instance, instance_id)
    events = list(
        session.scalars(
            select(ElementEvent).where(ElementEvent.instance_id == instance_id).order_by(ElementEvent.id)
        )
    )
    if any(event.event in BY_HAND for event in events):
        raise NotRetold(instance=instance_id, why_zh="曾经迁移", why_en="it was migrated")
    elements = _elements(session, definitions, events)
    story = _Retelling(elements, _sent(session, instance_id))
    for event in events:
        story.take(event)
    start, variables = _start(events, elements[instance.process_id])
    story.steps.append({"until": events[-1].at})
    return Scenario(
        file="",
        name=instance.business_key or str(instance_id),
        name_en="",
        process=instance.process_id,
        starts_at=events[0].at,
        start=variables,
        start_element=start,
        results=dict(story.results),
        steps=_without_repeats(story.steps),
        expect={"ended": instance.ended_at is not None, "path": path(events)},
    )


def path(events: Sequence[Any]) -> list[str]:
    """The elements that a history reached, in order."""
    return [e.element_id for e in events if e.event == "activated" and e.element_type != "process"]


def unmapped(outputs: Sequence[tuple[str, str]], written: Mapping[str, Any]) -> dict[str, Any]:
    """The result that must have been there for its mapping (target, source) to have written this.

    Without a mapping everything is written as it is. A source that computes something cannot be read back.
    """
    if not outputs:
        return dict(written)
    found: dict[str, Any] = {}
    for target, source in outputs:
        expression, value = source.removeprefix("=").strip(), written.get(target)
        if target in written and expression.isidentifier():
            found[expression] = value
        elif isinstance(value, Mapping) and CONTEXT.fullmatch(expression):
            found |= {name: value[key] for key, name in ENTRY.findall(expression) if key in value}
    return found


def needed(answers: Mapping[str, Any], outputs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The answers that enter the process: the names in its output mappings."""
    if not outputs:
        return dict(answers)
    read = [feel.parse(source[1:]) for _, source in outputs if source.startswith("=")]
    names = {name for expression in read for name in expression.mentioned}
    return {name: value for name, value in answers.items() if name in names}


def _start(
    events: Sequence[ElementEvent], elements: Mapping[str, _Element]
) -> tuple[str | None, dict[str, Any]]:
    """The start event, and the variables that it began with: those written before it, and what it was told."""
    first = next(n for n, e in enumerate(events) if e.event == "activated" and e.element_type != "process")
    before = {e.detail["name"]: e.detail["value"] for e in events[:first] if e.event == "variable"}
    done = next((n for n, e in enumerate(events) if n > first and e.event == "completed"), first)
    after = {e.detail["name"]: e.detail["value"] for e in events[first:done] if e.event == "variable"}
    element = elements.get(events[first].element_id)
    payload = unmapped(element.outputs if element else (), after)
    return events[first].element_id, {**before, **payload}


def _sent(session: Session, instance_id: int) -> dict[str, tuple[str, Mapping[str, Any]]]:
    rows = session.execute(
        select(UserTask.wait_key, Submission.by, Submission.data)
        .join(Submission, Submission.task_id == UserTask.id)
        .where(UserTask.instance_id == instance_id)
    )
    return {row.wait_key: (row.by, row.data) for row in rows}


def _elements(
    session: Session, definitions: Definitions, events: Sequence[ElementEvent]
) -> dict[str, Mapping[str, _Element]]:
    """The elements of every process in which the case was, in the versions that it ran."""
    found: dict[str, Mapping[str, _Element]] = {}
    for event in events:
        if event.element_type != "process" or event.event != "activated" or event.element_id in found:
            continue
        version = definitions.by_key(session, int(event.detail["reference"]))
        found[event.element_id] = listed(definitions.model(session, version), event.element_id)
    return found


@lru_cache(maxsize=64)
def listed(model: Model, process_id: str) -> Mapping[str, _Element]:
    """The elements of a process by id; many cases of one version are told one after the other."""
    types = model.processes[process_id].elements
    hosts = {
        boundary: host.bpmn_id
        for host, _ in walk(model.specs[process_id])
        for boundary in getattr(host, "boundaries", ())
    }
    found: dict[str, _Element] = {}
    for spec, _ in walk(model.specs[process_id]):
        event = getattr(spec, "event_definition", None)
        # an event sub-process is told by its start event, and a message that is thrown is a verb's
        catches = not isinstance(spec, EventSubProcess | Throwing)
        stands = hosts.get(spec.bpmn_id)
        found[spec.bpmn_id] = _Element(
            type=types[spec.bpmn_id].type if spec.bpmn_id in types else spec.type,
            outputs=spec.ext.outputs,
            verb=verb(spec) or "",
            message=event.name if isinstance(event, Message) and catches else None,
            signal=event.name if isinstance(event, Signal) and catches else None,
            error=(stands, event.code or "") if stands and isinstance(event, Error) else None,
        )
    return found


def _without_repeats(steps: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Instants that say nothing new are left out."""
    found: list[Mapping[str, Any]] = []
    at = None
    for step in steps:
        if "until" not in step or step["until"] != at:
            found.append(step)
        at = step.get("until", at)
    return found
