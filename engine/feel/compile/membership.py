"""Membership: `in`, `between`, ranges, and the unary tests of decision tables (DMN 1.5, 7.3.8 and 10.3.2.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel import nodes
from engine.feel.comparison import compare, conjunction, passes
from engine.feel.compile.base import Compiled, Compiler
from engine.feel.scope import Scope
from engine.feel.values import Range, type_name

Verdict = Callable[[Scope, Any], bool | None]


def compile_between(compiler: Compiler, node: nodes.Between) -> Compiled:
    """The closure of `value between low and high`."""
    value, low, high = compiler(node.value), compiler(node.low), compiler(node.high)

    def decide(scope: Scope) -> bool | None:
        middle, least, most = value(scope), low(scope), high(scope)
        return conjunction(
            [compare(">=", middle, least, scope.meter), compare("<=", middle, most, scope.meter)]
        )

    return decide


def compile_in(compiler: Compiler, node: nodes.In) -> Compiled:
    """The closure of `value in (tests)`."""
    value = compiler(node.value)
    verdicts = [_membership(compiler, test) for test in node.tests]

    def decide(scope: Scope) -> bool | None:
        candidate = value(scope)
        return any_of(verdict(scope, candidate) for verdict in verdicts)

    return decide


def any_of(verdicts: Any) -> bool | None:
    """Three-valued `or` of many: True wins, then None."""
    result: bool | None = False
    for verdict in verdicts:
        if verdict is True:
            return True
        if verdict is not False:
            result = None
    return result


def _membership(compiler: Compiler, test: nodes.Node) -> Verdict:
    if isinstance(test, nodes.Test):
        operand, operator = compiler(test.operand), test.operator
        return lambda scope, value: compare(operator, value, operand(scope), scope.meter)
    expression = compiler(test)
    return lambda scope, value: passes(value, expression(scope), scope.meter)


def verdict_of(compiler: Compiler, node: nodes.Node) -> Verdict:
    """The closure of a unary test, with the input also known as `?`.

    An expression that says true or false is the verdict when it speaks of `?`, or when it is a condition and
    the input is no boolean that it could equal. Any other value, and that of a literal or a variable, is one to
    equal, to lie in, or to be a member of.
    """
    if isinstance(node, nodes.Test):
        return _membership(compiler, node)
    if isinstance(node, nodes.Literal) and node.value is None:
        return lambda scope, value: value is None  # `null` asks; so `not(null)` has an answer for every input
    expression = compiler(node)
    speaks_of_input = mentions_input(node)
    is_condition = not isinstance(node, nodes.Literal | nodes.Name | nodes.Path)

    def decide(scope: Scope, value: Any) -> bool | None:
        result = expression(scope)
        if type(result) is bool and (speaks_of_input or (is_condition and type(value) is not bool)):
            return result
        if result is None and (speaks_of_input or value is not None):
            return None
        return passes(value, result, scope.meter)

    return decide


def mentions_input(node: Any) -> bool:
    """Whether `?` stands anywhere in the node."""
    if isinstance(node, nodes.Name):
        return node.name == "?"
    if isinstance(node, nodes.Node):
        return any(mentions_input(getattr(node, field)) for field in node.__dataclass_fields__)
    return isinstance(node, tuple) and any(mentions_input(item) for item in node)


def compile_test_value(compiler: Compiler, node: nodes.Test) -> Compiled:
    """The closure of `(< 5)` as a value: a range that is open on one side."""
    operand, operator = compiler(node.operand), node.operator
    has_low = operator not in ("<", "<=")
    has_high = operator not in (">", ">=")

    def make(scope: Scope) -> Range:
        bound = operand(scope)
        low, high = (bound if has_low else None), (bound if has_high else None)
        return Range(low, high, operator in (">=", "="), operator in ("<=", "="), operator)

    return make


def compile_range(compiler: Compiler, node: nodes.RangeNode) -> Compiled:
    """The closure of `[low..high]`; null when the ends are of two types that have no order."""
    low, high = compiler(node.low), compiler(node.high)
    low_closed, high_closed = node.low_closed, node.high_closed

    def make(scope: Scope) -> Range | None:
        least, most = low(scope), high(scope)
        if least is not None and most is not None and type_name(least) != type_name(most):
            scope.meter.warn("RANGE")
            return None
        return Range(least, most, low_closed, high_closed)

    return make
