"""The tokens of an instance as the waits and incidents that the layers above know."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.bpmn.machine import Machine
from engine.bpmn.specs.events import BoundaryEvent
from engine.bpmn.specs.subprocess import EventSubProcess
from engine.bpmn.specs.tasks import ManualTask, job_wait
from engine.bpmn.tokens import Token
from engine.bpmn.waits import Active, Incident, MessageWait, SignalWait, TimerWait, UserTaskWait, Wait


def waits(machine: Machine) -> dict[str, Wait]:
    """What waits for something from outside, by key; tokens with an incident wait for an administrator instead."""
    return {
        token.id: _listed(token)
        for token in machine.tokens.values()
        if "wait" in token.internal_data and "incident" not in token.internal_data
    }


def incidents(machine: Machine) -> dict[str, Incident]:
    """What stopped, by key."""
    found = {}
    for token in machine.tokens.values():
        row = token.internal_data.get("incident")
        if row:
            found[token.id] = Incident(token.id, token.task_spec.bpmn_id, row["type"], row["message"])
    return found


def active(machine: Machine) -> list[Active]:
    """The element instances that are alive, each after those around it."""
    return list(_active(machine, machine.instance, None, machine.instance.spec.name))


def _active(machine: Machine, flow: Any, within: str | None, process: str) -> Iterator[Active]:
    for token in flow.live():
        if token.is_subscription:
            continue
        around = token.internal_data["host"] if "index" in token.internal_data else within
        yield Active(token.id, token.task_spec.bpmn_id, token.task_spec.type, process, around)
        inner = machine.instance.subprocesses.get(token.id)
        if inner is not None:
            called = inner.scope != inner.parent_task_id
            yield from _active(machine, inner, token.id, inner.spec.name if called else process)


def _listed(token: Token) -> Wait:
    """A command asks several times; a wait is made again only when its row was replaced."""
    row = token.internal_data["wait"]
    if token.listed is None or token.listed[0] is not row:
        token.listed = (row, _wait(token))
    return token.listed[1]


def _wait(token: Token) -> Wait:
    wait = token.internal_data["wait"]
    key, element = token.id, _element(token)
    if wait["kind"] == "user":
        return _user(token, wait)
    if wait["kind"] == "job":
        return job_wait(token)
    interrupting = _interrupting(token)
    if wait["kind"] == "timer":
        return TimerWait(key, element, datetime.fromisoformat(wait["due"]), wait["repeats"], interrupting)
    if wait["kind"] == "message":
        return MessageWait(key, element, wait["name"], wait["key"], interrupting)
    return SignalWait(key, element, wait["name"], interrupting)


def _element(token: Token) -> str:
    """An event sub-process waits with its start event."""
    spec = token.task_spec
    return str(spec.spec.event_start.bpmn_id if isinstance(spec, EventSubProcess) else spec.bpmn_id)


def _interrupting(token: Token) -> bool:
    spec = token.task_spec
    if isinstance(spec, BoundaryEvent):
        return bool(spec.cancel_activity)
    return spec.interrupting if isinstance(spec, EventSubProcess) else True


def _user(token: Token, wait: dict[str, Any]) -> UserTaskWait:
    spec = token.task_spec
    given = spec.ext.assignment
    return UserTaskWait(
        key=token.id,
        element_id=spec.bpmn_id,
        name=spec.bpmn_name or "",
        form_id=wait.get("form"),
        form_binding=given.form_binding,
        external_reference=wait.get("external"),
        assignee=wait.get("assignee"),
        candidate_groups=tuple(wait.get("groups", ())),
        candidate_users=tuple(wait.get("users", ())),
        due=_instant(wait.get("due")),
        follow_up=_instant(wait.get("follow_up")),
        priority=wait.get("priority", 50),
        lane=spec.lane,
        documentation=spec.documentation or "",
        properties=dict(spec.ext.properties),
        manual=isinstance(spec, ManualTask),
        form_version_tag=given.form_version_tag,
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
