"""Adding links to the chain: two statements inside the caller's transaction, three on SQLite, whoever acts."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from engine.store import json
from engine.store.trail import Audit, AuditHead

GENESIS = "0" * 64
"""What the first link points to."""


# Every command runs these: they are put together once, on the tables.
_HEAD = select(AuditHead.sequence, AuditHead.hash).with_for_update()
_LINK = cast("Table", Audit.__table__)
_ADD = insert(_LINK).values({column.name: bindparam(f"link_{column.name}") for column in _LINK.columns})
_MOVE = update(cast("Table", AuditHead.__table__)).values(sequence=bindparam("to"), hash=bindparam("over"))
_ADD_AND_MOVE = _ADD.add_cte(_MOVE.cte("moved"))
"""Both at once: everybody else waits for the head meanwhile."""


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
    link["hash"] = link_hash(link)
    facts = {f"link_{name}": value for name, value in link.items()}
    forward = {"to": link["sequence"], "over": link["hash"]}
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ADD_AND_MOVE, facts | forward)
    else:
        session.execute(_ADD, facts)
        session.execute(_MOVE, forward)
    return length + 1


def head(session: Session) -> tuple[int, str]:
    """How many links there are, and the hash of the last; (0, GENESIS) for a chain without links."""
    found = session.execute(select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    return (found.sequence, found.hash) if found else (0, GENESIS)


def lock(session: Session) -> None:
    """Wait for every other writer of the trail; nobody appends until this transaction ends."""
    _lock_head(session)


def _lock_head(session: Session) -> tuple[int, str]:
    head = session.execute(_HEAD).one_or_none()
    if head is None:  # a fresh database; a second writer fails on the primary key and tries again
        session.execute(insert(AuditHead).values(id=1, sequence=0, hash=GENESIS))
        return 0, GENESIS
    return head.sequence, head.hash


def link_hash(link: Mapping[str, Any]) -> str:
    """The hash of a link: SHA-256 of the canonical JSON of its facts, with its instant in UTC and the hash before."""
    facts = {**link, "at": link["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    facts.pop("hash", None)
    return hashlib.sha256(json.canonical(facts).encode()).hexdigest()
