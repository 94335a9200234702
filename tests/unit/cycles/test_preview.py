"""All dates that follow from a notice: counted in working days, and warned of where they cross the measure's end."""

import re
from datetime import date, datetime

import pytest

from engine.clock import BUSINESS_ZONE
from engine.programme.cycles.preview import PERIODS, Entry, Preview, months, preview
from engine.settings import project_root
from engine.workdays import WorkCalendar

CALENDAR = WorkCalendar.load(project_root() / "processes" / "calendar")
EXPIRES = date(2025, 12, 31)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BUSINESS_ZONE)


def shown(city: str, *, today: date = date(2025, 5, 6), workdays: int = 5) -> Preview:
    instants = {
        "enterprise_deadline": instant("2025-06-01"),
        "county_deadline": instant("2025-06-04"),
        "city_deadline": instant(city),
    }
    return preview(instants, today, workdays, 5, CALENDAR, EXPIRES)


def entry(found: Preview, code: str) -> Entry:
    return next(e for e in found.entries if e.code == code)


def test_the_periods_are_those_of_the_diagram() -> None:
    text = (project_root() / "processes" / "annual_cycle.bpmn").read_text("utf-8")
    for element, days in PERIODS.items():
        task = re.search(rf'<bpmn:userTask id="{element}".*?</bpmn:userTask>', text, re.DOTALL)
        assert task, element
        assert f"workdays after(today(), {days})" in task[0], element


def test_midnight_belongs_to_the_day_before() -> None:
    assert entry(shown("2025-06-10"), "city_deadline").last == date(2025, 6, 9)


def test_each_step_begins_on_the_first_working_day_after_the_one_before() -> None:
    found = shown("2025-06-10")
    assert entry(found, "receipts").first == date(2025, 6, 10)
    assert entry(found, "receipts").last == date(2025, 6, 12)
    assert entry(found, "formal_list").first == date(2025, 6, 13)
    assert entry(found, "formal_list").last == CALENDAR.add(date(2025, 6, 12), 20)


@pytest.mark.parametrize("workdays", [5, 7, 10])
def test_a_public_notice_has_its_working_days_the_first_one_counted(workdays: int) -> None:
    found = shown("2025-06-10", workdays=workdays)
    for code in ("NOTICE_EARLIEST", "NOTICE_LATEST"):
        notice = entry(found, code)
        assert CALENDAR.is_workday(notice.first)
        assert CALENDAR.count(notice.first, notice.last) == workdays
    assert entry(found, "NOTICE_EARLIEST").first < entry(found, "NOTICE_LATEST").first


def test_a_cycle_inside_the_validity_crosses_nothing() -> None:
    found = shown("2025-06-10")
    assert not found.cycle_crosses
    assert not found.notice_crosses
    assert not any(e.late for e in found.entries)


def test_a_cycle_beyond_the_end_is_warned_of() -> None:
    found = shown("2025-10-20")
    assert found.cycle_crosses
    assert found.notice_crosses
    assert entry(found, "NOTICE_LATEST").late


def test_the_last_safe_start_ends_with_the_measure() -> None:
    start = shown("2025-06-10").last_safe_start
    assert start == date(2025, 12, 25)
    assert CALENDAR.last_day(start, 5, inclusive_start=True) == EXPIRES


def test_a_year_without_a_calendar_is_named_and_counts_as_crossing() -> None:
    instants = {"enterprise_deadline": instant("2027-02-01")}
    found = preview(instants, date(2026, 12, 1), 5, 5, CALENDAR, EXPIRES)
    assert found.unknown_year == 2027
    assert found.cycle_crosses


def test_without_instants_there_is_today_and_the_end() -> None:
    found = preview({}, date(2025, 5, 6), 5, 5, CALENDAR, EXPIRES)
    assert [e.code for e in found.entries] == ["TODAY", "EXPIRY"]


def test_the_calendar_marks_rest_days_holidays_make_up_days_and_entries() -> None:
    found = shown("2025-09-20", today=date(2025, 9, 1))
    by_month = dict(months(found, CALENDAR))
    days = {d.day: d for week in by_month[date(2025, 10, 1)] for d in week if d is not None}
    assert days[date(2025, 10, 1)].kind == "HOLIDAY"
    assert days[date(2025, 10, 11)].kind == "MAKEUP"
    assert days[date(2025, 10, 12)].kind == "REST"
    september = {d.day: d for week in by_month[date(2025, 9, 1)] for d in week if d is not None}
    numbers = september[date(2025, 9, 19)].marks
    assert [found.entries[n - 1].code for n in numbers] == ["city_deadline"]
    assert all(len(week) == 7 for weeks in by_month.values() for week in weeks)


def test_publication_follows_each_of_the_two_notices() -> None:
    found = shown("2025-06-10")
    for notice, publication in (("NOTICE_EARLIEST", "PUBLISHED_EARLIEST"), ("NOTICE_LATEST", "publish")):
        ended, begun = entry(found, notice).last, entry(found, publication)
        assert (begun.first, begun.last) == (CALENDAR.add(ended, 1), CALENDAR.add(ended, 10))
