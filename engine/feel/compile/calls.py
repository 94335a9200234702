"""Function definitions and calls (DMN 1.5, 10.3.2.13)."""

from __future__ import annotations

from typing import Any

from engine.feel import nodes
from engine.feel.compile.base import Compiled, Compiler
from engine.feel.functions import Closure, Invocable
from engine.feel.scope import Scope
from engine.feel.values import type_name


def compile_call(compiler: Compiler, node: nodes.Call) -> Compiled:
    """The closure of a call, with arguments by position or by name."""
    function = _target(compiler, node.function)
    arguments = [compiler(argument) for argument in node.arguments]
    if node.names is not None:
        return _named_call(function, list(zip(node.names, arguments, strict=True)))

    def call(scope: Scope) -> Any:
        target = function(scope)
        values = [argument(scope) for argument in arguments]
        if isinstance(target, Invocable):
            return target.invoke(scope.meter, values)
        scope.meter.warn("NOT_A_FUNCTION", type_name(target))
        return None

    return call


def _target(compiler: Compiler, node: nodes.Node) -> Compiled:
    """What is called. A variable that is no function does not hide one: `date("2024-01-01") = date` is meant."""
    plain = compiler(node)
    if not isinstance(node, nodes.Name):
        return plain
    name, builtin = node.name, compiler.builtins.get(node.name)

    def find(scope: Scope) -> Any:
        value = plain(scope)
        if isinstance(value, Invocable):
            return value
        functions = scope.meter.functions
        return (functions.get(name) if functions is not None else None) or builtin or value

    return find


def _named_call(function: Compiled, arguments: list[tuple[str, Compiled]]) -> Compiled:
    def call(scope: Scope) -> Any:
        target = function(scope)
        values = {name: argument(scope) for name, argument in arguments}
        if isinstance(target, Invocable) and len(values) == len(arguments):
            return target.invoke_named(scope.meter, values)
        scope.meter.warn("NOT_A_FUNCTION", type_name(target))
        return None

    return call


def compile_function(compiler: Compiler, node: nodes.FunctionDefinition) -> Compiled:
    """The closure of a function definition. External (Java, PMML) functions are refused: null."""
    if node.external:
        return lambda scope: scope.meter.warn("EXTERNAL")
    names = tuple(name for name, _ in node.parameters)
    types = tuple(kind for _, kind in node.parameters)
    body = compiler(node.body)
    return lambda scope: Closure(names, types, body, scope)
