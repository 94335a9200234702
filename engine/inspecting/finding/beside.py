"""What a list says beside an instance: where its tokens are, what is overdue, what has failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.inspecting.finding.conditions import PLACES
from engine.store.instances import Incident
from engine.store.tasks import CREATED, UserTask


@dataclass(slots=True)
class Beside:
    """Of one instance: the elements with a token, each once, in the order of the keys; and how many are in trouble."""

    elements: list[str] = field(default_factory=list)
    overdue: int = 0
    incidents: int = 0

    def add(self, element: str) -> None:
        """Note an element."""
        if element not in self.elements:
            self.elements.append(element)


def beside(session: Session, instances: Iterable[int], now: datetime) -> Mapping[int, Beside]:
    """The facts of these instances, in as many statements however many they are."""
    keys = list(instances)
    found = {key: Beside() for key in keys}
    tasks = select(UserTask.instance_id, UserTask.element_id, UserTask.due_order).where(
        UserTask.instance_id.in_(keys), UserTask.state == CREATED
    )
    for key, element, due in session.execute(tasks.order_by(UserTask.id)):
        found[key].add(element)
        found[key].overdue += due <= now
    failed = select(Incident.instance_id, Incident.element_id).where(
        Incident.instance_id.in_(keys), Incident.resolved_at.is_(None)
    )
    for stuck, element in session.execute(failed.order_by(Incident.id)):
        if stuck is not None:
            found[stuck].add(element)
            found[stuck].incidents += 1
    for table in PLACES:
        waits = select(table.instance_id, table.element_id).where(table.instance_id.in_(keys))
        for key, element in session.execute(waits.order_by(table.id)):
            found[key].add(element)
    return found
