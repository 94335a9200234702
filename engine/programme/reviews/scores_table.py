"""The scores of a year as one table: a row an application, its panel's totals, what they come to, its rank.

Three reads, whatever the number of sheets; nothing is written. What counts is the last complete round.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.meetings.operations import order_key
from engine.programme.reviews.models import ExpertSheet, ReviewResult, Seat
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


@dataclass(frozen=True, slots=True)
class Scored:
    """One row: the application, its panel, what the totals look like, its place in the order of article 5(7)."""

    application: Any  # a row of COLUMNS
    round: int
    cells: tuple[Cell, ...]
    spread: Spread | None
    rank: int | None
    tied: bool
    leader: bool
    rescore_proposed: bool

    @property
    def sealed(self) -> int:
        """How many sheets of the round are sealed."""
        return sum(cell.total is not None for cell in self.cells)

    @property
    def complete(self) -> bool:
        """Whether every seat has its sheet."""
        return bool(self.cells) and self.sealed == len(self.cells)

    @property
    def far(self) -> int:
        """How many sheets differ much from the median."""
        return sum(cell.far for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """The scores of a year, with the parameters by which they are marked."""

    year: int
    rows: list[Scored]
    parameters: Mapping[str, Any]

    @property
    def panels(self) -> list[list[tuple[str, Decimal]]]:
        """The sealed totals of every panel with its experts."""
        return [[(c.expert, c.total) for c in row.cells if c.total is not None] for row in self.rows]

    def agreement(self) -> Agreement | None:
        """How far the experts agree, over all panels."""
        return agreement([total for _, total in panel] for panel in self.panels)

    def standings(self) -> list[Standing]:
        """Every expert's sheets, mean, deviation and strictness."""
        return standings(self.panels)


def table(session: Session, year: int) -> Table:
    """Everything that a panel was drawn for in a year. Raises NoCycle."""
    parameters = {**DEFAULTS, **require_cycle(session, year).parameters}
    seats = _seats(session, year)
    applications = [
        row
        for row in session.execute(select(*COLUMNS).where(Application.cycle_year == year))
        if row.application_no in seats
    ]
    results = _results(session, year)
    ranks = ranked(applications)
    rows = [
        _row(a, seats[a.application_no], results.get(a.application_no), ranks, parameters)
        for a in applications
    ]
    return Table(year, rows, parameters)


Seats = dict[tuple[int, str], dict[int, Decimal]]
"""(place, expert) -> round -> total."""


def _seats(session: Session, year: int) -> dict[str, Seats]:
    rows = session.execute(
        select(Seat.application_no, Seat.place, Seat.expert, ExpertSheet.round, ExpertSheet.total)
        .outerjoin(
            ExpertSheet,
            (ExpertSheet.application_no == Seat.application_no) & (ExpertSheet.expert == Seat.expert),
        )
        .where(Seat.cycle_year == year, Seat.left_at.is_(None))
    )
    found: defaultdict[str, Seats] = defaultdict(dict)
    for number, place, expert, round, total in rows:
        totals = found[number].setdefault((place, expert), {})
        if round is not None:
            totals[round] = total
    return found


def _results(session: Session, year: int) -> dict[str, tuple[int, bool, bool]]:
    """The newest result of each application: its round, whether a leader wrote, whether a round was proposed."""
    rows = session.execute(
        select(
            ReviewResult.application_no,
            ReviewResult.round,
            ReviewResult.leader,
            ReviewResult.rescore_proposed,
        )
        .join(Application, Application.application_no == ReviewResult.application_no)
        .where(Application.cycle_year == year)
        .order_by(ReviewResult.round)
    )
    return {number: (round, bool(leader), proposed) for number, round, leader, proposed in rows}


def counting_round(totals: Iterable[Mapping[int, Decimal]]) -> int:
    """The last round in which every seat has a sheet; the first one where none is complete."""
    sealed = [set(by_round) for by_round in totals]
    complete = set.intersection(*sealed) if sealed else set()
    return max(complete, default=1)


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
    seats: Seats,
    result: tuple[int, bool, bool] | None,
    ranks: Mapping[str, tuple[int, bool]],
    parameters: Mapping[str, Any],
) -> Scored:
    round = counting_round(seats.values())
    found = [(place, expert, totals.get(round)) for (place, expert), totals in sorted(seats.items())]
    totals = [total for _, _, total in found if total is not None]
    marks = _marks(totals, parameters)
    cells, sealed = [], 0
    for place, expert, total in found:
        mark, far = marks[sealed] if total is not None else ("", False)
        sealed += total is not None
        cells.append(Cell(place, expert, total, mark, far))
    rank, tied = ranks.get(application.application_no, (None, False))
    _, leader, proposed = result or (0, False, False)
    return Scored(
        application, round, tuple(cells), spread(totals) if totals else None, rank, tied, leader, proposed
    )


def _marks(totals: Sequence[Decimal], parameters: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """For every total whether it is left out, and whether it is far from the median."""
    left_out = extremes(totals, parameters["experts.drop_extremes_from"]) or (-1, -1)
    far = set(far_from(totals, Decimal(parameters["outlier"])))
    return [
        ("LOW" if n == left_out[0] else "HIGH" if n == left_out[1] else "", n in far)
        for n in range(len(totals))
    ]
