"""What can be done, by name: by which right, to what, and the command that does it within a transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Result, select
from sqlalchemy.orm import Session

from engine.commands import deadlines, incidents, operations, resending, suspensions, variables
from engine.errors import NotFound
from engine.operating import reassigning, rescheduling
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.instances import Incident, Instance
from engine.store.tasks import UserTask
from engine.store.work import Job

INSTANCE, INCIDENT, TASK, OUTBOX, JOB = "instance", "incident", "task", "outbox", "job"

Perform = Callable[[Runtime, Transaction, Actor, int, Mapping[str, Any], str], None]


@dataclass(frozen=True, slots=True)
class Deed:
    """One act on one object: its name, the key of the object, what is to be how, and why."""

    act: str
    target: int
    arguments: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act. `many`: it may be done to many objects in one batch."""

    name: str
    rule: str
    target: str
    words: tuple[str, str]
    perform: Perform
    danger: bool = False
    many: bool = False


def _plain(perform: Callable[[Runtime, Transaction, Actor, int, str], object]) -> Perform:
    """An act that asks for nothing but a reason."""

    def act(rt: Runtime, tx: Transaction, who: Actor, key: int, given: Mapping[str, Any], why: str) -> None:
        perform(rt, tx, who, key, why)

    return act


_retry, _retry_one = _plain(incidents.retry_all_in), _plain(incidents.retry_in)
_suspend, _resume = _plain(suspensions.suspend_in), _plain(suspensions.resume_in)
_cancel = _plain(operations.cancel_in)
_resend, _run_job = _plain(resending.resend_in), _plain(resending.run_job_in)


def _move(rt: Runtime, tx: Transaction, who: Actor, key: int, given: Mapping[str, Any], why: str) -> None:
    activate = [(element, given.get("variables") or {}) for element in given.get("activate", ())]
    operations.modify_in(rt, tx, who, key, activate, given.get("terminate", ()), why)


def _migrate(rt: Runtime, tx: Transaction, who: Actor, key: int, given: Mapping[str, Any], why: str) -> None:
    operations.migrate_in(rt, tx, who, key, given.get("version"), given.get("mapping"), why)


def _variable(rt: Runtime, tx: Transaction, who: Actor, key: int, given: Mapping[str, Any], why: str) -> None:
    args = (key, str(given["scope"]), str(given["name"]), given["value"], why)
    another, new = bool(given.get("other_type")), bool(given.get("new"))
    variables.set_variable_in(rt, tx, who, *args, other_type=another, new=new)


_ALL = (
    Act("retry", "instance.retry", INSTANCE, ("重试全部故障", "Retry everything"), _retry, many=True),
    Act("suspend", "instance.suspend", INSTANCE, ("挂起", "Suspend"), _suspend, many=True),
    Act("resume", "instance.resume", INSTANCE, ("恢复", "Resume"), _resume, many=True),
    Act("move", "instance.modify", INSTANCE, ("移动流程位置", "Move tokens"), _move, danger=True),
    Act(
        "deadline",
        deadlines.RULE,
        INSTANCE,
        ("调整期限", "Change a deadline"),
        rescheduling.perform,
        many=True,
    ),
    Act("variable", variables.RULE, INSTANCE, ("修改变量", "Edit a variable"), _variable),
    Act("migrate", "instance.migrate", INSTANCE, ("迁移到其他版本", "Migrate"), _migrate),
    Act("cancel", "instance.cancel", INSTANCE, ("终止", "Cancel"), _cancel, danger=True, many=True),
    Act("reassign", "task.assign", TASK, ("改派任务", "Reassign a task"), reassigning.perform),
    Act("retry_one", "instance.retry", INCIDENT, ("重试", "Retry"), _retry_one, many=True),
    Act("resend", resending.SEND, OUTBOX, ("重新发出", "Send again"), _resend, many=True),
    Act("run", resending.RUN, JOB, ("立即执行", "Run now"), _run_job, many=True),
)
ACTS: Mapping[str, Act] = {act.name: act for act in _ALL}


def instance_of(session: Session, target: str, key: int) -> int | None:
    """The instance that an object belongs to; None for one that belongs to none. Raises NotFound."""
    if target == INSTANCE:
        return _found(session.execute(select(Instance.id).where(Instance.id == key)))
    tables: Mapping[str, Any] = {INCIDENT: Incident, TASK: UserTask, JOB: Job}
    if target not in tables:
        return None
    return _found(session.execute(select(tables[target].instance_id).where(tables[target].id == key)))


def _found(rows: Result[Any]) -> int | None:
    row = rows.one_or_none()
    if row is None:
        raise NotFound(what_zh="这个对象", what_en="This object")
    found: int | None = row[0]
    return found
