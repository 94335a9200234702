"""One compiler a node type; the larger families stand in modules of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel import nodes
from engine.feel.compile.base import Compiled, Compiler, Partial
from engine.feel.compile.calls import compile_call, compile_function
from engine.feel.compile.collections import compile_filter, compile_path
from engine.feel.compile.loops import compile_for, compile_quantified
from engine.feel.compile.membership import (
    compile_between,
    compile_in,
    compile_range,
    compile_test_value,
    verdict_of,
)
from engine.feel.compile.operators import compile_binary, compile_negation
from engine.feel.functions import Invocable
from engine.feel.scope import MISSING, Scope
from engine.feel.types import is_instance


def compile_node(node: nodes.Node, builtins: dict[str, Invocable]) -> Compiled:
    """The closure of a whole expression."""
    return NodeCompiler(builtins)(node)


def compile_test(node: nodes.Node, builtins: dict[str, Invocable]) -> Callable[[Scope, Any], bool | None]:
    """The closure of one unary test: (scope, input) -> verdict."""
    return verdict_of(NodeCompiler(builtins), node)


class NodeCompiler:
    """Compiles nodes; knows the built-in functions that names may mean."""

    def __init__(self, builtins: dict[str, Invocable]) -> None:
        self.builtins = builtins

    def __call__(self, node: nodes.Node) -> Compiled:
        return _COMPILERS[type(node)](self, node)


def _literal(compiler: Compiler, node: nodes.Literal) -> Compiled:
    value = node.value
    return lambda scope: value


def _name(compiler: Compiler, node: nodes.Name) -> Compiled:
    name = node.name
    builtin = compiler.builtins.get(name, MISSING)

    def look_up(scope: Scope) -> Any:
        level: Scope | None = scope
        while level is not None:
            value = level.names.get(name, MISSING)
            if value is not MISSING:
                return value
            level = level.parent
        return _function_named(scope, name, builtin)

    if name != "partial":
        return look_up

    def look_up_partial(scope: Scope) -> Any:
        value = look_up(scope)
        if type(value) is not Partial:
            return value
        # A copy, so that a list cannot come to contain itself.
        scope.meter.step(len(value) // 16)
        return list(value)

    return look_up_partial


def _function_named(scope: Scope, name: str, builtin: Any) -> Any:
    functions = scope.meter.functions
    function = functions.get(name) if functions is not None else None
    if function is not None:
        return function
    if builtin is not MISSING:
        return builtin
    scope.meter.warn("NO_NAME", name)
    return None


def _if(compiler: Compiler, node: nodes.If) -> Compiled:
    condition, yes, no = compiler(node.condition), compiler(node.yes), compiler(node.no)
    return lambda scope: yes(scope) if condition(scope) is True else no(scope)


def _list(compiler: Compiler, node: nodes.ListNode) -> Compiled:
    items = [compiler(item) for item in node.items]
    size = 8 * len(items)

    def make(scope: Scope) -> list[Any]:
        scope.meter.take(size)
        return [item(scope) for item in items]

    return make


def _context(compiler: Compiler, node: nodes.ContextNode) -> Compiled:
    entries = [(name, compiler(value)) for name, value in node.entries]
    size = 100 * len(entries)

    def make(scope: Scope) -> dict[str, Any]:
        scope.meter.take(size)
        made: dict[str, Any] = {}
        inner = scope.inner(made)
        for name, value in entries:
            made[name] = value(inner)
        return made

    return make


def _instance(compiler: Compiler, node: nodes.InstanceOf) -> Compiled:
    value, kind = compiler(node.value), node.type
    return lambda scope: is_instance(value(scope), kind)


_COMPILERS: dict[type[nodes.Node], Callable[[Any, Any], Compiled]] = {
    nodes.Literal: _literal,
    nodes.Name: _name,
    nodes.If: _if,
    nodes.ListNode: _list,
    nodes.ContextNode: _context,
    nodes.InstanceOf: _instance,
    nodes.Binary: compile_binary,
    nodes.Negation: compile_negation,
    nodes.Between: compile_between,
    nodes.In: compile_in,
    nodes.Test: compile_test_value,
    nodes.RangeNode: compile_range,
    nodes.For: compile_for,
    nodes.Quantified: compile_quantified,
    nodes.Path: compile_path,
    nodes.Filter: compile_filter,
    nodes.Call: compile_call,
    nodes.FunctionDefinition: compile_function,
}
