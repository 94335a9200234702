"""Which variables a decision takes from outside, found without taking it."""

from collections.abc import Iterator
from typing import Any

from engine.dmn.boxed import (
    Conditional,
    Context,
    Filter,
    Invocation,
    Iteration,
    ListBox,
    Literal,
    Relation,
)
from engine.dmn.model import Graph
from engine.dmn.table import DecisionTable
from engine.feel.builtins import BUILTINS

Names = frozenset[str]
NONE: Names = frozenset()


def needed(graph: Graph, decision_id: str) -> list[str]:
    """The variables of a decision and of all that it requires, in alphabetical order; functions are left out."""
    found: set[str] = set()
    waiting, seen = [decision_id], set[str]()
    while waiting:
        decision = graph.decisions[waiting.pop()]
        if decision.id in seen:
            continue
        seen.add(decision.id)
        own = {graph.decisions[id].variable for id in decision.decisions}
        own |= {name for id in decision.decisions for name in (id, graph.decisions[id].name)}
        own |= {graph.knowledge[id].name for id in decision.knowledge}
        found |= set(_names(decision.logic, NONE)) - own
        found |= {graph.inputs[id] for id in decision.inputs}
        waiting += decision.decisions
    return sorted(name for name in found if name not in BUILTINS)


def _names(box: Any, bound: Names) -> Iterator[str]:
    """The free variables of a piece of logic; `bound` are names that it gives itself."""
    if isinstance(box, Literal):
        yield from box.expression.free_variables - bound
    elif isinstance(box, DecisionTable):
        yield from _of_table(box, bound)
    elif isinstance(box, Context):
        for name, inner in box.entries:
            yield from _names(inner, bound)
            bound |= {name or ""}
    elif isinstance(box, ListBox):
        for item in box.items:
            yield from _names(item, bound)
    elif isinstance(box, Relation):
        for row in box.rows:
            for cell in row:
                yield from _names(cell, bound)
    else:
        yield from _of_control(box, bound)


def _of_table(table: DecisionTable, bound: Names) -> Iterator[str]:
    for column in table.inputs:
        yield from _names(column.expression, bound)
    for rule in table.rules:
        for test in rule.tests:
            if test.tests is not None:
                yield from test.tests.free_variables - bound - {"?"}
        for result in rule.results:
            yield from _names(result, bound)


def _of_control(box: Any, bound: Names) -> Iterator[str]:
    if isinstance(box, Conditional):
        for inner in (box.test, box.then, box.otherwise):
            yield from _names(inner, bound)
    elif isinstance(box, Filter):
        yield from _names(box.source, bound)
    elif isinstance(box, Iteration):
        yield from _names(box.source, bound)
        yield from _names(box.body, bound | {box.variable, "partial"})
    elif isinstance(box, Invocation):
        for _, inner in box.bindings:
            yield from _names(inner, bound)
