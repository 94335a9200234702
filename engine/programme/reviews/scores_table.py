"""The scores of a year as one table: a row an application, its panel's totals, what they come to, its rank.

Three reads, whatever the number of sheets; nothing is written. What counts is the last complete round.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.meetings.operations import order_key
from engine.programme.reviews.models import ReviewResult
from engine.programme.reviews.scores import (
    Agreement,
    Spread,
    Standing,
    agreement,
    extremes,
    spread,
    standings,
)
from engine.programme.reviews.scores import outliers as far_from
from engine.programme.reviews.scores_panels import Place, panels

COLUMNS = (
    Application.application_no,
    Application.enterprise,
    Application.object_name,
    Application.type,
    Application.city,
    Application.status,
    Application.score,
    Application.score_d2,
    Application.score_d3,
    Application.city_title,
    Application.visit_result,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of a panel: who sits there, the total of the round that counts (None before it is sealed)."""

    place: int
    expert: str
    total: Decimal | None
    mark: str = ""  # LOW, HIGH: left out; FAR: differs much from the median
    far: bool = False


@dataclass(eq=False)
class Scored:
    """One row: the application, its panel, what the totals look like, its place in the order of article 5(7).

    What a row shows is made when it is shown: of 1,500 rows a page shows 50.
    """

    application: Any  # a row of COLUMNS
    round: int
    seats: tuple[Place, ...]
    rank: int | None
    tied: bool
    leader: bool
    rescore_proposed: bool
    parameters: Mapping[str, Any]

    @cached_property
    def totals(self) -> list[Decimal]:
        """The totals of the round that are sealed, by place."""
        return [total for _, _, total in self.seats if total is not None]

    @cached_property
    def spread(self) -> Spread | None:
        """What they look like; None before the first."""
        return spread(self.totals) if self.totals else None

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """A cell a place, marked."""
        return _cells(self.seats, self.totals, self.outliers, self.parameters)

    @cached_property
    def outliers(self) -> list[int]:
        """Which of the totals differ much from the median."""
        return far_from(self.totals, Decimal(self.parameters["outlier"]))

    @property
    def sealed(self) -> int:
        """How many sheets of the round are sealed."""
        return len(self.totals)

    @property
    def complete(self) -> bool:
        """Whether every seat has its sheet."""
        return bool(self.seats) and self.sealed == len(self.seats)

    @property
    def far(self) -> int:
        """How many sheets differ much from the median."""
        return len(self.outliers)


@dataclass(frozen=True, slots=True)
class Table:
    """The scores of a year, with the parameters by which they are marked."""

    year: int
    rows: list[Scored]
    parameters: Mapping[str, Any]

    @property
    def seats(self) -> int:
        """The places of the largest panel."""
        return max((len(row.seats) for row in self.rows), default=0)

    @property
    def panels(self) -> list[list[tuple[str, Decimal]]]:
        """The sealed totals of every panel with its experts."""
        return [[(who, total) for _, who, total in row.seats if total is not None] for row in self.rows]

    def agreement(self) -> Agreement | None:
        """How far the experts agree, over all panels."""
        return agreement([total for _, total in panel] for panel in self.panels)

    def standings(self) -> list[Standing]:
        """Every expert's sheets, mean, deviation and strictness."""
        return standings(self.panels)


def table(session: Session, year: int) -> Table:
    """Everything that a panel was drawn for in a year. Raises NoCycle."""
    parameters = {**DEFAULTS, **require_cycle(session, year).parameters}
    found = panels(session, year)
    # rows, not objects: there are thousands, and nothing is written
    known = session.connection().execute(select(*COLUMNS).where(Application.cycle_year == year)).all()
    applications = [row for row in known if row.application_no in found]
    results = _results(session, year)
    ranks = ranked(applications)
    rows = [
        _row(a, *found[a.application_no], results.get(a.application_no), ranks, parameters)
        for a in applications
    ]
    return Table(year, rows, parameters)


def _results(session: Session, year: int) -> dict[str, tuple[bool, bool]]:
    """Whether a leader wrote about the newest round, and proposed another; applications without either are left out."""
    query = (
        select(ReviewResult.application_no, ReviewResult.leader, ReviewResult.rescore_proposed)
        .join(Application, Application.application_no == ReviewResult.application_no)
        .where(Application.cycle_year == year, (ReviewResult.leader != "") | (ReviewResult.round > 1))
        .order_by(ReviewResult.round)
    )
    rows = session.connection().execute(query).all()
    return {number: (bool(leader), proposed) for number, leader, proposed in rows}


def ranked(applications: Sequence[Any]) -> dict[str, tuple[int, bool]]:
    """Rank within its type by number, of what has a score, and whether another one stands equal: I10 in `order_key`."""
    places: defaultdict[str, int] = defaultdict(int)
    equal: defaultdict[tuple[str, Decimal], int] = defaultdict(int)
    found: dict[str, tuple[int, bool]] = {}
    scored = sorted((a for a in applications if a.score is not None), key=_key)
    for application in scored:
        equal[application.type, application.score] += 1
    for application in scored:
        places[application.type] += 1
        tied = equal[application.type, application.score] > 1
        found[application.application_no] = (places[application.type], tied)
    return found


def _key(row: Any) -> Any:
    return (*order_key(cast(Application, row)), row.application_no)


def _row(
    application: Any,
    round: int,
    seats: tuple[Place, ...],
    result: tuple[bool, bool] | None,
    ranks: Mapping[str, tuple[int, bool]],
    parameters: Mapping[str, Any],
) -> Scored:
    rank, tied = ranks.get(application.application_no, (None, False))
    return Scored(application, round, seats, rank, tied, *(result or (False, False)), parameters)


def _cells(
    seats: Iterable[Place], totals: Sequence[Decimal], far: Iterable[int], parameters: Mapping[str, Any]
) -> tuple[Cell, ...]:
    """The places with their marks: what is left out, and what is far from the median."""
    low, high = extremes(totals, parameters["experts.drop_extremes_from"]) or (-1, -1)
    odd, cells, sealed = set(far), [], 0
    for place, expert, total in seats:
        if total is None:
            cells.append(Cell(place, expert, None))
            continue
        mark = "LOW" if sealed == low else "HIGH" if sealed == high else ""
        cells.append(Cell(place, expert, total, mark, sealed in odd))
        sealed += 1
    return tuple(cells)
