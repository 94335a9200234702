"""Plays programs on `engine.bpmn.Case` alone: plainly, or dumped, re-compiled and loaded after every step."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from engine.bpmn import JobWait, MessageWait, SignalWait, TimerWait, UserTaskWait
from engine.verbs import BpmnError
from tests.process.world import Run, World
from tests.random.program import Open, Outcome, Program

KINDS = {
    UserTaskWait: "user",
    TimerWait: "timer",
    MessageWait: "message",
    JobWait: "job",
    SignalWait: "signal",
}
LATER = ("test.work", "test.may_fail_later")
HISTORY = ("activated", "completed", "terminated")


class Bench(World):
    """The world with the verbs of the generated processes, which remembers their effects."""

    def __init__(self) -> None:
        super().__init__()
        self.effects: list[tuple[str, str, Any]] = []
        self.tried: set[str] = set()

    def call_verb(self, job: JobWait, variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if job.type in LATER:
            return None
        if job.type == "test.flaky" and job.key not in self.tried:
            self.tried.add(job.key)
            raise RuntimeError("not at the first time")
        return self.work(job, variables)

    def work(self, job: JobWait, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the verb does, now or as a job. Raises BpmnError."""
        if job.type == "message.publish":
            return {}
        if job.type.startswith("test.may_fail"):
            return may_fail(variables["fails"], job.headers["code"])
        self.effects.append((job.type, job.element_id, variables["x"]))
        return {"y": answer(variables["x"])}


def may_fail(fails: bool, code: str) -> dict[str, Any]:
    """Nothing, or the error of that code."""
    if fails:
        raise BpmnError(code, "as the path wills")
    return {}


def answer(x: int | None) -> int:
    """What the verbs make of their input."""
    return -1 if x is None else x + 100


class CaseDriver:
    """A run of a program in memory."""

    def __init__(self, program: Program, *, reload: bool) -> None:
        self.world = Bench()
        for diagram in program.diagrams[:-1]:
            self.world.deploy(diagram.id, diagram)
        self.run = Run(self.world, reload, program.main, program.variables)

    def open(self) -> list[Open]:
        case = self.run.case
        waits = [Open(KINDS[type(w)], w.element_id, w.key, w) for w in case.waits().values()]
        return waits + [Open("incident", i.element_id, i.key, i) for i in case.incidents.values()]

    def answer(self, item: Open, data: dict[str, int]) -> None:
        case, key = self.run.case, item.key
        if item.kind == "user":
            case.complete(key, data)
        elif item.kind == "timer":
            case.fire(key)
        elif item.kind == "message":
            case.correlate(key, data)
        elif item.kind == "job":
            self._work(item.subject)
        else:
            case.retry(key)
        self.run.step()

    def outcome(self) -> Outcome:
        case = self.run.case
        return Outcome(
            case.status,
            Counter((e.element_id, e.event) for e in self.run.events if e.event in HISTORY),
            case.variables,
            Counter(self.world.effects),
        )

    def _work(self, job: JobWait) -> None:
        case = self.run.case
        try:
            case.complete(job.key, self.world.work(job, case.scope_view(job.key)))
        except BpmnError as error:
            case.throw_error(job.key, error.code, error.message, error.variables)
