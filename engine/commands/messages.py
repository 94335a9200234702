"""Publish a message, and deliver it: a job takes it to one receiver after the other, each in its own transaction."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands import publishing
from engine.commands.leases import Lease, finish, postpone
from engine.commands.retrying import command
from engine.commands.starts import begin
from engine.commands.work import open_work
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime, Transaction
from engine.store.definitions import StartSubscription
from engine.store.instances import ACTIVE, SUSPENDED, Instance
from engine.store.messages import Message, MessageCorrelation, MessageSubscription
from engine.store.work import MESSAGE, Job

HOLD = timedelta(days=30)
"""How long a message waits for a receiver that is suspended, whatever its time to live."""


@command
def publish_message(
    rt: Runtime,
    actor: Actor,
    name: str,
    correlation_key: str,
    variables: Mapping[str, Any],
    time_to_live: str = "PT0S",
    message_id: str | None = None,
) -> int:
    """Publish a message; its key. Each process gets it once, in one instance; a job delivers it.

    Raises NotAllowed, BadJson, BadDuration, MessageRepeated for a `message_id` that is still kept.
    """
    policy.require(actor, "message.publish", {"name": name, "correlation_key": correlation_key})
    with rt.transaction() as tx:
        key = publishing.publish(
            tx.session,
            tx.now,
            name,
            correlation_key,
            variables,
            time_to_live=time_to_live,
            message_id=message_id,
        )
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="message.publish",
            object_type="message",
            object_key=key,
            business_key=correlation_key,
            detail={"name": name},
        )
        return key


def deliver(rt: Runtime, lease: Lease) -> None:
    """Take a message to all that wait for it, then let it sleep until it expires or somebody begins to wait."""
    while _deliver_one(rt, lease):
        pass


@command
def match(rt: Runtime, lease: Lease) -> None:
    """Wake the messages that instances have begun to wait for."""
    with rt.transaction() as tx:
        wake_messages(tx, lease.payload["sought"])
        finish(tx.session, lease)


def wake_messages(tx: Transaction, sought: Sequence[Sequence[str]]) -> None:
    """Let the jobs of kept messages with these (name, correlation key) look for receivers again."""
    wanted = select(Message.id).where(
        or_(*(_is(Message, name, key) for name, key in sought)), Message.expires_at > tx.now
    )
    # Without its lease, a worker that has just found no receiver cannot put the message to sleep any more.
    tx.session.execute(
        update(Job).where(Job.kind == MESSAGE, Job.subject.in_(wanted)).values(wake=tx.now, lease=None)
    )


@command
def _deliver_one(rt: Runtime, lease: Lease) -> bool:
    """Deliver to one receiver; whether there may be another one."""
    with rt.transaction() as tx:
        message = tx.session.get(Message, lease.subject, with_for_update=True)
        if message is None:
            finish(tx.session, lease)
            return False
        subscription = _subscription(tx.session, message)
        if subscription is not None:
            _correlate_in_order(rt, tx, message, subscription)
            return True
        start = _start(tx.session, message)
        if start is not None:
            _start_instance(rt, tx, message, start)
            return True
        _keep(tx, message, lease)
        return False


def _subscription(
    session: Session, message: Message, instance_id: int | None = None
) -> MessageSubscription | None:
    """The oldest waiting subscription, of that instance, of a process that has not had the message yet."""
    query = (
        select(MessageSubscription)
        .join(Instance, Instance.id == MessageSubscription.instance_id)
        .where(
            _is(MessageSubscription, message.name, message.correlation_key),
            Instance.status == ACTIVE,
            ~_had(message.id, MessageSubscription.process_id),
        )
        .order_by(MessageSubscription.id)
        .limit(1)
    )
    if instance_id is not None:
        query = query.where(MessageSubscription.instance_id == instance_id)
    return session.scalars(query).one_or_none()


def _correlate_in_order(
    rt: Runtime, tx: Transaction, message: Message, subscription: MessageSubscription
) -> None:
    """Deliver this message, or first one that was published before it: an instance gets them in that order.

    Whoever locks messages goes from later to earlier ones, so that two workers never wait for each other.
    """
    key = tx.session.scalar(_earlier(message, subscription))
    if key is None:
        _correlate(rt, tx, message, subscription)
        return
    first = tx.session.get(Message, key, with_for_update=True, populate_existing=True)
    found = _subscription(tx.session, first, subscription.instance_id) if first is not None else None
    if first is not None and found is not None:  # else another worker has just delivered it
        _correlate(rt, tx, first, found)


def _earlier(message: Message, subscription: MessageSubscription) -> Select[Any]:
    """The first message before this one that the same instance waits for."""
    waiting = (
        MessageSubscription.instance_id == subscription.instance_id,
        MessageSubscription.name == Message.name,
        MessageSubscription.correlation_key == Message.correlation_key,
    )
    return (
        select(Message.id)
        .join(MessageSubscription, and_(*waiting))
        .where(Message.id < message.id, ~_had(Message.id, MessageSubscription.process_id))
        .order_by(Message.id)
        .limit(1)
    )


def _start(session: Session, message: Message) -> StartSubscription | None:
    """A process that this message starts: one that runs for the same key already must end first."""
    running = exists().where(
        Instance.process_id == StartSubscription.process_id,
        Instance.business_key == message.correlation_key,
        Instance.status.in_((ACTIVE, SUSPENDED)),
    )
    return session.scalars(
        select(StartSubscription)
        .where(
            StartSubscription.kind == "message",
            StartSubscription.name == message.name,
            ~_had(message.id, StartSubscription.process_id),
            ~running,
        )
        .order_by(StartSubscription.id)
        .limit(1)
    ).one_or_none()


def _correlate(rt: Runtime, tx: Transaction, message: Message, subscription: MessageSubscription) -> None:
    work = open_work(rt, tx, SYSTEM, subscription.instance_id, "message.correlate")
    if work.row.status != ACTIVE:
        return  # it was suspended or ended while we waited for its lock: look again
    work.fire_due()
    if subscription.wait_key in work.case.waits():
        work.row.hops = message.hops
        work.case.correlate(subscription.wait_key, message.variables)
        work.run()
        _note(tx, message, subscription.process_id, work.row.id)
    work.save(detail={"message": message.name, "element": subscription.element_id})


def _start_instance(rt: Runtime, tx: Transaction, message: Message, start: StartSubscription) -> None:
    rt.definitions.refresh(tx.session)
    key = message.correlation_key or None
    version = rt.definitions.by_key(tx.session, start.definition_id)
    work = begin(
        rt,
        tx,
        SYSTEM,
        version,
        message.variables,
        key,
        start_element=start.element_id,
        correlation_key=key,
        hops=message.hops,
    )
    _note(tx, message, start.process_id, work.row.id)


def _keep(tx: Transaction, message: Message, lease: Lease) -> None:
    suspended = exists().where(
        _is(MessageSubscription, message.name, message.correlation_key),
        Instance.id == MessageSubscription.instance_id,
        Instance.status == SUSPENDED,
        ~_had(message.id, MessageSubscription.process_id),
    )
    if message.expires_at <= tx.now + HOLD and tx.session.scalar(select(suspended)):
        message.expires_at = tx.now + HOLD
    if message.expires_at <= tx.now:
        tx.session.delete(message)
        finish(tx.session, lease)
    else:
        postpone(tx.session, lease, message.expires_at)


def _note(tx: Transaction, message: Message, process_id: str, instance_id: int) -> None:
    tx.session.execute(
        insert(MessageCorrelation).values(
            message_id=message.id, process_id=process_id, instance_id=instance_id, at=tx.now
        )
    )


def _had(message_id: Any, process_id: Any) -> Any:
    return exists().where(
        MessageCorrelation.message_id == message_id, MessageCorrelation.process_id == process_id
    )


def _is(table: Any, name: str, correlation_key: str) -> Any:
    return (table.name == name) & (table.correlation_key == correlation_key)
