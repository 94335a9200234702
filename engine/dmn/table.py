"""Decision tables (DMN 1.5, chapter 8): which rules match, and what the hit policy makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.dmn.boxed import Box
from engine.dmn.faults import DecisionFault
from engine.dmn.scope import InputSeen, Match, Scope
from engine.feel import UnaryTests

HIT_POLICIES = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST", "COLLECT", "RULE ORDER", "OUTPUT ORDER"})
AGGREGATIONS = frozenset({"SUM", "MIN", "MAX", "COUNT"})
MULTIPLE = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
BY_OUTPUT_VALUES = frozenset({"PRIORITY", "OUTPUT ORDER"})


@dataclass(frozen=True, slots=True)
class Test:
    """An input cell: its text and its unary tests, None for `-`."""

    text: str
    tests: UnaryTests | None

    def matches(self, value: Any, scope: Scope) -> bool:
        """Whether the value passes; only `true` counts (8.3.3)."""
        if self.tests is None:
            return True
        scope.count()
        answer = self.tests.test(
            value,
            scope.variables,
            clock=scope.clock,
            functions=scope.functions,
            warnings=scope.trace.warnings,
        )
        return answer is True


@dataclass(frozen=True, slots=True)
class Input:
    """An input column; `allowed` are its input values (8.3.2)."""

    element: str
    label: str
    text: str
    type_ref: str
    expression: Box
    allowed: Test | None


@dataclass(frozen=True, slots=True)
class Output:
    """An output column; `values` are the texts of its output values in order, `default` its default entry."""

    element: str
    name: str
    label: str
    allowed: Test | None
    values: tuple[Box, ...]
    default: Box | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: its cells in column order and its annotations."""

    element: str
    tests: tuple[Test, ...]
    results: tuple[Box, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table; evaluating it notes inputs and matched rules in the scope's trace."""

    element: str
    hit_policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    def evaluate(self, scope: Scope) -> Any:
        """The table's result under its hit policy. Raises DecisionFault (UNIQUE_OVERLAP, ANY_DIFFERS, …)."""
        values = [self._input(column, scope) for column in self.inputs]
        rows = []
        for number, rule in enumerate(self.rules, 1):
            if all(test.matches(value, scope) for test, value in zip(rule.tests, values, strict=True)):
                rows.append(self._match(number, rule, scope))
                if self.hit_policy == "FIRST":
                    break
        result, kept = self._apply(rows, scope)
        scope.trace.hit_policy = self.hit_policy
        scope.trace.matches.extend(kept)
        return result

    def _input(self, column: Input, scope: Scope) -> Any:
        value = column.expression.evaluate(scope)
        scope.trace.inputs.append(InputSeen(column.label, column.text, value))
        if value is not None and column.allowed is not None and not column.allowed.matches(value, scope):
            raise DecisionFault(
                "INPUT_NOT_ALLOWED",
                scope.decision,
                f"输入“{column.label}”的值 {value} 不在允许的取值 {column.allowed.text} 之内",
                f"the input “{column.label}” is {value}, not one of {column.allowed.text}",
            )
        return value

    def _match(self, number: int, rule: Rule, scope: Scope) -> Match:
        outputs: dict[str, Any] = {}
        for column, cell in zip(self.outputs, rule.results, strict=True):
            value = cell.evaluate(scope)
            if value is not None and column.allowed is not None and not column.allowed.matches(value, scope):
                raise DecisionFault(
                    "OUTPUT_NOT_ALLOWED",
                    scope.decision,
                    f"第 {number} 条规则的输出 {value} 不在允许的取值 {column.allowed.text} 之内",
                    f"the output {value} of rule {number} is not one of {column.allowed.text}",
                )
            outputs[column.name] = value
        return Match(number, rule.element, rule.annotations, outputs)

    def _apply(self, rows: list[Match], scope: Scope) -> tuple[Any, list[Match]]:
        """The result and the rules that made it, by hit policy (8.2.8)."""
        if not rows:
            return self._default(scope), []
        if self.hit_policy in MULTIPLE:
            ordered = self._by_priority(rows, scope) if self.hit_policy == "OUTPUT ORDER" else rows
            values = [self._value(row) for row in ordered]
            return (AGGREGATE[self.aggregation](values) if self.aggregation else values), ordered
        if self.hit_policy == "UNIQUE" and len(rows) > 1:
            raise self._fault("UNIQUE_OVERLAP", rows, scope, "同时满足", "match at the same time")
        if self.hit_policy == "ANY" and any(row.outputs != rows[0].outputs for row in rows):
            raise self._fault("ANY_DIFFERS", rows, scope, "的输出不一致", "have different outputs")
        chosen = self._by_priority(rows, scope)[0] if self.hit_policy == "PRIORITY" else rows[0]
        return self._value(chosen), rows if self.hit_policy == "ANY" else [chosen]

    def _value(self, row: Match) -> Any:
        """A single output is its plain value, several are a context."""
        return dict(row.outputs) if len(self.outputs) > 1 else next(iter(row.outputs.values()))

    def _default(self, scope: Scope) -> Any:
        """Default outputs if any column has one; else an empty list, a count of 0, or null for an aggregate.

        The standard lets a table of a single hit answer null here (8.2.11); a null that nobody meant would
        choose a way in silence, so this is a fault. A default output of `null` says that it is meant.
        """
        if any(column.default is not None for column in self.outputs):
            values = {c.name: c.default.evaluate(scope) if c.default else None for c in self.outputs}
            return values if len(values) > 1 else next(iter(values.values()))
        if self.hit_policy not in MULTIPLE:
            raise DecisionFault(
                "NO_RULE_MATCHES",
                scope.decision,
                "没有规则与输入相符，也没有默认输出",
                "no rule matches the inputs, and there is no default output",
            )
        if self.aggregation is None:
            return []
        return Decimal(0) if self.aggregation == "COUNT" else None

    def _by_priority(self, rows: list[Match], scope: Scope) -> list[Match]:
        """Rows by the order of the output values, first column first (8.2.11); unlisted values come last."""
        order = [[value.evaluate(scope) for value in column.values] for column in self.outputs]

        def rank(row: Match) -> list[int]:
            return [_position(v, listed) for v, listed in zip(row.outputs.values(), order, strict=True)]

        return sorted(rows, key=rank)

    def _fault(self, code: str, rows: list[Match], scope: Scope, zh: str, en: str) -> DecisionFault:
        numbers = ", ".join(str(row.rule) for row in rows)
        return DecisionFault(code, scope.decision, f"第 {numbers} 条规则{zh}", f"the rules {numbers} {en}")


def _position(value: Any, listed: Sequence[Any]) -> int:
    return next((n for n, other in enumerate(listed) if other == value), len(listed))


def _numbers(fold: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    """An aggregation that is null when the values cannot be added or compared, as in FEEL."""

    def safe(values: list[Any]) -> Any:
        try:
            return fold(values)
        except TypeError:
            return None

    return safe


AGGREGATE: dict[str, Callable[[list[Any]], Any]] = {
    "SUM": _numbers(lambda values: sum(values[1:], values[0])),
    "MIN": _numbers(min),
    "MAX": _numbers(max),
    "COUNT": lambda values: Decimal(len(values)),
}
"""The aggregations of COLLECT (8.2.10)."""
