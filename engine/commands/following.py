"""Keep an eye on a case, or no longer."""

from sqlalchemy import delete, insert, select

from engine import audit, policy
from engine.commands.retrying import command
from engine.errors import NotFound, Refusal
from engine.inbox.models import CaseFollow
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.tasks import UserTask


class NoCase(Refusal):
    """The task belongs to no numbered case, so there is nothing to follow."""

    zh = "任务“{task}”没有编号，不能关注。"
    en = "Task {task} belongs to no numbered case and cannot be followed."
    remedy_zh = "请在“待办”中查看该任务。"
    remedy_en = "Find the task in your inbox."


@command
def follow(rt: Runtime, actor: Actor, task_key: int, *, on: bool = True) -> None:
    """List the case of a task among what this person follows, or take it off; either twice changes nothing.

    Raises NotFound (also for what the person may not read), NoCase.
    """
    with rt.transaction() as tx:
        task = tx.session.get(UserTask, task_key)
        if task is None or not policy.may(actor, "task.follow", task):
            raise NotFound(what_zh="任务", what_en="The task")
        if task.business_key is None:
            raise NoCase(task=task.called)
        mine = (CaseFollow.login == actor.login, CaseFollow.key == task.business_key)
        known = tx.session.scalar(select(CaseFollow).where(*mine)) is not None
        if known == on:
            return
        if on:
            row = {"login": actor.login, "key": task.business_key, "since": tx.now}
            tx.session.execute(insert(CaseFollow).values(**row))
        else:
            tx.session.execute(delete(CaseFollow).where(*mine))
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="case.follow",
            object_type="task",
            object_key=task_key,
            business_key=task.business_key,
            detail={"on": on},
        )
