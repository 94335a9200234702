"""A case that is tried out: one instance in memory on a clock of its own. Nothing of it reaches a register.

Diagrams, decisions, FEEL and timers are the real ones. What verbs would find or do is given: by element or by verb
name, else nothing. Messages and signals come from whoever tries.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import bpmn, feel
from engine.bpmn.waits import ElementEvent, JobWait, TimerWait, UserTaskWait, Wait
from engine.clock import VirtualClock
from engine.dmn import Explanation
from engine.errors import Refusal
from engine.studio.rules import Rules
from engine.studio.trying.bounds import AT_ONCE, Meter
from engine.verbs import BpmnError

MOST_TIMERS = 1000
Result = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""What a verb gives: always the same, or one after the other, the last one for ever."""
ERROR = "error"
"""The key of a given result that stands for a BPMN error: its value is the error's code."""


class TimersWithoutEnd(Refusal):
    """A trial let so much time pass that a repeating timer fired too often."""

    zh = "这段时间内定时器触发超过 {most} 次。"
    en = "Timers fired more than {most} times in that time."
    remedy_zh = "请缩短等待的时间，或检查周期定时器。"
    remedy_en = "Let less time pass, or check the repeating timers."
    status = 422


@dataclass(slots=True)
class Given:
    """The `engine.bpmn.Environment` of a trial; `results` of verbs by element id or by the verb's name."""

    rules: Rules
    clock: VirtualClock
    functions: feel.Functions
    results: Mapping[str, Result] = field(default_factory=dict)
    called: dict[str, int] = field(default_factory=dict)
    """How often each key of `results` has been used."""
    asks: frozenset[str] = frozenset()
    """Verbs whose results are asked for: without one that is given the case waits for it."""
    matched: dict[str, Counter[int]] = field(default_factory=dict)
    """Of each decision that was taken, how often each of its rules matched, from 1."""
    meter: Meter = field(default_factory=Meter)

    def evaluate(self, expression: str, context: Mapping[str, Any]) -> Any:
        """The value of a FEEL expression. Raises the refusals of `engine.feel`, TrialTooLong."""
        budget = self.meter.allow(expression)
        value = feel.evaluate(expression, context, clock=self.clock, functions=self.functions, budget=budget)
        return self.meter.holds(value, expression)

    def decide(self, decision_id: str, context: Mapping[str, Any]) -> Any:
        """The result of a decision of the rules. Raises NotDeployed, TrialTooLong."""
        self.meter.allow(decision_id)
        decisions = self.rules.decision(decision_id)
        explained = decisions.explain(
            decision_id, context, clock=self.clock, functions=self.functions, seconds=self.meter.left
        )
        self._note(explained)
        return self.meter.holds(explained.result, decision_id)

    def _note(self, explained: Explanation) -> None:
        """Count the rules that matched, of the decisions below it too."""
        rules = self.matched.setdefault(explained.decision_id, Counter())
        rules.update(match.rule for match in explained.matches)
        for below in explained.required:
            self._note(below)

    def call_verb(self, job: JobWait, variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The given result of the element, or of its verb; else nothing, or None for one that is asked for.

        Raises BpmnError where one is given.
        """
        self.meter.allow(job.element_id)
        key = self.key_of(job)
        if job.type in self.asks and self._is_spent(key):
            return None
        found = self._next(key)
        if code := found.get(ERROR):
            raise BpmnError(str(code))
        return found

    def key_of(self, job: JobWait) -> str:
        """The key of `results` from which the job takes its result; its element where there is none yet."""
        keys = (f"{job.element_id}:{job.type}", job.element_id, job.type)
        return next((key for key in keys if key in self.results), job.element_id)

    def _is_spent(self, key: str) -> bool:
        results = self.results.get(key, ())
        return not isinstance(results, Mapping) and self.called.get(key, 0) >= len(results)

    def _next(self, key: str) -> Mapping[str, Any]:
        results = self.results.get(key, {})
        if isinstance(results, Mapping):
            return results
        number = self.called[key] = self.called.get(key, 0) + 1
        return results[min(number, len(results)) - 1] if results else {}

    def model(self, process_id: str, binding: str, version_tag: str | None) -> tuple[str, bpmn.Model]:
        """A called process of the rules. Raises NotDeployed."""
        return process_id, self.rules.model(process_id)

    def pinned(self, reference: str) -> bpmn.Model:
        """The diagram that a reference in a state means. Raises NotDeployed."""
        return self.rules.model(reference)


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent at a task; its number from 1 is the `submission_id` that the process sees."""

    element_id: str
    form_id: str | None
    answers: Mapping[str, Any]
    by: str
    at: datetime


class Trial:
    """One case being tried. `events` is its history so far."""

    def __init__(
        self,
        given: Given,
        process_id: str,
        variables: Mapping[str, Any] | None = None,
        start_element: str | None = None,
    ) -> None:
        """The case at its start; call `begin` next. Raises NotDeployed, UnknownElement."""
        self.given = given
        model = given.rules.model(process_id)
        self.case = bpmn.Case.start(model, process_id, given, variables, start_element, reference=process_id)
        self.events: list[ElementEvent] = []
        self.submissions: list[Sent] = []

    def begin(self) -> None:
        """Go on to where it first waits. Raises TrialTooLong."""
        self._go_on()

    @property
    def now(self) -> datetime:
        """The instant of the trial's clock."""
        return self.given.clock.now()

    def tasks(self) -> list[UserTaskWait]:
        """The user tasks that are open."""
        return [wait for wait in self.case.waits().values() if isinstance(wait, UserTaskWait)]

    def waits(self) -> list[Wait]:
        """Whatever the case waits for."""
        return list(self.case.waits().values())

    def complete(self, key: str, answers: Mapping[str, Any], by: str = "") -> None:
        """A task ends with these answers, and with the facts about its submission. Raises NotWaiting."""
        task = next((task for task in self.tasks() if task.key == key), None)
        if task is not None:
            self.submissions.append(Sent(task.element_id, task.form_id, answers, by, self.now))
        facts = {
            "submission_id": len(self.submissions),
            "completed_by": by,
            "completed_at": self.now.isoformat(),
        }
        self.case.complete(key, {**answers, **facts})
        self._go_on()

    def correlate(self, key: str, variables: Mapping[str, Any]) -> None:
        """The message of a subscription comes. Raises NotWaiting."""
        self.case.correlate(key, variables)
        self._go_on()

    def signal(self, key: str, variables: Mapping[str, Any]) -> None:
        """The signal of a subscription comes. Raises NotWaiting."""
        self.case.signal(key, variables)
        self._go_on()

    def next_due(self) -> TimerWait | None:
        """The timer that is due next."""
        timers = [wait for wait in self.case.waits().values() if isinstance(wait, TimerWait)]
        return min(timers, key=lambda timer: (timer.due, timer.key), default=None)

    def pass_until(self, at: datetime) -> None:
        """Let time pass: every timer due on the way fires at its time, in order. Raises TimersWithoutEnd."""
        for _ in range(MOST_TIMERS):
            timer = self.next_due()
            if timer is None or timer.due > at:
                self.given.clock.set(max(at, self.now))
                return
            self.given.clock.set(max(timer.due, self.now))
            self.case.fire(timer.key)
            self._go_on()
        raise TimersWithoutEnd(most=MOST_TIMERS)

    def _go_on(self) -> None:
        """Run until it waits. Raises TrialTooLong for a case that never would."""
        meter = self.given.meter
        try:
            steps = self.case.run(AT_ONCE)
        finally:
            self.case.take_signals()
            self.events.extend(self.case.take_events())
        for incident in self.case.incidents.values():
            if incident.type == "BUDGET_EXCEEDED":
                meter.stop("步数", "steps", incident.element_id)
        meter.took(steps)
