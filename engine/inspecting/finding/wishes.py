"""What the list of instances is asked for: filters, order and place, as an address holds them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta

from engine.clock import start_of_day
from engine.store.instances import ACTIVE, COMPLETED, SUSPENDED, TERMINATED

STATES = {
    "active": (ACTIVE,),
    "suspended": (SUSPENDED,),
    "running": (ACTIVE, SUSPENDED),
    "completed": (COMPLETED,),
    "terminated": (TERMINATED,),
    "ended": (COMPLETED, TERMINATED),
}
INCIDENT, OVERDUE = "incident", "overdue"
"""States that are not in the row of the instance: a step has failed, a task is past its deadline."""
CHOICES = ("running", "active", "suspended", INCIDENT, OVERDUE, "ended", "completed", "terminated")
NEWEST, OLDEST, ENDED_LAST, ENDED_FIRST = "", "oldest", "ended", "ended_up"
SORTS = (NEWEST, OLDEST, ENDED_LAST, ENDED_FIRST)
PLACES = ("after", "before")
"""Where a page begins: behind a row, or before one (`listing` writes and reads the mark)."""
NO_CITY = "-"
"""The city of what is the province's own."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """One value of each filter, empty for all; dates are days of the business zone, both ends included."""

    process: str = ""
    version: str = ""
    state: str = ""
    element: str = ""
    variable: str = ""
    value: str = ""
    key: str = ""
    city: str = ""
    started_from: str = ""
    started_to: str = ""
    ended_from: str = ""
    ended_to: str = ""
    error: str = ""
    text: str = ""
    sort: str = ""
    after: str = ""
    before: str = ""
    view: str = ""

    @property
    def chosen(self) -> bool:
        """Whether anything narrows the list."""
        return any(getattr(self, name) for name in FILTERS)

    def arguments(self, **changed: object) -> dict[str, str]:
        """The parameters of an address, empty ones left out; the page's place only if it is among `changed`."""
        facts = {**asdict(self), "after": "", "before": "", **changed}
        return {name: str(value) for name, value in facts.items() if value}

    def kept(self) -> dict[str, str]:
        """What a saved view keeps: filters and order."""
        return self.arguments(view="")

    def without(self, *names: str) -> "Wish":
        """The same with some filters open."""
        return replace(self, **dict.fromkeys(names, ""))

    def day(self, name: str) -> datetime | None:
        """The first instant that a date's filter lets in, for `…_to` the first that it does not; None for no date."""
        try:
            day = date.fromisoformat(getattr(self, name))
            return start_of_day(day + timedelta(days=1) if name.endswith("_to") else day)
        except (ValueError, OverflowError):
            return None


FILTERS = tuple(each.name for each in fields(Wish) if each.name not in ("sort", "after", "before", "view"))


def read(arguments: Mapping[str, str]) -> Wish:
    """The wish of an address; orders, states and dates that do not exist count as none."""
    facts = {each.name: arguments.get(each.name, "").strip()[:LONGEST] for each in fields(Wish)}
    wish = Wish(**facts)
    bad = [name for name in FILTERS if name.endswith(("_from", "_to")) and wish.day(name) is None]
    bad += ["sort"] * (wish.sort not in SORTS) + ["state"] * (wish.state not in CHOICES)
    bad += ["version"] * (not wish.version.isdecimal() or len(wish.version) > 6)
    return replace(wish, **dict.fromkeys(bad, ""))
