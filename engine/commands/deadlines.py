"""Give a deadline of one instance another instant: timer, the tasks due with it and the stored state, all at once."""

import re
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.case import Case
from engine.bpmn.timers import instant as read_instant
from engine.bpmn.waits import TimerWait, UserTaskWait
from engine.clock import in_business_zone
from engine.commands.operations import open_for
from engine.commands.refusals import DeadlineBehind, DeadlineGone, DeadlineSame
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.commands.work import Work
from engine.policy import Actor
from engine.runtime import Runtime, Transaction

RULE = "instance.deadline"
_NAME = re.compile(r"[A-Za-z_]\w*")


@command
def change_deadline(
    rt: Runtime,
    actor: Actor,
    instance_key: int,
    wait_key: str,
    due: datetime,
    reason: str,
    *,
    variables: bool = False,
    tell: bool = False,
) -> None:
    """Make a waiting timer, or the handling period of an open task, due at another instant ahead.

    `variables`: the variables that hold the old instant and that the diagram reads it from change with it. Nothing
    fires: a suspended instance may be changed as well. Whose deadline it is is told; the reason only with `tell`.
    Raises NotFound, NotAllowed, NoReason, InstanceEnded, DeadlineGone, DeadlineBehind, DeadlineSame.
    """
    with rt.transaction() as tx:
        change_deadline_in(rt, tx, actor, instance_key, wait_key, due, reason, variables=variables, tell=tell)


def change_deadline_in(
    rt: Runtime,
    tx: Transaction,
    actor: Actor,
    instance_key: int,
    wait_key: str,
    due: datetime,
    reason: str,
    *,
    variables: bool = False,
    tell: bool = False,
) -> None:
    """The same within a transaction."""
    work = open_for(rt, tx, actor, instance_key, RULE, reason)
    work.fire_due()
    wait = work.case.waits().get(wait_key)
    if not isinstance(wait, TimerWait | UserTaskWait) or wait.due is None:
        raise DeadlineGone()
    due, former = in_business_zone(due), wait.due
    if due <= tx.now:
        raise DeadlineBehind(due=instant(due), now=instant(tx.now))
    if due == former:
        raise DeadlineSame(due=instant(due))
    written = sources(work.case, wait_key, former) if variables else []
    moved = work.case.reschedule(wait_key, due)
    _write_variables(work, wait_key, written, due)
    detail = {"element": wait.element_id, "moved": moved, "variables": written}
    before, after = {"due": former.isoformat()}, {"due": due.isoformat()}
    work.save(detail={"reason": reason, **detail, "before": before, "after": after})
    said = {"element": wait.element_id, "former": former, "due": due, "reason": reason if tell else ""}
    place = {"instance": instance_key, "revision": work.row.revision, "waits": frozenset(moved)}
    tx.rescheduled.append({**said, **place})


def shifted(rt: Runtime, due: datetime, workdays: int) -> datetime:
    """The instant so many working days later (earlier, when negative), at the same time of day. Raises YearUnknown.

    An instant that ends a day, 24:00, is counted from that day.
    """
    local = in_business_zone(due)
    ends_day = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    day = local.date() - timedelta(days=1) if ends_day else local.date()
    return local + (rt.calendar.add(day, workdays) - day)


def sources(case: Case, wait_key: str, due: datetime) -> list[str]:
    """The variables that the diagram reads this deadline from and that say this very instant."""
    named = _NAME.findall(case.due_expression(wait_key))
    view = case.scope_view(wait_key)
    return [name for name in dict.fromkeys(named) if _says(view.get(name), due)]


def _says(value: Any, due: datetime) -> bool:
    if not isinstance(value, str) or "T" not in value:
        return False
    try:
        return read_instant(value) == due
    except ValueError:
        return False


def _write_variables(work: Work, wait_key: str, names: list[str], due: datetime) -> None:
    """Each where it stands, as text with the offset of the business zone."""
    if names:
        work.case.set_variables(wait_key, dict.fromkeys(names, due.isoformat()))
