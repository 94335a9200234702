"""Boxed expressions of DMN (clause 10.2 and the boxed part of 10.3): what a decision's logic is made of."""

from dataclasses import dataclass
from typing import Any, Protocol

from engine.dmn.scope import Scope
from engine.feel import Expression, parse


class Box(Protocol):
    """A piece of decision logic that has a value in a scope."""

    def evaluate(self, scope: Scope) -> Any: ...


@dataclass(frozen=True, slots=True)
class Literal:
    """A FEEL text (10.2.1.2)."""

    text: str
    expression: Expression

    def evaluate(self, scope: Scope) -> Any:
        """The value of the text; null with a warning in the trace where FEEL says null."""
        return scope.evaluate(self.expression)


@dataclass(frozen=True, slots=True)
class Context:
    """Named entries, each sees those before it; an entry without a name is the result (10.2.1.4)."""

    entries: tuple[tuple[str | None, Box], ...]

    def evaluate(self, scope: Scope) -> Any:
        """The nameless entry's value, else the context of all entries."""
        values: dict[str, Any] = {}
        for name, box in self.entries:
            value = box.evaluate(scope.with_variables(values))
            if name is None:
                return value
            values[name] = value
        return values


@dataclass(frozen=True, slots=True)
class ListBox:
    """A list of boxed expressions (10.2.1.5)."""

    items: tuple[Box, ...]

    def evaluate(self, scope: Scope) -> Any:
        """The values in order."""
        return [item.evaluate(scope) for item in self.items]


@dataclass(frozen=True, slots=True)
class Relation:
    """A list of contexts written as rows under column names (10.2.1.6)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Box, ...], ...]

    def evaluate(self, scope: Scope) -> Any:
        """One context a row."""
        return [
            {name: cell.evaluate(scope) for name, cell in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a business knowledge model with named arguments (10.2.1.3)."""

    function: str
    call: Expression
    bindings: tuple[tuple[str, Box], ...]

    def evaluate(self, scope: Scope) -> Any:
        """The function's value; null where FEEL says null, for example for an unknown function."""
        arguments = {f"argument_{n}": box.evaluate(scope) for n, (_, box) in enumerate(self.bindings)}
        return scope.with_variables(arguments).evaluate(self.call)


@dataclass(frozen=True, slots=True)
class Conditional:
    """Boxed if, then, else (DMN 1.4, 10.2.1.8)."""

    test: Box
    then: Box
    otherwise: Box

    def evaluate(self, scope: Scope) -> Any:
        """The chosen branch; only `true` chooses the first."""
        return (self.then if self.test.evaluate(scope) is True else self.otherwise).evaluate(scope)


@dataclass(frozen=True, slots=True)
class Filter:
    """Boxed filter: the elements for which the match is true (DMN 1.4, 10.2.1.9)."""

    source: Box
    match: Box

    def evaluate(self, scope: Scope) -> Any:
        """The elements in order; `item` and, for contexts, their entries are in scope."""
        found = []
        for item in _items(self.source, scope):
            entries = item if isinstance(item, dict) else {}
            if self.match.evaluate(scope.with_variables({**entries, "item": item})) is True:
                found.append(item)
        return found


@dataclass(frozen=True, slots=True)
class Iteration:
    """Boxed for, some and every (DMN 1.4, 10.2.1.10); `kind` is the element's name."""

    kind: str
    variable: str
    source: Box
    body: Box

    def evaluate(self, scope: Scope) -> Any:
        """A list for `for` (`partial` holds the results so far), a boolean for `some` and `every`."""
        results: list[Any] = []
        for value in _items(self.source, scope):
            more = (
                {self.variable: value, "partial": list(results)}
                if self.kind == "for"
                else {self.variable: value}
            )
            results.append(self.body.evaluate(scope.with_variables(more)))
        if self.kind == "for":
            return results
        if self.kind == "some":
            return any(result is True for result in results)
        return all(result is True for result in results)


def _items(source: Box, scope: Scope) -> list[Any]:
    """What FEEL itself iterates over: a list, a range of whole numbers or dates, or a single value."""
    value = source.evaluate(scope)
    if value is None or isinstance(value, list):
        return value or []
    items = scope.with_variables({"source": value}).evaluate(parse("for element in source return element"))
    return items if isinstance(items, list) else [value]
