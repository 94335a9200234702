"""By which versions of its process a case ran, one after the other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.definitions import Definition
from engine.store.instances import ElementEvent, Instance


@dataclass(frozen=True, slots=True)
class Moved:
    """A case went from one version to another; the same number twice where only decisions and forms changed."""

    at: datetime
    old: int
    new: int


def moves(session: Session, instance: Instance) -> list[Moved]:
    """Every migration of a case, oldest first; those of the processes that it called are left out."""
    events = session.scalars(
        select(ElementEvent)
        .where(
            ElementEvent.instance_id == instance.id,
            ElementEvent.event == "migrated",
            ElementEvent.element_type == "process",
            ElementEvent.scope.is_(None),
        )
        .order_by(ElementEvent.id)
    ).all()
    keys = {
        int(event.detail[name]) for event in events for name in ("from", "reference") if name in event.detail
    }
    rows = session.execute(select(Definition.id, Definition.version).where(Definition.id.in_(keys)))
    numbers = {row.id: row.version for row in rows}
    return [
        Moved(event.at, numbers[int(event.detail["from"])], numbers[int(event.detail["reference"])])
        for event in events
        if "from" in event.detail  # those of an earlier release do not say where they came from
    ]
