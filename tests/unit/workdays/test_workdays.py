"""Working days: the counting rules, thirty vectors, and every day against an independent library."""

from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from engine import feel
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.workdays import CalendarInvalid, WorkCalendar, Year, YearUnknown, feel_functions

FOLDER = Path(__file__).parents[3] / "processes" / "calendar"
CALENDAR = WorkCalendar.load(FOLDER)

# start, working days, last day counting the start day, last day counting from the next day
VECTORS = [
    ("2022-09-28", 5, "2022-10-09", "2022-10-10"),
    ("2022-09-28", 7, "2022-10-11", "2022-10-12"),
    ("2022-12-28", 5, "2023-01-04", "2023-01-05"),
    ("2022-12-28", 7, "2023-01-06", "2023-01-09"),
    ("2023-04-27", 5, "2023-05-06", "2023-05-08"),
    ("2023-04-27", 7, "2023-05-09", "2023-05-10"),
    ("2023-09-26", 5, "2023-10-08", "2023-10-09"),
    ("2023-09-26", 7, "2023-10-10", "2023-10-11"),
    ("2024-02-06", 5, "2024-02-18", "2024-02-19"),
    ("2024-02-06", 7, "2024-02-20", "2024-02-21"),
    ("2024-04-28", 5, "2024-05-07", "2024-05-08"),
    ("2024-04-28", 7, "2024-05-09", "2024-05-10"),
    ("2024-09-09", 5, "2024-09-13", "2024-09-14"),
    ("2024-09-09", 7, "2024-09-18", "2024-09-19"),
    ("2024-09-12", 5, "2024-09-19", "2024-09-20"),
    ("2024-09-12", 7, "2024-09-23", "2024-09-24"),
    ("2024-09-29", 5, "2024-10-10", "2024-10-11"),
    ("2024-09-29", 7, "2024-10-12", "2024-10-14"),
    ("2025-01-24", 5, "2025-02-06", "2025-02-07"),
    ("2025-01-24", 7, "2025-02-08", "2025-02-10"),
    ("2025-04-27", 5, "2025-05-06", "2025-05-07"),
    ("2025-04-27", 7, "2025-05-08", "2025-05-09"),
    ("2025-09-26", 5, "2025-10-09", "2025-10-10"),
    ("2025-09-26", 7, "2025-10-11", "2025-10-13"),
    ("2025-12-25", 5, "2025-12-31", "2026-01-04"),
    ("2025-12-25", 7, "2026-01-05", "2026-01-06"),
    ("2025-12-29", 5, "2026-01-05", "2026-01-06"),
    ("2025-12-29", 7, "2026-01-07", "2026-01-08"),
    ("2026-02-12", 5, "2026-02-25", "2026-02-26"),
    ("2026-02-12", 7, "2026-02-27", "2026-02-28"),
]

# Public notices that were really held: first day, last day, working days counting both.
REAL_NOTICES = [
    ("2024-08-23", "2024-08-29", 5),  # Shandong, industrial clusters
    ("2024-02-29", "2024-03-06", 5),  # Henan, clusters
    ("2023-10-27", "2023-11-02", 5),  # the ministry, 2023 demonstration factories
    ("2024-03-04", "2024-03-11", 6),  # the ministry, single champions
    ("2023-12-20", "2023-12-28", 7),  # Guangdong, its text says seven
]


@pytest.mark.parametrize(("start", "n", "counting_start", "counting_next"), VECTORS)
def test_vectors(start: str, n: int, counting_start: str, counting_next: str) -> None:
    first = date.fromisoformat(start)
    assert CALENDAR.last_day(first, n, inclusive_start=True) == date.fromisoformat(counting_start)
    assert CALENDAR.last_day(first, n, inclusive_start=False) == date.fromisoformat(counting_next)
    assert CALENDAR.add(first, n) == date.fromisoformat(counting_next)
    assert CALENDAR.add(first, n, inclusive=True) == date.fromisoformat(counting_start)


@pytest.mark.parametrize(("first", "last", "days"), REAL_NOTICES)
def test_real_public_notices(first: str, last: str, days: int) -> None:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    assert CALENDAR.count(start, end) == days
    assert CALENDAR.last_day(start, days, inclusive_start=True, floor=5) == end


def test_every_day_agrees_with_the_independent_library() -> None:
    day, differences = date(2022, 1, 1), []
    while day <= date(2026, 12, 31):
        if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day):
            differences.append(day)
        day += timedelta(days=1)
    assert differences == []
    assert sorted(CALENDAR.years) == [2022, 2023, 2024, 2025, 2026]


def test_traps() -> None:
    assert CALENDAR.is_workday(date(2022, 10, 8))
    assert CALENDAR.is_workday(date(2024, 2, 9))
    assert CALENDAR.is_workday(date(2024, 4, 28))
    assert CALENDAR.is_workday(date(2026, 1, 4))
    assert not CALENDAR.is_workday(date(2024, 2, 12))


