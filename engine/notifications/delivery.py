"""Right before a commit: what was collected becomes messages, all of them in a handful of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.notifications import deadlines, tasks
from engine.notifications.changes import take
from engine.notifications.operations import Message, Recipient, keep, members
from engine.notifications.words import Both, labelled, office, until
from engine.programme.applications import statuses as s
from engine.programme.cycles.models import Cycle
from engine.programme.lookup import by_key
from engine.programme.offices import office_name
from engine.programme.returns.models import ApplicationReturn
from engine.runtime import Runtime, Transaction
from engine.store.people import Organisation

if TYPE_CHECKING:
    from engine.programme.applications.models import Application
    from engine.workdays import WorkCalendar


@dataclass(frozen=True)
class Scene:
    """What the words of a message may look at: the transaction, its instant, and the tasks that it opened."""

    rt: Runtime
    session: Session
    now: datetime
    opened: Sequence[Mapping[str, Any]] = ()
    _offices: dict[str, Both | None] = field(default_factory=dict)

    @property
    def calendar(self) -> "WorkCalendar":
        """The calendar of working days."""
        return self.rt.calendar

    def task_of(self, business_key: str) -> Mapping[str, Any] | None:
        """The task that this transaction opened for the enterprise in this case, if it did."""
        return self._by_key.get(business_key)

    @cached_property
    def _by_key(self) -> dict[str, Mapping[str, Any]]:
        return {str(task["business_key"]): task for task in self.opened if task["business_key"]}

    def deadline(self, task: Mapping[str, Any] | None) -> Both | None:
        """Until when a task is to be done, and what happens then; None without one."""
        return None if task is None else tasks.deadline(task, self.now, self.calendar)

    def until(self, at: datetime) -> Both:
        """A deadline in words, with the working days that are left."""
        return until(at, self.now, self.calendar)

    def office(self, code: str) -> Both | None:
        """An office with its telephone; None for a code that is none."""
        if code not in self._offices:
            self._offices[code] = self._office(code)
        return self._offices[code]

    def _office(self, code: str) -> Both | None:
        found = self.session.get(Organisation, code)
        if found is None:
            return None
        place = self.rt.catalogues.get("regions").find(code)
        return office(office_name(found, (place.label_en or "") if place else ""), found.phone)

    def files_directly(self, application: "Application") -> bool:
        """Whether the city has taken over the county's step in this cycle (decision on article 7)."""
        cycle = by_key(self.session, Cycle, Cycle.year, application.cycle_year)
        return cycle is not None and application.county in cycle.direct_filing

    def returned_items(self, application_no: str, status: str) -> list[Both | None]:
        """The fields that are to be corrected, each with its reason."""
        if status not in (s.RETURNED, s.SUPPLEMENTING):
            return []
        listed = self.session.scalars(
            select(ApplicationReturn.items).where(
                ApplicationReturn.application_no == application_no, ApplicationReturn.closed_at.is_(None)
            )
        ).first()
        return [
            labelled(
                f"须补正“{item['label'] or item['field']}”",
                f"To correct, “{item.get('label_en') or item['label'] or item['field']}”",
                str(item["reason"]),
            )
            for item in listed or ()
        ]


def deliver(rt: Runtime, tx: Transaction) -> None:
    """Turn what this transaction changed, and the tasks that it opened for enterprises, into messages."""
    changes = take(tx.session)
    opened = tasks.for_enterprises(tx.opened)
    if not changes and not opened and not tx.rescheduled:
        return
    scene = Scene(rt, tx.session, tx.now, opened)
    by_code = members(tx.session, {change.organisation for change in changes} | tasks.codes(opened))
    told: list[tuple[Message, Sequence[Recipient]]] = []
    for change in changes:
        message = change.compose(scene)
        if message is not None:
            told.append((message, by_code.get(change.organisation, [])))
    said = {message.business_key for message, _ in told}
    told += tasks.messages(scene, [task for task in opened if task["business_key"] not in said], by_code)
    told += deadlines.messages(scene, tx.rescheduled)
    keep(tx.session, told, tx.now, by_sms=rt.settings.sms_url is not None)
