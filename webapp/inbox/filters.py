"""What an address of the inbox asks for, and what its words about time mean at this instant."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from engine.clock import end_of_day, start_of_day
from engine.workdays import WorkCalendar, YearUnknown

OVERDUE, TODAY, WEEK, LATER, NEVER = "overdue", "today", "week", "later", "never"
BUCKETS = (OVERDUE, TODAY, WEEK, LATER, NEVER)
FREE, HELD, DONE, CANCELED = "free", "held", "done", "canceled"
STATES = (FREE, HELD, DONE, CANCELED)
DUE, RECEIVED, PRIORITY, COMPANY = "due", "received", "priority", "company"
SORTS = (DUE, RECEIVED, PRIORITY, COMPANY)
FIELDS = ("process", "step", "city", "type", "year", "due", "state")
"""The filters that have values to choose from, in their order on the page."""
NONE = "none"
"""The view of an address that wants no view, not even the default one."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address asks for: one value of each field, words to be found, and the order. Empty is everything."""

    process: str = ""
    step: str = ""
    city: str = ""
    type: str = ""
    year: str = ""
    due: str = ""
    state: str = ""
    q: str = ""
    sort: str = ""
    down: bool = False
    view: str = ""
    """The saved view that it began with: what it is called, and its columns. `NONE` for none, on purpose."""

    @property
    def chosen(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.q or any(getattr(self, name) for name in FIELDS))

    def arguments(self, **changed: object) -> dict[str, str]:
        """The address's parameters, empty ones left out."""
        facts = {**{name: getattr(self, name) for name in _NAMES}, **changed}
        return {name: "1" if value is True else str(value) for name, value in facts.items() if value}

    def kept(self) -> dict[str, str]:
        """What a saved view keeps: all but the view itself."""
        return self.arguments(view="")

    def without(self, name: str) -> "Filters":
        """The same filters with one field open."""
        return replace(self, **{name: ""})


_NAMES = tuple(field.name for field in fields(Filters))


def read(arguments: Mapping[str, str]) -> Filters:
    """The filters of an address; unknown orders and over-long words count as none."""
    facts = {name: arguments.get(name, "")[:200] for name in (*FIELDS, "q")}
    sort = arguments.get("sort", "")
    return Filters(
        **facts,
        sort=sort if sort in SORTS else "",
        down=arguments.get("down") == "1",
        view=arguments.get("view", "")[:40],
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, and when today and this week end."""

    now: datetime
    today: datetime
    week: datetime

    def bucket(self, due: datetime | None) -> str:
        """Which group a due instant belongs to."""
        if due is None:
            return NEVER
        ends = ((OVERDUE, self.now), (TODAY, self.today), (WEEK, self.week))
        return next((name for name, end in ends if due <= end), LATER)


def moment(now: datetime, calendar: WorkCalendar) -> Moment:
    """A week ends where the next one's first working day begins: what is due on Sunday is done before it.

    In a year whose calendar is not known yet every Monday counts as worked.
    """
    monday = now.date() + timedelta(days=7 - now.weekday())
    try:
        first = calendar.next_workday(monday)
    except YearUnknown:
        first = monday
    return Moment(now, end_of_day(now.date()), start_of_day(first))
