"""Process tests that owners write or record: what people answer, how time passes, what must come of it.

A scenario is a JSON file: `process`, `starts_at`, `start` (variables), `start_element`, `results` (what verbs give, by
element or verb), `steps` and `expect`. A step is one of `{"task": id, "answers": {…}}`,
`{"message": name, "variables": {…}}`, `{"signal": name, "variables": {…}}`, `{"wait": "P3D"}`, `{"until": instant}`,
`{"timer": id}` (until that timer has fired). `by` names who sends it, `nth` says which of several open tasks,
`element` (with `nth`) which subscription; any step may bring new `results`. A result is an object, or a list of objects
given one after the other; `{"error": code}` is a BPMN error. `expect` has `ended` (bool), `open` (ids of the open tasks),
`path` (ids in the order in which they were reached; others may lie between), `never` (ids not reached), `variables`
(values at the end).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Range

from engine import feel
from engine.bpmn.timers import period
from engine.bpmn.waits import MessageWait, SignalWait, TimerWait
from engine.clock import VirtualClock, in_business_zone
from engine.errors import Refusal, Worded
from engine.store import json
from engine.studio.rules import Rules
from engine.studio.trying import failures as why
from engine.studio.trying.failures import Failure, listed
from engine.studio.trying.trial import Given, Result, Trial

KINDS = ("task", "message", "signal", "wait", "until", "timer")


class ScenarioUnreadable(Refusal):
    """A file is no scenario."""

    zh = "场景文件“{file}”有误：{found}"
    en = "The scenario {file} is wrong: {found}"
    remedy_zh = "请对照 docs/scenarios.md 修改。"
    remedy_en = "Correct it as docs/scenarios.md says."
    status = 422


class StepFailed(Refusal):
    """A step of a scenario could not be done where the case stood."""

    zh = "第 {number} 步不能进行：{found_zh}当时在办：{open}。"
    en = "Step {number} could not be done: {found_en} Open at that time: {open}."
    remedy_zh = "请修改场景，或检查流程图。"
    remedy_en = "Correct the scenario, or check the diagram."
    status = 422


def _result(value: object) -> None:
    """What a verb gives is an object, or a list of objects."""
    each = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in each):
        raise ValidationError("an object, or a list of objects")


class _Step(Schema):
    task = fields.String()
    answers = fields.Dict(keys=fields.String())
    by = fields.String()
    message = fields.String()
    signal = fields.String()
    variables = fields.Dict(keys=fields.String())
    wait = fields.String()
    until = fields.AwareDateTime()
    timer = fields.String()
    element = fields.String()
    nth = fields.Integer(strict=True, validate=Range(min=1))
    results = fields.Dict(keys=fields.String(), values=fields.Raw(validate=_result))

    @validates_schema
    def one(self, data: Mapping[str, Any], **_: Any) -> None:
        """A step does one thing."""
        if len([kind for kind in KINDS if kind in data]) != 1:
            raise ValidationError(f"one of {', '.join(KINDS)}")


class _Expect(Schema):
    ended = fields.Boolean()
    open = fields.List(fields.String())
    path = fields.List(fields.String())
    never = fields.List(fields.String())
    variables = fields.Dict(keys=fields.String())


class _File(Schema):
    name = fields.String(required=True)
    name_en = fields.String(load_default="")
    process = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True)
    start = fields.Dict(keys=fields.String(), load_default=dict)
    start_element = fields.String(load_default=None)
    results = fields.Dict(keys=fields.String(), values=fields.Raw(validate=_result), load_default=dict)
    steps = fields.List(fields.Nested(_Step), load_default=list)
    expect = fields.Nested(_Expect, required=True)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One process test as its file has it."""

    file: str
    name: str
    name_en: str
    process: str
    starts_at: datetime
    start: Mapping[str, Any]
    start_element: str | None
    results: Mapping[str, Result]
    steps: Sequence[Mapping[str, Any]]
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a scenario: `failures` say what was expected and what was so; `trial` has the history."""

    scenario: Scenario
    trial: Trial | None
    failures: Sequence[Failure] = field(default_factory=tuple)
    failed_step: int | None = None
    """The number of the step that could not be done; None when all were, or when it did not even start."""


def read(file: str, text: str) -> Scenario:
    """The scenario of a file. Raises ScenarioUnreadable."""
    try:
        data = _File().load(json.loads(text))
    except ValidationError as error:
        raise ScenarioUnreadable(file=file, found=error.messages) from error
    except json.BadJson as error:
        raise ScenarioUnreadable(file=file, found=error.message("en")) from error
    return Scenario(file=file, **data)


def written(scenario: Scenario) -> str:
    """The text of the file that `read` takes, for people: what is empty is left out."""
    data = {
        "name": scenario.name,
        "name_en": scenario.name_en,
        "process": scenario.process,
        "starts_at": scenario.starts_at.isoformat(),
        "start": scenario.start,
        "start_element": scenario.start_element,
        "results": scenario.results,
        "steps": [{key: _plain(value) for key, value in step.items()} for step in scenario.steps],
        "expect": scenario.expect,
    }
    lines = [f"  {json.dumps(k)}: {_lines(v)}" for k, v in data.items() if v not in ("", None, {}, [])]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _lines(value: Any) -> str:
    """A list of objects, or an object of objects, has a line for each."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n    " + ",\n    ".join(map(json.dumps, value)) + "\n  ]"
    if isinstance(value, dict) and any(isinstance(each, dict | list) for each in value.values()):
        return (
            "{\n    "
            + ",\n    ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            + "\n  }"
        )
    return json.dumps(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def run(scenario: Scenario, rules: Rules, functions: feel.Functions) -> Outcome:
    """Play a scenario on the rules, in memory. A refusal on the way is a failure, not an exception."""
    trial: Trial | None = None
    number = 0
    try:
        given = Given(rules, VirtualClock(scenario.starts_at), functions, dict(scenario.results))
        trial = Trial(given, scenario.process, scenario.start, scenario.start_element)
        trial.begin()
        for number, step in enumerate(scenario.steps, start=1):
            given.results = {**given.results, **step.get("results", {})}
            do(trial, step, number)
    except Refusal as refusal:
        said = (why.of_refusal(refusal), *(_incidents(trial) if trial else ()))
        return Outcome(scenario, trial, said, number or None)
    return Outcome(scenario, trial, (*_incidents(trial), *_unmet(scenario.expect, trial)))


def without_values(outcome: Outcome) -> tuple[Failure, ...]:
    """The failures with the place and type of every incident instead of its message, which quotes values."""
    incidents = list(outcome.trial.case.incidents.values()) if outcome.trial else []
    told = set(_incidents(outcome.trial)) if outcome.trial else set()
    kept = [line for line in outcome.failures if line not in told]
    return (*kept, *(why.of_incident(incident, message=False) for incident in incidents))


def do(trial: Trial, step: Mapping[str, Any], number: int) -> None:
    """Do one step of a scenario. Raises StepFailed, TrialTooLong, TimersWithoutEnd."""
    kind = next(kind for kind in KINDS if kind in step)
    what = step[kind]
    if kind == "wait":
        trial.pass_until(_later(trial, what, number))
    elif kind == "until":
        trial.pass_until(in_business_zone(what))
    elif kind == "timer":
        trial.pass_until(_timer(trial, what, number).due)
    elif kind == "task":
        _complete(trial, step, number)
    else:
        _tell(trial, kind, step, number)


def _later(trial: Trial, duration: str, number: int) -> datetime:
    try:
        return period(duration).after(trial.now)
    except ValueError as error:
        zh, en = f"“{duration}”不是 ISO 8601 时长。", f"{duration} is no ISO 8601 duration."
        raise _failed(trial, number, zh, en) from error


def _complete(trial: Trial, step: Mapping[str, Any], number: int) -> None:
    """The step's task, or the n-th of those that are open at its element, ends with the answers."""
    element, answers, nth = step["task"], step.get("answers", {}), step.get("nth", 1)
    open = [task for task in trial.tasks() if task.element_id == element]
    if len(open) < nth:
        raise _failed(trial, number, f"没有在办的任务“{element}”。", f"no task {element} is open.")
    task = open[nth - 1]
    form = trial.given.rules.forms.get(task.form_id or "")
    if form is not None and (unknown := sorted(set(answers) - set(form.keys))):
        zh = f"表单“{form.id}”没有 {'、'.join(unknown)}。"
        raise _failed(trial, number, zh, f"the form {form.id} has no {', '.join(unknown)}.")
    trial.complete(task.key, answers, step.get("by", ""))


def _timer(trial: Trial, element: str, number: int) -> TimerWait:
    found = [w for w in trial.waits() if isinstance(w, TimerWait) and w.element_id == element]
    if found:
        return min(found, key=lambda timer: (timer.due, timer.key))
    raise _failed(trial, number, f"没有定时器“{element}”。", f"no timer {element} is set.")


def _tell(trial: Trial, kind: str, step: Mapping[str, Any], number: int) -> None:
    """Every subscription to the message or signal takes it (at the step's element only, if it names one)."""
    of, name, variables = (
        MessageWait if kind == "message" else SignalWait,
        step[kind],
        step.get("variables", {}),
    )
    found = [wait for wait in trial.waits() if isinstance(wait, of) and wait.name == name]
    if "element" in step:
        found = [wait for wait in found if wait.element_id == step["element"]][step.get("nth", 1) - 1 :][:1]
    if not found:
        raise _failed(trial, number, f"没有等待“{name}”。", f"nothing waits for {name}.")
    for wait in found:
        if wait.key in {still.key for still in trial.waits()}:  # the one before may have ended it
            (trial.correlate if kind == "message" else trial.signal)(wait.key, variables)


def _failed(trial: Trial, number: int, zh: str, en: str) -> StepFailed:
    open = [task.element_id for task in trial.tasks()]
    both = Worded(listed(open, "、"), listed(open, ", "))
    return StepFailed(number=number, found_zh=zh, found_en=en, open=both)


def _incidents(trial: Trial) -> tuple[Failure, ...]:
    return tuple(map(why.of_incident, trial.case.incidents.values()))


def _unmet(expect: Mapping[str, Any], trial: Trial) -> list[Failure]:
    reached = [event.element_id for event in trial.events if event.event == "activated"]
    open, ended = sorted({task.element_id for task in trial.tasks()}), trial.case.status != "active"
    found: list[Failure] = []
    if expect.get("ended", ended) != ended:
        found.append(why.of_end(expect["ended"], open))
    if sorted(expect.get("open", open)) != open:
        found.append(why.of_open(expect["open"], open))
    found.extend(_off_path(expect.get("path", ()), reached))
    found.extend(why.of_never(id) for id in expect.get("never", ()) if id in reached)
    variables = trial.case.variables
    for name, value in expect.get("variables", {}).items():
        if variables.get(name) != value:
            found.append(why.of_variable(name, value, variables.get(name)))
    return found


def _off_path(path: Sequence[str], reached: Sequence[str]) -> list[Failure]:
    rest = iter(reached)
    for id in path:
        if id not in rest:
            return [why.of_path(id, reached[-12:])]
    return []
