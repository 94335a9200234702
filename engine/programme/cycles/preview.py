"""All dates that follow from a notice: its instants, the department's steps, the public notice, the measure's end.

Instants are fixed by the notice. What the department needs is counted in the handling periods of the diagram, the
longest way; the earliest way takes the lengths that an enterprise is told to expect. Nothing here is a promise.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.programme.progress import ACCEPTANCE, EXPERTS, FORMAL
from engine.workdays import WorkCalendar, YearUnknown

PERIODS: Mapping[str, int] = {
    "receipts": 3,
    "formal_list": 20,
    "draw": 3,
    "reviews_done": 20,
    "opinion_list": 5,
    "public_notice": 5,
    "publish": 10,
}
"""Working days of the department's tasks, as the diagram of the annual cycle gives them."""

OPINION = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One date, or a span: `fixed` by the notice, or reckoned. `late`: it lies beyond the measure's validity."""

    code: str
    zh: str
    en: str
    first: date
    last: date
    fixed: bool = False
    at: datetime | None = None
    workdays: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The dates in order, what is unknown, and what crosses the end of the measure."""

    entries: tuple[Entry, ...]
    expires_on: date | None
    unknown_year: int | None
    cycle_crosses: bool
    notice_crosses: bool
    last_safe_start: date | None
    """The last day on which a public notice may begin and end before the measure does."""


def preview(
    instants: Mapping[str, datetime | None],
    today: date,
    workdays: int,
    supplement: int,
    calendar: WorkCalendar,
    expires_on: date | None,
    *,
    issued: bool = False,
) -> Preview:
    """The dates that follow from the instants of a draft (each may still be missing), counted from `today`.

    `workdays`: of the public notice; `supplement`: of the one supplement; `issued`: the notice is out since `today`.
    """
    found, unknown = _until_unknown(_entries(instants, today, workdays, supplement, calendar, issued))
    if expires_on is not None:
        names = "办法有效期届满（24时）", "The measure expires (24:00)"
        found.append(Entry("EXPIRY", *names, expires_on, expires_on, fixed=True))
    marked = [_marked(e, expires_on) for e in sorted(found, key=lambda e: (e.first, e.last))]
    notices = [e for e in marked if e.code in ("NOTICE_EARLIEST", "NOTICE_LATEST")]
    return Preview(
        tuple(marked),
        expires_on,
        unknown,
        any(e.late for e in marked) or unknown is not None,
        any(e.late for e in notices),
        _last_start(calendar, expires_on, workdays),
    )


def _until_unknown(entries: Iterable[Entry]) -> tuple[list[Entry], int | None]:
    """The dates up to the first one that lies in a year without a calendar, and that year."""
    found: list[Entry] = []
    try:
        for entry in entries:
            found.append(entry)
    except YearUnknown as error:
        return found, int(error.facts["year"])
    return found, None


def _marked(entry: Entry, expires_on: date | None) -> Entry:
    if expires_on is None or entry.last <= expires_on:
        return entry
    return Entry(**{**_fields(entry), "late": True})


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}


def _entries(
    instants: Mapping[str, datetime | None],
    today: date,
    workdays: int,
    supplement: int,
    calendar: WorkCalendar,
    issued: bool,
) -> Iterator[Entry]:
    """Raises YearUnknown where the calendar ends."""
    if issued:
        yield Entry("ISSUED", "发布通知", "The notice is issued", today, today, fixed=True)
    else:
        yield Entry("TODAY", "今天（拟稿）", "Today (drafting)", today, today)
    names = {
        "enterprise_deadline": ("企业申报截止", "Enterprises"),
        "county_deadline": ("县级意见截止", "Counties"),
        "city_deadline": ("市级上报截止", "Cities"),
    }
    begun = today
    for name, (zh, en) in names.items():
        at = instants.get(name)
        if at is not None:
            last = (at - timedelta(microseconds=1)).date()
            length = calendar.count(begun + _DAY, last)
            yield Entry(name, zh, f"{en}: deadline", last, last, fixed=True, at=at, workdays=length)
            begun = last
    if instants.get("city_deadline") is not None:
        yield from _department(begun, workdays, supplement, calendar)


def _department(city: date, workdays: int, supplement: int, calendar: WorkCalendar) -> Iterator[Entry]:
    """The department's steps after the last day of the cities, the longest way, then the two notices."""
    steps = (
        ("receipts", "受理各市推荐材料", "Packages accepted", PERIODS["receipts"]),
        ("formal_list", "形式审查（含补正）", "Formal review, supplements included", PERIODS["formal_list"]),
        ("draw", "抽取专家", "Experts drawn", PERIODS["draw"]),
        ("reviews_done", "专家评审和实地考察", "Expert review and site visits", PERIODS["reviews_done"]),
        ("opinion_list", "提出审核意见", "Review opinion", PERIODS["opinion_list"]),
    )
    begun = city
    for code, zh, en, length in steps:
        last = calendar.add(begun, length)
        yield Entry(code, zh, en, calendar.add(begun, 1), last, workdays=length)
        if code == "formal_list":
            yield _supplement(begun, supplement, calendar)
        begun = last
    soon = calendar.add(city, ACCEPTANCE + FORMAL + EXPERTS + OPINION)
    latest = calendar.add(begun, PERIODS["public_notice"])
    early = _notice("NOTICE_EARLIEST", "公示（最早）", "Public notice, earliest", soon, workdays, calendar)
    late = _notice("NOTICE_LATEST", "公示（最迟）", "Public notice, latest", latest, workdays, calendar)
    yield early
    yield late
    yield _publication("PUBLISHED_EARLIEST", "发文公布（最早）", "Publication, earliest", early, calendar)
    yield _publication("publish", "发文公布（最迟）", "Publication, latest", late, calendar)


