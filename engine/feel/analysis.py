"""Which names an expression takes from its context, found without evaluating it."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import Any

from engine.feel import nodes


@dataclass(slots=True)
class Analysis:
    """`certain` names are free variables; `possible` ones also those that a filter's items may supply."""

    certain: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Collector:
    certain: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)

    def visit(self, node: Any, bound: Set[str], filtered: bool) -> None:
        """Collect the names of a node; `bound` are local, inside a filter others are only possible."""
        if isinstance(node, nodes.Name):
            if node.name not in bound:
                self.possible.add(node.name)
                if not filtered:
                    self.certain.add(node.name)
        elif isinstance(node, nodes.Filter):
            self.visit(node.source, bound, filtered)
            self.visit(node.condition, bound | {"item"}, True)
        elif isinstance(node, nodes.FunctionDefinition):
            self.visit(node.body, bound | {name for name, _ in node.parameters}, filtered)
        elif isinstance(node, nodes.ContextNode):
            local = set(bound)
            for name, value in node.entries:
                self.visit(value, local, filtered)
                local.add(name)
        elif isinstance(node, nodes.For):
            self.visit(node.body, self._iterate(node.iterators, bound, filtered) | {"partial"}, filtered)
        elif isinstance(node, nodes.Quantified):
            self.visit(node.condition, self._iterate(node.iterators, bound, filtered), filtered)
        else:
            for part in _parts(node):
                self.visit(part, bound, filtered)

    def _iterate(self, iterators: tuple[nodes.Iterator, ...], bound: Set[str], filtered: bool) -> Set[str]:
        for iterator in iterators:
            self.visit(iterator.source, bound, filtered)
            if iterator.end is not None:
                self.visit(iterator.end, bound, filtered)
            bound |= {iterator.name}
        return bound


def _parts(node: Any) -> Iterable[Any]:
    if isinstance(node, tuple):
        return node
    if isinstance(node, nodes.Node) and not isinstance(node, nodes.Literal):
        return [getattr(node, name) for name in node.__dataclass_fields__]
    return ()


def analyse(roots: Iterable[nodes.Node]) -> Analysis:
    """The free and the possible variables of some nodes."""
    collector = _Collector()
    for root in roots:
        collector.visit(root, frozenset(), False)
    return Analysis(frozenset(collector.certain), frozenset(collector.possible))
