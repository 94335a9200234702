"""How built-in functions are declared, and how their arguments are fitted to their parameters.

A signature is text such as `"string: string, start position: number, length?: number"`. `name?` may be left
out, `type|null` takes null, `name...: list` takes one list or any number of values, `name...: each` only the
latter. An argument that is
a one-element list is unwrapped where a single value is asked for, a single value wrapped where a list is
(DMN 1.5, 10.3.2.9.4); null for any other parameter makes the call null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from engine.feel.functions import Invocable
from engine.feel.scope import MISSING
from engine.feel.values import Range, type_name

if TYPE_CHECKING:
    from engine.feel.budget import Meter

Implementation = TypeVar("Implementation", bound=Callable[..., Any])

BUILTINS: dict[str, Invocable] = {}

_POINTS = frozenset(
    {
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    }
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a built-in function."""

    name: str
    kind: str
    optional: bool = False
    nullable: bool = False
    variadic: bool = False

    def fit(self, value: Any) -> Any:
        """The argument as this parameter wants it, MISSING when it does not fit."""
        if value is None:
            return None if self.nullable or self.kind == "any" else MISSING
        if self.kind == "any":
            return value
        if self.kind in ("list", "each"):
            return value if type(value) is list else [value]
        if self._takes(value):
            return value
        if type(value) is list and len(value) == 1 and self._takes(value[0]):
            return value[0]
        return MISSING

    def _takes(self, value: Any) -> bool:
        if self.kind == "point":
            return type_name(value) in _POINTS
        if self.kind == "range":
            return type(value) is Range
        return type_name(value) == self.kind


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature of a function and what it does: `run(meter, *values)`."""

    parameters: tuple[Parameter, ...]
    run: Callable[..., Any]

    def bind(self, arguments: Sequence[Any]) -> list[Any] | None:
        """The fitted values for arguments by position, or None."""
        if self.parameters and self.parameters[-1].variadic:
            return self._bind_many(arguments)
        if len(arguments) > len(self.parameters):
            return None
        return self._fit_all([*arguments, *[MISSING] * (len(self.parameters) - len(arguments))])

    def bind_named(self, arguments: Mapping[str, Any]) -> list[Any] | None:
        """The fitted values for arguments by name, or None."""
        names = [parameter.name for parameter in self.parameters]
        if any(name not in names for name in arguments):
            return None
        return self._fit_all([arguments.get(name, MISSING) for name in names])

    def _bind_many(self, arguments: Sequence[Any]) -> list[Any] | None:
        """A variadic parameter alone takes one list or the arguments as a list; after others, the rest."""
        fixed = len(self.parameters) - 1
        if fixed:
            values = self._fit_all(arguments[: fixed + 1])
            return None if values is None else [*values, *arguments[fixed + 1 :]]
        if len(arguments) == 1 and self.parameters[0].kind == "list":
            return self._fit_all(arguments)
        return [list(arguments)] if arguments else None

    def _fit_all(self, arguments: Sequence[Any]) -> list[Any] | None:
        if len(arguments) != len(self.parameters):
            return None
        fitted: list[Any] = []
        for parameter, argument in zip(self.parameters, arguments, strict=True):
            if argument is MISSING:
                if not parameter.optional:
                    return None
                fitted.append(None)
                continue
            value = parameter.fit(argument)
            if value is MISSING:
                return None
            fitted.append(value)
        return fitted


@dataclass(frozen=True, slots=True, eq=False)
class Builtin(Invocable):
    """A built-in function: the first signature that the arguments fit is the one that is called."""

    name: str
    overloads: list[Overload] = field(default_factory=list)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameter names of its first signature."""
        return tuple(parameter.name for parameter in self.overloads[0].parameters)

    def invoke(self, meter: Meter, arguments: Sequence[Any]) -> Any:
        """Its value for arguments by position."""
        for overload in self.overloads:
            values = overload.bind(arguments)
            if values is not None:
                return self._run(meter, overload, values)
        meter.warn("ARGUMENTS", self.name)
        return None

    def invoke_named(self, meter: Meter, arguments: Mapping[str, Any]) -> Any:
        """Its value for arguments by name."""
        for overload in self.overloads:
            values = overload.bind_named(arguments)
            if values is not None:
                return self._run(meter, overload, values)
        meter.warn("ARGUMENTS", self.name)
        return None

    def _run(self, meter: Meter, overload: Overload, values: list[Any]) -> Any:
        meter.step()
        for value in values:
            if type(value) is list or type(value) is dict:
                meter.step(len(value) // 4)
            elif type(value) is str and len(value) > 1000:
                meter.step(len(value) // 1000)
        try:
            return overload.run(meter, *values)
        except (ArithmeticError, ValueError) as error:
            meter.warn("VALUE", self.name, type(error).__name__)
            return None


def builtin(name: str, signature: str = "") -> Callable[[Implementation], Implementation]:
    """Decorator that adds a signature of a built-in function; the function is handed the meter and the values."""

    def decorate(run: Implementation) -> Implementation:
        function = BUILTINS.setdefault(name, Builtin(name))
        if not isinstance(function, Builtin):
            raise TypeError(name)
        function.overloads.append(Overload(_read_signature(signature), run))
        return run

    return decorate


def _read_signature(signature: str) -> tuple[Parameter, ...]:
    return tuple(_read_parameter(part.strip()) for part in signature.split(",") if part.strip())


def _read_parameter(text: str) -> Parameter:
    name, _, kind = (part.strip() for part in text.partition(":"))
    variadic = name.endswith("...")
    optional = name.endswith("?")
    nullable = kind.endswith("|null")
    return Parameter(name.rstrip(".?"), kind.removesuffix("|null"), optional, nullable or optional, variadic)
