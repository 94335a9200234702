"""Moving an instance to another version of its diagram, element by element; and back again."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.environment import Environment
from engine.bpmn.errors import CannotMigrate, ExpressionDoesNotFit, Fault
from engine.bpmn.journal import Journal
from engine.bpmn.machine import Machine
from engine.bpmn.specs.gateways import EventBasedGateway, Join
from engine.bpmn.specs.subprocess import CallActivity, EventSubProcess
from engine.bpmn.state import _parse, restore
from engine.bpmn.text import Texts
from engine.bpmn.timers import following, instant
from engine.bpmn.tokens import Flow, Inner, Token
from engine.clock import VirtualClock

BEGIN, NOW = "begin", "now"
"""From when a timer is counted anew: from when its step began, or from the migration. Any other is kept."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the instances of a process go on.

    `mapping`: old ids of elements and flows to new ones, ids that are missing stay; `timers`: BEGIN or NOW by the
    new element that waits (for a due date: the user task).
    """

    reference: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    timers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What else goes with it: called processes by id, whether open tasks take the new form, when steps began."""

    called: Mapping[str, Target] = field(default_factory=dict)
    forms: bool = False
    began: Mapping[str, datetime] = field(default_factory=dict)


NOTHING_ELSE = Wishes()


def migrate(
    state: str, target: Target, env: Environment, process_id: str, wishes: Wishes = NOTHING_ELSE
) -> Machine:
    """The machine of a stored state on the model of the target.

    Every active element needs a counterpart of the same type in the same place; subscriptions are made anew where
    the new diagram has what the old had not; what has fired for the last time does not come again. Called
    processes keep their version unless they are wished for. Raises CannotMigrate.
    """
    row, old = _parse(state), restore(_parse(state), env)
    _move(row["flow"], process_id, target, _Mover(env, old, wishes))
    machine = restore(row, env)
    try:
        _settle(machine, old, machine.instance, target, wishes)
    except Fault as fault:  # an expression of the new diagram does not fit this instance
        raise ExpressionDoesNotFit(element=str(fault)) from fault
    _tell(machine, old)
    return machine


def go_back(former: str, present: str, env: Environment) -> Machine:
    """The machine as it was before a migration; keys that were given since are never given again."""
    row, now = _parse(former), _parse(present)
    row["next"] = max(row["next"], now["next"])
    machine, left = restore(row, env), restore(now, env)
    _tell_return(machine, left)
    _tell(machine, left)
    return machine


# -------------------------------------------------------------------- each token gets its new element


@dataclass(frozen=True, slots=True)
class _Mover:
    env: Environment
    old: Machine
    wishes: Wishes


def _move(flow: list[Any], process_id: str, target: Target, mover: _Mover) -> None:
    """Put the flow of a process, top or called, on its target."""
    spec = mover.env.pinned(target.reference).specs.get(process_id)
    if spec is None:
        raise CannotMigrate(element=process_id)
    flow[:2] = [process_id, target.reference]
    _rename(flow, spec, target.mapping, mover)


def _rename(flow: list[Any], spec: Any, mapping: Mapping[str, str], mover: _Mover) -> None:
    """Give each token of a flow its new element; subscriptions that have none are left out."""
    rows = []
    for row in flow[4]:
        old = mover.old.tokens[row[0]].task_spec
        new = _counterpart(old, spec, mapping)
        if new is None:
            if "subscription" not in row[4]:
                raise CannotMigrate(element=old.bpmn_id)
            continue
        row[1] = new.name
        _flow_taken(row[4], mapping)
        if isinstance(new, Join) and row[4].get("flow") not in new.incoming:
            raise CannotMigrate(element=new.bpmn_id)
        if row[5]:
            _rename_inner(row[5], new, mapping, mover)
        rows.append(row)
    flow[4] = rows


def _rename_inner(inner: list[Any], host: Any, mapping: Mapping[str, str], mover: _Mover) -> None:
    if not isinstance(host, CallActivity):
        _rename(inner, host.spec, mapping, mover)
    elif mover.wishes.called:  # a process that stays may have called one that goes on
        process, reference = inner[:2]
        _move(inner, process, mover.wishes.called.get(process, Target(reference)), mover)


def _flow_taken(data: dict[str, Any], mapping: Mapping[str, str]) -> None:
    """Joins remember by which flow a token came; flows may be mapped like elements."""
    if "flow" in data:
        data["flow"] = mapping.get(data["flow"], data["flow"])


def _counterpart(old: Any, spec: Any, mapping: Mapping[str, str]) -> Any | None:
    id, slash, instance = old.name.partition("/")
    new = spec.task_specs.get(mapping.get(id, id) + slash + instance)
    if new is None or type(new) is not type(old):
        return None
    kinds = [type(getattr(s, "event_definition", None)) for s in (old, new)]
    return new if kinds[0] is kinds[1] else None


# -------------------------------------------------------------------- what is waited for


