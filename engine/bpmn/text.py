"""Process texts: a value that starts with `=` is FEEL, anything else is itself. And what elements expect of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.bpmn import timers
from engine.bpmn.errors import Fault

Evaluate = Callable[[str, Mapping[str, Any]], Any]
"""`Environment.evaluate`."""


def is_expression(text: str) -> bool:
    """Whether the text is FEEL."""
    return text.startswith("=")


class Texts:
    """Evaluates process texts. Every failure is a Fault that names the expression."""

    def __init__(self, evaluate: Evaluate) -> None:
        self._evaluate = evaluate

    def value(self, text: str, view: Mapping[str, Any]) -> Any:
        """The FEEL value, or the literal text."""
        return self.feel(text[1:].strip(), view) if is_expression(text) else text

    def feel(self, expression: str, view: Mapping[str, Any]) -> Any:
        """The value of a FEEL expression."""
        try:
            return self._evaluate(expression, view)
        except Fault:
            raise
        except Exception as error:  # whatever an expression comes to stops its own element only
            raise Fault("EXTRACT_VALUE_ERROR", f"{expression}: {error}") from error

    def condition(self, text: str, view: Mapping[str, Any]) -> bool:
        """A condition: with or without `=` it is FEEL, and must be true or false."""
        value = self.feel(text.removeprefix("=").strip(), view)
        if not isinstance(value, bool):
            raise Fault("CONDITION_ERROR", f"{text} is {_show(value)}, not true or false")
        return value

    def string(self, text: str, view: Mapping[str, Any]) -> str:
        """A text; numbers become their digits."""
        value = self.value(text, view)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return format(value, "f") if isinstance(value, Decimal) else str(value)
        if not isinstance(value, str) or not value:
            raise Fault("EXTRACT_VALUE_ERROR", f"{text} is {_show(value)}, not a text")
        return value

    def optional(self, text: str | None, view: Mapping[str, Any]) -> str | None:
        """A text, or None where nothing or null is given."""
        if not text or self.value(text, view) in (None, ""):
            return None
        return self.string(text, view)

    def names(self, text: str | None, view: Mapping[str, Any]) -> tuple[str, ...]:
        """A list of texts; a text is split at its commas."""
        if not text:
            return ()
        value = self.value(text, view)
        given = value.split(",") if isinstance(value, str) else value
        if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
            raise Fault("EXTRACT_VALUE_ERROR", f"{text} is {_show(value)}, not a list of texts")
        return tuple(name.strip() for name in given if name.strip())

    def instant(self, text: str | None, view: Mapping[str, Any]) -> datetime | None:
        """An instant, or None where nothing or null is given."""
        value = self.value(text, view) if text else None
        if value in (None, ""):
            return None
        try:
            return timers.instant(value)
        except ValueError as error:
            raise Fault("EXTRACT_VALUE_ERROR", f"{text} is {_show(value)}: {error}") from error

    def integer(self, text: str | None, default: int, view: Mapping[str, Any]) -> int:
        """A whole number."""
        value = self.value(text, view) if text else None
        if value is None:
            return default
        try:
            number = Decimal(str(value))
            if isinstance(value, bool) or number != int(number):
                raise ValueError
        except (ArithmeticError, ValueError) as error:
            raise Fault("EXTRACT_VALUE_ERROR", f"{text} is {_show(value)}, not a whole number") from error
        return int(number)


def _show(value: Any) -> str:
    return "null" if value is None else repr(value)[:200]
