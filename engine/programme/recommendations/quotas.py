"""How many applications a city may recommend: in all, and of a type where the notice says so."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.programme.cycles.models import Cycle

TYPES = ("SCENE", "WORKSHOP", "FACTORY")
"""The order of article 2, in which types follow one another in a package."""


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
    quotas: Mapping[str, Any] = cycle.quotas or {}
    by_type = {type: int(quotas[key]) for type in TYPES if quotas.get(key := f"{city}:{type}") is not None}
    total = quotas.get(city)
    return Quota(int(total) if total is not None else None, by_type)
