"""The ranking board: what the city agreed, type by type, in order of priority, beside the quotas (article 7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.recommendations import table
from engine.programme.recommendations.quotas import TYPES, Quota, quota_of
from engine.programme.recommendations.ranking import Standing, passed_over
from engine.programme.recommendations.versions import sent_packages
from engine.programme.values import as_int
from webapp.shared import reading
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage

WAITING = (s.SUBMITTED, s.COUNTY_DONE, s.RETURNED)
"""What the city may still agree before its deadline."""


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate: `index` is its place among the answers of the form, `rank` what stands in its box."""

    index: int
    application: Application
    score: Decimal | None
    rank: int | None
    typed: str

    @property
    def name(self) -> str:
        """How the names of its inputs begin."""
        return f"ranking[{self.index}]"


@dataclass(frozen=True, slots=True)
class TypeBoard:
    """One type: what is ranked, what is not, its quota, and how many of its ranked items exceed it."""

    type: str
    quota: int | None
    ranked: list[Row]
    reserve: list[Row]

    def beyond(self, row: Row) -> bool:
        """Whether the row's place exceeds the quota of its type."""
        return self.quota is not None and row in self.ranked and self.ranked.index(row) >= self.quota


def facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The board of a city's `rank` task with the answers that the page shows."""
    variables = page.opened.variables
    year, city = as_int(variables["cycle_year"]), str(variables["city"])
    given = data["ranking"] if "ranking" in data else variables.get("ranking")
    answered = [row for row in given or [] if isinstance(row, Mapping)]
    with reading() as session:
        cycle = require_cycle(session, year)
        quota = quota_of(cycle, city)
        standings = table.standings(session, year, city)
        rows = _rows(standings, answered)
        boards = _boards(rows, quota)
        return {
            "year": year,
            "city": city,
            "quota": quota,
            "used": sum(len(board.ranked) for board in boards),
            "boards": boards,
            "waiting": waiting(session, year, city),
            "gone": _gone(rows, answered),
            "passed_over": passed_over(_in_order(boards, standings)),
            "sent": sent_packages(session, year, city),
        }


def waiting(session: Session, year: int, city: str) -> Sequence[Application]:
    """The city's applications that its own review has not ended yet."""
    query = select(Application).where(
        Application.cycle_year == year, Application.city == city, Application.status.in_(WAITING)
    )
    return session.scalars(query.order_by(Application.application_no)).all()


def _rows(standings: Iterable[Standing], answered: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Every candidate with what was answered about it; new ones come after the rows that were answered."""
    places = {str(row.get("application_no")): index for index, row in reversed(list(enumerate(answered)))}
    found, following = [], len(answered)
    for standing in standings:
        index = places.get(standing.application.application_no)
        rank: Any = None
        if index is None:
            index, following = following, following + 1
        else:
            rank = answered[index].get("rank")
        number = _whole(rank)
        found.append(
            Row(index, standing.application, standing.score, number, "" if rank is None else str(rank))
        )
    return found


def _whole(rank: Any) -> int | None:
    try:
        return int(rank) if rank is not None and int(rank) == Decimal(str(rank)) else None
    except (ValueError, ArithmeticError):
        return None


def _boards(rows: Sequence[Row], quota: Quota) -> list[TypeBoard]:
    boards = []
    for type in TYPES:
        own = [row for row in rows if row.application.type == type]
        ranked = sorted(
            (row for row in own if row.rank is not None), key=lambda row: (row.rank or 0, row.index)
        )
        reserve = [row for row in own if row.rank is None]
        if own or quota.of(type) is not None:
            boards.append(TypeBoard(type, quota.of(type), ranked, reserve))
    return boards


def _gone(rows: Sequence[Row], answered: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was answered before about applications that are no candidates any more."""
    here = {row.application.application_no for row in rows}
    return [str(no) for row in answered if (no := row.get("application_no")) and no not in here]


def _in_order(boards: Sequence[TypeBoard], standings: Iterable[Standing]) -> list[Standing]:
    by_number = {standing.application.application_no: standing for standing in standings}
    return [
        by_number[row.application.application_no]
        for board in boards
        for row in (*board.ranked, *board.reserve)
    ]


desks.register("ranking", template="recommending/ranking.html", facts=facts)
