"""A self-evaluation as people read it: the hard failures first, then advice, then what is met."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine.dmn import DecisionFault, Explanation
from engine.programme import self_evaluation
from engine.programme.applications.models import Application
from engine.programme.applications.operations import latest_version
from engine.programme.reviews.blind import hides
from engine.programme.reviews.opening import keeps_closed
from engine.programme.self_evaluation import KEY, Result
from engine.store.instances import Instance
from engine.store.tasks import Submission, UserTask
from webapp import access
from webapp.i18n import pick
from webapp.shared import reading, runtime
from webapp.tasks import scopes

PROCESS = "application"
STATES = ("UNMET", "ADVICE", "MET")


@dataclass(frozen=True, slots=True)
class Taken:
    """One decision that was taken: its name, and the rules of its table that applied (numbers from 1)."""

    name: str
    rules: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A result, ready to be shown."""

    result: Result
    frozen: bool

    def lines(self, state: str) -> list[Mapping[str, Any]]:
        """The lines of one state, in the order of the tables."""
        return [line for line in self.result.lines if line.get("state") == state]

    @property
    def taken(self) -> list[Taken]:
        """The decisions behind the result, each once."""
        found = {
            explanation.decision_id: Taken(
                pick(explanation.name, explanation.name_en), tuple(m.rule for m in explanation.matches)
            )
            for root in self.result.explanations
            for explanation in _walk(root)
        }
        return list(found.values())


def _walk(explanation: Explanation) -> Iterator[Explanation]:
    for required in explanation.required:
        yield from _walk(required)
    yield explanation


def of_task(task: UserTask) -> Explained | None:
    """The last self-evaluation of a task's case, for those who may read it; None when there is none."""
    if task.process_id != PROCESS:
        return None
    with reading() as session:
        return in_case(session, task)


def in_case(session: Session, task: UserTask) -> Explained | None:
    """The same within a session; nothing for an expert who has not declared, or must not know who applies."""
    if keeps_closed(session, access.actor(), task) or hides(session, access.actor(), task.business_key):
        return None
    sent = self_evaluation.latest(session, task.instance_id)
    if sent is None or not _may_read(session, sent):
        return None
    runtime().definitions.refresh(session)
    instance = session.get_one(Instance, task.instance_id)
    known = scopes.variables(session, task, instance)
    try:
        return Explained(self_evaluation.explained(runtime(), session, instance, sent, known), frozen=False)
    except (DecisionFault, KeyError):  # sent before the decisions explained themselves
        return None


def of_application(session: Session, application: Application) -> Explained | None:
    """The result that is frozen with the newest version of an application, or None."""
    version = latest_version(session, application.application_no)
    result = self_evaluation.frozen(version.content) if version is not None else None
    return Explained(result, frozen=True) if result is not None else None


def _may_read(session: Session, sent: Submission) -> bool:
    step = session.get(UserTask, sent.task_id) if sent.task_id is not None else None
    return step is not None and access.may("submission.read", step)


__all__ = ["KEY", "STATES", "Explained", "Taken", "in_case", "of_application", "of_task"]
