"""The history that a run leaves: who was activated, completed, ended, which variable was written, when."""

from typing import TYPE_CHECKING, Any

from engine.bpmn.waits import ElementEvent

if TYPE_CHECKING:
    from engine.bpmn.machine import Machine
    from engine.bpmn.tokens import Flow, Token


class Journal:
    """Events since the last `take`, in order."""

    def __init__(self, machine: "Machine") -> None:
        self._machine = machine
        self._events: list[ElementEvent] = []

    def take(self) -> list[ElementEvent]:
        """Hand out the events and forget them."""
        events, self._events = self._events, []
        return events

    def mark(self) -> int:
        """A place to which `rewind` can return."""
        return len(self._events)

    def rewind(self, mark: int) -> None:
        """Forget the variables written since `mark`: the step that wrote them was undone."""
        self._events[mark:] = [event for event in self._events[mark:] if event.event != "variable"]

    def activated(self, token: "Token") -> None:
        """A token was activated; said once."""
        if not token.internal_data.get("seen"):
            token.internal_data["seen"] = True
            known = ("flow", "due", "subscription")
            told: dict[str, Any] = {
                name: token.internal_data[name] for name in known if name in token.internal_data
            }
            self.token(token, "activated", told)

    def token(self, token: "Token", event: str, detail: dict[str, Any] | None = None) -> None:
        """Something happened to an element instance."""
        machine, spec = self._machine, token.task_spec
        at, scope = machine.now, machine.flow_scope(token)
        self._events.append(
            ElementEvent(token.id, spec.bpmn_id, spec.type, event, at, scope, dict(detail or {}))
        )

    def flow(self, flow: "Flow", event: str, detail: dict[str, Any] | None = None) -> None:
        """Something happened to a process instance."""
        at, parent = self._machine.now, flow.parent_task_id
        self._events.append(
            ElementEvent(
                flow.scope,
                flow.spec.name,
                "process",
                event,
                at,
                parent,
                {"reference": flow.reference, **(detail or {})},
            )
        )

    def variable(self, scope: str, name: str, value: Any) -> None:
        """A variable was written in that scope."""
        self._variable(scope, {"name": name, "value": value})

    def results(self, body: str, name: str, empty: list[Any]) -> None:
        """The list of a multi-instance body was opened: its items are told by the instances that give them."""
        self._variable(body, {"name": name, "value": empty, "results": True})

    def removed(self, scope: str, name: str) -> None:
        """A variable is there no more: a migration was taken back."""
        self._variable(scope, {"name": name, "value": None, "removed": True})

    def _variable(self, scope: str, detail: dict[str, Any]) -> None:
        token = self._machine.tokens.get(scope)
        id, kind = (token.task_spec.bpmn_id, token.task_spec.type) if token else ("", "process")
        self._events.append(ElementEvent(scope, id, kind, "variable", self._machine.now, scope, detail))
