"""Save what a person has typed so far, without looking at whether it is complete."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import policy
from engine.commands.refusals import TaskCanceled, TaskCompleted
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.errors import NotFound
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store import json
from engine.store.tasks import COMPLETED, CREATED, Draft, UserTask


@command
def save_draft(rt: Runtime, actor: Actor, task_key: int, data: Mapping[str, Any]) -> int:
    """Keep the person's own draft for this task; its revision. Moves no token and locks no instance.

    Raises BadJson, NotFound, NotAllowed, TaskCompleted, TaskCanceled.
    """
    kept: dict[str, Any] = json.checked(dict(data))
    with rt.transaction() as tx:
        task = tx.session.scalars(
            select(UserTask).where(UserTask.id == task_key).with_for_update()
        ).one_or_none()
        if task is None or not policy.may(actor, "task.read", task):
            raise NotFound(what_zh="任务", what_en="The task")
        policy.require(actor, "task.draft", task)
        if task.state != CREATED:
            at = instant(task.ended_at) if task.ended_at else ""
            if task.state == COMPLETED:
                raise TaskCompleted(task=task.name, by=task.ended_by, at=at)
            raise TaskCanceled(task=task.name, at=at)
        draft = tx.session.get(Draft, (task_key, actor.login))
        if draft is None:
            draft = Draft(task_id=task_key, login=actor.login, revision=0)
            tx.session.add(draft)
        draft.data, draft.saved_at, draft.revision = kept, tx.now, draft.revision + 1
        return draft.revision
