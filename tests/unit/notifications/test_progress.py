"""Who has an application, until when, and what an enterprise may know of it."""

from dataclasses import replace
from datetime import datetime

import pytest

from engine.clock import BUSINESS_ZONE
from engine.programme import progress
from engine.programme.applications import statuses as s
from engine.settings import project_root
from engine.workdays import WorkCalendar

CALENDAR = WorkCalendar.load(project_root() / "processes" / "calendar")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BUSINESS_ZONE)


INSTANTS = progress.Instants(at("2024-06-26"), at("2024-07-01"), at("2024-07-06"))
SINCE = at("2024-07-08 10:00")  # Monday


@pytest.mark.parametrize(
    ("status", "until"),
    [
        (s.DRAFT, "2024-06-26"),
        (s.SUBMITTED, "2024-07-01"),
        (s.COUNTY_DONE, "2024-07-06"),
        (s.CITY_AGREED, "2024-07-06"),
    ],
)
def test_the_instants_of_the_notice_are_facts(status: str, until: str) -> None:
    found = progress.expected(status, SINCE, INSTANTS, CALENDAR)
    assert found is not None
    assert found.fixed
    assert found.until == at(until)
    assert "第七条" in found.basis[0]
    assert "Article 7" in found.basis[1]


@pytest.mark.parametrize("status", [s.RETURNED, s.SUPPLEMENTING])
def test_a_return_runs_until_its_own_deadline(status: str) -> None:
    found = progress.expected(status, SINCE, INSTANTS, CALENDAR, due=at("2024-07-12"))
    assert found is not None
    assert (found.until, found.fixed) == (at("2024-07-12"), True)


@pytest.mark.parametrize(
    ("status", "until"),
    [
        (s.RECOMMENDED, "2024-07-25"),  # 12 working days from Tuesday on: until Wednesday 24:00
        (s.SUPPLEMENTING, "2024-07-16"),
        (s.FORMAL_PASSED, "2024-07-23"),
    ],
)
def test_what_is_counted_is_an_expectation_and_says_so(status: str, until: str) -> None:
    found = progress.expected(status, SINCE, INSTANTS, CALENDAR)
    assert found is not None
    assert not found.fixed
    assert found.until == at(until)
    assert "不是承诺" in found.basis[0]
    assert "no promise" in found.basis[1]


def test_publication_is_expected_after_the_public_notice() -> None:
    announced = replace(INSTANTS, announced_until=at("2024-09-14"))
    found = progress.expected(s.ANNOUNCED, at("2024-09-09 10:00"), announced, CALENDAR)
    assert found is not None
    assert found.until == at("2024-09-30")  # a make-up Saturday and Sunday (09-14, 09-29) are working days


@pytest.mark.parametrize("status", sorted(progress.UNDECIDED))
def test_the_meeting_has_no_date_before_it_is_held(status: str) -> None:
    found = progress.expected(status, SINCE, INSTANTS, CALENDAR)
    assert found is not None
    assert found.until is None
    assert "会议时间" in found.basis[0]


@pytest.mark.parametrize("status", sorted(s.ENDED))
def test_an_ended_application_expects_nothing_and_nobody_has_it(status: str) -> None:
    assert progress.expected(status, SINCE, INSTANTS, CALENDAR) is None
    assert progress.handler(status) == progress.NOBODY
    assert progress.next_step(status) is None


def test_a_year_without_a_calendar_is_said_not_guessed() -> None:
    found = progress.expected(s.RECOMMENDED, at("2031-07-08 10:00"), INSTANTS, CALENDAR)
    assert found is not None
    assert found.until is None
    assert "工作日历" in found.basis[0]


@pytest.mark.parametrize("status", sorted(set(s.NAMES) - s.ENDED))
def test_every_running_state_has_a_next_step_and_somebody_who_has_it(status: str) -> None:
    zh, en = progress.next_step(status) or ("", "")
    assert zh
    assert en
    assert progress.handler(status) in (
        progress.ENTERPRISE,
        progress.COUNTY,
        progress.CITY,
        progress.DEPARTMENT,
    )


def test_where_the_city_took_the_countys_step_the_city_has_it() -> None:
    assert progress.office_of(s.SUBMITTED, "370102", "370100") == "370102"
    assert progress.office_of(s.SUBMITTED, "370102", "370100", direct=True) == "370100"
    assert progress.office_of(s.DRAFT, "370102", "370100") is None


def test_what_is_not_decided_looks_alike() -> None:
    names = {progress.shown_status(status) for status in progress.UNDECIDED}
    assert len(names) == 1
    assert progress.shown_status(s.RECOGNISED) == s.NAMES[s.RECOGNISED]
