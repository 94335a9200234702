"""FEEL in forms: values that begin with `=`, evaluated over the data, never failing the page."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine import feel
from engine.clock import Clock
from engine.errors import Refusal

Scope = Mapping[str, Any]
_ABSENT = object()
_PLAIN = frozenset({str, type(None)})  # equal ones are the same to every expression
_UNCHANGING = frozenset({bool, Decimal, int, date, datetime, time, object})  # object: absent


def is_feel(value: Any) -> bool:
    """Whether a value of a definition is FEEL text."""
    return isinstance(value, str) and value.lstrip().startswith("=")


def source(text: str) -> str:
    """FEEL text without its `=`; no-break spaces, which browsers' editors leave, made plain."""
    return text.replace("\u00a0", " ").lstrip().removeprefix("=")


class Evaluator:
    """Evaluates with one clock, one set of functions and one context; remembers what ran out of its budget.

    Forms are settled in passes, and most expressions see the same values again: they are evaluated once. That holds
    for the names of one context; where others come in, as in a loop of a template, `apart` evaluates anew.
    """

    def __init__(self, clock: Clock, functions: feel.Functions | None = None) -> None:
        self.clock, self._functions = clock, functions
        self.faults: list[Refusal] = []
        self._read: dict[str, feel.Expression] = {}
        self._known: dict[tuple[Any, ...], tuple[Any, tuple[Any, ...]]] = {}
        self._constants: dict[int, Any] = {}

    def evaluate(self, text: str, scope: Scope) -> Any:
        """The value of FEEL text with or without `=`; None when it cannot be computed."""
        try:
            expression = self._read.get(text) or self._reading(text, scope)
            values = tuple([scope.get(name, _ABSENT) for name in expression.mentioned])
            key = self._key(text, values)
            known = self._known.get(key) if key else None
            if known is None:
                known = expression.evaluate(scope, clock=self.clock, functions=self._functions), values
                if key:
                    self._known[key] = known  # with the values: their identity is in the key
            return known[0]
        except Refusal as refusal:
            self.faults.append(refusal)
            return None

    def apart(self, text: str, scope: Scope) -> Any:
        """The same for a scope with names that are not the context's: read and evaluated anew."""
        try:
            return feel.evaluate(source(text), scope, clock=self.clock, functions=self._functions)
        except Refusal as refusal:
            self.faults.append(refusal)
            return None

    def constant(self, value: Any) -> Any:
        """The value, with the word that nobody will change it."""
        if isinstance(value, list | dict):
            self._constants[id(value)] = value
        return value

    def setting(self, value: Any, scope: Scope) -> Any:
        """A static value as it is, a FEEL one evaluated."""
        return self.evaluate(value, scope) if is_feel(value) else value

    def holds(self, value: Any, scope: Scope) -> bool:
        """Whether a static or FEEL condition is true (null is not)."""
        return self.setting(value, scope) is True

    def _reading(self, text: str, scope: Scope) -> feel.Expression:
        found = self._read[text] = feel.parse(source(text), names=scope, functions=self._functions)
        return found

    def _key(self, text: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """What tells this evaluation from others; empty where something may be changed that it looks into."""
        parts: list[Any] = [text]
        for value in values:
            kind = type(value)
            if kind in _PLAIN:
                parts.append(value)
            elif kind in _UNCHANGING or id(value) in self._constants or feel.is_prepared(value):
                parts.append(id(value))
            else:
                return ()
        return tuple(parts)
