"""Multi-instance bodies. Results stand at the index of their item, null until the instance has given one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins import ParallelMultiInstanceTaskMixin, SequentialMultiInstanceTaskMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import Fault
from engine.bpmn.extensions import Loop
from engine.bpmn.plain import plain
from engine.bpmn.specs.element import Element, machine_of

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token


class Body(Element):
    """The body: a scope around its instances, which hang under its token."""

    @property
    def opens_scope(self) -> bool:
        """It has."""
        return True

    loop: Loop

    def __init__(self, wf_spec: Any, bpmn_id: str, loop: Loop, inner: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, task_spec=inner, **kwargs)
        self.loop, self.inner = loop, inner

    def prepare(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
        """The items, as they are now."""
        items = plain(machine_of(my_task).texts.value(self.loop.collection, view))
        if not isinstance(items, list):
            raise Fault("EXTRACT_VALUE_ERROR", f"{self.loop.collection} is not a list")
        most = machine_of(my_task).limits.tokens
        if len(items) > most:
            raise Fault("BUDGET_EXCEEDED", f"{len(items)} instances, the limit is {most}")
        return {"items": items, "next": 0, "done": 0, "gone": 0}

    def begin(self, my_task: "Token") -> bool:
        """Open the list of results and start the instances; an empty list is done at once."""
        count = len(my_task.internal_data["items"])
        if self.loop.results:
            self._keep(my_task, [None] * count)
            machine_of(my_task).journal.results(my_task.id, self.loop.results, [None] * count)
        if not count:
            return True
        my_task._set_state(TaskState.STARTED)
        for _ in range(1 if self.loop.sequential else count):
            if my_task.state == TaskState.STARTED:
                self._start_next(my_task)
        return False

    def _start_next(self, my_task: "Token") -> None:
        data = my_task.internal_data
        index = data["next"]
        data["next"] = index + 1
        inner = my_task._add_child(my_task.workflow.spec.task_specs[self.inner], TaskState.FUTURE)
        inner.internal_data.update(host=my_task.id, index=index)
        inner.task_spec._update(inner)

    def locals(self, my_task: "Token", index: int) -> dict[str, Any]:
        """The variables that an instance begins with."""
        values: dict[str, Any] = {}
        if self.loop.result and self.loop.result.lstrip("= ").isidentifier():
            values[self.loop.result.lstrip("= ")] = None
        if self.loop.element:
            values[self.loop.element] = plain(my_task.internal_data["items"][index])
        return {**values, "loopCounter": index + 1}

    def collect(self, my_task: "Token", inner: "Token") -> None:
        """Put an instance's result at its index and ask the completion condition; kept until it has left."""
        machine, data = machine_of(my_task), inner.internal_data
        view = machine.view(inner)
        if self.loop.results and self.loop.result:
            data["item"] = plain(machine.texts.feel(self.loop.result.removeprefix("="), view))
        data["enough"] = bool(self.loop.condition) and self._enough(my_task, inner)

    def _enough(self, my_task: "Token", inner: "Token") -> bool:
        machine, data = machine_of(my_task), my_task.internal_data
        active = sum(1 for child in my_task.children if child.is_open) - 1
        counts: dict[str, Any] = {
            "numberOfInstances": len(data["items"]),
            "numberOfActiveInstances": active,
            "numberOfCompletedInstances": data["done"] + 1,
            "numberOfTerminatedInstances": data["gone"],
        }
        if self.loop.results and "item" in inner.internal_data:
            counts[self.loop.results] = self._results(my_task, inner)
        return machine.texts.condition(self.loop.condition or "", machine.view(inner, counts))

    def _results(self, my_task: "Token", inner: "Token") -> list[Any]:
        results = list(my_task.internal_data["results"])
        results[inner.internal_data["index"]] = inner.internal_data["item"]
        return results

    def _keep(self, my_task: "Token", results: list[Any]) -> None:
        """The token's list counts: the variable can be overwritten, e.g. by a called process that had a copy."""
        my_task.internal_data["results"] = results
        # Not told to the history: a list of n results would be written there n times. Each item is, with its
        # instance's end, and the whole list when the body leaves.
        machine_of(my_task).scopes.local(my_task.id)[self.loop.results or ""] = results

    def inner_left(self, my_task: "Token", inner: "Token", completed: bool) -> None:
        """An instance has completed or was ended."""
        machine, data = machine_of(my_task), my_task.internal_data
        data["done" if completed else "gone"] += 1
        if completed and "item" in inner.internal_data:
            self._keep(my_task, self._results(my_task, inner))
        if completed and inner.internal_data.get("enough"):
            for other in [child for child in my_task.children if child.id != inner.id]:
                machine.terminate(other)
            my_task._ready()
        elif data["next"] < len(data["items"]):
            if self.loop.sequential:
                self._start_next(my_task)
        elif data["done"] + data["gone"] >= len(data["items"]):
            my_task._ready()

    def execute(self, my_task: "Token") -> Mapping[str, Any] | None:
        """Hand the results to the scope around."""
        if not self.loop.results:
            return {}
        return {self.loop.results: my_task.internal_data["results"]}


class ParallelBody(Body, ParallelMultiInstanceTaskMixin):
    """All instances at once."""


class SequentialBody(Body, SequentialMultiInstanceTaskMixin):
    """One instance after the other."""
