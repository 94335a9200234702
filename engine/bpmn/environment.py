"""What an instance needs from outside while it runs. The commands give a real one, tests a small one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from engine.bpmn.waits import JobWait
from engine.clock import Clock

if TYPE_CHECKING:
    from engine.bpmn.model import Model


class Environment(Protocol):
    """Time, expressions, decisions, verbs and called diagrams. Any exception becomes an incident on the element."""

    @property
    def clock(self) -> Clock:
        """The time of the instance; it stands still within a step."""

    def evaluate(self, expression: str, context: Mapping[str, Any]) -> Any:
        """The value of a FEEL expression (without the leading `=`)."""

    def decide(self, decision_id: str, context: Mapping[str, Any]) -> Any:
        """The result of a decision."""

    def call_verb(self, job: JobWait, variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Results of a pure verb; None leaves a job. Raises `engine.verbs.BpmnError` for the diagram to catch."""

    def model(self, process_id: str, binding: str, version_tag: str | None) -> "tuple[str, Model]":
        """A called process now: a reference that is pinned in the state, and the model that has it."""

    def pinned(self, reference: str) -> "Model":
        """The model of a reference that `model` gave, or that `Case.start` was given."""