def _settle(machine: Machine, old: Machine, flow: Flow, target: Target, wishes: Wishes) -> None:
    """Bring subscriptions, timers and forms of a flow, and of those inside it, to what the new diagram says."""
    former = _former(old, flow)
    _drop(machine, flow)
    for token in flow.live():
        if not token.is_subscription and token.state != TaskState.FUTURE:
            before = old.tokens[token.id].task_spec
            _add_boundaries(machine, token, before, former.spec, target)
            _add_gateway_events(machine, token)
    if not flow.interrupted:
        _add_event_subs(machine, flow, former.spec, target)
    for token in flow.live():
        _recount(machine, token, target.timers, wishes.began)
        if wishes.forms:
            _renew_form(machine, token)
    for token in flow.live():
        inner = machine.instance.subprocesses.get(token.id)
        if inner is not None and not isinstance(token.task_spec, CallActivity):
            _settle(machine, old, inner, target, wishes)
        elif inner is not None and wishes.called:
            called = wishes.called.get(inner.spec.name, Target(inner.reference))
            _settle(machine, old, inner, called, wishes)


def _former(old: Machine, flow: Flow) -> Flow:
    found: Flow = old.instance.subprocesses[flow.parent_task_id] if isinstance(flow, Inner) else old.instance
    return found


def _drop(machine: Machine, flow: Flow) -> None:
    """Let go of subscriptions whose host has lost them."""
    for token in flow.live():
        kind, host = token.internal_data.get("subscription"), token.host
        if kind == "boundary" and (host is None or token.task_spec.name not in host.task_spec.boundaries):
            machine.terminate(token)
        if kind == "gateway":
            by = _leads(host.task_spec if host else None).get(token.task_spec.name)
            if by is None:
                machine.terminate(token)
            else:
                token.internal_data["flow"] = by


def _leads(gateway: Any) -> dict[str, str]:
    """What stands behind an event-based gateway, with the flow that leads there."""
    return {flow.target: flow.id for flow in getattr(gateway, "flows", ())}


def _used(names: list[str], former: Any, spec: Any, target: Target) -> set[str]:
    """The counterparts of what the old diagram had here: those that are gone have fired, and do not come again."""
    specs = (former.task_specs[name] for name in names)
    return {new.name for each in specs if (new := _counterpart(each, spec, target.mapping)) is not None}


def _add_boundaries(machine: Machine, host: Token, before: Any, former: Any, target: Target) -> None:
    spec = host.workflow.spec
    used = _used(before.boundaries, former, spec, target)
    present = {t.task_spec.name for t in host.workflow.live() if t.internal_data.get("host") == host.id}
    missing = [name for name in host.task_spec.boundaries if name not in present | used]
    machine.subscribe_boundaries(host, missing)


def _add_gateway_events(machine: Machine, host: Token) -> None:
    """What an event-based gateway waits for besides: all of it, for of these events none has come yet."""
    if not isinstance(host.task_spec, EventBasedGateway) or host.state != TaskState.WAITING:
        return
    flow, view = host.workflow, machine.view(host)
    present = {t.task_spec.name for t in flow.live() if t.internal_data.get("host") == host.id}
    for name, by in _leads(host.task_spec).items():
        if name not in present:
            spec = flow.spec.task_specs[name]
            data = {"subscription": "gateway", "host": host.id, "flow": by, "wait": spec.wait(host, view)}
            flow.spawn(spec, TaskState.WAITING, data)


def _add_event_subs(machine: Machine, flow: Flow, former: Any, target: Target) -> None:
    present = {t.task_spec.name for t in flow.live() if isinstance(t.task_spec, EventSubProcess)}
    used = _used([spec.name for spec in former.event_subs], former, flow.spec, target)
    for spec in flow.spec.event_subs:
        if spec.name not in present | used:
            machine.subscribe_event_sub(flow, spec)


# -------------------------------------------------------------------- timers and forms, where it is wished


def _recount(
    machine: Machine, token: Token, timers: Mapping[str, str], began: Mapping[str, datetime]
) -> None:
    """Count a timer, or the due date of a task, anew from the wished instant."""
    wait = token.internal_data.get("wait")
    mode = timers.get(_waiting_element(token))
    if not wait or wait["kind"] not in ("timer", "user") or mode not in (BEGIN, NOW):
        return
    since = _since(token)
    at = began.get(since, machine.now) if mode == BEGIN else machine.now
    if wait["kind"] == "user":
        token.internal_data["wait"] = _as_of(machine, at, lambda: _due_again(machine, token, wait))
        return
    found = _as_of(machine, at, lambda: _timer_again(machine, token))
    if found is not None and found.get("period") and instant(found["due"]) <= machine.now:
        due, missed = following(instant(found["due"]), found["period"], machine.now)
        left = found["repeats"] - missed - 1 if found["repeats"] > 0 else -1
        found = {**found, "due": due.isoformat(), "repeats": left} if left else None
    if found is None:
        machine.terminate(token)
    else:
        token.internal_data["wait"] = found


