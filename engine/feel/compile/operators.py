"""Arithmetic, comparison and logic. The usual case, two numbers, is decided before anything else is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal, DecimalException, Overflow
from typing import Any

from engine.feel import nodes
from engine.feel.comparison import compare, equal
from engine.feel.compile.arithmetic import OPERATIONS
from engine.feel.compile.base import Compiled, Compiler
from engine.feel.scope import Scope
from engine.feel.values import NUMBERS, YearsMonthsDuration, type_name

_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
    "/": NUMBERS.divide,
    "**": NUMBERS.power,
}


def compile_binary(compiler: Compiler, node: nodes.Binary) -> Compiled:
    """The closure of an operator with two operands."""
    left, right = compiler(node.left), compiler(node.right)
    if node.operator in _ARITHMETIC:
        return _arithmetic(node.operator, left, right)
    if node.operator == "and":
        return _and(left, right)
    if node.operator == "or":
        return _or(left, right)
    if node.operator in ("=", "!="):
        return _equality(left, right, node.operator == "=")
    return _order(node.operator, left, right)


def _arithmetic(operator: str, left: Compiled, right: Compiled) -> Compiled:
    fast = _ARITHMETIC[operator]
    if operator == "**":
        return _power(left, right)

    def calculate(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return fast(a, b)
            except DecimalException:
                scope.meter.warn("NUMBER", operator)
                return None
        return _calculate_others(scope, operator, a, b)

    return calculate


def _power_of(a: Decimal, b: Decimal) -> Decimal:
    """a ** b; Python calls 0 ** 0 undefined and 0 ** -1 infinite, FEEL takes 1 and nothing."""
    if not b:
        return Decimal(1)
    result = NUMBERS.power(a, b)
    if not result.is_finite():
        raise Overflow
    return result


def _power(left: Compiled, right: Compiled) -> Compiled:
    def calculate(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        # A power takes up to a millisecond, so it counts.
        scope.meter.step(5)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return _power_of(a, b)
            except DecimalException:
                scope.meter.warn("NUMBER", "**")
                return None
        scope.meter.warn("NO_OPERATION", "**", type_name(a), type_name(b))
        return None

    return calculate


def _calculate_others(scope: Scope, operator: str, a: Any, b: Any) -> Any:
    operation = OPERATIONS.get((operator, type(a), type(b)))
    if operation is None:
        scope.meter.warn("NO_OPERATION", operator, type_name(a), type_name(b))
        return None
    try:
        result = operation(a, b)
    except (ArithmeticError, ValueError):
        scope.meter.warn("OUT_OF_RANGE", operator)
        return None
    if type(result) is str and len(result) > 256:
        scope.meter.take(4 * len(result))
    if result is None:
        scope.meter.warn("NO_OPERATION", operator, type_name(a), type_name(b))
        return None
    return result


def compile_negation(compiler: Compiler, node: nodes.Negation) -> Compiled:
    """The closure of `-x`, for numbers and durations."""
    operand = compiler(node.operand)

    def negate(scope: Scope) -> Any:
        value = operand(scope)
        kind = type(value)
        if kind is Decimal or kind is timedelta:
            return -value
        if kind is YearsMonthsDuration:
            return YearsMonthsDuration(-value.months)
        scope.meter.warn("NO_NEGATION", type_name(value))
        return None

    return negate


def _and(left: Compiled, right: Compiled) -> Compiled:
    def conjoin(scope: Scope) -> bool | None:
        a = left(scope)
        if a is False:
            return False
        b = right(scope)
        if b is False:
            return False
        return True if a is True and b is True else None

    return conjoin


def _or(left: Compiled, right: Compiled) -> Compiled:
    def disjoin(scope: Scope) -> bool | None:
        a = left(scope)
        if a is True:
            return True
        b = right(scope)
        if b is True:
            return True
        return False if a is False and b is False else None

    return disjoin


def _equality(left: Compiled, right: Compiled, wanted: bool) -> Compiled:
    def decide(scope: Scope) -> bool | None:
        a, b = left(scope), right(scope)
        same = equal(a, b, scope.meter)
        if same is None:
            scope.meter.warn("NOT_COMPARABLE", type_name(a), type_name(b))
            return None
        return same is wanted

    return decide


def _order(operator: str, left: Compiled, right: Compiled) -> Compiled:
    def decide(scope: Scope) -> bool | None:
        a, b = left(scope), right(scope)
        verdict = compare(operator, a, b, scope.meter)
        if verdict is None:
            scope.meter.warn("NOT_COMPARABLE", type_name(a), type_name(b))
            return None
        return verdict

    return decide
