"""Work that a transaction leaves for after its commit: jobs, and effects on the world outside.

An effect (a mail) is decided inside a transaction and done after it, once per idempotency key.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.store import json
from engine.store.work import EFFECT, Job, Outbox

ATTEMPTS = 3
DOCUMENTS_DUE = "documents.due"
"""The effect by which a verb has the documents made that belong to what it issued."""


class EffectRefused(Exception):
    """The world outside refused an effect for good, e.g. an unknown mailbox: it is noted and not tried again.

    `kept`: what of the payload is to be kept, or None for all of it.
    """

    def __init__(self, reason: str, kept: Mapping[str, Any] | None = None) -> None:
        self.kept = kept
        super().__init__(reason)


def leave(
    session: Session,
    now: datetime,
    kind: str,
    payload: Mapping[str, Any],
    key: str,
    *,
    retries: int = ATTEMPTS,
) -> None:
    """Leave an effect for after the commit; a key that was used before leaves nothing. Raises BadJson.

    `retries`: failures after which it becomes an incident.
    """
    if session.scalar(select(Outbox.id).where(Outbox.idempotency_key == key)) is not None:
        return
    row = Outbox(kind=kind, payload=json.checked(dict(payload)), idempotency_key=key, created_at=now)
    session.add(row)
    session.flush()
    enqueue(session, now, EFFECT, {}, type=kind, subject=row.id, retries=retries)


def enqueue(
    session: Session,
    now: datetime,
    kind: str,
    payload: Mapping[str, Any],
    *,
    type: str = "",
    instance_id: int | None = None,
    subject: int | None = None,
    retries: int = ATTEMPTS,
) -> None:
    """Add a job that a worker may take at once."""
    session.execute(
        insert(Job),
        [
            {
                "kind": kind,
                "type": type,
                "payload": dict(payload),
                "instance_id": instance_id,
                "subject": subject,
                "retries": retries,
                "wake": now,
                "created_at": now,
            }
        ],
    )
