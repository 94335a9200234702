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


def next_due(rt: Runtime, kind: str, expression: str, due: datetime, remaining: int, now: datetime) -> Due:
    """The next instant, counted from `due` however late this start came; None when no start is left.

    Starts that were missed meanwhile are not made up for, but count.
    """
    period = timers.schedule(kind, _value(rt, expression, due), due).period
    if period is None or remaining == 1:
        return None, 0
    following, missed = timers.following(due, period, now)
    if remaining < 0:
        return following, remaining
    left = remaining - 1 - missed
    return (following, left) if left > 0 else (None, 0)


def _value(rt: Runtime, expression: str, now: datetime) -> object:
    if not expression.startswith("="):
        return expression
    value: object = feel.evaluate(expression[1:], {}, clock=VirtualClock(now), functions=rt.functions)
    return value
