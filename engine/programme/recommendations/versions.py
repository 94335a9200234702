"""What a city's package says otherwise than the version before it: a new one replaces the whole (article 7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.recommendations.models import Package


@dataclass(frozen=True, slots=True)
class Moved:
    """An application that stands at another place among its type than before."""

    application_no: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Against the version that was sent last: what came, what went, what moved, how many stayed as they were."""

    version: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[Moved, ...]
    same: int

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.moved)


def sent_packages(session: Session, year: int, city: str) -> list[Package]:
    """Every version that a city sent in a cycle, the newest first."""
    where = (Package.cycle_year == year, Package.city == city)
    return list(session.scalars(select(Package).where(*where).order_by(Package.version.desc())))


def difference(last: Package, now: Iterable[tuple[str, int]]) -> Difference:
    """A list of (application number, place among its type) against the version sent last."""
    after = dict(now)
    before = {item.application_no: item.type_rank or item.rank for item in last.items}
    moved = [
        Moved(number, before[number], place)
        for number, place in after.items()
        if number in before and before[number] != place
    ]
    return Difference(
        version=last.version,
        added=tuple(number for number in after if number not in before),
        removed=tuple(number for number in before if number not in after),
        moved=tuple(moved),
        same=sum(before.get(number) == place for number, place in after.items()),
    )


def ranks(package: Package) -> Sequence[tuple[str, int]]:
    """The list of a version, as `difference` takes it."""
    return [(item.application_no, item.type_rank or item.rank) for item in package.items]
