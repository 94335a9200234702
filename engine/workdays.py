"""Working days: deadlines are counted on the calendar of the State Council's holiday notices.

The days of a year are a file, `<year>.toml`; what is deployed counts (engine.tables). A year without one stops the
calculation with `YearUnknown`; nothing is guessed, because make-up days cannot be computed. Two ways of counting:

- *public notices* (公示) count the first day, if it is a working day, and run at least five working days;
- *supplements and hearings* (补正, 陈述申辩) count from the next day (Civil Code, art. 201).

A deadline in calendar days that ends on a rest day moves to the next working day (Civil Code, art. 203).
The instants of an application window are fixed by the notice and never move: nothing here touches them.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.clock import end_of_day, in_business_zone
from engine.errors import Refusal
from engine.feel import Functions

PUBLIC_NOTICE_FLOOR = 5
"""Fewest working days of a public notice: this project's decision, the measure gives no length."""

_DAY = timedelta(days=1)
_SATURDAY = 5


class YearUnknown(Refusal):
    """The calendar has no data for a year, so no working day in it can be told."""

    zh = "工作日历中没有{year}年的数据（已有：{known}），不能推算期限。"
    en = "The working-day calendar has no data for {year} (known: {known}); the deadline cannot be computed."
    remedy_zh = "请在国务院办公厅公布{year}年节假日安排后，由流程管理员在规则工作室录入并部署 {year}.toml。"
    remedy_en = "Once the State Council's notice is out, a process owner deploys {year}.toml in the studio."
    basis = "国务院办公厅节假日安排 State Council holiday notice"
    status = 422


class CalendarInvalid(Refusal):
    """A calendar file contradicts itself or cannot be read."""

    zh = "工作日历文件 {file} 有误：{zh}"
    en = "The calendar file {file} is wrong: {en}"
    status = 422


@dataclass(frozen=True, slots=True)
class Year:
    """The days of one year that differ from "Monday to Friday": dates with their holiday's (zh, en) names."""

    year: int
    source: str
    confidence: str
    rest: Mapping[date, tuple[str, str]]
    work: Mapping[date, tuple[str, str]]

    @classmethod
    def parse(cls, file: str, text: str) -> "Year":
        """Read one year's TOML and check it. Raises CalendarInvalid."""
        try:
            table = tomllib.loads(text)
            year = cls.of(table)
            stated = int(table["workdays"])
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise CalendarInvalid(file=file, zh=f"无法读取（{error}）", en=f"unreadable ({error})") from error
        year._check(file, stated)
        return year

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Year":
        """The year that a file's table tells, unchecked. Raises KeyError, TypeError, ValueError."""
        rest, work = _named(table, "rest"), _named(table, "work")
        return cls(int(table["year"]), str(table["source"]), str(table["confidence"]), rest, work)

    def workdays(self) -> int:
        """How many days of the year are worked."""
        return sum(map(self.is_workday, self.days()))

    def is_workday(self, day: date) -> bool:
        """Whether this day of the year is worked."""
        return day in self.work or (day.weekday() < _SATURDAY and day not in self.rest)

    def days(self) -> Iterator[date]:
        """Every day of the year."""
        first = date(self.year, 1, 1)
        return (first + _DAY * n for n in range((date(self.year + 1, 1, 1) - first).days))

    def _check(self, file: str, stated: int) -> None:
        """Typing errors show in four ways: foreign years, days both off and on, worked weekdays, the sum."""
        for day in (*self.rest, *self.work):
            if day.year != self.year:
                raise CalendarInvalid(
                    file=file, zh=f"{day} 不在{self.year}年内", en=f"{day} is not in {self.year}"
                )
        if both := self.rest.keys() & self.work.keys():
            raise CalendarInvalid(
                file=file, zh=f"{min(both)} 既放假又上班", en=f"{min(both)} is both off and worked"
            )
        for day in self.work:
            if day.weekday() < _SATURDAY:
                raise CalendarInvalid(
                    file=file, zh=f"调休日 {day} 不是周末", en=f"make-up day {day} is no weekend day"
                )
        counted = self.workdays()
        if counted != stated:
            raise CalendarInvalid(
                file=file,
                zh=f"全年工作日为 {counted} 天而非 {stated} 天",
                en=f"{counted} working days, not {stated}",
            )


