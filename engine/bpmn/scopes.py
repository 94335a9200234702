"""Variables in scopes, by Zeebe's rules (docs.camunda.io, Concepts: Variables).

A scope is the process instance, a called instance, a sub-process, a multi-instance body, or an activity that
has input mappings. Reading looks outward; writing goes to the nearest scope that has the name, else to the
root. A called instance is a root of its own: it neither sees nor changes its caller's variables.
"""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Scope:
    """The variables of one scope, and the key of the scope around it."""

    parent: str | None
    values: dict[str, Any] = field(default_factory=dict)


class Scopes:
    """All scopes of an instance by key. `written(key, name, value)` is told of every change."""

    def __init__(self, written: Callable[[str, str, Any], None]) -> None:
        self._scopes: dict[str, Scope] = {}
        self._written = written

    def open(self, key: str, parent: str | None, values: Mapping[str, Any] | None = None) -> None:
        """Open a scope with its first variables (plain values)."""
        self._scopes[key] = Scope(parent)
        for name, value in (values or {}).items():
            self.set_local(key, name, value)

    def close(self, key: str) -> None:
        """Forget a scope with its variables; unknown keys are nothing."""
        self._scopes.pop(key, None)

    def has(self, key: str) -> bool:
        """Whether the scope exists."""
        return key in self._scopes

    def local(self, key: str) -> dict[str, Any]:
        """The variables of that very scope."""
        return self._scopes[key].values

    def set_local(self, key: str, name: str, value: Any) -> None:
        """Write in that very scope."""
        self._scopes[key].values[name] = value
        self._written(key, name, value)

    def write(self, key: str, variables: Mapping[str, Any]) -> None:
        """Write each variable where Zeebe would: the nearest scope that has it, else the root."""
        for name, value in variables.items():
            self.set_local(self._home(key, name), name, value)

    def view(self, key: str, inner: Mapping[str, Any] | None = None) -> ChainMap[str, Any]:
        """All variables visible at a scope, inner ones hiding outer ones; `inner` lies in front of them."""
        maps = [scope.values for scope in self._outward(key)]
        return ChainMap(*([dict(inner)] if inner is not None else []), *maps)

    def _home(self, key: str, name: str) -> str:
        found = key
        while True:
            scope = self._scopes[found]
            if name in scope.values or scope.parent is None:
                return found
            found = scope.parent

    def _outward(self, key: str) -> Iterator[Scope]:
        at: str | None = key
        while at is not None:
            scope = self._scopes[at]
            yield scope
            at = scope.parent

    def dump(self) -> list[list[Any]]:
        """The scopes as plain JSON: key, parent, variables."""
        return [[key, scope.parent, scope.values] for key, scope in self._scopes.items()]

    def load(self, rows: list[list[Any]]) -> None:
        """Take the scopes back as dumped; the values are not looked at."""
        self._scopes = {key: Scope(parent, values) for key, parent, values in rows}


def put(target: dict[str, Any], path: str, value: Any, existing: Mapping[str, Any]) -> None:
    """Set `a.b.c` in `target`, keeping what the variable of that name holds in `existing` beside it."""
    first, *rest = path.split(".")
    if not rest:
        target[first] = value
        return
    base = target.get(first, existing.get(first))
    top = dict(base) if isinstance(base, Mapping) else {}
    target[first] = node = top
    for name in rest[:-1]:
        inner = node.get(name)
        node[name] = dict(inner) if isinstance(inner, Mapping) else {}
        node = node[name]
    node[rest[-1]] = value
