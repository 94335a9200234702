"""What the commands on user tasks share: find, lock, and let deadlines that have passed act first."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from engine import policy
from engine.collaboration.countersigns import signed
from engine.commands.refusals import (
    DeadlinePassed,
    HeldByAnother,
    SamePerson,
    StalePage,
    TaskCanceled,
    TaskCompleted,
)
from engine.commands.texts import instant
from engine.commands.work import Work, open_work_of_task
from engine.errors import NotAllowed, NotFound, Worded
from engine.inbox.absences import did, different_from
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime, Transaction
from engine.store.people import Account
from engine.store.tasks import CANCELED, COMPLETED, CREATED, UserTask
from engine.store.trail import Audit

_CHANGES = {
    "task.claim": Worded("领取", "claimed it"),
    "task.give_back": Worded("放回待领取", "gave it back"),
    "task.assign": Worded("改派", "assigned it"),
    "task.release": Worded("收回", "took it back"),
}
"""What changes a task without ending it; anything else that does is done to its whole case."""
_TASK = select(UserTask).where(UserTask.id == bindparam("key"))


def open_task(
    rt: Runtime, tx: Transaction, actor: Actor, task_key: int, action: str, *, saves: bool = False
) -> tuple[UserTask, Work]:
    """Lock, policy, due timers: the task as it stands now. Raises NotFound, NotAllowed.

    When a deadline took the task away just now, its effect is committed and then refused: `tx.refusal` is set.
    A caller that `saves` the work itself writes what other timers did together with its own steps.
    """
    try:
        work = open_work_of_task(rt, tx, actor, task_key, action)
    except NotFound:
        raise _no_task() from None
    task = tx.session.scalars(_TASK, {"key": task_key}).one()
    _require(actor, action, task)
    settle(rt, tx, work, task, saves=saves)
    return task, work


def settle(rt: Runtime, tx: Transaction, work: Work, task: UserTask, *, saves: bool = False) -> None:
    """Let due timers of a locked instance act first; `tx.refusal` is set when they took the task away."""
    if task.state != CREATED or not work.fire_due():
        return
    lapsed = task.wait_key not in work.case.waits()
    if lapsed or not saves:
        work.save_timers()
        tx.session.refresh(task)
    if lapsed:
        tx.refusal = ended(rt, work, task)


def require_open(rt: Runtime, work: Work, task: UserTask, revision: int | None = None) -> None:
    """Pass for an open task of a running instance that did not change since `revision` was shown.

    Raises TaskCompleted, DeadlinePassed, TaskCanceled, InstanceSuspended, StalePage.
    """
    if task.state != CREATED:
        raise ended(rt, work, task)
    work.require_running()
    if revision is not None and revision != task.revision:
        raise StalePage(task=task.called, **_last_change(work.tx.session, task))


def _last_change(session: Session, task: UserTask) -> dict[str, Any]:
    """Who did what last to a task or to its case, and when."""
    to_task = Audit.object_type == "user_task", Audit.object_key == str(task.id), Audit.action.in_(_CHANGES)
    to_case = Audit.object_type == "instance", Audit.object_key == str(task.instance_id)
    found = session.execute(
        select(Audit.action, Audit.at, Audit.actor, Account.name)
        .outerjoin(Account, Account.login == Audit.actor)
        .where(or_(and_(*to_task), and_(*to_case)))
        .order_by(Audit.sequence.desc())
        .limit(1)
    ).one()
    system = Worded("系统", "the system") if found.actor == SYSTEM.login else None
    did = _CHANGES.get(found.action, Worded("变动了流程", "changed its case"))
    return {"by": system or found.name or found.actor, "at": instant(found.at), "did": did}


def require_holder(actor: Actor, task: UserTask) -> None:
    """Pass for who holds the task, for who stands in, and for anyone while nobody holds it. Raises HeldByAnother."""
    if task.assignee not in (None, actor.login) and policy.acting_for(actor, task) is None:
        raise HeldByAnother(task=task.called, assignee=task.assignee)


def require_other_person(tx: Transaction, actor: Actor, task: UserTask) -> None:
    """The two-person rule of property `luzhi:differentFrom` (I16), for both names of a substitution.

    Who countersigned one of those steps has acted in it.

    Raises SamePerson.
    """
    listed = different_from(task)
    if not listed:
        return
    names = {actor.login, policy.acting_for(actor, task) or actor.login}
    done = did(tx.session, task.instance_id, listed, names) or signed(
        tx.session, task.instance_id, listed, names
    )
    if done is not None:
        raise SamePerson(done=done, task=task.called)


def ended(rt: Runtime, work: Work, task: UserTask) -> Any:
    """The refusal that tells how the task ended."""
    at = instant(task.ended_at) if task.ended_at else ""
    if task.state == COMPLETED:
        return TaskCompleted(task=task.called, by=task.ended_by, at=at)
    reason: dict[str, Any] = task.ended_reason or {}
    if task.state == CANCELED and reason.get("kind") == "timer":
        return DeadlinePassed(
            task=task.called,
            deadline=_deadline(rt, work, task, reason["element_id"]),
            due=instant(datetime.fromisoformat(reason["due"])),
            effect=Worded(
                task.properties.get("luzhi:onDeadline") or "逾期的后果已由系统按规定处理。",
                task.properties.get("luzhi:onDeadline_en") or "The system has done what follows.",
            ),
        )
    return TaskCanceled(task=task.called, at=at)


def _require(actor: Actor, action: str, task: UserTask) -> None:
    try:
        policy.require(actor, action, task)
    except NotAllowed:
        if policy.may(actor, "task.read", task):
            raise
        raise _no_task() from None


def _no_task() -> NotFound:
    return NotFound(what_zh="任务", what_en="The task")


def _deadline(rt: Runtime, work: Work, task: UserTask, element_id: str) -> Worded:
    """What the diagram calls the deadline: the property of the task, else the name of the timer."""
    zh, en = _name(rt, work, element_id)
    return Worded(task.properties.get("luzhi:deadline") or zh, en)


def _name(rt: Runtime, work: Work, element_id: str) -> tuple[str, str]:
    """The Chinese and the English name of an element; its id where it has none."""
    version = rt.definitions.by_key(work.tx.session, work.row.definition_id)
    for info in rt.definitions.model(work.tx.session, version).processes.values():
        if element_id in info.elements:
            found = info.elements[element_id]
            return found.name or element_id, found.properties.get("luzhi:name_en") or element_id
    return element_id, element_id
