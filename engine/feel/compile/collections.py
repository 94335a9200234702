"""Paths and filters (DMN 1.5, 10.3.2.5 and 10.3.2.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.feel import nodes
from engine.feel.compile.base import LIST_ITEM, Compiled, Compiler, Partial
from engine.feel.scope import MISSING, Scope
from engine.feel.temporal.properties import PROPERTIES
from engine.feel.values import Range, type_name

_RANGE = {
    "start": "low",
    "end": "high",
    "start included": "low_closed",
    "end included": "high_closed",
}


def compile_path(compiler: Compiler, node: nodes.Path) -> Compiled:
    """The closure of `source.name`."""
    source, name = compiler(node.source), node.name

    def follow(scope: Scope) -> Any:
        value = source(scope)
        if type(value) is dict:
            found = value.get(name, MISSING)
            if found is not MISSING:
                return found
            scope.meter.warn("NO_ENTRY", name, "context")
            return None
        if value is None:
            return None
        if type(value) is list:
            scope.meter.step(len(value))
            scope.meter.take(8 * len(value))
            return [property_of(scope, item, name) for item in value]
        return property_of(scope, value, name)

    return follow


def property_of(scope: Scope, value: Any, name: str) -> Any:
    """The property of a single value, null with a warning when it has none of that name."""
    if type(value) is dict and name in value:
        return value[name]
    if type(value) is list:
        scope.meter.step(len(value))
        return [property_of(scope, item, name) for item in value]
    if type(value) is Range and name in _RANGE:
        return getattr(value, _RANGE[name])
    getter = PROPERTIES.get(type(value), {}).get(name)
    if getter is not None:
        return getter(value)
    if value is None:
        return None
    scope.meter.warn("NO_ENTRY", name, type_name(value))
    return None


def compile_filter(compiler: Compiler, node: nodes.Filter) -> Compiled:
    """The closure of `source[index]` or `source[condition]`."""
    source = _filter_source(compiler, node.source)
    condition = compiler(node.condition)
    if isinstance(node.condition, nodes.Literal) and isinstance(node.condition.value, Decimal):
        index = node.condition.value
        return lambda scope: _item(_as_list(source(scope)), index)

    def select(scope: Scope) -> Any:
        value = source(scope)
        return None if value is None else _select(scope, _as_list(value), condition)

    return select


def _filter_source(compiler: Compiler, node: nodes.Node) -> Compiled:
    """`partial[…]` reads the running results without copying them."""
    if not (isinstance(node, nodes.Name) and node.name == "partial"):
        return compiler(node)
    plain = compiler(node)

    def running(scope: Scope) -> Any:
        value = scope.find("partial")
        return value if type(value) is Partial else plain(scope)

    return running


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _item(items: list[Any], index: Decimal) -> Any:
    if index != index.to_integral_value() or abs(index) > len(items) or not index:
        return None
    position = int(index)
    return items[position - 1 if position > 0 else position]


def _select(scope: Scope, items: list[Any], condition: Compiled) -> Any:
    meter = scope.meter
    if not items:
        # Nothing to ask the condition about; it may still be an index.
        return None if type(condition(_about(scope, None))) is Decimal else []
    kept: list[Any] = []
    for item in items:
        meter.step()
        verdict = condition(_about(scope, item))
        if verdict is True:
            kept.append(item)
        elif type(verdict) is Decimal and item is items[0]:
            return _item(items, verdict)
    meter.take(len(kept) * LIST_ITEM)
    return kept


def _about(scope: Scope, item: Any) -> Scope:
    """Inside a filter `item` is the element; the entries of a context are names of their own."""
    inner = scope.inner({"item": item})
    return inner.inner(item) if type(item) is dict else inner
