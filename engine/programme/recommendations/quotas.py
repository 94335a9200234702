"""How many applications a city may recommend: in all, and of a type where the notice says so."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.programme.cycles.models import Cycle
from engine.programme.recommendations.errors import QuotaCityInvalid, QuotaSumDiffers

TYPES = ("SCENE", "WORKSHOP", "FACTORY")
"""The order of article 2, in which types follow one another in a package."""
FIELDS = {type: f"quota_{type.lower()}" for type in TYPES}
"""What the notice form calls the quotas of one type beside `quota`, the city's for all types together."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A city's quotas in one cycle; None is no limit."""

    total: int | None
    by_type: Mapping[str, int]

    def of(self, type: str) -> int | None:
        """The quota of one type, or None."""
        return self.by_type.get(type)

    def exceeded(self, types: Iterable[str]) -> tuple[str, int, int] | None:
        """The first quota that these items exceed: its type ("" = all), how many there are, how many may be."""
        count = Counter(types)
        limits: list[tuple[str, int | None]] = [("", self.total), *((type, self.of(type)) for type in TYPES)]
        for type, most in limits:
            found = count[type] if type else count.total()
            if most is not None and found > most:
                return type, found, most
        return None


def quota_of(cycle: Cycle, city: str) -> Quota:
    """What the notice gives a city: `quotas` holds its code for all types together, `code:TYPE` for one of them."""
    return quota_among(cycle.quotas or {}, city)


def quota_among(quotas: Mapping[str, Any], city: str) -> Quota:
    """A city's among the quotas of a cycle."""
    by_type = {type: int(quotas[key]) for type in TYPES if quotas.get(key := f"{city}:{type}") is not None}
    total = quotas.get(city)
    return Quota(int(total) if total is not None else None, by_type)


def entered(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The quotas of a notice form's rows as a cycle keeps them; what was left empty limits nothing."""
    found: dict[str, int] = {}
    for row in rows:
        keys = {"quota": str(row["city"]), **{f: f"{row['city']}:{type}" for type, f in FIELDS.items()}}
        found |= {key: int(row[field]) for field, key in keys.items() if row.get(field) is not None}
    return found


def check_entered(rows: Iterable[Mapping[str, Any]], cities: Collection[str]) -> None:
    """A city stands once, and takes part; its types come to no more than its total, all three to just that.

    Raises QuotaCityInvalid, QuotaSumDiffers.
    """
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        if row["city"] in seen or row["city"] not in cities:
            raise QuotaCityInvalid(row=number)
        seen.add(row["city"])
        total, of_types = row.get("quota"), [row[f] for f in FIELDS.values() if row.get(f) is not None]
        if total is not None and not sums_up(int(total), [int(each) for each in of_types]):
            raise QuotaSumDiffers(row=number, total=total, sum=sum(of_types))


def sums_up(total: int, of_types: Collection[int]) -> bool:
    """Whether quotas of types can be those of this total: all three come to it, fewer to no more."""
    return sum(of_types) == total if len(of_types) == len(TYPES) else sum(of_types) <= total
