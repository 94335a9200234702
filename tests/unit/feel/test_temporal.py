"""Dates, times, durations, zones and the injected clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.feel import YearsMonthsDuration, evaluate
from tests.unit.feel.support import NOW, feel

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2024-09-30"', date(2024, 9, 30)),
        ('date("2024-09-30")', date(2024, 9, 30)),
        ("date(2024, 9, 30)", date(2024, 9, 30)),
        ('time("17:30:00+08:00")', time(17, 30, tzinfo=timezone(timedelta(hours=8)))),
        ('@"2024-09-30T17:30:00Z"', datetime(2024, 9, 30, 17, 30, tzinfo=UTC)),
        (
            'date and time("2024-09-30T17:30:00@Asia/Shanghai")',
            datetime(2024, 9, 30, 17, 30, tzinfo=SHANGHAI),
        ),
        ('@"P1Y2M"', YearsMonthsDuration(14)),
        ('duration("P1DT2H")', timedelta(days=1, hours=2)),
        ('date("2023-02-29")', None),
        ('date("2024-9-30")', None),
        ('@"25:00:00"', None),
        ('@"whatever"', None),
        ('date and time("2024-09-30T17:30:00@Nowhere/Land")', None),
    ],
)
def test_text_becomes_a_temporal_value_or_null(text: str, expected: object) -> None:
    value = feel(text)
    assert value == expected
    assert type(value) is type(expected)


def test_24_hours_is_the_next_midnight() -> None:
    assert feel('@"2024-09-30T24:00:00+08:00" = @"2024-10-01T00:00:00+08:00"') is True


def test_now_and_today_come_from_the_clock_that_is_passed_in() -> None:
    assert feel("now()") == NOW
    assert feel("today()") == date(2024, 9, 30)
    clock = VirtualClock(datetime(2025, 12, 31, 23, 59, tzinfo=BUSINESS_ZONE))
    assert evaluate("today()", {}, clock=clock) == date(2025, 12, 31)
    clock.advance(timedelta(minutes=1))
    assert evaluate("today()", {}, clock=clock) == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2024-01-31" + @"P1M"', date(2024, 2, 29)),
        ('@"2024-02-29" - @"P1Y"', date(2023, 2, 28)),
        ('@"2024-03-01" - @"P1D"', date(2024, 2, 29)),
        ('@"2024-03-01" - @"2024-02-01"', timedelta(days=29)),
        ('@"2024-10-01T00:00:00+08:00" - @"2024-09-30T12:00:00Z"', timedelta(hours=4)),
        ('@"P1D" * 2.5', timedelta(hours=60)),
        ('@"P1Y" / @"P6M"', 2),
        ('@"PT36H" / 2', timedelta(hours=18)),
        ('@"23:00:00" + @"PT2H"', time(1)),
        ('@"2024-10-01T00:00:00" - @"2024-09-30T12:00:00Z"', None),
        ('@"2024-10-01" + 1', None),
        ('@"P1D" + @"P1M"', None),
    ],
)
def test_arithmetic_with_time(text: str, expected: object) -> None:
    assert feel(text) == expected


def test_an_hour_added_across_summer_time_is_an_hour_of_the_world() -> None:
    later = feel('@"2024-03-31T01:30:00@Europe/Paris" + @"PT1H"')
    assert (later.hour, later.utcoffset()) == (3, timedelta(hours=2))


def test_the_same_instant_is_equal_in_every_zone_but_not_the_same_value() -> None:
    assert feel('@"2024-09-30T08:00:00+08:00" = @"2024-09-30T00:00:00Z"') is True
    assert feel('is(@"2024-09-30T08:00:00+08:00", @"2024-09-30T00:00:00Z")') is False


def test_a_local_time_cannot_be_compared_with_a_zoned_one() -> None:
    assert feel('@"2024-09-30T08:00:00" < @"2024-09-30T08:00:00Z"') is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2024-09-30".year', 2024),
        ('@"2024-09-30".weekday', 1),
        ('@"2024-09-30T08:15:30+08:00".time offset', timedelta(hours=8)),
        ('@"2024-09-30T08:15:30@Asia/Shanghai".timezone', "Asia/Shanghai"),
        ('@"2024-09-30T08:15:30".minute', 15),
        ('@"-P1Y2M".months', -2),
        ('@"P1DT2H".hours', 2),
        ('@"2024-09-30".hour', None),
    ],
)
def test_properties_of_temporal_values(text: str, expected: object) -> None:
    assert feel(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('day of week(@"2024-09-30")', "Monday"),
        ('month of year(@"2024-09-30")', "September"),
        ('day of year(@"2024-12-31")', 366),
        ('week of year(@"2024-12-31")', 1),
        ('last day of month(@"2024-02-10")', date(2024, 2, 29)),
        ('years and months duration(@"2022-12-28", @"2025-12-27")', YearsMonthsDuration(35)),
    ],
)
def test_functions_about_a_date(text: str, expected: object) -> None:
    assert feel(text) == expected


def test_years_beyond_python_are_kept_and_calculated_with() -> None:
    assert feel('string(@"-0044-03-15" + @"P1D")') == "-0044-03-16"
    assert feel('string(@"9999-12-31" + @"P1D")') == "10000-01-01"
    assert feel('@"10000-01-01" - @"P1D"') == date(9999, 12, 31)
    assert feel('string(@"999999999-12-31" + @"P1D")') is None
    assert feel('@"-0044-03-15" < @"2024-01-01"') is True


@pytest.mark.parametrize(
    "text",
    [
        "2024-09-30",
        "08:00:00.5",
        "08:00:00+08:00",
        "2024-09-30T08:00:00Z",
        "-P1Y2M",
        "P1DT2H3M4.5S",
        "PT0S",
        "2024-09-30T08:00:00@Asia/Shanghai",
    ],
)
def test_the_text_of_a_temporal_value_reads_back(text: str) -> None:
    assert feel(f'string(@"{text}")') == text
