"""Leaving messages, signals and effects inside a transaction; jobs deliver them after its commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.commands.refusals import MessageRepeated
from engine.commands.texts import duration
from engine.outbox import enqueue, leave
from engine.store import json
from engine.store.messages import Message
from engine.store.work import MESSAGE, SIGNAL
from engine.verbs import Parameter, VerbContext, Verbs

__all__ = ["VERBS", "broadcast", "enqueue", "leave", "publish"]

PUBLISH = "message.publish"
VERBS = Verbs()


class GoesInCircles(Exception):
    """A message or signal was passed on from instance to instance too often, without anybody's click or a timer."""

    def __init__(self, hops: int) -> None:
        super().__init__(
            f"passed on by {hops} instances one after the other: they may call each other for ever"
        )


def publish(
    session: Session,
    now: datetime,
    name: str,
    correlation_key: str,
    variables: Mapping[str, Any],
    *,
    time_to_live: str = "PT0S",
    message_id: str | None = None,
    origin: int | None = None,
    hops: int = 0,
) -> int:
    """Keep a message for its time to live and ask a job to deliver it; its key. Raises MessageRepeated, BadJson."""
    if message_id is not None and _published(session, name, correlation_key, message_id):
        raise MessageRepeated(name=name, message_id=message_id)
    message = Message(
        name=name,
        correlation_key=correlation_key,
        message_id=message_id,
        variables=json.checked(dict(variables)),
        published_at=now,
        expires_at=now + duration(time_to_live),
        origin_id=origin,
        hops=hops,
    )
    session.add(message)
    session.flush()
    enqueue(session, now, MESSAGE, {}, type=name, subject=message.id)
    return message.id


def broadcast(
    session: Session,
    now: datetime,
    name: str,
    variables: Mapping[str, Any],
    *,
    origin: int | None = None,
    hops: int = 0,
) -> None:
    """Ask a job to tell every instance but `origin` that waits for this signal."""
    payload = {"name": name, "variables": dict(variables), "origin": origin, "hops": hops}
    enqueue(session, now, SIGNAL, payload, type=name)


@VERBS.register(
    PUBLISH,
    zh="发布消息",
    en="publish a message",
    inputs=(Parameter("correlationKey", "string", "关联键", "correlation key"),),
)
def _publish(context: VerbContext, correlationKey: str, **payload: Any) -> None:
    """Publish the message that the element refers to; every further local variable is its payload."""
    context.publish(
        context.headers["messageName"],
        str(correlationKey),
        payload,
        time_to_live=context.headers.get("timeToLive", "PT0S"),
    )


def _published(session: Session, name: str, correlation_key: str, message_id: str) -> bool:
    found = select(Message.id).where(
        Message.name == name, Message.correlation_key == correlation_key, Message.message_id == message_id
    )
    return session.scalar(found) is not None
