"""Broadcast a signal, and carry it to each instance that waits for it."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import audit, policy
from engine.commands import publishing
from engine.commands.leases import Lease, finish, postpone
from engine.commands.retrying import command
from engine.commands.starts import begin
from engine.commands.work import open_work
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime, Transaction
from engine.store import json
from engine.store.definitions import StartSubscription
from engine.store.instances import SUSPENDED
from engine.store.messages import SignalSubscription
from engine.store.work import SIGNAL


@command
def broadcast_signal(rt: Runtime, actor: Actor, name: str, variables: Mapping[str, Any]) -> None:
    """Tell everything that waits for this signal; a job carries it. Raises NotAllowed, BadJson."""
    policy.require(actor, "signal.broadcast", {"name": name})
    variables = json.checked(dict(variables))
    with rt.transaction() as tx:
        publishing.broadcast(tx.session, tx.now, name, variables)
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="signal.broadcast",
            object_type="signal",
            object_key=name,
        )


@command
def carry(rt: Runtime, lease: Lease) -> None:
    """Do one step of a broadcast: spread it over its receivers, or hand it to one."""
    with rt.transaction() as tx:
        if lease.instance_id is not None:
            _hand_over(rt, tx, lease, lease.instance_id)
        elif "start" in lease.payload:
            _start(rt, tx, lease)
        else:
            _spread(rt, tx, lease)


def _spread(rt: Runtime, tx: Transaction, lease: Lease) -> None:
    """One job for each waiting instance and each start event, so that one failure holds up nobody else.

    Raises GoesInCircles.
    """
    hops = _hops(lease)
    if hops > rt.settings.hop_limit:
        raise publishing.GoesInCircles(hops)
    name, variables, origin = (lease.payload[key] for key in ("name", "variables", "origin"))
    waiting: dict[int, list[str]] = defaultdict(list)
    found = select(SignalSubscription.instance_id, SignalSubscription.wait_key).where(
        SignalSubscription.name == name
    )
    for instance_id, wait_key in tx.session.execute(found):
        if instance_id != origin:
            waiting[instance_id].append(wait_key)
    for instance_id, keys in waiting.items():
        payload = {"waits": keys, "variables": variables, "hops": hops}
        publishing.enqueue(tx.session, tx.now, SIGNAL, payload, type=name, instance_id=instance_id)
    starts = select(StartSubscription.id).where(
        StartSubscription.kind == "signal", StartSubscription.name == name
    )
    for start in tx.session.scalars(starts).all():
        begins = {"start": start, "variables": variables, "hops": hops}
        publishing.enqueue(tx.session, tx.now, SIGNAL, begins, type=name)
    finish(tx.session, lease)


def _hand_over(rt: Runtime, tx: Transaction, lease: Lease, instance_id: int) -> None:
    work = open_work(rt, tx, SYSTEM, instance_id, "signal.catch")
    if work.row.status == SUSPENDED:
        postpone(tx.session, lease, None)
        return
    finish(tx.session, lease)
    if work.row.ended_at is not None:
        return
    work.fire_due()
    work.row.hops = _hops(lease)
    for key in lease.payload["waits"]:
        if key in work.case.waits():
            work.case.signal(key, lease.payload["variables"])
            work.run()
    work.save(detail={"signal": lease.type})


def _start(rt: Runtime, tx: Transaction, lease: Lease) -> None:
    start = tx.session.get(StartSubscription, lease.payload["start"])
    if start is not None:
        rt.definitions.refresh(tx.session)
        version = rt.definitions.by_key(tx.session, start.definition_id)
        begin(
            rt,
            tx,
            SYSTEM,
            version,
            lease.payload["variables"],
            start_element=start.element_id,
            hops=_hops(lease),
        )
    finish(tx.session, lease)


def _hops(lease: Lease) -> int:
    return int(lease.payload.get("hops", 0))  # a broadcast of an earlier release does not say
