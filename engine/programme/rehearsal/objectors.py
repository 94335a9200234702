"""The public: who objects to what was announced, and when. They use the door that the public page uses.

The same form is validated in the same context, and the same command takes the objection in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from engine.policy import PUBLIC
from engine.programme import public
from engine.programme.announcements.models import PublicNotice
from engine.programme.objections.intake import receive_objection
from engine.programme.rehearsal.office import Office
from engine.programme.rehearsal.population import Temper
from engine.store.definitions import FORM

FORM_ID = "objection_start"
IN_TIME: Mapping[Temper, str] = {
    "objected": "NAMED",
    "upheld": "NAMED",
    "reannounced": "SEALED",
    "clued": "ANONYMOUS",
}
TOO_LATE: Mapping[Temper, str] = {"late_objected": "NAMED"}
_SIGNATURES = {"NAMED": ("赵守正", "0531-00000001"), "SEALED": ("示例行业协会", "0531-00000002")}


@dataclass(slots=True)
class Objectors:
    """Those who object on the last day of a public notice, and those who come when it is over."""

    office: Office
    at_once: bool = False
    """Object as soon as a notice runs, instead of on its last day."""
    raised: set[str] = field(default_factory=set)
    """Application numbers against which they have objected."""

    def during(self, day: date) -> None:
        """Raise what is to be raised on this day: the last one of a notice, or one after it."""
        with self.office.runtime.reading() as session:
            notices = session.scalars(select(PublicNotice).order_by(PublicNotice.id)).all()
        for notice in notices:
            running = notice.starts_on <= day <= notice.ends_on
            if notice.ends_on == day or (running and self.at_once):
                self._raise(notice.id, IN_TIME)
            elif notice.ends_at <= self.office.clock.now():
                self._raise(notice.id, TOO_LATE)

    def _raise(self, notice: int, tempers: Mapping[Temper, str]) -> None:
        pending = {
            number: tempers[enterprise.temper]
            for number, enterprise in self.office.enterprises.items()
            if enterprise.temper in tempers and number not in self.raised
        }
        if not pending:
            return
        with self.office.runtime.reading() as session:
            announcement = public.announcement(session, notice)
        for item in announcement.items:
            if item.reference in pending:
                self.raised.add(item.reference)
                self._object(announcement, item, pending[item.reference])

    def _object(self, announcement: public.Announcement, item: public.Item, kind: str) -> None:
        self.office.refuse(
            f"an objection without a signature to {item.reference}",
            lambda: self._validated(announcement, {**self._body(item, "NAMED"), "name": "", "contact": ""}),
            "InvalidForm",
        )
        facts = {
            **self._validated(announcement, self._body(item, kind)),
            "cycle_year": announcement.cycle_year,
            "city": item.city,
        }
        received = receive_objection(self.office.runtime, PUBLIC, facts, announcement.ends_at)
        late = self.office.clock.now() >= announcement.ends_at
        self.office.expect("an objection is late from the end of its notice on", received.late == late)

    def _body(self, item: public.Item, kind: str) -> dict[str, Any]:
        body = {
            "application_no": item.reference,
            "kind": kind,
            "statement": "公示的项目与现场情况不一致，请核查设备联网情况。",
        }
        if kind in _SIGNATURES:
            body["name"], body["contact"] = _SIGNATURES[kind]
        return body

    def _validated(self, announcement: public.Announcement, body: Mapping[str, Any]) -> dict[str, Any]:
        runtime = self.office.runtime
        items = [{"value": i.reference, "label": i.object_name} for i in announcement.items]
        with runtime.reading() as session:
            runtime.definitions.refresh(session)
            form = runtime.definitions.form(session, runtime.definitions.find(FORM, FORM_ID))
        return form.validate(body, {"items": items}, runtime.clock, functions=runtime.functions)
