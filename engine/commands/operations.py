"""What an administrator may do to one instance: cancel it, move its tokens, migrate it. Each needs a reason.

Every command has a form that runs within a transaction (`…_in`), for what has more to write down or gives up
again: batches and previews (`engine.operating`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from engine import policy
from engine.commands.moving import Move, move
from engine.commands.refusals import InstanceEnded, NoReason
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.commands.work import Work, open_work
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.definitions import PROCESS


@command
def cancel(rt: Runtime, actor: Actor, instance_key: int, reason: str) -> None:
    """End an instance with all that waits in it. Raises NotFound, NotAllowed, NoReason, InstanceEnded."""
    with rt.transaction() as tx:
        cancel_in(rt, tx, actor, instance_key, reason)


def cancel_in(rt: Runtime, tx: Transaction, actor: Actor, instance_key: int, reason: str) -> None:
    """The same within a transaction."""
    work = open_for(rt, tx, actor, instance_key, "instance.cancel", reason)
    before = standing(work)
    work.case.cancel()
    work.save(detail={"reason": reason, "before": before, "after": {"status": "TERMINATED", "at": []}})


@command
def modify(
    rt: Runtime,
    actor: Actor,
    instance_key: int,
    activate: Iterable[tuple[str, Mapping[str, Any]]] = (),
    terminate: Iterable[str] = (),
    reason: str = "",
) -> None:
    """Move tokens: begin at elements (id, variables), end element instances (keys), in one step.

    Raises NotFound, NotAllowed, NoReason, InstanceEnded, InstanceSuspended, CannotModify.
    """
    activate, terminate = list(activate), list(terminate)
    with rt.transaction() as tx:
        modify_in(rt, tx, actor, instance_key, activate, terminate, reason)


def modify_in(
    rt: Runtime,
    tx: Transaction,
    actor: Actor,
    instance_key: int,
    activate: Iterable[tuple[str, Mapping[str, Any]]],
    terminate: Iterable[str],
    reason: str,
) -> None:
    """The same within a transaction."""
    activate, terminate = list(activate), list(terminate)
    work = open_for(rt, tx, actor, instance_key, "instance.modify", reason)
    work.require_running()
    work.fire_due()
    before = standing(work)
    work.case.modify(activate=activate, terminate=terminate)
    work.run()
    moved = {"activate": [element for element, _ in activate], "terminate": terminate}
    work.save(detail={"reason": reason, **moved, "before": before, "after": standing(work)})


@command
def migrate(
    rt: Runtime,
    actor: Actor,
    instance_key: int,
    version: int | None = None,
    mapping: Mapping[str, str] | None = None,
    reason: str = "",
) -> None:
    """Go on under another version of the same process (default: the newest); `mapping` renames elements.

    Raises NotFound, NotAllowed, NoReason, InstanceEnded, InstanceSuspended, NotDeployed, CannotMigrate.
    """
    with rt.transaction() as tx:
        migrate_in(rt, tx, actor, instance_key, version, mapping, reason)


def migrate_in(
    rt: Runtime,
    tx: Transaction,
    actor: Actor,
    instance_key: int,
    version: int | None,
    mapping: Mapping[str, str] | None,
    reason: str,
) -> None:
    """The same within a transaction."""
    work = open_for(rt, tx, actor, instance_key, "instance.migrate", reason)
    work.require_running()
    work.fire_due()
    target = rt.definitions.version(PROCESS, work.row.process_id, version)
    newest = rt.definitions.refresh(tx.session)
    move(work, Move(target.key, newest, mapping=dict(mapping or {})), {"reason": reason})


def open_for(rt: Runtime, tx: Transaction, actor: Actor, instance_key: int, action: str, reason: str) -> Work:
    """The locked instance of an act of operations: by right, with a reason, and not ended.

    Raises NotAllowed, NoReason, NotFound, InstanceEnded.
    """
    policy.require(actor, action)
    require_reason(reason)
    work = open_work(rt, tx, actor, instance_key, action)
    if work.row.ended_at is not None:
        raise InstanceEnded(at=instant(work.row.ended_at))
    return work


def require_reason(reason: str) -> None:
    """Pass for a reason that says something. Raises NoReason."""
    if not reason.strip():
        raise NoReason()


def standing(work: Work) -> dict[str, Any]:
    """Where an instance stands, for the audit trail: its state and the elements at which it is."""
    inner = {each.within for each in work.case.active()}
    return {
        "status": work.row.status,
        "at": sorted(each.element_id for each in work.case.active() if each.key not in inner),
    }
