"""Moving tokens by hand: for an administrator who repairs an instance. History shows it as it shows everything."""

from collections.abc import Iterable, Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import CannotModify, Fault, NotWaiting, UnknownElement
from engine.bpmn.machine import Machine
from engine.bpmn.plain import plain
from engine.bpmn.specs.element import Element
from engine.bpmn.specs.events import BoundaryEvent, StartEvent
from engine.bpmn.specs.subprocess import EventSubProcess
from engine.bpmn.tokens import Flow, Inner, Token


def modify(
    machine: Machine, activate: Iterable[tuple[str, Mapping[str, Any]]], terminate: Iterable[str]
) -> None:
    """Activate elements with variables, then terminate element instances.

    Variables go to the nearest scope that has the name, else to the root, before the element is activated.
    An instance that is left without any token is terminated. Raises UnknownElement and NotWaiting, before
    anything has changed, and CannotModify, after which the case is to be thrown away.
    """
    places = [(element, _place(machine, element), plain(dict(values))) for element, values in activate]
    ending = [_instance(machine, key) for key in terminate]
    for element, (flow, missing), values in places:
        inner = _enter(machine, flow, missing)
        machine.scopes.write(inner.scope, values)
        spec = inner.spec.task_specs[element]
        spec._update(inner.spawn(spec))
    for token in ending:
        _end(machine, token)
    if machine.status == "active" and not machine.instance.is_busy():
        for token in machine.instance.live():
            machine.terminate(token)
        machine.end("terminated")


def _instance(machine: Machine, key: str) -> Token:
    token = machine.tokens.get(key)
    if token is None or token is token.workflow.task_tree or token.is_subscription:
        raise NotWaiting()
    return token


def _end(machine: Machine, token: Token) -> None:
    """End a token; its scope, left empty, ends with it, and a multi-instance body goes on without the instance."""
    flow, body = token.workflow, token.host if "index" in token.internal_data else None
    machine.terminate(token)
    if body is not None and body.id in machine.tokens:
        body.task_spec.inner_left(body, token, False)
    elif isinstance(flow, Inner) and not flow.is_busy() and flow.parent_task_id in machine.tokens:
        _end(machine, flow.host)


def _place(machine: Machine, element: str) -> tuple[Flow, list[str]]:
    """The innermost running flow around an element, and the sub-processes that have to be entered for it."""
    path = _path(machine.instance.spec, element)
    if path is None:
        raise UnknownElement(process=machine.instance.spec.name, element=element)
    flow: Flow = machine.instance
    while path:
        running = [t for t in flow.live() if t.task_spec.name == path[0] and t.id in _inners(machine)]
        if len(running) > 1:
            zh, en = f"“{path[0]}”有多个实例，无法确定进入哪一个。", f"{path[0]} runs several times."
            raise CannotModify(zh=zh, en=en)
        if not running:
            many = next((name for name in path if "/" in name), None)
            if many:
                raise CannotModify(zh=f"不能直接进入多实例“{many}”。", en=f"{many} is multi-instance.")
            return flow, path
        flow = machine.instance.subprocesses[running[0].id]
        path = path[1:]
    return flow, []


def _inners(machine: Machine) -> Mapping[str, Inner]:
    inners: Mapping[str, Inner] = machine.instance.subprocesses
    return inners


def _path(spec: Any, element: str) -> list[str] | None:
    """The sub-processes around an element, or None when it is not there or cannot be activated."""
    found = spec.task_specs.get(element)
    if isinstance(found, Element):
        return None if isinstance(found, BoundaryEvent | StartEvent | EventSubProcess) else []
    for inner in spec.elements:
        below = _path(inner.spec, element) if hasattr(getattr(inner, "spec", None), "elements") else None
        if below is not None:
            return [inner.name, *below]
    return None


def _enter(machine: Machine, flow: Flow, missing: list[str]) -> Flow:
    """Enter sub-processes without running their start events."""
    for name in missing:
        spec = flow.spec.task_specs[name]
        host = flow.spawn(spec, TaskState.FUTURE)
        try:
            machine.activate(host)
        except Fault as fault:
            raise CannotModify(
                zh=f"不能进入“{name}”：{fault}", en=f"{name} cannot be entered: {fault}"
            ) from fault
        host._set_state(TaskState.STARTED)
        flow = machine.open_inner(host, spec.spec, host.id, flow.reference)
        machine.start(flow, None, None)
    return flow
