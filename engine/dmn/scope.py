"""What an expression inside a decision sees while it is evaluated."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.clock import Clock
from engine.dmn.faults import DecisionFault
from engine.feel import Expression, Functions

MAX_EVALUATIONS = 20_000
MAX_SECONDS = 5.0
"""Processor time of one question with all that it reaches; those of the programme take milliseconds."""


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matched: its number from 1, its id, its annotations and its outputs by name."""

    rule: int
    rule_id: str
    annotations: tuple[str, ...]
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InputSeen:
    """An input column as it was evaluated: its label, its expression and the value."""

    label: str
    expression: str
    value: Any


@dataclass(slots=True)
class Trace:
    """What decision tables note while one decision is taken, for the explanation."""

    hit_policy: str | None = None
    inputs: list[InputSeen] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    warnings: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """What one question has cost so far, with every decision and function that it reaches."""

    evaluations: int = 0
    calls: int = 0
    ends: float = float("inf")
    """The thread's processor time at which the answer must be there."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Variables by name, the clock, the functions, the trace that is written, and the cost."""

    decision: str
    variables: Mapping[str, Any]
    clock: Clock
    functions: Functions | None
    trace: Trace
    tally: Tally = field(default_factory=Tally)

    def with_variables(self, more: Mapping[str, Any]) -> "Scope":
        """The same scope with more variables on top."""
        return replace(self, variables={**self.variables, **more})

    def evaluate(self, expression: Expression) -> Any:
        """The value of a FEEL expression here. Raises DecisionFault when the decision costs too much."""
        self.count()
        return expression.evaluate(
            self.variables, clock=self.clock, functions=self.functions, warnings=self.trace.warnings
        )

    def count(self) -> None:
        """Account for one evaluation; each has its own FEEL budget, all together have this limit."""
        self.tally.evaluations += 1
        if self.tally.evaluations > MAX_EVALUATIONS:
            raise DecisionFault(
                "TOO_EXPENSIVE",
                self.decision,
                f"计算的表达式超过 {MAX_EVALUATIONS} 个",
                f"it evaluates more than {MAX_EVALUATIONS} expressions",
            )
        if time.thread_time() > self.tally.ends:
            raise DecisionFault("TOO_EXPENSIVE", self.decision, "计算的时间过长", "it takes too long")
