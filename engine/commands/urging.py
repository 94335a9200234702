"""Remind whoever has a task open, and send a colleague a copy of how a case stands."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.collaboration.comments import reads
from engine.collaboration.models import CaseCopy, TaskUrge
from engine.collaboration.people import officials
from engine.collaboration.places import Place, area
from engine.commands.retrying import command
from engine.commands.tasks import open_task, require_open
from engine.commands.telling import LONGEST_NOTE, about, chosen, log, tell, text_of
from engine.errors import Refusal
from engine.inbox.absences import substitutes
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.people import Account, RoleGrant
from engine.store.tasks import UserTask
from engine.workdays import WorkCalendar


class UrgedToday(Refusal):
    """Somebody has sent a reminder for this task on this working day."""

    zh = "今天已经催办过“{task}”，每个工作日最多催办一次。"
    en = "A reminder for {task} was sent today already; one per working day is enough."
    remedy_zh = "请在下一个工作日再催办，或直接电话联系。"
    remedy_en = "Send another one on the next working day, or telephone."


class OwnTask(Refusal):
    """The task is in the hands of the very person."""

    zh = "“{task}”由您本人办理，不能催办自己。"
    en = "{task} is yours: there is nobody to remind."


class NobodyToRemind(Refusal):
    """No active account can do the task."""

    zh = "没有可以办理“{task}”的在岗人员，催办无人可收。"
    en = "Nobody with an active account can do {task}, so nobody would get the reminder."
    remedy_zh = "请联系系统管理员为该单位授权。"
    remedy_en = "Ask the administrator to give somebody of that office the role."


@command
def urge(rt: Runtime, actor: Actor, task_key: int, note: str = "") -> int:
    """Remind the holder of a task, or its office while nobody holds it; how many people were told.

    At most once per working day. Raises NotFound, NotAllowed, UrgedToday, OwnTask, NobodyToRemind, TaskCompleted.
    """
    with rt.transaction() as tx:
        task, work = open_task(rt, tx, actor, task_key, "task.urge")
        if tx.refusal:
            return 0
        require_open(rt, work, task)
        return _urge(tx, rt.calendar, actor, task, text_of(note, LONGEST_NOTE, required=False))


def _urge(tx: Transaction, calendar: WorkCalendar, actor: Actor, task: UserTask, note: str) -> int:
    if task.assignee == actor.login:
        raise OwnTask(task=task.called)
    day = working_day(calendar, tx.now.date()).isoformat()
    known = select(TaskUrge.id).where(TaskUrge.task_id == task.id, TaskUrge.day == day)
    if tx.session.scalar(known) is not None:
        raise UrgedToday(task=task.called)
    told = [login for login in doers(tx, task) if login != actor.login]
    if not told:
        raise NobodyToRemind(task=task.called)
    row = TaskUrge(task_id=task.id, day=day, by=actor.login, note=note, told=told, at=tx.now)
    tx.session.add(row)
    tx.session.flush()
    zh, en = about(task)
    text = (f"{actor.name}请您尽快办理{zh}。{note}", f"{actor.name} asks you to do {en} soon. {note}".strip())
    tell(
        tx,
        task,
        told,
        (f"催办：{zh}", f"Reminder: {en}"),
        text,
        key=f"urge:{row.id}",
        link=f"/tasks/{task.id}",
    )
    log(tx, actor, "task.urge", task, {"urge": row.id, "told": len(told), "note": note})
    return len(told)


def working_day(calendar: WorkCalendar, day: date) -> date:
    """The working day that a day counts for: itself, or the one before a rest day. Raises YearUnknown."""
    return day if calendar.is_workday(day) else calendar.add(day, -1)


def doers(tx: Transaction, task: UserTask) -> list[str]:
    """Logins of who holds the task with the substitute; else of everybody to whom it is offered."""
    if task.assignee:
        return [task.assignee, *substitutes(tx.session, [task.assignee], tx.now).values()]
    groups = {group.partition("@")[::2] for group in task.candidate_groups}
    held = tx.session.execute(
        select(RoleGrant.login, RoleGrant.role, RoleGrant.organisation)
        .join(Account, Account.login == RoleGrant.login)
        .where(
            RoleGrant.role.in_({role for role, _ in groups}),
            RoleGrant.revoked_at.is_(None),
            Account.active.is_(True),
        )
        .order_by(RoleGrant.id)
    )
    offered = [login for login, role, place in held if not {(role, place), (role, "")}.isdisjoint(groups)]
    return list(dict.fromkeys([*task.candidate_users, *offered]))


@command
def copy(rt: Runtime, actor: Actor, task_key: int, to: str, note: str = "") -> list[str]:
    """Send named colleagues, who may read the case anyway, a notice of how it stands; their names.

    Raises NotFound, NotAllowed, NotAmong.
    """
    with rt.transaction() as tx:
        task, _ = open_task(rt, tx, actor, task_key, "task.copy")
        if tx.refusal:
            return []
        said = text_of(note, LONGEST_NOTE, required=False)
        people = chosen(to, recipients(tx.session, actor, task))
        zh, en = about(task)
        for who in people:
            row = CaseCopy(task_id=task.id, by=actor.login, login=who.login, note=said, at=tx.now)
            tx.session.add(row)
            tx.session.flush()
            text = (
                f"{actor.name}把{zh}抄送给您，仅供阅知。{said}",
                f"{actor.name} sent you a copy of {en}. {said}",
            )
            tell(tx, task, [who.login], (f"抄送：{zh}", f"Copy: {en}"), text, key=f"copy:{row.id}")
        log(tx, actor, "task.copy", task, {"to": [who.login for who in people]})
        return [who.name for who in people]


def recipients(session: Session, actor: Actor, task: UserTask) -> list[Actor]:
    """Everybody else of the offices of a case who may read it."""
    city, county = area(session, task)
    people = officials(session, Place("", city, county))
    return [who for who in people if who.login != actor.login and reads(who, task)]
