"""A small environment for diagrams, and a case that is dumped, re-compiled and loaded after every step if asked."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine import feel
from engine.bpmn import Budget, Case, JobWait, MessageWait, Model, SignalWait, TimerWait, UserTaskWait
from engine.bpmn.model import _compile, compile
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.inspecting.past import Past
from engine.verbs import BpmnError
from tests.process.diagrams import Diagram

BEGIN = datetime(2024, 5, 28, 9, tzinfo=BUSINESS_ZONE)


def _fail(variables: Mapping[str, Any]) -> dict[str, Any]:
    raise BpmnError(variables.get("code", "E1"), "as asked", {"why": "x"})


def _break(variables: Mapping[str, Any]) -> dict[str, Any]:
    if variables.get("broken", True):
        raise RuntimeError("the disk is full")
    return {"mended": True}


class World:
    """Clock, verbs, decisions, files. `verbs` are pure; a type that is not among them becomes a job."""

    def __init__(self) -> None:
        self.clock = VirtualClock(BEGIN)
        self.files: dict[str, tuple[str, bytes]] = {}
        self.latest: dict[str, str] = {}
        self.calls: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.verbs: dict[str, Callable[[Mapping[str, Any]], Any]] = {
            "fail": _fail,
            "break": _break,
            "give": lambda v: {"given": v.get("x")},
            "nothing": lambda v: {},
        }
        self.decisions: dict[str, Callable[[Mapping[str, Any]], Any]] = {}

    def deploy(self, reference: str, diagram: Diagram) -> str:
        """Make a file known under a reference; its process is called in this version from now on."""
        self.files[reference] = (diagram.id, diagram.xml())
        self.latest[diagram.id] = reference
        return reference

    def evaluate(self, expression: str, context: Mapping[str, Any]) -> Any:
        return feel.evaluate(expression, context, clock=self.clock)

    def decide(self, decision_id: str, context: Mapping[str, Any]) -> Any:
        return self.decisions[decision_id](context)

    def call_verb(self, job: JobWait, variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if job.type not in self.verbs:
            return None
        self.calls.append((job.type, dict(variables), dict(job.headers)))
        result: Mapping[str, Any] = self.verbs[job.type](variables)
        return result

    def model(self, process_id: str, binding: str, version_tag: str | None) -> tuple[str, Model]:
        reference = self.latest[process_id]
        return reference, self.pinned(reference)

    def pinned(self, reference: str) -> Model:
        return compile(reference, self.files[reference][1])


class Run:
    """A running case, as a test sees it. With `reload` it is dumped, re-compiled and loaded after every step."""

    def __init__(
        self,
        world: World,
        reload: bool,
        diagram: Diagram,
        variables: Mapping[str, Any] | None = None,
        start_element: str | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.world, self.reload, self.budget = world, reload, budget
        self.events: list[Any] = []
        self.signals: list[Any] = []
        self.past, self.told = Past(), 0
        reference = world.deploy(f"{diagram.id}.bpmn#{len(world.files)}", diagram)
        self.case = Case.start(
            world.pinned(reference), diagram.id, world, variables, start_element, reference
        )
        self.step()

    def step(self) -> "Run":
        """Run, take what there is to take, and reload."""
        self.case.run(self.budget)
        self.events += self.case.take_events()
        self.signals += self.case.take_signals()
        self._check_past()
        assert not any(token.data for token in self.case._machine.tokens.values())
        if self.reload:
            _compile.cache_clear()
            before = self.case.dump()
            self.case = Case.load(before, self.world)
            assert self.case.dump() == before
        return self

    def _check_past(self) -> None:
        """What the history tells is what the machine holds: tokens, incidents, variables."""
        for event in self.events[self.told :]:
            self.past.take(event)
        self.told = len(self.events)
        assert remembered(self.past) == held(self.case._machine)

    # ------------------------------------------------------------ looking

    @property
    def open(self) -> list[str]:
        """Element ids of the open user tasks, sorted."""
        return sorted(w.element_id for w in self.waits(UserTaskWait))

    def waits(self, kind: type[Any], element: str | None = None) -> list[Any]:
        """The waits of a kind, at an element or anywhere."""
        found = [w for w in self.case.waits().values() if isinstance(w, kind)]
        return [w for w in found if element in (None, w.element_id)]

    @property
    def done(self) -> bool:
        return self.case.status == "completed"

    @property
    def variables(self) -> dict[str, Any]:
        return self.case.variables

    def incident(self, element: str) -> Any:
        """The one incident on an element."""
        (found,) = [i for i in self.case.incidents.values() if i.element_id == element]
        return found

    def view(self, element: str, nth: int = 0) -> Mapping[str, Any]:
        """The variables visible at an open task."""
        return self.case.scope_view(self.waits(UserTaskWait, element)[nth].key)

    def history(self, *events: str) -> list[tuple[str, str]]:
        """(element, event) of the whole history, of the named events."""
        return [(e.element_id, e.event) for e in self.events if e.event in events]

    # ------------------------------------------------------------ acting

    def do(self, element: str, nth: int = 0, /, **variables: Any) -> "Run":
        """Complete an open user task."""
        self.case.complete(self.waits(UserTaskWait, element)[nth].key, variables)
        return self.step()

    def job(self, element: str, nth: int = 0, /, **variables: Any) -> "Run":
        """Complete a job."""
        self.case.complete(self.waits(JobWait, element)[nth].key, variables)
        return self.step()

    def throw(self, element: str, code: str, **variables: Any) -> bool:
        """End a task or job with an error."""
        (wait,) = self.waits(UserTaskWait, element) + self.waits(JobWait, element)
        caught = self.case.throw_error(wait.key, code, "", variables)
        self.step()
        return caught

    def message(self, name: str, key: str, **variables: Any) -> int:
        """Correlate a message; how many subscriptions it met."""
        found = [w for w in self.waits(MessageWait) if (w.name, w.correlation_key) == (name, key)]
        for wait in found:
            self.case.correlate(wait.key, variables)
            self.step()
        return len(found)

    def signal(self, name: str, **variables: Any) -> int:
        """Broadcast a signal to this instance."""
        found = [w for w in self.waits(SignalWait) if w.name == name]
        for wait in found:
            if wait.key in self.case.waits():
                self.case.signal(wait.key, variables)
                self.step()
        return len(found)

    def wait(self, **delta: float) -> "Run":
        """Let time pass; timers fire in the order of their due times."""
        until = self.world.clock.now() + timedelta(**delta)
        while True:
            due = sorted(
                (w for w in self.waits(TimerWait) if w.due <= until), key=lambda w: (w.due, int(w.key))
            )
            if not due:
                break
            self.world.clock.set(max(due[0].due, self.world.clock.now()))
            self.case.fire(due[0].key)
            self.step()
        self.world.clock.set(until)
        return self

    def retry(self, element: str) -> "Run":
        """Retry the incident on an element."""
        self.case.retry(self.incident(element).key)
        return self.step()


def held(machine: Any) -> dict[str, Any]:
    """What a machine holds, as far as a history can tell it."""
    called = {f.scope: f for host, f in machine.instance.subprocesses.items() if f.scope != host}
    top = {machine.instance.scope: machine.instance} if machine.status == "active" else {}
    told = [
        t
        for t in machine.tokens.values()
        if t is not t.workflow.task_tree and (not t.is_subscription or t.internal_data.get("seen"))
    ]
    return {
        "tokens": {t.id: (t.task_spec.bpmn_id, machine.flow_scope(t)) for t in told},
        "incidents": {t.id: t.internal_data["incident"] for t in told if "incident" in t.internal_data},
        "processes": {key: (flow.spec.name, flow.reference) for key, flow in {**top, **called}.items()},
        "variables": {key: dict(values) for key, _, values in machine.scopes.dump() if values},
    }


def remembered(past: Past) -> dict[str, Any]:
    """The same of a history that was played again."""
    nodes = list(past.active)
    flows = [node for node in nodes if node.type == "process"]
    return {
        "tokens": {n.key: (n.element_id, n.scope) for n in nodes if n.type != "process"},
        "incidents": {n.key: n.incident.detail for n in nodes if n.incident},
        "processes": {n.key: (n.element_id, n.reference) for n in flows},
        "variables": {key: values for key in past.variables if (values := past.values(key))},
    }
