"""One act for good: in one transaction, under the lock of its instance, unless something has moved since it was seen."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import policy
from engine.commands.operations import require_reason
from engine.commands.retrying import command
from engine.commands.work import open_work
from engine.operating import marking
from engine.operating.acts import ACTS, Deed, instance_of
from engine.operating.findings import finding
from engine.operating.refusals import MovedOn
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime, Transaction
from engine.store.instances import ACTIVE, Instance
from engine.store.work import Timer


@command
def do(rt: Runtime, actor: Actor, deed: Deed, seen: str | None = None) -> None:
    """Do it. `seen`: the mark of the preview; what has moved since is told and nothing is done.

    Raises NotAllowed, NoReason, NotFound, MovedOn and what the command raises.
    """
    with rt.transaction() as tx:
        do_in(rt, tx, actor, deed, seen)


def do_in(rt: Runtime, tx: Transaction, actor: Actor, deed: Deed, seen: str | None) -> None:
    """The same within a transaction; when deadlines acted first, they are committed and `tx.refusal` says so."""
    act = ACTS[deed.act]
    policy.require(actor, act.rule)
    require_reason(deed.reason)
    instance = locked(tx, act.target, deed.target)
    if seen is not None:
        require_unmoved(rt, tx, deed, seen)
    if instance is not None and settle(rt, tx, instance):
        told = finding("due_now")
        tx.refusal = MovedOn(zh=told.told("zh"), en=told.told("en"))
        return
    act.perform(rt, tx, actor, deed.target, deed.arguments, deed.reason)


def locked(tx: Transaction, target: str, key: int) -> int | None:
    """The instance of an object, locked until the transaction ends; None where there is none. Raises NotFound."""
    instance = instance_of(tx.session, target, key)
    if instance is not None:
        tx.session.execute(select(Instance.id).where(Instance.id == instance).with_for_update())
    return instance


def require_unmoved(rt: Runtime, tx: Transaction, deed: Deed, seen: str) -> None:
    """Pass when the object stands as it was seen. Raises MovedOn with what has changed."""
    target = ACTS[deed.act].target
    if marking.mark(tx.session, target, deed.target) == seen:
        return
    rt.definitions.refresh(tx.session)
    found = marking.changes(tx.session, rt.definitions, target, deed.target, seen)
    raise MovedOn(
        zh="".join(each.told("zh", _minute) for each in found),
        en=" ".join(each.told("en", _minute) for each in found),
    )


def settle(rt: Runtime, tx: Transaction, instance: int) -> bool:
    """Let deadlines that have come act first; whether one did. Nothing while suspended."""
    if not _is_due(tx.session, instance, tx.now):
        return False
    work = open_work(rt, tx, SYSTEM, instance, "timer.fire")
    if work.row.status != ACTIVE or not work.fire_due():
        return False
    work.save()
    return True


def _is_due(session: Session, instance: int, now: datetime) -> bool:
    """Whether a deadline of the instance has come that has not acted yet."""
    due = select(Timer.id).where(Timer.instance_id == instance, Timer.due <= now, Timer.wake.is_not(None))
    return session.scalar(due.limit(1)) is not None


def _minute(text: str) -> str:
    return text[:16].replace("T", " ")
