"""The desk of the public notice: its days on the calendar, exactly the names that passed, and the page as it will be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import render_template, request

from engine.programme.announcements.models import PublicNotice
from engine.programme.announcements.operations import in_state, list_order
from engine.programme.applications import statuses as s
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.public import Announcement, Item
from engine.programme.values import as_int
from engine.workdays import YearUnknown
from webapp import access, shell
from webapp.access import rule
from webapp.announcing.blueprint import blueprint
from webapp.shared import now, reading, runtime
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage

LONGEST = timedelta(days=60)
WEEK = timedelta(days=7)
FIRST = ("title", "starts_on", "ends_on")


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the preview: `number` is its place among the working days of the notice, 0 for none."""

    day: date
    inside: bool
    worked: bool
    number: int


@dataclass(frozen=True, slots=True)
class Period:
    """A public notice on the calendar. `problem`: why it cannot be so, empty when it can."""

    first: date
    last: date
    counted_from: date
    workdays: int
    least: int
    earliest_end: date
    weeks: list[list[Day]]
    problem: str = ""

    @property
    def enough(self) -> bool:
        """Whether it runs long enough."""
        return self.workdays >= self.least


def facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the desk shows: a lawful period to begin with, its calendar, the names, the page as it will be."""
    year, today = as_int(page.opened.variables["cycle_year"]), now().date()
    with reading() as session:
        cycle = require_cycle(session, year)
        items = sorted(in_state(session, year, s.MEETING_PASSED), key=list_order)
        before = session.query(PublicNotice).filter(PublicNotice.cycle_year == year).count()
    least = shortest(cycle.parameters)
    proposed = proposal(today, least)
    first = _day(data.get("starts_on")) or (proposed[0] if proposed else None)
    last = _day(data.get("ends_on")) or (proposed[1] if proposed else None)
    again = "部分项目重新公示" if before else "拟认定名单的公示"
    title = f"关于{year}年度省级智能制造场景、数字化车间和智能工厂{again}"
    return {
        "year": year,
        "items": items,
        "again": before,
        "least": least,
        "title": data.get("title") or title,
        "first": first,
        "last": last,
        "period": period(first, last, least) if first else None,
        "preview": _preview(data, items, title, first, last),
        "field": _field,
        "others": ("phone", "email", "address"),
    }


def _field(view: Any, path: str) -> Any:
    return next((f for part in view.sections for f in part.fields if f.path == path), None)


def shortest(parameters: Mapping[str, Any]) -> int:
    """The fewest working days of a public notice of this cycle."""
    return int(max(parameters["public_notice.workdays"], parameters["public_notice.floor"]))


def proposal(today: date, least: int) -> tuple[date, date] | None:
    """The earliest lawful period from tomorrow on; None in a year whose calendar is not known."""
    calendar = runtime().calendar
    try:
        first = calendar.next_workday(today + timedelta(days=1))
        return first, calendar.add(first, least, inclusive=True)
    except YearUnknown:
        return None


def period(first: date, last: date | None, least: int) -> Period | None:
    """The notice on the calendar: a first day of rest counts from the next working day; None without a calendar."""
    calendar = runtime().calendar
    try:
        counted_from = calendar.next_workday(first)
        earliest = calendar.add(counted_from, least, inclusive=True)
        last = min(last or earliest, first + LONGEST)
        workdays = calendar.count(first, last) if first <= last else 0
        return Period(
            first, last, counted_from, workdays, least, earliest, _weeks(first, max(last, earliest), last)
        )
    except YearUnknown:
        return None


def _weeks(first: date, until: date, last: date) -> list[list[Day]]:
    calendar, number = runtime().calendar, 0
    day = first - timedelta(days=first.weekday())
    weeks = []
    while day <= until:
        week = []
        for offset in range(7):
            here = day + timedelta(days=offset)
            inside, worked = first <= here <= last, calendar.is_workday(here)
            number += inside and worked
            week.append(Day(here, inside, worked, number if inside and worked else 0))
        weeks.append(week)
        day += WEEK
    return weeks


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def _preview(
    data: Mapping[str, Any], items: list[Any], title: str, first: date | None, last: date | None
) -> Announcement | None:
    if first is None or last is None:
        return None
    rows = tuple(Item(i.application_no, i.type, i.enterprise, i.object_name, i.city) for i in items)
    texts = (str(data.get(name) or "") for name in ("phone", "email", "address"))
    return Announcement(
        0, first.year, str(data.get("title") or title), first, last, now(), *texts, rows, now()
    )


@blueprint.get("/days")
@rule("announcement.read")
def days() -> Any:
    """The calendar of a period, as a piece of the page for scripts; nothing depends on it."""
    access.require("announcement.read")
    shell.leave_out()
    first, last = _day(request.args.get("starts_on")), _day(request.args.get("ends_on"))
    least = request.args.get("least", "")
    known = int(least) if least.isascii() and least.isdigit() and len(least) < 3 else 5
    shown = period(first, last, max(known, 5)) if first else None
    return render_template("announcing/days.html", period=shown)


desks.register("public_notice", template="announcing/notice.html", facts=facts)
