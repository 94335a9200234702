"""Moving an instance to another version of its diagram, element by element."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.environment import Environment
from engine.bpmn.errors import CannotMigrate
from engine.bpmn.machine import Machine
from engine.bpmn.specs.gateways import Join
from engine.bpmn.specs.subprocess import CallActivity, EventSubProcess
from engine.bpmn.state import _parse, restore
from engine.bpmn.tokens import Flow, Token


def migrate(
    state: str, mapping: Mapping[str, str], env: Environment, process_id: str, reference: str
) -> Machine:
    """The machine of a stored state on the model of `reference`; unmapped elements keep their ids.

    Every active element needs a counterpart of the same type in the same place; subscriptions of boundary
    events and event sub-processes are made anew where the new diagram has others. Called processes keep
    their version. Raises CannotMigrate.
    """
    row = _parse(state)
    spec = env.pinned(reference).specs.get(process_id)
    if spec is None:
        raise CannotMigrate(element=process_id)
    old = restore(_parse(state), env)
    row["flow"][:2] = [process_id, reference]
    _rename(row["flow"], spec, old, mapping)
    machine = restore(row, env)
    _subscribe(machine, machine.instance)
    for token in list(machine.tokens.values()):
        if token is not token.workflow.task_tree and not token.is_subscription:
            machine.journal.token(token, "migrated", {"from": old.tokens[token.id].task_spec.bpmn_id})
    machine.journal.flow(machine.instance, "migrated")
    return machine


def _rename(flow: list[Any], spec: Any, old: Machine, mapping: Mapping[str, str]) -> None:
    """Give each token of a flow its new element; subscriptions that have none are left out."""
    rows = []
    for row in flow[4]:
        new = _counterpart(old.tokens[row[0]], spec, mapping)
        if new is None:
            if "subscription" not in row[4]:
                raise CannotMigrate(element=old.tokens[row[0]].task_spec.bpmn_id)
            continue
        row[1] = new.name
        _flow_taken(row[4], mapping)
        if isinstance(new, Join) and row[4].get("flow") not in new.incoming:
            raise CannotMigrate(element=new.bpmn_id)
        if row[5] and not isinstance(new, CallActivity):
            _rename(row[5], new.spec, old, mapping)
        rows.append(row)
    flow[4] = rows


def _flow_taken(data: dict[str, Any], mapping: Mapping[str, str]) -> None:
    """Joins remember by which flow a token came; flows may be mapped like elements."""
    if "flow" in data:
        data["flow"] = mapping.get(data["flow"], data["flow"])


def _counterpart(token: Token, spec: Any, mapping: Mapping[str, str]) -> Any | None:
    old = token.task_spec
    id, slash, instance = old.name.partition("/")
    new = spec.task_specs.get(mapping.get(id, id) + slash + instance)
    if new is None or type(new) is not type(old):
        return None
    kinds = [type(getattr(s, "event_definition", None)) for s in (old, new)]
    return new if kinds[0] is kinds[1] else None


def _subscribe(machine: Machine, flow: Flow) -> None:
    """Drop subscriptions whose host has lost them, add those that the new diagram has and the old had not."""
    for token in flow.live():
        if token.internal_data.get("subscription") == "boundary":
            host = token.host
            if host is None or token.task_spec.name not in host.task_spec.boundaries:
                machine.terminate(token)
    for token in flow.live():
        if not token.is_subscription and token.state != TaskState.FUTURE:
            _add_boundaries(machine, token)
        inner = machine.instance.subprocesses.get(token.id)
        if inner is not None and not isinstance(token.task_spec, CallActivity):
            _subscribe(machine, inner)
    if not flow.interrupted:
        _add_event_subs(machine, flow)


def _add_boundaries(machine: Machine, host: Token) -> None:
    present = {t.task_spec.name for t in host.workflow.live() if t.internal_data.get("host") == host.id}
    missing = [name for name in host.task_spec.boundaries if name not in present]
    machine.subscribe_boundaries(host, missing)


def _add_event_subs(machine: Machine, flow: Flow) -> None:
    present = {t.task_spec.name for t in flow.live() if isinstance(t.task_spec, EventSubProcess)}
    for spec in flow.spec.event_subs:
        if spec.name not in present:
            machine.subscribe_event_sub(flow, spec)
