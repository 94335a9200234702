"""Giving a task to somebody else of the office: whoever keeps the system going does it for an office that cannot."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import policy
from engine.commands.claims import assign_in, eligible
from engine.operating.refusals import ExpertsTask
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.tasks import UserTask

EXPERTS = frozenset({"expert", "expert_leader"})


def perform(rt: Runtime, tx: Transaction, who: Actor, key: int, given: Mapping[str, Any], why: str) -> None:
    """Assign a task. Raises what `assign` raises, ExpertsTask."""
    task = tx.session.get(UserTask, key)
    if task is not None:
        require_ordinary(who, task)
    assign_in(rt, tx, who, key, str(given.get("assignee", "")), why)


def candidates(session: Session, who: Actor, task: UserTask) -> list[tuple[str, str]]:
    """Login and name of everybody to whom it may go. Raises ExpertsTask."""
    require_ordinary(who, task)
    return eligible(session, task)


def require_ordinary(who: Actor, task: UserTask) -> None:
    """Pass for a task of an office. Raises ExpertsTask."""
    if is_experts(task) and not policy.may(who, "expert.read"):
        raise ExpertsTask(task=task.called)


def is_experts(task: UserTask) -> bool:
    """Whether the task is offered to experts, or is one person's by name, as their sheets are."""
    roles = {str(group).partition("@")[0] for group in task.candidate_groups}
    return bool(roles & EXPERTS) or not roles
