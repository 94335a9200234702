"""One running instance: the door of this package. Every call changes memory only; `dump` gives what to store."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import state as codec
from engine.bpmn.environment import Environment
from engine.bpmn.errors import Fault, NotWaiting, Thrown, UnknownElement
from engine.bpmn.listing import active, incidents, waits
from engine.bpmn.machine import Budget, Machine
from engine.bpmn.migration import NOTHING_ELSE, Target, Wishes, go_back, migrate
from engine.bpmn.model import Model
from engine.bpmn.modification import modify
from engine.bpmn.plain import plain
from engine.bpmn.rescheduling import expression, reschedule
from engine.bpmn.specs.definitions import NoDefinition
from engine.bpmn.tokens import Instance, Token
from engine.bpmn.waits import Active, ElementEvent, Incident, Wait


class Case:
    """A process instance with all the processes it has called."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @classmethod
    def start(
        cls,
        model: Model,
        process_id: str,
        env: Environment,
        variables: Mapping[str, Any] | None = None,
        start_element: str | None = None,
        reference: str = "",
    ) -> "Case":
        """A new instance, at its none start event or at the named one; call `run` next.

        `variables` go to the root scope; at a message, signal or timer start they are the event's, so that its
        output mappings apply. Raises UnknownElement.
        """
        spec = model.specs.get(process_id)
        begin = spec.start_event(start_element) if spec else None
        if spec is None or begin is None:
            raise UnknownElement(process=process_id, element=start_element or "startEvent")
        machine = Machine(env)
        machine.instance = Instance(spec, machine, machine.new_key(), reference)
        machine.journal.flow(machine.instance, "activated")
        given = plain(dict(variables or {}))
        payload = None if isinstance(begin.event_definition, NoDefinition) else given
        machine.scopes.open(machine.instance.scope, None, given if payload is None else None)
        machine.start(machine.instance, begin, payload)
        return cls(machine)

    @classmethod
    def load(cls, state: str, env: Environment) -> "Case":
        """The instance of a stored state. Raises UnreadableState."""
        return cls(codec.load(state, env))

    def dump(self) -> str:
        """The state as JSON text; events and signals that were not taken are not part of it."""
        return codec.dump(self._machine)

    def run(self, budget: Budget | None = None) -> int:
        """Go on until nothing automatic is left; the steps taken. Beyond the budget: incidents BUDGET_EXCEEDED."""
        return self._machine.run(budget or Budget())

    # ---------------------------------------------------------------- what comes from outside

    def complete(self, key: str, variables: Mapping[str, Any] | None = None) -> None:
        """Complete a user, manual or receive task or a job; output mappings apply. Raises NotWaiting."""
        token = self._waiting(key, "user", "job", "message")
        given = plain(dict(variables or {}))
        if "subscription" in token.internal_data or token.internal_data["wait"]["kind"] == "message":
            self._machine.catching.trigger(token, given)
            return
        del token.internal_data["wait"]
        token.internal_data["result"] = given
        token._ready()

    def throw_error(
        self, key: str, code: str, message: str = "", variables: Mapping[str, Any] | None = None
    ) -> bool:
        """A job or task ends with a BPMN error; False and an incident when nothing catches it. Raises NotWaiting."""
        token = self._waiting(key, "user", "job")
        return self._machine.thrown(token, Thrown(code, message, plain(dict(variables or {}))))

    def escalate(self, key: str, code: str, variables: Mapping[str, Any] | None = None) -> bool:
        """A job or task escalates and goes on, unless that interrupts it; False when nothing catches it."""
        token = self._waiting(key, "user", "job")
        return self._machine.catching.escalate(token, code, plain(dict(variables or {})))

    def fail(self, key: str, message: str, type: str = "JOB_NO_RETRIES") -> None:
        """A job has spent its tries: leave an incident on it; `retry` makes it a job again. Raises NotWaiting."""
        self._machine.fail(self._waiting(key, "job"), Fault(type, message))

    def correlate(self, key: str, variables: Mapping[str, Any] | None = None) -> None:
        """A message has come for that subscription. Raises NotWaiting."""
        self._machine.catching.trigger(self._waiting(key, "message"), plain(dict(variables or {})))

    def signal(self, key: str, variables: Mapping[str, Any] | None = None) -> None:
        """A signal has come for that subscription. Raises NotWaiting."""
        self._machine.catching.trigger(self._waiting(key, "signal"), plain(dict(variables or {})))

    def fire(self, key: str) -> None:
        """A timer is due; the next firing of a cycle is counted from this one's due time. Raises NotWaiting."""
        self._machine.catching.trigger(self._waiting(key, "timer"), {})

    def retry(self, key: str) -> None:
        """Resolve an incident by trying again what failed; call `run` next. Raises NotWaiting."""
        token = self._machine.tokens.get(key)
        if token is None or "incident" not in token.internal_data:
            raise NotWaiting()
        self._machine.retry(token)

    def cancel(self) -> None:
        """End the instance with everything in it. Raises NotWaiting when it is over."""
        if self.status != "active":
            raise NotWaiting()
        for token in self._machine.instance.live():
            self._machine.terminate(token)
        self._machine.end("terminated")

    def set_variables(self, key: str | None, variables: Mapping[str, Any], local: bool = False) -> None:
        """Write variables at an element instance (None: the root), to repair what an incident complains of."""
        machine = self._machine
        scope = machine.instance.scope if key is None else self._scope(key)
        given = plain(dict(variables))
        if not local:
            machine.scopes.write(scope, given)
            return
        for name, value in given.items():
            machine.scopes.set_local(scope, name, value)

    def modify(
        self, activate: Iterable[tuple[str, Mapping[str, Any]]] = (), terminate: Iterable[str] = ()
    ) -> None:
        """Move tokens, see `modification.modify`; call `run` next."""
        modify(self._machine, activate, terminate)

    def reschedule(self, key: str, due: datetime) -> list[str]:
        """Give a timer another instant, and the tasks that are due with it, see `rescheduling.reschedule`."""
        return reschedule(self._machine, key, due)

    @classmethod
    def migrate(
        cls, state: str, target: Target, env: Environment, process_id: str, wishes: Wishes = NOTHING_ELSE
    ) -> "Case":
        """The instance on another version of its diagram, see `migration.migrate`; call `run` next."""
        return cls(migrate(state, target, env, process_id, wishes))

    @classmethod
    def go_back(cls, former: str, present: str, env: Environment) -> "Case":
        """The instance as it was before a migration, see `migration.go_back`."""
        return cls(go_back(former, present, env))

    # ---------------------------------------------------------------- what can be seen

    @property
    def status(self) -> str:
        """active, completed or terminated."""
        return self._machine.status

    @property
    def root(self) -> str:
        """The key of the root scope, as events name it."""
        return self._machine.instance.scope

    @property
    def variables(self) -> dict[str, Any]:
        """A copy of the root scope's variables."""
        return dict(plain(self._machine.scopes.local(self._machine.instance.scope)))

    @property
    def incidents(self) -> dict[str, Incident]:
        """What stopped, by element instance key."""
        return incidents(self._machine)

    def waits(self) -> dict[str, Wait]:
        """What the instance waits for, by key; keys are stable over dump and load."""
        return waits(self._machine)

    def active(self) -> list[Active]:
        """The element instances that are alive, outer ones first; subscriptions are none."""
        return active(self._machine)

    def scopes(self) -> dict[str, dict[str, Any]]:
        """A copy of the variables of every open scope, by its key; the root's first."""
        return {key: dict(plain(values)) for key, _parent, values in self._machine.scopes.dump()}

    def scope_view(self, key: str) -> Mapping[str, Any]:
        """All variables visible at an element instance. Raises NotWaiting for an unknown key."""
        return self._machine.scopes.view(self._scope(key))

    def due_expression(self, key: str) -> str:
        """What the diagram reads a timer's instant or a task's due date from. Raises NotWaiting."""
        return expression(self._machine, key)

    def take_events(self) -> list[ElementEvent]:
        """The history since the last call."""
        return self._machine.journal.take()

    def take_signals(self) -> list[tuple[str, dict[str, Any]]]:
        """Signals thrown since the last call, for other instances; this one has caught them already."""
        signals, self._machine.signals = self._machine.signals, []
        return signals

    def _scope(self, key: str) -> str:
        token = self._machine.tokens.get(key)
        if token is not None:
            return self._machine.scope(token)
        if not self._machine.scopes.has(key):
            raise NotWaiting()
        return key

    def _waiting(self, key: str, *kinds: str) -> Token:
        token = self._machine.tokens.get(key)
        data = token.internal_data if token is not None else {}
        open_state = TaskState.READY | TaskState.STARTED | TaskState.WAITING
        if token is None or "wait" not in data or "incident" in data or not token.has_state(open_state):
            raise NotWaiting()
        if data["wait"]["kind"] not in kinds:
            raise NotWaiting()
        return token
