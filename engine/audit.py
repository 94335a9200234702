"""The audit trail: every accepted command becomes a link in one chain of SHA-256 hashes.

A link's hash covers its own facts and its predecessor's hash, so that no row can be changed, left out or put in
between without breaking every later one; the head row tells when the end was cut off. `verify` walks the chain.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from engine.store import json
from engine.store.trail import Audit, AuditHead

GENESIS = "0" * 64
"""What the first link points to."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not hold, and why."""

    sequence: int
    reason: str


# Every command runs these three: they are put together once, on the tables.
_HEAD = select(AuditHead.sequence, AuditHead.hash).with_for_update()
_ADD = insert(cast("Table", Audit.__table__))
_MOVE = update(cast("Table", AuditHead.__table__)).values(sequence=bindparam("to"), hash=bindparam("over"))


def append(
    session: Session,
    *,
    at: datetime,
    actor: str,
    action: str,
    object_type: str,
    object_key: str | int,
    business_key: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Add a link inside the caller's transaction; its number. Call it last: it queues all writers until the commit."""
    length, previous = _lock_head(session)
    link: dict[str, Any] = {
        "sequence": length + 1,
        "at": at,
        "actor": actor,
        "action": action,
        "object_type": object_type,
        "object_key": str(object_key),
        "business_key": business_key,
        # as it will be read again, so that the hash can be computed again
        "detail": json.loads(json.dumps(dict(detail or {}))),
        "previous": previous,
    }
    link["hash"] = _hash(link)
    session.execute(_ADD, link)
    session.execute(_MOVE, {"to": link["sequence"], "over": link["hash"]})
    return length + 1


def lock(session: Session) -> None:
    """Wait for every other writer of the trail; nobody appends until this transaction ends."""
    _lock_head(session)


def verify(session: Session) -> Broken | None:
    """The first broken link of the chain, or None when every row and the head agree."""
    previous, sequence = GENESIS, 0
    for row in _links(session):
        sequence += 1
        if row.sequence != sequence:
            return Broken(sequence, "a link is missing")
        if row.previous != previous:
            return Broken(sequence, "it does not follow the link before")
        if row.hash != _hash(_facts(row)):
            return Broken(sequence, "its contents were changed")
        previous = row.hash
    head = session.execute(select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    if head is None and sequence == 0:
        return None
    if head is None or (head.sequence, head.hash) != (sequence, previous):
        return Broken(sequence + 1, "the end was cut off")
    return None


def _lock_head(session: Session) -> tuple[int, str]:
    head = session.execute(_HEAD).one_or_none()
    if head is None:  # a fresh database; a second writer fails on the primary key and tries again
        session.execute(insert(AuditHead).values(id=1, sequence=0, hash=GENESIS))
        return 0, GENESIS
    return head.sequence, head.hash


def _links(session: Session) -> Iterator[Audit]:
    yield from session.scalars(select(Audit).order_by(Audit.sequence).execution_options(yield_per=1000))


def _facts(row: Audit) -> dict[str, Any]:
    names = (
        "sequence",
        "at",
        "actor",
        "action",
        "object_type",
        "object_key",
        "business_key",
        "detail",
        "previous",
    )
    return {name: getattr(row, name) for name in names}


def _hash(link: Mapping[str, Any]) -> str:
    facts = {**link, "at": link["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    facts.pop("hash", None)
    return hashlib.sha256(json.canonical(facts).encode()).hexdigest()
