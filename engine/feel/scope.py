"""Variables that an expression sees: a chain of dictionaries, innermost first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.feel.budget import Meter

MISSING: Any = object()


class Scope:
    """One level of names. `meter` is the account of the evaluation, the same on every level."""

    __slots__ = ("meter", "names", "parent")

    def __init__(self, names: Mapping[str, Any], parent: Scope | None, meter: Meter) -> None:
        self.names = names
        self.parent = parent
        self.meter = meter

    def inner(self, names: Mapping[str, Any]) -> Scope:
        """A level inside this one."""
        return Scope(names, self, self.meter)

    def find(self, name: str) -> Any:
        """The value of a name, MISSING when no level has it."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.names.get(name, MISSING)
            if value is not MISSING:
                return value
            scope = scope.parent
        return MISSING
