"""What can be called: functions defined in an expression, built-in functions, functions of the host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.feel.types import Type, coerce
from engine.feel.values import FeelFunction, from_host

if TYPE_CHECKING:
    from engine.feel.budget import Meter
    from engine.feel.scope import Scope


class Invocable(FeelFunction):
    """Base of all function values. Nothing else can be called from an expression."""

    __slots__ = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters."""
        raise NotImplementedError

    def invoke(self, meter: Meter, arguments: Sequence[Any]) -> Any:
        """Its value for arguments by position; null when they do not fit."""
        raise NotImplementedError

    def invoke_named(self, meter: Meter, arguments: Mapping[str, Any]) -> Any:
        """Its value for arguments by name; null when they do not fit."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, eq=False)
class Closure(Invocable):
    """A function defined in an expression, with the scope that it sees."""

    names: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Callable[[Scope], Any]
    scope: Scope

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters."""
        return self.names

    def invoke(self, meter: Meter, arguments: Sequence[Any]) -> Any:
        """Evaluates the body. Raises FeelBudgetExceeded when calls nest too deeply."""
        if len(arguments) != len(self.names):
            meter.warn("ARGUMENTS", "function")
            return None
        meter.enter()
        values = [
            value if kind is None else coerce(value, kind)
            for value, kind in zip(arguments, self.types, strict=True)
        ]
        result = self.body(self.scope.inner(dict(zip(self.names, values, strict=True))))
        meter.depth -= 1
        return result

    def invoke_named(self, meter: Meter, arguments: Mapping[str, Any]) -> Any:
        """The same with arguments by name."""
        if set(arguments) != set(self.names):
            meter.warn("ARGUMENTS", "function")
            return None
        return self.invoke(meter, [arguments[name] for name in self.names])


@dataclass(frozen=True, slots=True, eq=False)
class HostFunction(Invocable):
    """A function that the programme registers. Its refusals pass through; they are the answer."""

    name: str
    names: tuple[str, ...]
    call: Callable[..., Any]
    required: int

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters."""
        return self.names

    def invoke(self, meter: Meter, arguments: Sequence[Any]) -> Any:
        """Calls the host; int and float results become numbers."""
        if not self.required <= len(arguments) <= len(self.names):
            meter.warn("ARGUMENTS", self.name)
            return None
        meter.step(10)
        return from_host(self.call(*arguments), meter)

    def invoke_named(self, meter: Meter, arguments: Mapping[str, Any]) -> Any:
        """The same with arguments by name."""
        given = [name for name in self.names if name in arguments]
        if len(given) != len(arguments) or any(name not in arguments for name in self.names[: len(given)]):
            meter.warn("ARGUMENTS", self.name)
            return None
        return self.invoke(meter, [arguments[name] for name in given])


class Functions:
    """Extra functions by name, such as `workdays after`. A variable of the same name hides one."""

    def __init__(self) -> None:
        self._functions: dict[str, HostFunction] = {}
        self._special: tuple[str, ...] = ()

    def register(
        self, name: str, parameters: Iterable[str], call: Callable[..., Any], *, optional: int = 0
    ) -> None:
        """Add a function; the last `optional` parameters may be left out. Raises ValueError for a taken name.

        `call` is handed FEEL values by position and answers one (int and float are converted). Refusals that
        it raises reach the caller of `evaluate`.
        """
        if name in self._functions:
            raise ValueError(f"the FEEL function {name} is registered twice")
        names = tuple(parameters)
        self._add(HostFunction(name, names, call, len(names) - optional))

    def _add(self, function: HostFunction) -> None:
        self._functions[function.name] = function
        if not function.name.isidentifier():
            self._special += (function.name,)

    def get(self, name: str) -> HostFunction | None:
        """The function of that name, or None."""
        return self._functions.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._functions))

    @property
    def special_names(self) -> tuple[str, ...]:
        """The names that are more than one plain word."""
        return self._special

    def merge(self, other: Functions) -> None:
        """Take in all functions of another registry. Raises ValueError for a name that both have."""
        for name in other.names:
            if name in self._functions:
                raise ValueError(f"the FEEL function {name} is registered twice")
            self._add(other._functions[name])
