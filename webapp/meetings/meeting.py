"""The desk of the director's meeting: agenda, attendance, a result for every item, the minutes as they would read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.programme.applications.models import Application
from engine.programme.meetings import facts as papers
from engine.programme.meetings.models import FAIL, PASS, RETURN
from engine.programme.meetings.operations import TYPE_ORDER, next_round, proposed
from engine.programme.values import as_int
from forms.viewmodel import FieldView, FormView
from webapp.meetings.opinions import Row, rows_of
from webapp.shared import reading
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage

RESULTS = (PASS, FAIL, RETURN)
FIRST = ("minutes_no", "held_on", "place", "chair", "attendees", "absent", "observers")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda with its result and reason as fields of the form."""

    item: Application
    result: str
    reason: str
    fields: Mapping[str, FieldView]


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one type in the order in which they were proposed."""

    type: str
    items: list[Item]

    @property
    def counts(self) -> Mapping[str, int]:
        """Items by result."""
        return Counter(row.result for row in self.items)


def facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The agenda slip and the minutes as the answers would make them."""
    year = as_int(page.opened.variables["cycle_year"])
    with reading() as session:
        known = {item.application_no: item for item in proposed(session, year)}
        given = data if data.get("items") else {**data, "items": page.opened.variables.get("items") or []}
        return {
            "year": year,
            "round": next_round(session, year),
            "agenda": papers.agenda_facts(session, year),
            "minutes": papers.minutes_of(session, year, given),
            "groups": lambda view: grouped(known, rows_of(page, data, view)),
            "field": field,
            "first": FIRST,
            "numbers": sorted(known),
        }


def field(view: FormView, path: str) -> FieldView | None:
    """A field of the form by its path."""
    return next((f for s in view.sections for f in s.fields if f.path == path), None)


def grouped(known: Mapping[str, Application], rows: Iterable[Row]) -> list[Group]:
    """The items of the agenda by type, in the order in which they were proposed."""
    found: dict[str, list[Item]] = {}
    for number, _, result, reason, fields in rows:
        if number in known:
            found.setdefault(known[number].type, []).append(Item(known[number], result, reason, fields))
    return [
        Group(type, sorted(found[type], key=lambda row: (row.item.rank or 0, row.item.application_no)))
        for type in sorted(found, key=lambda type: TYPE_ORDER.get(type, 9))
    ]


desks.register("meeting", template="meetings/meeting.html", facts=facts)