def test_a_public_notice_runs_at_least_five_days_and_ends_at_midnight() -> None:
    friday = date(2024, 8, 23)
    end = datetime(2024, 8, 30, tzinfo=BUSINESS_ZONE)
    assert CALENDAR.public_notice_end(friday) == end
    assert CALENDAR.public_notice_end(friday, 3) == end
    assert CALENDAR.public_notice_end(friday, 7) == datetime(2024, 9, 3, tzinfo=BUSINESS_ZONE)


def test_a_notice_that_starts_on_a_rest_day_counts_from_the_first_working_day() -> None:
    saturday, monday = date(2024, 8, 24), date(2024, 8, 26)
    assert CALENDAR.public_notice_end(saturday) == CALENDAR.public_notice_end(monday)


def test_supplements_count_from_the_next_day() -> None:
    assert CALENDAR.last_day(date(2024, 8, 23), 5, inclusive_start=False) == date(2024, 8, 30)


def test_a_period_in_calendar_days_moves_off_rest_days() -> None:
    assert CALENDAR.calendar_deadline(date(2024, 9, 1), 30) == date(2024, 10, 8)
    assert CALENDAR.calendar_deadline(date(2024, 9, 1), 2) == date(2024, 9, 3)


def test_counting_back_and_zero() -> None:
    assert CALENDAR.add(date(2024, 10, 8), -1) == date(2024, 9, 30)
    assert CALENDAR.add(date(2024, 10, 5), 0) == date(2024, 10, 5)
    assert CALENDAR.count(date(2024, 10, 2), date(2024, 10, 1)) == 0
    with pytest.raises(ValueError, match="at least one"):
        CALENDAR.last_day(date(2024, 10, 8), 0, inclusive_start=True)


def test_a_year_without_data_names_what_to_import() -> None:
    with pytest.raises(YearUnknown) as refused:
        CALENDAR.add(date(2026, 12, 28), 5)
    assert "2027.toml" in refused.value.message("zh")
    assert "2027" in refused.value.message("en")
    with pytest.raises(YearUnknown):
        CALENDAR.add(date(2022, 1, 1), -1)


GOOD = """
year = 2027
source = "made up for a test"
confidence = "none"
workdays = 260
[[holiday]]
zh = "元旦"
en = "New Year's Day"
rest = [2027-01-01]
work = []
"""


def test_a_new_year_can_be_imported() -> None:
    calendar = CALENDAR.with_year(Year.parse("2027.toml", GOOD))
    assert calendar.add(date(2026, 12, 31), 1) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("rest = [2027-01-01]", "rest = [2026-01-01]", "is not in 2027"),
        ("work = []", "work = [2027-01-01]", "both off and worked"),
        ("work = []", "work = [2027-01-04]", "no weekend day"),
        ("workdays = 260", "workdays = 250", "260 working days, not 250"),
        ("rest = [2027-01-01]", 'rest = ["2027-01-01"]', "unreadable"),
        ("year = 2027", "year = ", "unreadable"),
        ("workdays = 260", "", "unreadable"),
    ],
)
def test_a_wrong_file_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(CalendarInvalid) as refused:
        Year.parse("2027.toml", GOOD.replace(old, new))
    assert says in refused.value.message("en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('workdays after(date("2024-09-29"), 5)', date(2024, 10, 11)),
        ('is workday(date("2024-04-28"))', True),
        ('next workday(date("2024-10-01"))', date(2024, 10, 8)),
        ('number of workdays(date("2024-08-23"), date("2024-08-29"))', 5),
        ('public notice end(date("2024-08-23"))', datetime(2024, 8, 30, tzinfo=BUSINESS_ZONE)),
        ('public notice end(date("2024-08-23"), 7)', datetime(2024, 9, 3, tzinfo=BUSINESS_ZONE)),
        ('public notice end(start: date("2024-08-23"), n: 7)', datetime(2024, 9, 3, tzinfo=BUSINESS_ZONE)),
        ('calendar deadline(date("2024-09-01"), 30)', date(2024, 10, 8)),
        ('end of day(date("2024-05-31"))', datetime(2024, 6, 1, tzinfo=BUSINESS_ZONE)),
        ("workdays after(today(), 1)", date(2024, 6, 4)),
        ('is workday(date and time("2024-05-31T16:30:00Z"))', False),
        ('workdays after("2024-09-29", 5)', None),
        ('workdays after(date("2024-09-29"), 1.5)', None),
        ("workdays after(null, 1)", None),
        ('calendar deadline(date("2024-09-29"), 99999999999)', None),
    ],
)
def test_functions_of_feel(text: str, expected: object) -> None:
    clock = VirtualClock(datetime(2024, 6, 3, 9, tzinfo=BUSINESS_ZONE))
    assert feel.evaluate(text, {}, clock=clock, functions=feel_functions(CALENDAR)) == expected


def test_a_year_without_data_reaches_the_caller_of_an_expression() -> None:
    clock = VirtualClock(datetime(2026, 12, 30, tzinfo=BUSINESS_ZONE))
    with pytest.raises(YearUnknown):
        feel.evaluate("workdays after(today(), 5)", {}, clock=clock, functions=feel_functions(CALENDAR))
