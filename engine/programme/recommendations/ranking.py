"""The order of priority in a package: every type counts 1, 2, 3 …; article 5(7) tells between equals only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.programme.applications.models import Application
from engine.programme.recommendations.errors import NotInPackageArea, RanksInvalid
from engine.programme.recommendations.quotas import TYPES, Quota


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the ranked list: its place among its type, and in the whole package."""

    application: Application
    rank: int
    overall: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One candidate as the board shows it; `score` is the self-evaluation's, indicative only."""

    application: Application
    score: Decimal | None

    @property
    def order(self) -> tuple[int, Decimal, int, str]:
        """The proposed order: type, indicative score, article 5(7) among equals, number."""
        kind = TYPES.index(self.application.type) if self.application.type in TYPES else len(TYPES)
        score = -(self.score if self.score is not None else Decimal(-1))
        return kind, score, 0 if self.application.city_title else 1, self.application.application_no


def places(agreed: Mapping[str, Application], rows: Iterable[Mapping[str, Any]]) -> list[Place]:
    """The lines that have a rank, type after type. A row without a rank is not recommended.

    Ranks count from 1 within each type; one count over all types is understood, too. Raises NotInPackageArea for
    what the city's own review did not agree (I4), RanksInvalid.
    """
    ranked = [(str(row["application_no"]), int(row["rank"])) for row in rows if row.get("rank") is not None]
    numbers = [number for number, _ in ranked]
    for number in numbers:
        if number not in agreed:
            raise NotInPackageArea(application_no=number)
    by_type = {type: sorted(rank for n, rank in ranked if agreed[n].type == type) for type in TYPES}
    if len(set(numbers)) != len(numbers) or not _counts(ranked, by_type):
        raise RanksInvalid()
    return _placed([(agreed[number], rank) for number, rank in ranked])


def _counts(ranked: Sequence[tuple[str, int]], by_type: Mapping[str, list[int]]) -> bool:
    """Whether ranks count 1, 2, 3 … within every type, or over all of them."""
    overall = sorted(rank for _, rank in ranked) == list(range(1, len(ranked) + 1))
    return overall or all(found == list(range(1, len(found) + 1)) for found in by_type.values())


def _placed(ranked: Iterable[tuple[Application, int]]) -> list[Place]:
    ordered = sorted(ranked, key=lambda pair: (TYPES.index(pair[0].type), pair[1]))
    counts: dict[str, int] = {}
    found = []
    for overall, (application, _rank) in enumerate(ordered, start=1):
        counts[application.type] = counts.get(application.type, 0) + 1
        found.append(Place(application, counts[application.type], overall))
    return found


def proposal(standings: Iterable[Standing], quota: Quota) -> list[tuple[Standing, int | None]]:
    """Candidates in the order that is proposed, with ranks as far as the quotas go.

    The total is given out in turn, the best of every type first, so that no type takes it all.
    """
    found = sorted(standings, key=lambda standing: standing.order)
    position: dict[str, int] = {}
    wished: list[tuple[int, int, Standing]] = []
    for index, standing in enumerate(found):
        type = standing.application.type
        position[type] = position.get(type, 0) + 1
        most = quota.of(type)
        if most is None or position[type] <= most:
            wished.append((position[type], index, standing))
    taken = sorted(wished, key=lambda entry: entry[:2])[: quota.total]
    ranks = {index: rank for rank, index, _ in taken}
    return [(standing, ranks.get(index)) for index, standing in enumerate(found)]


def passed_over(ordered: Sequence[Standing]) -> list[tuple[Standing, Standing]]:
    """Pairs of one type with equal indicative scores in which the city title of article 5(7) stands behind."""
    return [
        (before, after)
        for number, before in enumerate(ordered)
        for after in ordered[number + 1 :]
        if before.application.type == after.application.type
        and before.score is not None
        and before.score == after.score
        and after.application.city_title
        and not before.application.city_title
    ]
