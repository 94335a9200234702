"""The state of an instance as text: tokens and scopes only, plain JSON, without specs. Values are never interpreted.

Format 1: {"v", "status", "next", "signals"?, "flow": [process, reference, scope, interrupted, [token…]], "scopes"}
with token = [key, element, parent key or 0, state, data, inner flow or 0]. A flow of a called process names
its process and reference; an embedded one leaves both empty.
"""

from typing import Any

import simplejson
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.environment import Environment
from engine.bpmn.errors import UnreadableState
from engine.bpmn.machine import Machine
from engine.bpmn.model import Model
from engine.bpmn.specs.gateways import InclusiveGateway
from engine.bpmn.tokens import Flow, Inner, Instance, Token

FORMAT = 1


def dump(machine: Machine) -> str:
    """The state as compact JSON text; Decimals keep every digit."""
    state = {
        "v": FORMAT,
        "status": machine.status,
        "next": machine.last_key,
        "flow": _flow(machine, machine.instance),
        "scopes": machine.scopes.dump(),
    }
    return simplejson.dumps(
        state, use_decimal=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def processes(text: str) -> dict[str, str]:
    """The process in which each token of a stored state lies, by its key: ids are told apart within one only."""
    found: dict[str, str] = {}

    def look(flow: list[Any], process: str) -> None:
        for key, _element, _parent, _state, _data, below in flow[4]:
            found[key] = process
            if below:
                look(below, below[0] or process)

    top = _parse(text)["flow"]
    look(top, top[0])
    return found


def _flow(machine: Machine, flow: Flow) -> list[Any]:
    called = flow.parent_task_id is None or flow.scope != flow.parent_task_id
    rows = [_token(machine, token) for token in flow.live()]
    process, reference = (flow.spec.name, flow.reference) if called else ("", "")
    return [process, reference, flow.scope, int(flow.interrupted), rows]


def _token(machine: Machine, token: Token) -> list[Any]:
    inner = machine.instance.subprocesses.get(token.id)
    parent = 0 if token.parent is token.workflow.task_tree else token._parent
    below = _flow(machine, inner) if inner else 0
    return [token.id, token.task_spec.name, parent, token._state, token.internal_data, below]


def load(text: str, env: Environment) -> Machine:
    """The machine of a stored state. Raises UnreadableState when the diagram does not have what it names."""
    return restore(_parse(text), env)


def _parse(text: str) -> dict[str, Any]:
    state = simplejson.loads(text, use_decimal=True)
    if not isinstance(state, dict) or state.get("v") != FORMAT:
        raise UnreadableState(reason=f"format {state.get('v') if isinstance(state, dict) else '?'}")
    return state


def restore(state: dict[str, Any], env: Environment) -> Machine:
    """The machine of a parsed state."""
    machine = Machine(env)
    machine.status, machine.last_key = state["status"], state["next"]
    process, reference, scope, interrupted, rows = state["flow"]
    machine.instance = Instance(_spec(env.pinned(reference), process), machine, scope, reference)
    machine.scopes.load(state["scopes"])
    _fill(machine, machine.instance, interrupted, rows)
    machine.instance.completed = machine.status != "active"
    for token in sorted(machine.tokens.values(), key=lambda t: int(t.id.rstrip("."))):
        _resume(machine, token)
    return machine


def _spec(model: Model, process: str) -> Any:
    if process not in model.specs:
        raise UnreadableState(reason=f"process {process} is missing")
    return model.specs[process]


def _fill(machine: Machine, flow: Flow, interrupted: int, rows: list[list[Any]]) -> None:
    flow.interrupted = bool(interrupted)
    specs = flow.spec.task_specs
    for key, name, parent, state, data, below in rows:
        if name not in specs:
            raise UnreadableState(reason=f"element {name} is missing")
        above = flow.tasks[parent] if parent else flow.task_tree
        token = Token(flow, specs[name], above, state, key, data)
        if below:
            _fill_inner(machine, token, below)


def _fill_inner(machine: Machine, host: Token, row: list[Any]) -> None:
    process, reference, scope, interrupted, rows = row
    if process:
        spec = _spec(machine.env.pinned(reference), process)
    else:
        spec, reference = host.task_spec.spec, host.workflow.reference
    _fill(machine, Inner(spec, host, machine, scope, reference), interrupted, rows)


def _resume(machine: Machine, token: Token) -> None:
    """Put back on the agenda what was under way when the state was dumped."""
    data, spec = token.internal_data, token.task_spec
    if "incident" in data:
        return
    if token.state == TaskState.READY and (spec.automatic or "result" in data):
        machine.agenda.append(token)
    elif token.state == TaskState.WAITING and isinstance(spec, InclusiveGateway):
        machine.inclusive.add(token.id)
