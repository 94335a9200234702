"""What whoever signs sees: opinions against the order of scores, minutes, the record of a visit. One form, many steps."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.programme.applications.operations import require as require_application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.meetings import facts as papers
from engine.programme.meetings.operations import reviewed
from engine.programme.submissions import content
from engine.programme.values import as_int
from engine.programme.visits.operations import find
from webapp.meetings.opinions import grouped, proposed, with_flags
from webapp.meetings.quotas import recommended, usage
from webapp.shared import reading
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage

Shows = Callable[[Session, TaskPage], Mapping[str, Any]]


def facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is to be signed, by the step; nothing beside the form for steps of other areas."""
    show = SHOWS.get(page.task.element_id)
    if show is None or not page.open:
        return {"shows": ""}
    with reading() as session:
        return show(session, page)


def _opinions(session: Session, page: TaskPage) -> Mapping[str, Any]:
    year = as_int(page.opened.variables["cycle_year"])
    rows = content(session, page.opened.variables["opinion_submission"])["items"]
    items = {item.application_no: item for item in with_flags(session, reviewed(session, year))}
    cycle = require_cycle(session, year)
    line = cycle.parameters["pass_line"]
    given = [
        (row["application_no"], row["rank"], row["opinion"], row.get("reason") or "", {}) for row in rows
    ]
    groups = grouped(items, given, line)
    used = usage(cycle.quotas or {}, recommended(session, year), proposed(groups))
    return {"shows": "opinions", "groups": groups, "pass_line": line, "year": year, "usage": used}


def _minutes(session: Session, page: TaskPage) -> Mapping[str, Any]:
    year = as_int(page.opened.variables["cycle_year"])
    data = content(session, page.opened.variables["meeting_submission"])
    return {"shows": "minutes", "minutes": papers.minutes_of(session, year, data), "year": year}


def _visit(session: Session, page: TaskPage) -> Mapping[str, Any]:
    number = str(page.task.business_key)
    return {
        "shows": "visit",
        "order": find(session, number),
        "application": require_application(session, number),
    }


SHOWS: dict[str, Shows] = {
    "opinion_review": _opinions,
    "opinion_sign": _opinions,
    "meeting_sign": _minutes,
    "visit_sign": _visit,
}

desks.register("approval", template="meetings/approval.html", facts=facts)
