"""What the FEEL tests share: a clock that stands still, and short ways to ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.feel import Budget, FeelWarning, Functions, evaluate, unary_test

NOW = datetime(2024, 9, 30, 8, 15, tzinfo=BUSINESS_ZONE)


def feel(text: str, context: dict[str, Any] | None = None, *, functions: Functions | None = None) -> Any:
    """The value of an expression on 30 September 2024, 08:15."""
    return evaluate(text, context or {}, clock=VirtualClock(NOW), functions=functions)


def warnings_of(text: str, context: dict[str, Any] | None = None) -> list[FeelWarning]:
    """What the evaluation warns of."""
    warnings: list[FeelWarning] = []
    evaluate(text, context or {}, clock=VirtualClock(NOW), warnings=warnings)
    return warnings


def passes(test: str, value: Any, context: dict[str, Any] | None = None) -> bool | None:
    """Whether the input passes the cell."""
    return unary_test(test, value, context or {}, clock=VirtualClock(NOW))


def under(budget: Budget, text: str, context: dict[str, Any] | None = None) -> Any:
    """The value under a budget."""
    return evaluate(text, context or {}, clock=VirtualClock(NOW), budget=budget)