@dataclass(frozen=True)
class WorkCalendar:
    """Counts working days over the years it knows."""

    years: Mapping[int, Year] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> "WorkCalendar":
        """Read every `<year>.toml` of a folder. Raises CalendarInvalid."""
        read = (Year.parse(path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.toml")))
        return cls({year.year: year for year in read})

    def with_year(self, year: Year) -> "WorkCalendar":
        """A calendar that knows this year, too; it replaces what was known of it."""
        return WorkCalendar({**self.years, year.year: year})

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day. Raises YearUnknown."""
        year = self.years.get(day.year)
        if year is None:
            known = ", ".join(map(str, sorted(self.years))) or "-"
            raise YearUnknown(year=day.year, known=known)
        return year.is_workday(day)

    def next_workday(self, day: date) -> date:
        """That day if it is worked, else the first working day after it. Raises YearUnknown."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def add(self, day: date, n: int, inclusive: bool = False) -> date:
        """The n-th working day counted from the next day (`inclusive`: from that day), backwards when n < 0.

        n = 0 is the day itself. Raises YearUnknown.
        """
        step = _DAY if n > 0 else -_DAY
        current = day - step if inclusive and n else day
        for _ in range(abs(n)):
            current += step
            while not self.is_workday(current):
                current += step
        return current

    def count(self, first: date, last: date) -> int:
        """Working days from first to last, both included; 0 when last is earlier. Raises YearUnknown."""
        return sum(self.is_workday(first + _DAY * n) for n in range((last - first).days + 1))

    def last_day(self, start: date, n: int, *, inclusive_start: bool, floor: int | None = None) -> date:
        """Last day of a period of n working days, at least `floor` of them.

        The start day counts only with `inclusive_start`, and only if it is a working day. Raises YearUnknown,
        and ValueError for n < 1.
        """
        length = max(n, floor or 0)
        if length < 1:
            raise ValueError(f"a period has at least one working day, not {n}")
        return self.add(start, length, inclusive=inclusive_start)

    def public_notice_end(self, start: date, n: int = PUBLIC_NOTICE_FLOOR) -> datetime:
        """24:00 of a public notice's last day: n working days, at least 5, the start day counted (art. 8)."""
        return end_of_day(self.last_day(start, n, inclusive_start=True, floor=PUBLIC_NOTICE_FLOOR))

    def calendar_deadline(self, start: date, days: int) -> date:
        """Last day of a period in calendar days from the next day on, off rest days (Civil Code 203)."""
        return self.next_workday(start + _DAY * days)


def feel_functions(calendar: WorkCalendar) -> Functions:
    """The functions that diagrams, decisions and forms may call.

    Arguments that do not fit give null, as in all of FEEL; a year without data raises YearUnknown.
    """
    functions = Functions()
    functions.register("workdays after", ["date", "n"], _calls(calendar.add, _day, _whole))
    functions.register("is workday", ["date"], _calls(calendar.is_workday, _day))
    functions.register("next workday", ["date"], _calls(calendar.next_workday, _day))
    functions.register("number of workdays", ["from", "to"], _calls(calendar.count, _day, _day))
    functions.register(
        "public notice end", ["start", "n"], _calls(calendar.public_notice_end, _day, _whole), optional=1
    )
    functions.register("calendar deadline", ["start", "n"], _calls(calendar.calendar_deadline, _day, _whole))
    functions.register("end of day", ["date"], _calls(end_of_day, _day))
    return functions


def _calls(function: Callable[..., Any], *readers: Callable[[Any], Any]) -> Callable[..., Any]:
    """A function of FEEL values: each argument is read as a day or a whole number, null when it is none."""

    def call(*arguments: Any) -> Any:
        try:
            return function(*(read(value) for read, value in zip(readers, arguments, strict=False)))
        except (TypeError, ValueError, OverflowError):
            return None

    return call


def _named(table: Mapping[str, Any], key: str) -> dict[date, tuple[str, str]]:
    days: dict[date, tuple[str, str]] = {}
    for holiday in table.get("holiday", []):
        for day in holiday[key]:
            if type(day) is not date:
                raise TypeError(f"{day!r} is not a date")
            days[day] = (str(holiday["zh"]), str(holiday["en"]))
    return days


def _day(value: object) -> date:
    """The business day of a FEEL date or date and time. Raises TypeError for anything else."""
    if isinstance(value, datetime):
        return (in_business_zone(value) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    raise TypeError(f"not a date: {value!r}")


def _whole(value: object) -> int:
    """A whole FEEL number. Raises TypeError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value):
        raise TypeError(f"not a whole number: {value!r}")
    return int(value)
