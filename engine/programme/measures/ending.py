"""A case of the list of open matters that is terminated: register and process end in the transaction of the decision.

Article 15 gives the date only; that a case without a continued basis may be ended, and who hears of it, is this
project's decision. A whole cycle takes everything with it that is still open in it.
"""

from engine.commands.publishing import publish
from engine.commands.work import open_work
from engine.policy import Actor
from engine.programme.applications import operations as applications
from engine.programme.applications import statuses as s
from engine.programme.cycles import operations as cycles
from engine.programme.cycles.ending import left_in
from engine.programme.measures.errors import AfterwardsRefused
from engine.programme.measures.models import ExpiryItem
from engine.programme.monitoring import operations as monitoring
from engine.runtime import Runtime, Transaction

REMARK = "依据文件已失效"
KEEP = "P30D"


def end(rt: Runtime, tx: Transaction, actor: Actor, item: ExpiryItem, reason: str) -> None:
    """End the case and what waits in it, and note it in its register with the reason.

    Raises AfterwardsRefused when it has ended already.
    """
    work = open_work(rt, tx, actor, item.instance_key, "expiry.terminate")
    if work.row.ended_at is not None:
        raise AfterwardsRefused(zh_why="该事项已经办结或者终止。", en_why="the case has ended already.")
    _note(tx, actor, item, reason)
    work.case.cancel()
    work.save(detail={"reason": reason, "basis": "第十五条"})


def _note(tx: Transaction, actor: Actor, item: ExpiryItem, reason: str) -> None:
    """What the register says; a change of an application's status tells its applicant."""
    session, key, by = tx.session, item.business_key, actor.login
    note = f"{REMARK}：{reason}"
    if item.process_id == "application":
        application = applications.require(session, key)
        if application.status not in s.ENDED:
            applications.change_status(
                application, s.TERMINATED, actor=by, basis="第十五条", at=tx.now, note=note
            )
    elif item.process_id == "annual_cycle":
        cycle = cycles.require(session, int(key))
        cycles.finish(cycle, terminated=True, actor=by, at=tx.now, basis=f"第十五条（{note}）"[:200])
        for each in left_in(session, cycle):
            publish(session, tx.now, "cycle.terminated", each, {}, time_to_live=KEEP)
    elif item.process_id == "monitoring":
        evaluation = monitoring.require(session, key)
        if evaluation.closed_at is None:
            monitoring.end_after_expiry(session, evaluation, note=reason, actor=by, at=tx.now)
