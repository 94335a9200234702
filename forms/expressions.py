"""FEEL in forms: values that begin with `=`, evaluated over the data, never failing the page."""

from collections.abc import Mapping
from typing import Any

from engine import feel
from engine.clock import Clock
from engine.errors import Refusal

Scope = Mapping[str, Any]


def is_feel(value: Any) -> bool:
    """Whether a value of a definition is FEEL text."""
    return isinstance(value, str) and value.lstrip().startswith("=")


def source(text: str) -> str:
    """FEEL text without its `=`; no-break spaces, which browsers' editors leave, made plain."""
    return text.replace("\u00a0", " ").lstrip().removeprefix("=")


class Evaluator:
    """Evaluates with one clock and one set of functions; remembers what ran out of its budget."""

    def __init__(self, clock: Clock, functions: feel.Functions | None = None) -> None:
        self.clock, self._functions = clock, functions
        self.faults: list[Refusal] = []

    def evaluate(self, text: str, scope: Scope) -> Any:
        """The value of FEEL text with or without `=`; None when it cannot be computed."""
        try:
            return feel.evaluate(source(text), scope, clock=self.clock, functions=self._functions)
        except Refusal as refusal:
            self.faults.append(refusal)
            return None

    def setting(self, value: Any, scope: Scope) -> Any:
        """A static value as it is, a FEEL one evaluated."""
        return self.evaluate(value, scope) if is_feel(value) else value

    def holds(self, value: Any, scope: Scope) -> bool:
        """Whether a static or FEEL condition is true (null is not)."""
        return self.setting(value, scope) is True
