"""The bench of the audit trail: a long chain is checked from its first link to its head."""

import time
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

from engine import audit
from engine.runtime import Runtime
from engine.store.trail import Audit, AuditHead
from webapp.bench.engine_benches import Figure, Size
from webapp.bench.measure import settle

CHUNK = 10_000


def verify(runtime: Runtime, size: Size) -> Figure:
    """Check a chain of so many links like those of completed tasks, on one core."""
    chain(runtime, size.links)
    settle(runtime.engine)
    wall, cpu = time.perf_counter(), time.process_time()
    with runtime.reading() as session:
        broken = audit.verify(session)
    return {
        "links": size.links,
        "broken": 0 if broken is None else broken.sequence,
        "seconds": round(time.perf_counter() - wall, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
    }


def chain(runtime: Runtime, wanted: int) -> None:
    """Put links behind those that are there until the chain has so many."""
    with runtime.transaction() as tx:
        length, previous = audit.head(tx.session)
        for first in range(length + 1, wanted + 1, CHUNK):
            rows = []
            for sequence in range(first, min(first + CHUNK, wanted + 1)):
                row = _link(sequence, previous, tx.now + timedelta(milliseconds=sequence))
                previous = row["hash"]
                rows.append(row)
            tx.session.execute(insert(Audit.__table__), rows)
        tx.session.execute(update(AuditHead).values(sequence=wanted, hash=previous))


def _link(sequence: int, previous: str, at: Any) -> dict[str, Any]:
    link: dict[str, Any] = {
        "sequence": sequence,
        "at": at,
        "actor": f"officer.{sequence % 500}",
        "action": "task.complete",
        "object_type": "user_task",
        "object_key": str(sequence),
        "business_key": f"2024-370100-SCENE-{sequence % 1500:04}",
        "detail": {
            "instance": sequence // 10,
            "process": "application",
            "element": "city_review",
            "revision": 3,
        },
        "previous": previous,
    }
    return {**link, "hash": audit.link_hash(link)}
