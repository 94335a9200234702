"""Walking the chain: every link against its contents, its predecessor, the anchors and the head."""

import hashlib
import json as plain
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import DateTime, Row, Text, select, type_coerce
from sqlalchemy.orm import Session

from engine.audit.chain import GENESIS
from engine.store import json
from engine.store.trail import Audit, AuditHead

BATCH = 5000
"""Links that are read at once."""

_quoted = plain.encoder.encode_basestring
_read = plain.JSONDecoder(parse_float=Decimal).decode
_write = plain.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not hold, and why."""

    sequence: int
    reason: str


class Mark(NamedTuple):
    """A link whose hash is known from elsewhere: an anchor."""

    sequence: int
    hash: str


START = Mark(0, GENESIS)

# The bare columns: no object is made of a link that is only checked.
_COLUMNS = (
    Audit.sequence,
    type_coerce(Audit.at, DateTime(timezone=True)).label("at"),
    Audit.actor,
    Audit.action,
    Audit.object_type,
    Audit.object_key,
    Audit.business_key,
    type_coerce(Audit.detail, Text).label("detail"),
    Audit.previous,
    Audit.hash,
)


def verify(session: Session, marks: Iterable[Mark] = (), after: Mark = START) -> Broken | None:
    """The first broken link, or None when every link after `after`, every mark and the head agree.

    `marks`: what the hashes of some links must be, whatever the database says; those up to `after` are not looked at.
    """
    awaited = {mark.sequence: mark.hash for mark in marks if mark.sequence > after.sequence}
    sequence, previous = after
    for row in links(session, after.sequence):
        sequence += 1
        if row.sequence != sequence:
            return Broken(sequence, "a link is missing")
        if row.previous != previous:
            return Broken(sequence, "it does not follow the link before")
        if row.hash != digest(row):
            return Broken(sequence, "its contents were changed")
        if awaited.pop(sequence, row.hash) != row.hash:
            return Broken(sequence, "it is not the link that was anchored")
        previous = row.hash
    if awaited:
        return Broken(min(awaited), "an anchored link is missing")
    return _end(session, Mark(sequence, previous))


def _end(session: Session, last: Mark) -> Broken | None:
    head = session.execute(select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    if head is None and last == START:
        return None
    if head is None or (head.sequence, head.hash) != tuple(last):
        return Broken(last.sequence + 1, "the end was cut off")
    return None


def links(session: Session, after: int = 0, until: int | None = None) -> Iterator[Row[Any]]:
    """The links behind number `after`, up to and with `until`, as bare rows; a batch at a time."""
    while True:
        query = select(*_COLUMNS).where(Audit.sequence > after).order_by(Audit.sequence).limit(BATCH)
        batch: Sequence[Any] = session.execute(
            query if until is None else query.where(Audit.sequence <= until)
        ).all()
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1].sequence


def digest(row: Row[Any]) -> str | None:
    """What the hash of a link must be; None when its detail cannot even be read."""
    text = canonical(row)
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def canonical(row: Row[Any]) -> str | None:
    """The text of which the hash of a link is taken, as `engine.store.json.canonical` writes it, put together faster."""
    detail = _sorted(row.detail)
    if detail is None:
        return None
    key = "null" if row.business_key is None else _quoted(row.business_key)
    return (
        f'{{"action":{_quoted(row.action)},"actor":{_quoted(row.actor)},"at":"{_utc(row.at)}",'
        f'"business_key":{key},"detail":{detail},"object_key":{_quoted(row.object_key)},'
        f'"object_type":{_quoted(row.object_type)},"previous":{_quoted(row.previous)},"sequence":{row.sequence}}}'
    )


def _sorted(text: str) -> str | None:
    """The canonical text of a stored one: the plain reader knows no decimals, ours takes longer."""
    try:
        try:
            return _write(_read(text))
        except TypeError:
            return json.canonical(json.loads(text))
    except (ValueError, json.BadJson):
        return None


def _utc(at: datetime) -> str:
    known = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return known.isoformat(timespec="microseconds")
