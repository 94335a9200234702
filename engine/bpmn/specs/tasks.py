"""Tasks: for people, for verbs, for FEEL and for decisions."""

from collections import ChainMap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins import (
    ManualTaskMixin,
    NoneTaskMixin,
    ScriptTaskMixin,
    ServiceTaskMixin,
    UserTaskMixin,
)

from engine.bpmn.errors import Fault, Interrupted, Thrown
from engine.bpmn.plain import plain
from engine.bpmn.specs.element import Element, machine_of
from engine.bpmn.text import Texts
from engine.bpmn.waits import JobWait
from engine.verbs import BpmnError

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token

PUBLISH = "message.publish"
"""The verb of message throw events and send tasks that name none."""


class NoneTask(Element, NoneTaskMixin):
    """`bpmn:task`: passed through."""


class UserTask(Element, UserTaskMixin):
    """`bpmn:userTask`: open until `Case.complete`."""

    automatic = False

    def prepare(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
        """Form, assignment, schedule and priority, evaluated once, when the task is reached."""
        texts, given = machine_of(my_task).texts, self.ext.assignment
        due, follow_up = texts.instant(given.due, view), texts.instant(given.follow_up, view)
        wait = {
            "kind": "user",
            "form": texts.optional(given.form_id, view),
            "external": texts.optional(given.external_reference, view),
            **_offered(self, my_task, view),
            "due": due.isoformat() if due else None,
            "follow_up": follow_up.isoformat() if follow_up else None,
            "priority": texts.integer(given.priority, 50, view),
        }
        return {"wait": {name: value for name, value in wait.items() if value not in (None, [])}}


class ManualTask(Element, ManualTaskMixin):
    """`bpmn:manualTask`: confirmed by a person through `Case.complete`."""

    automatic = False

    def prepare(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
        """A task without a form, for the people of its assignment."""
        offered = _offered(self, my_task, view)
        return {"wait": {"kind": "user", **{name: to for name, to in offered.items() if to}}}


def _offered(spec: Element, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
    """Who gets a task, as its assignment says."""
    texts, given = machine_of(my_task).texts, spec.ext.assignment
    return {
        "assignee": texts.optional(given.assignee, view),
        "groups": list(texts.names(given.candidate_groups, view)),
        "users": list(texts.names(given.candidate_users, view)),
    }


def job_wait(token: "Token") -> JobWait:
    """The job of a token as the environment sees it."""
    spec, job = token.task_spec, token.internal_data["job"]
    return JobWait(token.id, spec.bpmn_id, job["type"], job["retries"], spec.headers, spec.type)


class Worker(Element):
    """Work of a verb: at once when the verb is pure, else as a job."""

    default_verb: str | None = None

    @property
    def calls_verb(self) -> bool:
        """Whether its work is a verb's."""
        return True

    @property
    def headers(self) -> Mapping[str, str]:
        """Task headers; a message throw adds the name of its message."""
        return self.ext.headers

    def prepare(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
        """The verb's name and the number of tries."""
        texts, job = machine_of(my_task).texts, self.ext.job
        type = texts.string(job.type, view) if job else self.default_verb
        if type is None:
            raise Fault("EXTRACT_VALUE_ERROR", f"{self.bpmn_id} names no verb")
        return {
            "job": {
                "type": type,
                "retries": texts.integer(job.retries if job else None, 3, view),
            }
        }

    def execute(self, my_task: "Token") -> Mapping[str, Any] | None:
        """Call the verb. Raises Thrown for a BpmnError, Interrupted, and Fault for any other exception."""
        machine, data = machine_of(my_task), my_task.internal_data
        # A verb is handed copies: what it changes in them must not change the process.
        own = ChainMap(*(plain(scope) for scope in machine.view(my_task).maps))
        try:
            result = machine.env.call_verb(job_wait(my_task), own)
        except BpmnError as error:
            raise Thrown(error.code, error.message, plain(error.variables)) from error
        except Interrupted:
            raise
        except Exception as error:  # whatever a verb raises stops its own element only
            raise Fault("JOB_NO_RETRIES", f"{type(error).__name__}: {error}") from error
        if result is None:
            data["wait"] = {"kind": "job"}
            return None
        return dict(plain(result))


class ServiceTask(Worker, ServiceTaskMixin):
    """`bpmn:serviceTask`."""


class SendTask(Worker):
    """`bpmn:sendTask`: a verb that publishes the message, by default `message.publish`."""

    default_verb = PUBLISH

    @property
    def opens_scope(self) -> bool:
        """It has."""
        return True

    message: str | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """Task headers and the message's name."""
        return {**self.ext.headers, "messageName": self.message} if self.message else self.ext.headers


class ScriptTask(Worker, ScriptTaskMixin):
    """`bpmn:scriptTask`: a FEEL expression, or a verb."""

    @property
    def calls_verb(self) -> bool:
        """Not when it has an expression."""
        return self.ext.script is None

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, script="", **kwargs)

    def prepare(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing for FEEL; the verb otherwise."""
        return {} if self.ext.script else super().prepare(my_task, view)

    def execute(self, my_task: "Token") -> Mapping[str, Any] | None:
        """The expression's value as the result variable."""
        if self.ext.script is None:
            return super().execute(my_task)
        expression, result = self.ext.script
        machine = machine_of(my_task)
        return {result: plain(machine.texts.feel(expression.removeprefix("="), machine.view(my_task)))}


class BusinessRuleTask(Worker):
    """`bpmn:businessRuleTask`: a decision, or a verb."""

    @property
    def calls_verb(self) -> bool:
        """Not when it has a decision."""
        return self.ext.decision is None

    def prepare(self, my_task: "Token", view: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing for a decision; the verb otherwise."""
        return {} if self.ext.decision else super().prepare(my_task, view)

    def execute(self, my_task: "Token") -> Mapping[str, Any] | None:
        """The decision's result as the result variable."""
        if self.ext.decision is None:
            return super().execute(my_task)
        machine, called = machine_of(my_task), self.ext.decision
        view = machine.view(my_task)
        return {called.result: decide(machine.texts, machine.env.decide, called.id, view)}


def decide(texts: Texts, call: Any, decision: str, view: Mapping[str, Any]) -> Any:
    """The result of a decision. Raises Fault when it is missing or cannot be made."""
    id = texts.string(decision, view)
    try:
        return plain(call(id, view))
    except Exception as error:  # whatever a decision comes to stops its own element only
        raise Fault("DECISION_EVALUATION_ERROR", f"{id}: {error}") from error
