"""Giving a waiting timer another instant by hand, and with it the tasks that were due at the very same one."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.bpmn.errors import NotWaiting
from engine.bpmn.timers import instant

if TYPE_CHECKING:
    from engine.bpmn.machine import Machine
    from engine.bpmn.tokens import Flow, Token


def reschedule(machine: "Machine", key: str, due: datetime) -> list[str]:
    """Make a timer (or an open task alone) due at another instant; the keys of all that moved, itself first.

    Tasks that the timer is around, and that were due when it was, go along: a task never outlives the deadline that
    takes it away, nor goes before it. A cycle counts its next firing from the new instant. Raises NotWaiting.
    """
    token = machine.tokens.get(key)
    wait = token.internal_data.get("wait") if token is not None else None
    if token is None or wait is None or "incident" in token.internal_data or "due" not in wait:
        raise NotWaiting()
    if wait["kind"] not in ("timer", "user"):
        raise NotWaiting()
    along = list(_tasks_of(machine, token, instant(wait["due"]))) if wait["kind"] == "timer" else []
    for each in (token, *along):
        _move(machine, each, due)
    return [each.id for each in (token, *along)]


def expression(machine: "Machine", key: str) -> str:
    """What the diagram reads the instant of a timer, or the due date of a task, from. Raises NotWaiting."""
    token = machine.tokens.get(key)
    if token is None or token.internal_data.get("wait", {}).get("kind") not in ("timer", "user"):
        raise NotWaiting()
    spec = token.task_spec
    if token.internal_data["wait"]["kind"] == "user":
        return spec.ext.assignment.due or ""
    return str(spec.event_definition.expression)


def _move(machine: "Machine", token: "Token", due: datetime) -> None:
    wait = token.internal_data["wait"]
    token.internal_data["wait"] = {**wait, "due": due.isoformat()}
    machine.journal.token(token, "rescheduled", {"from": wait["due"], "to": due.isoformat()})


def _tasks_of(machine: "Machine", timer: "Token", due: datetime) -> "Iterator[Token]":
    """The open tasks that this timer is around and that are due at its instant."""
    kind = timer.internal_data.get("subscription")
    if kind == "boundary" and timer.host is not None:
        around = _under(machine, timer.host)
    elif kind == "scope":
        around = _within(machine, timer.workflow)
    else:
        return
    for token in around:
        wait: dict[str, Any] = token.internal_data.get("wait") or {}
        if wait.get("kind") == "user" and wait.get("due") and instant(wait["due"]) == due:
            yield token


def _under(machine: "Machine", token: "Token") -> "Iterator[Token]":
    """An activity, its instances if there are many, and everything that runs inside."""
    yield token
    inner = machine.instance.subprocesses.get(token.id)
    if inner is not None:
        yield from _within(machine, inner)
    for other in token.workflow.live():
        if "index" in other.internal_data and other.host is token:
            yield from _under(machine, other)


def _within(machine: "Machine", flow: "Flow") -> "Iterator[Token]":
    for token in flow.live():
        if "index" not in token.internal_data:
            yield from _under(machine, token)
