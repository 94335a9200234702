"""Business days inside the database, and working days of what took from one to another."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engine.workdays import WorkCalendar, YearUnknown


class business_day(FunctionElement[date]):
    """The day of an instant in the business time zone, as SQL."""

    name = "business_day"
    type = Date()
    inherit_cache = True


@compiles(business_day, "sqlite")
def _sqlite(element: business_day, compiler: Any, **options: Any) -> str:
    # instants are kept in UTC; the zone has had no summer time since 1991
    return f"date({compiler.process(element.clauses, **options)}, '+8 hours')"


@compiles(business_day, "postgresql")
def _postgresql(element: business_day, compiler: Any, **options: Any) -> str:
    return f"CAST(timezone('Asia/Shanghai', {compiler.process(element.clauses, **options)}) AS DATE)"


class Spans:
    """Working days between two days, counted from prefix sums, so that thousands of spans cost nothing."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._before: dict[int, Mapping[date, int]] = {}

    def workdays(self, first: date, last: date) -> int | None:
        """Working days after `first` up to `last`: 0 on the same day; None in a year without a calendar."""
        try:
            return max(0, self._upto(last) - self._upto(first))
        except YearUnknown:
            return None

    def _upto(self, day: date) -> int:
        """Working days of all known years up to this day, the day included. Raises YearUnknown."""
        if day.year not in self._before:
            self._before[day.year] = self._sums(day.year)
        return self._before[day.year][day]

    def _sums(self, year: int) -> Mapping[date, int]:
        self._calendar.is_workday(date(year, 1, 1))  # a year that is not known is refused here
        earlier = [known for known in self._calendar.years if known < year]
        total = sum(self._calendar.count(date(y, 1, 1), date(y, 12, 31)) for y in earlier)
        sums: dict[date, int] = {}
        day = date(year, 1, 1)
        while day.year == year:
            total += self._calendar.is_workday(day)
            sums[day] = total
            day += timedelta(days=1)
        return sums
