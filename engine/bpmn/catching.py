"""Events that come: to what waits for them, and outward from what throws them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.specs.definitions import Definition, Error, Escalation
from engine.bpmn.specs.subprocess import EventSubProcess
from engine.bpmn.timers import following, instant

if TYPE_CHECKING:
    from engine.bpmn.machine import Machine
    from engine.bpmn.specs.events import BoundaryEvent
    from engine.bpmn.tokens import Flow, Token


class Catching:
    """Triggers subscriptions and finds the nearest catch of errors and escalations."""

    def __init__(self, machine: "Machine") -> None:
        self._machine = machine

    def trigger(self, token: "Token", variables: Mapping[str, Any]) -> None:
        """The event that a token waits for has come."""
        kind, wait = token.internal_data.get("subscription"), token.internal_data["wait"]
        data: dict[str, Any] = {"result": dict(variables)}
        if wait["kind"] == "timer":
            data["due"] = wait["due"]
        if kind == "boundary":
            self._at_boundary(token, data)
        elif kind == "scope":
            self._at_scope(token, data)
        elif kind == "gateway":
            self._at_gateway(token, data)
        else:
            del token.internal_data["wait"]
            token.internal_data.update(data)
            token._ready()

    def _at_boundary(self, token: "Token", data: dict[str, Any]) -> None:
        spec, host = token.task_spec, token.host
        flow = token.workflow
        self._again(token, spec.cancel_activity)
        if spec.cancel_activity and host is not None:
            self._machine.terminate(host)
        self._begin(flow, spec, data)

    def _at_scope(self, token: "Token", data: dict[str, Any]) -> None:
        spec, flow = token.task_spec, token.workflow
        self._again(token, spec.interrupting)
        self._begin_event_sub(flow, spec, data)

    def _begin_event_sub(self, flow: "Flow", spec: EventSubProcess, data: dict[str, Any]) -> None:
        if spec.interrupting:
            flow.interrupted = True
            for other in flow.live():
                self._machine.terminate(other)
        self._begin(flow, spec, {**data, "payload": data.pop("result")})

    def _at_gateway(self, token: "Token", data: dict[str, Any]) -> None:
        gateway, flow, spec = token.host, token.workflow, token.task_spec
        arrived = token.internal_data["flow"]
        self._machine.terminate(token)  # it has come, and falls away with none of the others
        if gateway is not None:
            self._machine.completed(gateway)
            flow.remove(gateway)
        self._begin(flow, spec, {**data, "flow": arrived})

    def _begin(self, flow: "Flow", spec: Any, data: dict[str, Any]) -> None:
        token = flow.spawn(spec, TaskState.FUTURE, data)
        spec._update(token)

    def _again(self, token: "Token", interrupting: bool) -> None:
        """A subscription that interrupts, or a timer that has fired for the last time, is used up."""
        wait = token.internal_data.get("wait")
        if interrupting:
            self._machine.terminate(token)
        elif wait and wait["kind"] == "timer":
            self._next_firing(token, wait)

    def _next_firing(self, token: "Token", wait: dict[str, Any]) -> None:
        if wait["repeats"] != 1:
            due, missed = following(instant(wait["due"]), wait["period"], self._machine.now)
            if wait["repeats"] < 0 or wait["repeats"] > missed + 1:
                left = wait["repeats"] - missed - 1 if wait["repeats"] > 0 else -1
                token.internal_data["wait"] = {**wait, "due": due.isoformat(), "repeats": left}
                return
        self._machine.terminate(token)

    def throw(self, token: "Token", code: str, variables: Mapping[str, Any]) -> bool:
        """Walk outward from the thrower to the nearest catch of the error; False when there is none."""
        return self._outward(token, Error, code, variables)

    def escalate(self, token: "Token", code: str, variables: Mapping[str, Any]) -> bool:
        """As `throw`, for escalations: not caught is no fault."""
        return self._outward(token, Escalation, code, variables)

    def _outward(
        self, token: "Token", kind: type[Definition], code: str, variables: Mapping[str, Any]
    ) -> bool:
        for place, came_from in self._places(token):
            specs = place.workflow.spec.task_specs
            boundary = _match([specs[name] for name in place.task_spec.boundaries], kind, code)
            if boundary is not None:
                self._boundary_catches(place, boundary, variables)
                return True
            flow = place.workflow
            if came_from is None or flow.interrupted:
                continue
            event_sub = _match([s for s in flow.spec.event_subs if s is not place.task_spec], kind, code)
            if event_sub is not None:
                self._begin_event_sub(flow, event_sub, {"result": dict(variables)})
                return True
        return False

    def _places(self, token: "Token") -> "Iterator[tuple[Token, Flow | None]]":
        """The thrower, then each element around it; with the flow whose event sub-processes come next."""
        at: Token | None = token
        while at is not None:
            if "index" in at.internal_data:
                yield at, None
                at = at.host
                continue
            flow = at.workflow
            yield at, flow
            at = None if flow is self._machine.instance else flow.host

    def _boundary_catches(self, host: "Token", spec: "BoundaryEvent", variables: Mapping[str, Any]) -> None:
        flow = host.workflow
        if spec.cancel_activity:
            self._machine.terminate(host)
        self._begin(flow, spec, {"result": dict(variables)})


def _match(specs: list[Any], kind: type[Definition], code: str) -> Any | None:
    """The catch of that very code, else the one of every code."""
    fitting = [spec for spec in specs if isinstance(spec.event_definition, kind)]
    exact = [spec for spec in fitting if spec.event_definition.code == code]
    every = [spec for spec in fitting if spec.event_definition.code is None]
    return next(iter(exact + every), None)
