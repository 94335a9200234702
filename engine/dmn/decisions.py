"""Take decisions, and explain them: which inputs, which rules, which other decisions."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.clock import Clock
from engine.dmn.faults import DecisionFault
from engine.dmn.model import Decision, Graph, Knowledge
from engine.dmn.scope import MAX_SECONDS, InputSeen, Match, Scope, Tally, Trace
from engine.feel import Functions
from engine.feel.functions import HostFunction

MAX_CALLS = 30


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a decision has its result: inputs seen, rules matched (numbers from 1), decisions required."""

    decision_id: str
    name: str
    result: Any
    hit_policy: str | None
    inputs: tuple[InputSeen, ...]
    matches: tuple[Match, ...]
    required: tuple["Explanation", ...]
    warnings: tuple[str, ...]
    name_en: str = ""


class Decisions:
    """The decisions of one file, ready to be taken. Immutable; safe to share."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the decisions, in the order of the file."""
        return tuple(self.graph.decisions)

    def name(self, decision_id: str) -> str:
        """The decision's name. Raises DecisionFault for an unknown id."""
        return self._find(decision_id).name

    def name_en(self, decision_id: str) -> str:
        """The decision's English name; "" without one. Raises DecisionFault for an unknown id."""
        return self._find(decision_id).name_en

    def decide(
        self,
        decision_id: str,
        context: Mapping[str, Any],
        *,
        clock: Clock,
        functions: Functions | None = None,
    ) -> Any:
        """The decision's result as a FEEL value. Raises DecisionFault (UNIQUE_OVERLAP and so on)."""
        return self.explain(decision_id, context, clock=clock, functions=functions).result

    def explain(
        self,
        decision_id: str,
        context: Mapping[str, Any],
        *,
        clock: Clock,
        functions: Functions | None = None,
        seconds: float = MAX_SECONDS,
    ) -> Explanation:
        """The result with its reasons, within so many seconds of processor time. Raises DecisionFault as `decide` does."""
        tally = Tally(ends=time.thread_time() + min(seconds, MAX_SECONDS))
        scope = Scope(decision_id, context, clock, functions, Trace(), tally)
        return _Taking(self.graph, scope).take(self._find(decision_id))

    def _find(self, decision_id: str) -> Decision:
        decision = self.graph.decisions.get(decision_id)
        if decision is None:
            raise DecisionFault(
                "DECISION_NOT_FOUND",
                decision_id,
                f"{self.graph.file} 中没有这个决策",
                f"{self.graph.file} has no such decision",
            )
        return decision


class _Taking:
    """One taking of a decision: every decision that it requires is taken once, before it."""

    def __init__(self, graph: Graph, scope: Scope) -> None:
        self.graph = graph
        self.scope = scope
        self.taken: dict[str, Explanation] = {}

    def take(self, decision: Decision) -> Explanation:
        """The decision with all that it requires; the file has no cycles, so this ends (6.3.7)."""
        required = tuple(self._once(self.graph.decisions[id]) for id in decision.decisions)
        trace = Trace()
        scope = replace(self._visible(decision, required), decision=decision.name, trace=trace)
        result = decision.logic.evaluate(scope) if decision.logic is not None else None
        return Explanation(
            decision.id,
            decision.name,
            result,
            trace.hit_policy,
            tuple(trace.inputs),
            tuple(trace.matches),
            required,
            tuple(warning.message("en") for warning in trace.warnings),
            decision.name_en,
        )

    def _once(self, decision: Decision) -> Explanation:
        if decision.id not in self.taken:
            self.taken[decision.id] = self.take(decision)
        return self.taken[decision.id]

    def _visible(self, decision: Decision, required: tuple[Explanation, ...]) -> Scope:
        """The given variables, inputs also under their names, results under variable name, name and id."""
        variables: dict[str, Any] = {}
        for id in decision.inputs:
            variables[self.graph.inputs[id]] = self._input(id)
        for explanation in required:
            names = (
                explanation.decision_id,
                explanation.name,
                self.graph.decisions[explanation.decision_id].variable,
            )
            variables.update(dict.fromkeys(names, explanation.result))
        return self._with_knowledge(self.scope.with_variables(variables), decision.knowledge)

    def _input(self, id: str) -> Any:
        given = self.scope.variables
        name = self.graph.inputs[id]
        return given[name] if name in given else given.get(id)

    def _with_knowledge(self, scope: Scope, ids: tuple[str, ...]) -> Scope:
        return scope.with_variables({self.graph.knowledge[id].name: self._function(scope, id) for id in ids})

    def _function(self, scope: Scope, id: str) -> HostFunction:
        """A business knowledge model as a function value; it sees its parameters and what it requires."""
        model = self.graph.knowledge[id]

        def call(*arguments: Any) -> Any:
            variables = dict(zip(model.parameters, arguments, strict=True))
            inner = replace(scope, variables=variables, trace=Trace(warnings=scope.trace.warnings))
            return _call(model, self._with_knowledge(inner, model.knowledge))

        return HostFunction(model.name, model.parameters, call, len(model.parameters))


def _call(model: Knowledge, scope: Scope) -> Any:
    """Evaluate a function's body; functions that call each other without end are stopped."""
    tally = scope.tally
    tally.calls += 1
    if tally.calls > MAX_CALLS:
        raise DecisionFault("TOO_DEEP", model.name, "函数调用嵌套过深", "its function calls nest too deeply")
    try:
        return model.body.evaluate(scope) if model.body is not None else None
    finally:
        tally.calls -= 1
