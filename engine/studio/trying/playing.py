"""A trial as a person steps through it: a story that grows by moves, and is played again from its start each time.

A move is a step of a scenario (`engine.studio.trying.scenarios`), or what a verb gives, as
`{"result": {"key", "value", "always"}}`. So undoing is leaving the last move out, and
nothing of a trial is kept but what a scenario says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine import feel
from engine.bpmn.waits import JobWait, MessageWait, SignalWait, TimerWait
from engine.clock import VirtualClock
from engine.errors import Refusal
from engine.store import json
from engine.studio.rules import Rules
from engine.studio.trying.scenarios import Scenario, do, read, written
from engine.studio.trying.trial import Given, Trial
from engine.verbs import Verbs

RESULT = "result"
MOST_MOVES = 400
LARGEST = 2_000_000
"""Characters that a story may have when it is stored."""


class TooManyMoves(Refusal):
    """A trial has grown longer than what is played again on every page."""

    zh = "这次试运行已有 {most} 步或内容过大，不能再继续。"
    en = "This trial has {most} steps, or has grown too large; it cannot go on."
    remedy_zh = "请另起一次试运行，或先录制为场景。"
    remedy_en = "Begin another trial, or record this one as a scenario first."
    status = 422


@dataclass(frozen=True, slots=True)
class Played:
    """Where a story leads: the case, and what stopped it on the way (at the move of that number, from 1)."""

    trial: Trial | None
    refusal: Refusal | None = None
    failed_move: int | None = None

    @property
    def asked(self) -> list[JobWait]:
        """The verbs whose results are waited for."""
        waits = self.trial.waits() if self.trial is not None else []
        return [wait for wait in waits if isinstance(wait, JobWait)]


def begun(
    process: str,
    starts_at: datetime,
    start: Mapping[str, Any],
    start_element: str | None = None,
    *,
    asks: bool = True,
) -> dict[str, Any]:
    """The story of a case that has only begun; `asks`: results of verbs are asked for, else they give nothing."""
    return {
        "process": process,
        "starts_at": starts_at.isoformat(),
        "start": dict(start),
        "start_element": start_element,
        "results": {},
        "asks": asks,
        "moves": [],
    }


def of_scenario(scenario: Scenario) -> dict[str, Any]:
    """The story of a scenario: its verbs give what it says, and nothing else is asked for."""
    told = json.loads(written(scenario))
    return {
        **begun(scenario.process, scenario.starts_at, scenario.start, scenario.start_element, asks=False),
        "results": told.get("results", {}),
        "moves": told.get("steps", []),
        "scenario": scenario.file,
    }


def with_move(story: Mapping[str, Any], move: Mapping[str, Any]) -> dict[str, Any]:
    """The story with one more move. Raises TooManyMoves."""
    longer = {**story, "moves": [*story["moves"], dict(move)]}
    if len(longer["moves"]) > MOST_MOVES or len(json.dumps(longer)) > LARGEST:
        raise TooManyMoves(most=MOST_MOVES)
    return longer


def undone(story: Mapping[str, Any], left: int) -> dict[str, Any]:
    """The story with so many of its moves left."""
    return {**story, "moves": list(story["moves"][: max(left, 0)])}


def as_scenario(
    story: Mapping[str, Any],
    file: str = "",
    name: str = "—",
    name_en: str = "",
    expect: Mapping[str, Any] | None = None,
) -> Scenario:
    """The scenario that a story tells. Raises ScenarioUnreadable."""
    told = {
        "name": name,
        "name_en": name_en,
        **{key: story[key] for key in ("process", "starts_at", "start", "start_element")},
        "results": results(story),
        "steps": [move for move in story["moves"] if RESULT not in move],
        "expect": dict(expect or {}),
    }
    return read(file, json.dumps({key: value for key, value in told.items() if value is not None}))


def results(story: Mapping[str, Any]) -> dict[str, Any]:
    """What verbs give: what the story began with, and what was given one after the other."""
    found: dict[str, Any] = dict(story["results"])
    for move in story["moves"]:
        if RESULT not in move:
            continue
        key, value = move[RESULT]["key"], move[RESULT]["value"]
        before = found.get(key, [])
        found[key] = value if move[RESULT].get("always") else [*_listed(before), value]
    return found


def _listed(before: Any) -> Sequence[Any]:
    return before if isinstance(before, list) else []


def play(story: Mapping[str, Any], rules: Rules, functions: feel.Functions, verbs: Verbs) -> Played:
    """Play a story as far as it goes. Raises ScenarioUnreadable, NotDeployed for a process that is not there."""
    scenario = as_scenario(story)
    asks = asking(rules, verbs) if story.get("asks", True) else frozenset[str]()
    given = Given(rules, VirtualClock(scenario.starts_at), functions, dict(scenario.results), asks=asks)
    trial: Trial | None = None
    number = 0
    places = [n for n, move in enumerate(story["moves"], start=1) if RESULT not in move]
    try:
        trial = Trial(given, scenario.process, scenario.start, scenario.start_element)
        trial.begin()
        for number, step in zip(places, scenario.steps, strict=True):
            given.results = {**given.results, **step.get("results", {})}
            do(trial, step, number)
    except Refusal as refusal:
        return Played(trial, refusal, number or None)
    return Played(trial)


def asking(rules: Rules, verbs: Verbs) -> frozenset[str]:
    """The verbs of the rules whose results matter: those with outputs, and those that nobody knows."""
    named = {
        name for model in rules.models.values() for info in model.processes.values() for name in info.verbs
    }
    return frozenset(name for name in named if (verb := verbs.get(name)) is None or verb.outputs)


def told(scenario: Scenario, **more: Any) -> str:
    """The text of a scenario's file, with some of it replaced."""
    return written(replace(scenario, **more))


def states(trial: Trial) -> dict[str, dict[str, str]]:
    """By process what the picture shows of each element and flow: done, now (it waits there), failed."""
    owner: dict[str | None, str] = {}
    found: dict[str, dict[str, str]] = {}
    for event in trial.events:
        if event.event != "activated":
            continue
        if event.element_type == "process":
            owner[event.element_instance] = str(event.detail["reference"])
            found.setdefault(owner[event.element_instance], {})
            continue
        process = owner[event.element_instance] = owner[event.scope]
        found[process][event.element_id] = "done"
        if flow := event.detail.get("flow"):
            found[process][str(flow)] = "done"
    for wait in trial.waits():
        if not isinstance(wait, TimerWait | MessageWait | SignalWait) or wait.key in owner:
            found.setdefault(owner.get(wait.key, ""), {})[wait.element_id] = "now"
    for key, incident in trial.case.incidents.items():
        found.setdefault(owner.get(key, ""), {})[incident.element_id] = "failed"
    return found
