"""The desk of the review opinion: every reviewed item, type by type, in order, with what speaks for or against it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine.programme.applications.models import Application
from engine.programme.applications.operations import open_flags
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.meetings.models import DEFER, PROPOSE, REJECT
from engine.programme.meetings.operations import TYPE_ORDER, order_key, reviewed
from engine.programme.values import as_int
from engine.programme.visits.operations import still_open
from forms.viewmodel import FieldView, FormView
from webapp.meetings.quotas import recommended, usage
from webapp.shared import reading
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage

OPINIONS = (PROPOSE, REJECT, DEFER)


@dataclass(frozen=True, slots=True)
class Line:
    """One item: its place as ranked, its place by score, its answers as fields of the form (None: to read only)."""

    item: Application
    place: int
    due: int
    tied: bool
    opinion: str
    reason: str
    below: bool
    fields: Mapping[str, FieldView]

    @property
    def moved(self) -> bool:
        """Whether its place differs from the order of scores."""
        return self.place != self.due and not self.tied

    @property
    def untrue(self) -> bool:
        """Whether a visit found it untrue."""
        return self.item.visit_result == "FALSE"

    @property
    def flags(self) -> int:
        """Open questions of article 6."""
        return len(open_flags(self.item))


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one type in order, and how many have which opinion."""

    type: str
    lines: list[Line]

    @property
    def counts(self) -> Mapping[str, int]:
        """Items by opinion."""
        return Counter(line.opinion for line in self.lines)

    @property
    def passing(self) -> int:
        """Items that may be proposed: not under the line, not found untrue."""
        return sum(not line.below and not line.untrue for line in self.lines)

    @property
    def moved(self) -> list[Line]:
        """Items whose place differs from the order of scores."""
        return [line for line in self.lines if line.moved]


Row = tuple[str, Any, str, str, Mapping[str, FieldView]]
"""Number, rank, opinion, reason, fields."""


def facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the desk shows beside the answers: the items of the cycle, its line, and visits that are open."""
    year = as_int(page.opened.variables["cycle_year"])
    with reading() as session:
        cycle = require_cycle(session, year)
        items = {item.application_no: item for item in with_flags(session, reviewed(session, year))}
        visits = still_open(session, year)
        listed = recommended(session, year)
    line = cycle.parameters["pass_line"]
    return {
        "year": year,
        "pass_line": line,
        "open_visits": visits,
        "usage": lambda groups: usage(cycle.quotas or {}, listed, proposed(groups)),
        "groups": lambda view: grouped(items, rows_of(page, data, view), line),
    }


def proposed(groups: Iterable[Group]) -> list[tuple[str, str]]:
    """City and type of every item that is proposed."""
    lines = (line for group in groups for line in group.lines if line.opinion == PROPOSE)
    return [(line.item.city, line.item.type) for line in lines]


def with_flags(session: Session, items: Iterable[Application]) -> list[Application]:
    """The same items with their questions of article 6 loaded."""
    numbers = [item.application_no for item in items]
    query = select(Application).where(Application.application_no.in_(numbers))
    return list(session.scalars(query.options(selectinload(Application.flags))))


def rows_of(page: TaskPage, data: Mapping[str, Any], view: FormView) -> list[Row]:
    """The rows that the form shows; before anything was filled in, those that the process proposes."""
    rows = from_view(view)
    if rows or "items" in data:
        return rows
    begun = page.view({**data, "items": page.opened.variables.get("items") or []})
    return from_view(begun) if begun else []


def from_view(view: FormView, name: str = "items") -> list[Row]:
    """The rows of the form's list as they are shown."""
    field = next((f for s in view.sections for f in s.fields if f.path == name), None)
    rows = []
    for row in field.rows if field else ():
        keyed = {f.name.rpartition(".")[2]: f for f in (row.fields or row.cells)}
        values = {key: f.value for key, f in keyed.items()}
        rows.append(
            (
                str(values.get("application_no") or ""),
                values.get("rank"),
                str(values.get("opinion") or values.get("result") or ""),
                str(values.get("reason") or ""),
                keyed,
            )
        )
    return rows


def grouped(items: Mapping[str, Application], rows: Iterable[Row], line: Any) -> list[Group]:
    """Rows by type in their order, each beside its place by score; rows of items that are not due are left out."""
    known = [row for row in rows if row[0] in items]
    groups = []
    for type in sorted({items[row[0]].type for row in known}, key=lambda type: TYPE_ORDER.get(type, 9)):
        own = sorted((row for row in known if items[row[0]].type == type), key=lambda row: _number(row[1]))
        expected = sorted((items[row[0]] for row in own), key=order_key)
        groups.append(
            Group(type, [_line(items, row, n, expected, line) for n, row in enumerate(own, start=1)])
        )
    return groups


def _line(
    items: Mapping[str, Application], row: Row, place: int, expected: list[Application], line: Any
) -> Line:
    item = items[row[0]]
    return Line(
        item,
        place,
        expected.index(item) + 1,
        order_key(item) == order_key(expected[place - 1]),
        row[2],
        row[3],
        (item.score or 0) < line,
        row[4],
    )


def _number(rank: Any) -> int:
    text = str(rank or "").strip()
    return int(text) if text.isascii() and text.isdigit() else 10**6


Groups = Callable[[FormView], list[Group]]

desks.register("opinions", template="meetings/opinions.html", facts=facts)
