"""`for`, `some` and `every`: iteration over lists and ranges (DMN 1.5, 10.3.2.14 and 10.3.2.15)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from engine.feel import nodes
from engine.feel.compile.base import LIST_ITEM, Compiled, Compiler, Partial
from engine.feel.scope import Scope
from engine.feel.temporal.wide import from_ordinal, ordinal
from engine.feel.values import Range, type_name

_FAR = Decimal(10**15)

Domain = Callable[[Scope], Iterator[Any] | None]


def compile_for(compiler: Compiler, node: nodes.For) -> Compiled:
    """The closure of `for … return body`; null when something cannot be iterated over."""
    names, domains = _iterators(compiler, node.iterators)
    body = compiler(node.body)

    def collect(scope: Scope) -> list[Any] | None:
        results = Partial()
        meter = scope.meter
        for inner in _combinations(scope.inner({"partial": results}), names, domains):
            if inner is None:
                return None
            meter.take(LIST_ITEM)
            results.append(body(inner))
        return list(results)

    return collect


def compile_quantified(compiler: Compiler, node: nodes.Quantified) -> Compiled:
    """The closure of `some|every … satisfies condition`, in three-valued logic."""
    names, domains = _iterators(compiler, node.iterators)
    condition, every = compiler(node.condition), node.every

    def decide(scope: Scope) -> bool | None:
        outcome: bool | None = every
        for inner in _combinations(scope, names, domains):
            if inner is None:
                return None
            verdict = condition(inner)
            if verdict is (not every):
                return verdict
            if type(verdict) is not bool:
                scope.meter.warn("NOT_BOOLEAN", type_name(verdict))
                outcome = None
        return outcome

    return decide


def _iterators(compiler: Compiler, found: tuple[nodes.Iterator, ...]) -> tuple[list[str], list[Domain]]:
    return [each.name for each in found], [_domain(compiler, each) for each in found]


def _combinations(
    scope: Scope, names: list[str], domains: list[Domain], level: int = 0
) -> Iterator[Scope | None]:
    """A scope for every combination; later iterators see the earlier. None when one cannot be iterated over."""
    items = domains[level](scope)
    if items is None:
        yield None
        return
    last = level == len(names) - 1
    for item in items:
        scope.meter.step()
        inner = scope.inner({names[level]: item})
        if last:
            yield inner
        else:
            yield from _combinations(inner, names, domains, level + 1)


def _domain(compiler: Compiler, node: nodes.Iterator) -> Domain:
    source = compiler(node.source)
    if node.end is None:
        return lambda scope: _items(scope, source(scope))
    end = compiler(node.end)
    return lambda scope: _span(scope, source(scope), end(scope))


def _items(scope: Scope, value: Any) -> Iterator[Any] | None:
    if isinstance(value, list):
        return _list_items(scope, value)
    if type(value) is Range:
        items = _span(scope, value.low, value.high, value.low_closed, value.high_closed)
        return items if value.operator is None else None
    if value is None:
        scope.meter.warn("NOT_ITERABLE", "null")
        return None
    return iter([value])


def _list_items(scope: Scope, value: list[Any]) -> Iterator[Any] | None:
    """A list that holds one range stands for the range."""
    if len(value) == 1 and type(value[0]) is Range:
        return _items(scope, value[0])
    return iter(list(value)) if type(value) is Partial else iter(value)


def _span(
    scope: Scope, first: Any, last: Any, first_closed: bool = True, last_closed: bool = True
) -> Iterator[Any] | None:
    """Whole numbers or dates from first to last, upwards or downwards; an open end is left out."""
    if type(first) is Decimal and type(last) is Decimal and first == first.to_integral_value():
        towards_first = ROUND_FLOOR if last >= first else ROUND_CEILING
        return map(Decimal, _steps(_whole(first), _whole(last, towards_first), first_closed, last_closed))
    if type_name(first) == type_name(last) == "date":
        return map(from_ordinal, _steps(ordinal(first), ordinal(last), first_closed, last_closed))
    scope.meter.warn("NOT_ITERABLE", f"{type_name(first)}..{type_name(last)}")
    return None


def _steps(first: int, last: int, first_closed: bool, last_closed: bool) -> range:
    step = 1 if first <= last else -1
    return range(first if first_closed else first + step, last + step if last_closed else last, step)


def _whole(value: Decimal, rounding: str | None = None) -> int:
    """Beyond any budget a bound need not be exact, only far."""
    return int(value.to_integral_value(rounding)) if abs(value) < _FAR else int(_FAR.copy_sign(value))
