"""When timer start events are due: at deployment, and after each start."""

from datetime import datetime

from engine import feel
from engine.bpmn import timers
from engine.clock import VirtualClock
from engine.runtime import Runtime

Due = tuple[datetime | None, int | None]


def first_due(rt: Runtime, kind: str, expression: str, now: datetime) -> Due:
    """The first instant and how many starts are left (-1 without end). Raises `engine.bpmn.errors.Fault`."""
    schedule = timers.schedule(kind, _value(rt, expression, now), now)
    return schedule.due, schedule.repeats


def next_due(rt: Runtime, kind: str, expression: str, due: datetime, remaining: int) -> Due:
    """The instant after `due`, counted from it however late this start came; None when no start is left."""
    left = remaining if remaining < 0 else remaining - 1
    period = timers.schedule(kind, _value(rt, expression, due), due).period
    if left == 0 or period is None:
        return None, 0
    return timers.next_due(due, period), left


def _value(rt: Runtime, expression: str, now: datetime) -> object:
    if not expression.startswith("="):
        return expression
    value: object = feel.evaluate(expression[1:], {}, clock=VirtualClock(now), functions=rt.functions)
    return value
