"""SpiffWorkflow's tasks and workflows as our tokens and scopes of flow.

A tree holds its root and what is alive, nothing finished and nothing predicted: so it never grows with the
turns of a loop, and no step walks through the past. Times come from the instance's clock, scripts are refused.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import Fault
from engine.bpmn.waits import Wait

if TYPE_CHECKING:
    from engine.bpmn.machine import Machine


class NoScripts(PythonScriptEngine):
    """Stands where SpiffWorkflow would run Python: nothing of a diagram is ever handed to it."""

    def evaluate(self, task: Any, expression: Any, external_context: Any = None) -> Any:
        """Refuse."""
        raise Fault("EXTRACT_VALUE_ERROR", "Python expressions are not run")

    def execute(self, task: Any, script: Any, external_context: Any = None) -> Any:
        """Refuse."""
        raise Fault("EXTRACT_VALUE_ERROR", "Python scripts are not run")

    def call_service(self, task: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise Fault("EXTRACT_VALUE_ERROR", "Python services are not called")


class Token(Task):
    """A task of SpiffWorkflow: one element instance, or one subscription. `internal_data` is plain JSON."""

    id: str
    workflow: "Flow"
    _state: int
    internal_data: dict[str, Any]

    def __init__(
        self, workflow: "Flow", spec: Any, parent: "Token | None", state: int, key: str, data: dict[str, Any]
    ) -> None:
        super().__init__(workflow, spec, parent, state, key)
        self.internal_data = data
        self.listed: tuple[dict[str, Any], Wait] | None = None
        self.last_state_change = 0.0
        workflow.machine.tokens[key] = self

    def _set_state(self, value: int) -> None:
        """Change the state without a look at the system clock."""
        if value != self._state:
            self._state = value
            self.last_state_change = self.workflow.machine.now.timestamp()

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> "Token":
        return Token(self.workflow, task_spec, self, state, self.workflow.machine.new_key(), {})

    @property
    def children(self) -> list["Token"]:
        """The tokens directly under this one."""
        return [self.workflow.tasks[key] for key in self._children]

    @property
    def is_subscription(self) -> bool:
        """Whether it only waits beside others: a boundary event, an event sub-process, a gateway's event."""
        return "subscription" in self.internal_data

    @property
    def is_open(self) -> bool:
        """Whether it is not finished."""
        return bool(self._state & TaskState.NOT_FINISHED_MASK)

    @property
    def host(self) -> "Token | None":
        """The activity that a boundary event waits beside, the gateway of an event, the body of an instance."""
        return self.workflow.machine.tokens.get(self.internal_data.get("host", ""))


class _Flow:
    """What the top workflow and those of sub-processes share."""

    machine: "Machine"
    tasks: dict[str, Token]
    task_tree: Token
    spec: Any
    completed: bool
    scope: str
    reference: str
    interrupted: bool

    def prepare(self, machine: "Machine", scope: str, reference: str) -> None:
        """Set up an empty flow: its root token is finished, everything alive hangs under it or under a body."""
        self.machine, self.scope, self.reference, self.interrupted = machine, scope, reference, False
        self.task_tree = Token(self, self.spec.start, None, TaskState.COMPLETED, f"{scope}.", {})  # type: ignore[arg-type]

    def spawn(self, spec: Any, state: int = TaskState.FUTURE, data: dict[str, Any] | None = None) -> Token:
        """A new token of an element, directly under the root."""
        token = self.task_tree._add_child(spec, state)
        token.internal_data.update(data or {})
        return token

    def live(self) -> Iterator[Token]:
        """The tokens that are alive, subscriptions included, in the order of their birth."""
        return (token for token in list(self.tasks.values()) if token is not self.task_tree)

    def is_busy(self) -> bool:
        """Whether something other than subscriptions is left."""
        root = self.task_tree
        return any(token is not root and not token.is_subscription for token in self.tasks.values())

    def _task_completed_notify(self, task: Token) -> None:
        """SpiffWorkflow tells that a token has moved on: cut it off, hand its followers to the root."""
        self.machine.moved_on(task)

    def remove(self, token: Token) -> None:
        """Take a finished token out of the tree; what came after it hangs under the root from now on."""
        parent = token.parent
        if parent is not None:
            parent._children.remove(token.id)
        for child in token.children:
            child._parent = self.task_tree.id
            self.task_tree._children.append(child.id)
        self.tasks.pop(token.id, None)
        self.machine.tokens.pop(token.id, None)


class Instance(_Flow, BpmnWorkflow):
    """The top workflow."""

    def __init__(self, spec: Any, machine: "Machine", scope: str, reference: str) -> None:
        super().__init__(spec, script_engine=NoScripts(), deserializing=True)
        self.prepare(machine, scope, reference)

    def get_task_from_id(self, task_id: str) -> Token:
        """Any token of the instance."""
        return self.machine.tokens[task_id]


class Inner(_Flow, BpmnSubWorkflow):
    """The workflow of a sub-process or called process, under its host token."""

    def __init__(self, spec: Any, host: Token, machine: "Machine", scope: str, reference: str) -> None:
        super().__init__(spec, host.id, machine.instance, deserializing=True)
        self.prepare(machine, scope, reference)
        machine.instance.subprocesses[host.id] = self
        self.completed_event.connect(host.task_spec._on_subworkflow_completed, host)

    @property
    def host(self) -> Token:
        """The token of the sub-process or call activity."""
        return self.machine.tokens[self.parent_task_id]


Flow = Instance | Inner
Variables = Mapping[str, Any]
