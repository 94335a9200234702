"""What a click on a public notice or a publication must pass."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.announcements import operations as announcements
from engine.programme.announcements.errors import NothingToAnnounce, NoticeInThePast
from engine.programme.applications import statuses as s
from engine.programme.cycles.guards import free_number
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.values import as_date, as_int


def may_announce(context: GuardContext) -> None:
    """Something was passed by the meeting, and the notice is not backdated.

    Its length is checked by the form (I17).
    """
    year = as_int(context.variables["cycle_year"])
    if not announcements.in_state(context.session, year, s.MEETING_PASSED):
        raise NothingToAnnounce()
    starts_on = as_date(context.body["starts_on"])
    if starts_on < context.clock.now().date():
        raise NoticeInThePast(start=starts_on)


def may_publish(context: GuardContext) -> None:
    """Something may be published now (I5, I6) under a free number; or, to close, nothing is left or held."""
    cycle = require_cycle(context.session, as_int(context.variables["cycle_year"]))
    now = context.clock.now()
    if context.body.get("decision") == "CLOSE":
        announcements.ensure_may_close(context.session, cycle, now)
        return
    free_number(context, "document_no")
    announcements.publishable(context.session, cycle, now)


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "announcements.may_announce": may_announce,
    "announcements.may_publish": may_publish,
}
