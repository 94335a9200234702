"""Runs one instance: the agenda of tokens that can go on, activation, completion, termination, incidents.

Nothing here walks through the past, and every evaluated step stops its own element only.
"""

from collections import ChainMap, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.catching import Catching
from engine.bpmn.environment import Environment
from engine.bpmn.errors import Fault, Thrown
from engine.bpmn.journal import Journal
from engine.bpmn.plain import plain
from engine.bpmn.scopes import Scopes, put
from engine.bpmn.specs.element import Element
from engine.bpmn.specs.gateways import InclusiveGateway
from engine.bpmn.specs.multiinstance import Body
from engine.bpmn.specs.subprocess import EventSubProcess
from engine.bpmn.text import Texts
from engine.bpmn.tokens import Flow, Inner, Instance, Token


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one run may do: steps of elements, and tokens alive at a time."""

    steps: int = 10_000
    tokens: int = 10_000


class Machine:
    """The working parts of an instance. `Case` is its door."""

    instance: Instance

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.texts = Texts(env.evaluate)
        self.tokens: dict[str, Token] = {}
        self.journal = Journal(self)
        self.scopes = Scopes(self.journal.variable)
        self.catching = Catching(self)
        self.agenda: deque[Token] = deque()
        self.inclusive: set[str] = set()
        self.signals: list[tuple[str, dict[str, Any]]] = []
        self.status = "active"
        self.last_key = 0
        self.limits = Budget()

    @property
    def now(self) -> datetime:
        """The present instant of the injected clock."""
        return self.env.clock.now()

    def new_key(self) -> str:
        """A key that was never used in this instance."""
        self.last_key += 1
        return str(self.last_key)

    # ---------------------------------------------------------------- the agenda

    def run(self, budget: Budget) -> int:
        """Go on until nothing automatic is left; the steps taken. A spent budget makes incidents of what is left."""
        self.limits = budget
        left = budget.steps
        while self.agenda or self._settle():
            if left == 0 or len(self.tokens) > budget.tokens:
                self._stop()
                break
            left -= 1
            self._step(self.agenda.popleft())
        return budget.steps - left

    def _step(self, token: Token) -> None:
        if token.id not in self.tokens or token.state != TaskState.READY or "incident" in token.internal_data:
            return
        try:
            if token.task_spec.prelude(token):
                token.run()
        except Thrown as thrown:
            self.thrown(token, thrown)
        except Fault as fault:
            self.fail(token, fault)

    def thrown(self, token: Token, thrown: Thrown) -> bool:
        """Let the nearest catch take an error; without one it is an incident of the thrower."""
        if self.catching.throw(token, thrown.code, thrown.variables):
            return True
        what = f"error {thrown.code!r} is caught nowhere"
        self.fail(
            token, Fault("UNHANDLED_ERROR_EVENT", f"{what}: {thrown.message}" if thrown.message else what)
        )
        return False

    def _settle(self) -> bool:
        """Everything has come to rest: let the inclusive joins look around."""
        for key in sorted(self.inclusive, key=int):
            token = self.tokens.get(key)
            spec = token.task_spec if token else None
            if token is None or not isinstance(spec, InclusiveGateway) or token.state != TaskState.WAITING:
                self.inclusive.discard(key)
            elif spec.settle(token):
                return bool(self.agenda)
        return False

    def _stop(self) -> None:
        fault = Fault(
            "BUDGET_EXCEEDED", f"more than {self.limits.steps} steps or {self.limits.tokens} tokens"
        )
        for token in self.agenda:
            if token.id in self.tokens and token.state == TaskState.READY:
                self.fail(token, fault)
        self.agenda.clear()

    # ---------------------------------------------------------------- incidents

    def guard(self, token: Token, step: Callable[[Token], bool]) -> bool:
        """Activate a token; a Fault undoes the attempt and stays on it as an incident."""
        mark = self.journal.mark()
        try:
            return step(token)
        except Fault as fault:
            self.journal.rewind(mark)
            self._undo(token)
            self.fail(token, fault)
            return False

    def _undo(self, token: Token) -> None:
        for other in list(token.workflow.live()):
            if other.host is token:
                self.terminate(other)
        self.scopes.close(token.id)
        waits = token.is_subscription
        token._set_state(TaskState.WAITING if waits else TaskState.FUTURE)

    def fail(self, token: Token, fault: Fault) -> None:
        """Leave an incident on the token."""
        token.internal_data["incident"] = {"type": fault.type, "message": fault.message[:2000]}
        self.journal.activated(token)
        self.journal.token(token, "incident", token.internal_data["incident"])

    def retry(self, token: Token) -> None:
        """Take the incident away and try again what failed."""
        self.journal.token(token, "resolved", token.internal_data.pop("incident"))
        if token.is_subscription and "wait" not in token.internal_data:
            self.guard(token, self._subscribe)
        elif token.state == TaskState.FUTURE:
            token.task_spec._update(token)
        elif token.state == TaskState.READY:
            if token.task_spec.automatic or "result" in token.internal_data:
                self.agenda.append(token)
        elif isinstance(token.task_spec, InclusiveGateway):
            self.inclusive.add(token.id)

    # ---------------------------------------------------------------- variables

    def flow_scope(self, token: Token) -> str:
        """The scope around an element instance: its flow's, or the multi-instance body's."""
        return str(token.internal_data["host"] if "index" in token.internal_data else token.workflow.scope)

    def scope(self, token: Token) -> str:
        """The innermost scope at a token."""
        return token.id if self.scopes.has(token.id) else self.flow_scope(token)

    def view(self, token: Token, inner: Mapping[str, Any] | None = None) -> ChainMap[str, Any]:
        """The variables visible at a token."""
        return self.scopes.view(self.scope(token), inner)

    def local(self, token: Token) -> dict[str, Any]:
        """The variables of the token's own scope."""
        return self.scopes.local(token.id) if self.scopes.has(token.id) else {}

    def outputs(self, token: Token, variables: Mapping[str, Any]) -> None:
        """Carry results out by the output mappings; without any, each goes to the scope that has its name."""
        spec, flow = token.task_spec, self.flow_scope(token)
        if isinstance(spec, Body):
            self.scopes.write(flow, variables)
            return
        mapped = self._mapped(token, variables) if spec.ext.outputs else variables
        inner = not spec.ext.outputs or "index" in token.internal_data
        self.scopes.write(self.scope(token) if inner else flow, mapped)
        if "index" in token.internal_data:
            body = self.tokens[token.internal_data["host"]]
            body.task_spec.collect(body, token)

    def _mapped(self, token: Token, variables: Mapping[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        outside = self.scopes.view(self.flow_scope(token))
        for target, source in token.task_spec.ext.outputs:
            view = self.view(token, {**variables, **result})
            put(result, target, plain(self.texts.value(source, view)), outside)
        return result

    # ---------------------------------------------------------------- life of a token

    def activate(self, token: Token) -> None:
        """Open the element's scope, apply its input mappings, evaluate what it needs, set its boundary events."""
        self.journal.activated(token)
        spec, data = token.task_spec, token.internal_data
        self._open_scope(token)
        view = self.view(token)
        data.update(spec.prepare(token, view))
        self.subscribe_boundaries(token, spec.boundaries)

    def subscribe_boundaries(self, host: Token, names: list[str]) -> None:
        """Wait for boundary events of an activity."""
        view = self.view(host)
        for boundary in (host.workflow.spec.task_specs[name] for name in names):
            wait = boundary.wait(host, view)
            if wait and wait.get("repeats") != 0:
                row = {"subscription": "boundary", "host": host.id, "wait": wait}
                host.workflow.spawn(boundary, TaskState.WAITING, row)

    def _open_scope(self, token: Token) -> None:
        spec, data = token.task_spec, token.internal_data
        values: dict[str, Any] = {}
        if "index" in data:
            body = self.tokens[data["host"]]
            values = body.task_spec.locals(body, data["index"])
        inputs = () if isinstance(spec, Body) else spec.ext.inputs
        if not (values or inputs or spec.opens_scope):
            return
        self.scopes.open(token.id, self.flow_scope(token), values)
        for target, source in inputs:
            result: dict[str, Any] = {}
            value = plain(self.texts.value(source, self.scopes.view(token.id)))
            put(result, target, value, self.scopes.local(token.id))
            for name, made in result.items():
                self.scopes.set_local(token.id, name, made)

    def completed(self, token: Token) -> None:
        """The element is done: its boundary events and its scope go."""
        fell = self._drop_guests(token)
        self.scopes.close(token.id)
        self.journal.token(token, "completed", {**self._told_at_the_end(token), **fell})

    def _told_at_the_end(self, token: Token) -> dict[str, Any]:
        """When the event was due, and what one instance of many has given to the list of its body."""
        data = token.internal_data
        told: dict[str, Any] = {"due": data["due"]} if data.get("due") else {}
        if "index" in data and "item" in data:
            told["collected"] = {"index": data["index"], "value": data["item"]}
        return told

    def moved_on(self, token: Token) -> None:
        """The token has given its followers their tokens: take it out, and close the scope if it was the last."""
        flow = token.workflow
        flow.remove(token)
        if "index" in token.internal_data:
            body = self.tokens[token.internal_data["host"]]
            body.task_spec.inner_left(body, token, True)
        elif not flow.is_busy():
            self.finish(flow)

    def absorbed(self, token: Token) -> None:
        """A token has been joined into another one."""
        self.journal.token(token, "completed", {"joined": True})
        self.inclusive.discard(token.id)
        token.workflow.remove(token)

    def terminate(self, token: Token) -> None:
        """End a token with everything under and beside it."""
        if token.id not in self.tokens:
            return
        fell = self._drop_guests(token)
        inner = self.instance.subprocesses.get(token.id)
        if inner is not None:
            self._terminate_flow(inner)
        token.cancel()
        if not token.is_subscription or token.internal_data.get("seen"):
            due = _due(token)
            self.journal.token(token, "terminated", {"due": due, **fell} if due else fell)
        self.scopes.close(token.id)
        self.inclusive.discard(token.id)
        token.workflow.remove(token)

    def terminate_others(self, token: Token) -> None:
        """End everything else in the token's flow."""
        for other in token.workflow.live():
            if other is not token:
                self.terminate(other)

    def _drop_guests(self, token: Token) -> dict[str, Any]:
        """End what lives beside a token or under it: boundary events, gateway events, instances of a body.

        What the history tells of it, for there is no line of their own: when the deadlines among them would have
        been due (`fell`, by element).
        """
        fell: dict[str, str] = {}
        for other in token.workflow.live():
            if other.internal_data.get("host") == token.id:
                due = _due(other)
                if due and other.is_subscription:
                    fell[other.task_spec.bpmn_id] = due
                self.terminate(other)
        return {"fell": fell} if fell else {}

    def _terminate_flow(self, flow: Flow) -> None:
        for token in flow.live():
            self.terminate(token)
        self._close(flow, "terminated")

    # ---------------------------------------------------------------- flows

    def open_inner(self, host: Token, spec: Any, scope: str, reference: str) -> Inner:
        """An embedded flow under its host token."""
        return Inner(spec, host, self, scope, reference)

    def open_process(self, host: Token, spec: Any, reference: str, given: Mapping[str, Any]) -> None:
        """A called process under its call activity, with a root scope of its own."""
        scope = self.new_key()
        inner = self.open_inner(host, spec, scope, reference)
        self.journal.flow(inner, "activated")
        self.scopes.open(scope, None, plain(given))
        self.start(inner, spec.start_event(None), None)

    def start(self, flow: Flow, spec: Element | None, payload: Mapping[str, Any] | None) -> None:
        """Subscribe the event sub-processes of a flow, then begin at its start event."""
        for event_sub in flow.spec.event_subs:
            self.subscribe_event_sub(flow, event_sub)
        if spec is not None:
            data = {} if payload is None else {"result": dict(payload)}
            begin = flow.spawn(spec, TaskState.FUTURE, data)
            spec._update(begin)

    def subscribe_event_sub(self, flow: Flow, spec: EventSubProcess) -> None:
        """Wait for the start of an event sub-process."""
        if spec.event_definition.waits:
            token = flow.spawn(spec, TaskState.WAITING, {"subscription": "scope"})
            self.guard(token, self._subscribe)

    def _subscribe(self, token: Token) -> bool:
        spec: EventSubProcess = token.task_spec
        wait = spec.wait(token, self.scopes.view(token.workflow.scope))
        if wait is None or wait.get("repeats") == 0:
            self.terminate(token)
        else:
            token.internal_data["wait"] = wait
        return False

    def finish(self, flow: Flow) -> None:
        """The last token is gone: the flow is complete, and its host goes on."""
        for token in flow.live():
            self.terminate(token)
        if isinstance(flow, Inner):
            flow.completed = True
            flow.completed_event(flow)
            self._close(flow, "completed")
        else:
            self.end("completed")

    def end(self, status: str) -> None:
        """The instance is over."""
        self.status = status
        self.instance.completed = True
        self.journal.flow(self.instance, status)

    def _close(self, flow: Flow, event: str) -> None:
        flow.completed = True
        self.tokens.pop(flow.task_tree.id, None)
        self.instance.subprocesses.pop(flow.parent_task_id, None)
        if flow.scope != flow.parent_task_id:
            self.scopes.close(flow.scope)
            self.journal.flow(flow, event)

    def throw_signal(self, token: Token, name: str) -> None:
        """Broadcast a signal: to what waits in this instance at once, to all others by the layer above."""
        variables = dict(self.local(token))
        self.signals.append((name, variables))
        for other in list(self.tokens.values()):
            wait = other.internal_data.get("wait")
            if wait and wait["kind"] == "signal" and wait["name"] == name and other.id in self.tokens:
                self.catching.trigger(other, variables)


def _due(token: Token) -> str | None:
    """When the timer that a token waits for would be due."""
    wait = token.internal_data.get("wait")
    due: str | None = wait["due"] if wait and wait["kind"] == "timer" else None
    return due
