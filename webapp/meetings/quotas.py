"""How a cycle's quotas are used: what each city recommended and what is proposed of it, by type."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application
from engine.programme.recommendations.quotas import TYPES, quota_among


@dataclass(frozen=True, slots=True)
class Use:
    """One quota: the most (None: not limited), what the city recommended, and what is proposed of that."""

    most: int | None
    recommended: int
    proposed: int

    @property
    def over(self) -> bool:
        """More than the quota: never accepted, shown if it were."""
        return self.most is not None and self.recommended > self.most


@dataclass(frozen=True, slots=True)
class CityUse:
    """One city: its quota over all types, and that of each."""

    city: str
    whole: Use
    by_type: tuple[Use, ...]
    """In the order of `TYPES`."""


def recommended(session: Session, year: int) -> Counter[tuple[str, str]]:
    """How many items of each (city, type) stood in a package that the department accepted."""
    query = select(Application.city, Application.type, func.count()).where(
        Application.cycle_year == year, Application.city_rank.is_not(None)
    )
    rows = session.execute(query.group_by(Application.city, Application.type))
    return Counter({(city, type): count for city, type, count in rows})


def usage(
    quotas: Mapping[str, Any], listed: Counter[tuple[str, str]], proposed: Iterable[tuple[str, str]]
) -> list[CityUse]:
    """Every city that has a quota or recommended something, in the order of their codes."""
    now = Counter(proposed)
    cities = sorted({key.partition(":")[0] for key in quotas} | {city for city, _ in listed})
    return [_city(city, quotas, listed, now) for city in cities]


def _city(
    city: str, quotas: Mapping[str, Any], listed: Counter[tuple[str, str]], proposed: Counter[tuple[str, str]]
) -> CityUse:
    quota = quota_among(quotas, city)
    by_type = tuple(Use(quota.of(type), listed[city, type], proposed[city, type]) for type in TYPES)
    whole = Use(quota.total, sum(u.recommended for u in by_type), sum(u.proposed for u in by_type))
    return CityUse(city, whole, by_type)