def _waiting_element(token: Token) -> str:
    spec = token.task_spec
    return str(spec.spec.event_start.bpmn_id if isinstance(spec, EventSubProcess) else spec.bpmn_id)


def _since(token: Token) -> str:
    """The key of the step whose beginning a timer is counted from."""
    kind = token.internal_data.get("subscription")
    if kind is None:
        return token.id
    return str(token.workflow.scope if kind == "scope" else token.internal_data["host"])


def _as_of(machine: Machine, at: datetime, ask: Callable[[], Any]) -> Any:
    """The answer as it would have been at an instant."""
    env, texts = machine.env, machine.texts
    then: Any = copy.copy(env)
    then.clock = VirtualClock(at)
    machine.env, machine.texts = then, Texts(then.evaluate)
    try:
        return ask()
    finally:
        machine.env, machine.texts = env, texts


def _timer_again(machine: Machine, token: Token) -> dict[str, Any] | None:
    spec, host = token.task_spec, token.host
    asks = host if host is not None and token.is_subscription else token
    within = token.internal_data.get("subscription") == "scope"
    view = machine.scopes.view(token.workflow.scope) if within else machine.view(asks)
    found: dict[str, Any] | None = spec.wait(asks, view)
    return found


def _due_again(machine: Machine, token: Token, wait: dict[str, Any]) -> dict[str, Any]:
    given, view = token.task_spec.ext.assignment, machine.view(token)
    dates = {
        "due": machine.texts.instant(given.due, view),
        "follow_up": machine.texts.instant(given.follow_up, view),
    }
    kept = {name: value for name, value in wait.items() if name not in dates}
    return {**kept, **{name: at.isoformat() for name, at in dates.items() if at is not None}}


def _renew_form(machine: Machine, token: Token) -> None:
    wait = token.internal_data.get("wait")
    if wait and wait["kind"] == "user":
        form = machine.texts.optional(token.task_spec.ext.assignment.form_id, machine.view(token))
        kept = {name: value for name, value in wait.items() if name != "form"}
        token.internal_data["wait"] = {**kept, "form": form} if form else kept


# -------------------------------------------------------------------- history


def _tell_return(machine: Machine, left: Machine) -> None:
    """Say what the way back undoes: steps that were taken since, and variables that were written."""
    journal, alive, gone = machine.journal, _alive(machine), _alive(left)
    for key in sorted(gone.keys() - alive.keys(), key=int, reverse=True):
        _tell_of(journal, gone[key], "terminated")
    for key in sorted(alive.keys() - gone.keys(), key=int):
        _tell_of(journal, alive[key], "activated", {"back": True})
    for key, each in alive.items():
        stopped, before = _incident(each), _incident(gone.get(key))
        if stopped != before:
            _tell_of(journal, each, "incident" if stopped else "resolved", stopped or before)
    _tell_values(machine, left)


def _alive(machine: Machine) -> dict[str, Token | Flow]:
    """The element instances and called processes that the history knows as active."""
    found: dict[str, Token | Flow] = {
        flow.scope: flow
        for host, flow in machine.instance.subprocesses.items()
        if flow.scope != host  # an embedded flow is its host
    }
    for token in machine.tokens.values():
        counts = not token.is_subscription or token.internal_data.get("seen")
        if counts and token is not token.workflow.task_tree:
            found[token.id] = token
    return found


def _tell_of(journal: Journal, which: Token | Flow, event: str, detail: Any = None) -> None:
    if isinstance(which, Token):
        journal.token(which, event, detail)
    else:
        journal.flow(which, event, detail)


def _incident(which: Token | Flow | None) -> dict[str, Any] | None:
    return which.internal_data.get("incident") if isinstance(which, Token) else None


def _tell_values(machine: Machine, left: Machine) -> None:
    """Say which variables are again what they were."""
    now = {key: values for key, _, values in left.scopes.dump()}
    for key, _, values in machine.scopes.dump():
        before = now.get(key, {})
        for name, value in values.items():
            if name not in before or before[name] != value:
                machine.journal.variable(key, name, value)
        for name in before.keys() - values.keys():
            machine.journal.removed(key, name)


def _tell(machine: Machine, old: Machine) -> None:
    """Say of each process that goes on elsewhere where it was, and of each of its steps what it was."""
    for token in list(machine.tokens.values()):
        before = old.tokens.get(token.id)
        if before is None or token is token.workflow.task_tree or token.is_subscription:
            continue
        if token.workflow.reference != before.workflow.reference:
            machine.journal.token(token, "migrated", {"from": before.task_spec.bpmn_id})
    machine.journal.flow(machine.instance, "migrated", {"from": old.instance.reference})
    for key, inner in machine.instance.subprocesses.items():
        former = old.instance.subprocesses.get(key)
        called = inner.scope != inner.parent_task_id
        if called and former is not None and former.reference != inner.reference:
            machine.journal.flow(inner, "migrated", {"from": former.reference})
