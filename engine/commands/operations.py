"""What an administrator may do to one instance: cancel it, move its tokens, migrate it. Each needs a reason."""

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
    policy.require(actor, "instance.cancel")
    with rt.transaction() as tx:
        work = _open(rt, tx, actor, instance_key, "instance.cancel", reason)
        work.case.cancel()
        work.save(detail={"reason": reason})


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
    policy.require(actor, "instance.modify")
    activate, terminate = list(activate), list(terminate)
    with rt.transaction() as tx:
        work = _open(rt, tx, actor, instance_key, "instance.modify", reason)
        work.require_running()
        work.fire_due()
        work.case.modify(activate=activate, terminate=terminate)
        work.run()
        moved = {"activate": [element for element, _ in activate], "terminate": terminate}
        work.save(detail={"reason": reason, **moved})


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
    policy.require(actor, "instance.migrate")
    with rt.transaction() as tx:
        work = _open(rt, tx, actor, instance_key, "instance.migrate", reason)
        work.require_running()
        work.fire_due()
        target = rt.definitions.version(PROCESS, work.row.process_id, version)
        newest = rt.definitions.refresh(tx.session)
        move(work, Move(target.key, newest, mapping=dict(mapping or {})), {"reason": reason})


def _open(rt: Runtime, tx: Transaction, actor: Actor, instance_key: int, action: str, reason: str) -> Work:
    if not reason.strip():
        raise NoReason()
    work = open_work(rt, tx, actor, instance_key, action)
    if work.row.ended_at is not None:
        raise InstanceEnded(at=instant(work.row.ended_at))
    return work