def _supplement(begun: date, length: int, calendar: WorkCalendar) -> Entry:
    """The last supplement that still fits: asked for on the tenth day of the review."""
    asked = calendar.add(begun, FORMAL)
    return Entry(
        "supplement",
        "一次补正的最迟期限",
        "Last day of a supplement",
        calendar.add(asked, 1),
        calendar.add(asked, length),
        workdays=length,
    )


def _notice(code: str, zh: str, en: str, before: date, workdays: int, calendar: WorkCalendar) -> Entry:
    first = calendar.add(before, 1)
    last = calendar.last_day(first, workdays, inclusive_start=True)
    return Entry(code, zh, en, first, last, workdays=workdays)


def _publication(code: str, zh: str, en: str, notice: Entry, calendar: WorkCalendar) -> Entry:
    """The handling period after the last day of a public notice."""
    length = PERIODS["publish"]
    first, last = calendar.add(notice.last, 1), calendar.add(notice.last, length)
    return Entry(code, zh, en, first, last, workdays=length)


def _last_start(calendar: WorkCalendar, expires_on: date | None, workdays: int) -> date | None:
    if expires_on is None or workdays < 1:
        return None
    try:
        last = expires_on if calendar.is_workday(expires_on) else calendar.add(expires_on, -1)
        return calendar.add(last, 1 - workdays) if workdays > 1 else last
    except YearUnknown:
        return None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month: `kind` is WORK, REST, HOLIDAY or MAKEUP; `marks` are numbers of entries (from 1)."""

    day: date
    kind: str
    zh: str
    en: str
    marks: tuple[int, ...]


Month = tuple[date, tuple[tuple[Day | None, ...], ...]]
"""The first of a month and its weeks, Monday first, None outside the month."""


def months(shown: Preview, calendar: WorkCalendar, most: int = 14) -> list[Month]:
    """The months in which something begins or ends, at most so many; those without a calendar are left out."""
    if not shown.entries:
        return []
    first = min(e.first for e in shown.entries).replace(day=1)
    last = max(e.last for e in shown.entries)
    found: list[Month] = []
    while first <= last and len(found) < most and first.year in calendar.years:
        weeks = _weeks(first, shown, calendar)
        if any(day is not None and day.marks for week in weeks for day in week):
            found.append((first, weeks))
        first = (first + timedelta(days=32)).replace(day=1)
    return found


def _weeks(first: date, shown: Preview, calendar: WorkCalendar) -> tuple[tuple[Day | None, ...], ...]:
    days: list[Day | None] = [None] * first.weekday()
    day = first
    while day.month == first.month:
        days.append(_day(day, shown, calendar))
        day += _DAY
    days += [None] * (-len(days) % 7)
    return tuple(tuple(days[at : at + 7]) for at in range(0, len(days), 7))


def _day(day: date, shown: Preview, calendar: WorkCalendar) -> Day:
    year = calendar.years[day.year]
    marks = tuple(n for n, e in enumerate(shown.entries, start=1) if day in (e.first, e.last))
    if day in year.rest:
        return Day(day, "HOLIDAY", *year.rest[day], marks)
    if day in year.work:
        return Day(day, "MAKEUP", *year.work[day], marks)
    return Day(day, "WORK" if year.is_workday(day) else "REST", "", "", marks)
