"""Which sheets of a panel count: those of the last round that is complete, by place. One read for a whole year."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.reviews.models import ExpertSheet, Seat

Place = tuple[int, str, Decimal | None]
"""One place of a panel: its number, who sealed its sheet or holds it, the total of the round that counts."""
Row = Sequence[Any]
"""Place, expert, when the seat was left, round and total of a sheet; both None without one."""


def panels(session: Session, year: int) -> dict[str, tuple[int, tuple[Place, ...]]]:
    """The round that counts and the places of every application of a cycle that has a panel.

    Who left a seat after sealing a sheet in an earlier round still counts in that round.
    """
    query = (
        select(
            Seat.application_no, Seat.place, Seat.expert, Seat.left_at, ExpertSheet.round, ExpertSheet.total
        )
        .outerjoin(
            ExpertSheet,
            (ExpertSheet.application_no == Seat.application_no) & (ExpertSheet.expert == Seat.expert),
        )
        .where(Seat.cycle_year == year, Seat.left_at.is_(None) | ExpertSheet.id.is_not(None))
    )
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in session.connection().execute(query).all():  # rows, not objects: there are thousands
        found[row[0]].append(row[1:])
    return {number: counting(rows) for number, rows in found.items()}


def counting(rows: Sequence[Row]) -> tuple[int, tuple[Place, ...]]:
    """The round that counts of one panel, and its places in it."""
    if all(left is None and round in (None, 1) for _, _, left, round, _ in rows):  # nearly always
        return 1, tuple(sorted((place, expert, total) for place, expert, _, _, total in rows))
    sheets: defaultdict[int, dict[int, tuple[str, Decimal]]] = defaultdict(dict)
    holders = {place: expert for place, expert, left, _, _ in rows if left is None}
    for place, expert, _left, round, total in rows:
        if round is not None:
            sheets[place][round] = (expert, total)
    number = counting_round(sheets[place] for place in holders)
    return number, tuple(
        (place, *sheets[place].get(number, (holder, None))) for place, holder in sorted(holders.items())
    )


def counting_round(sheets: Iterable[Mapping[int, Any]]) -> int:
    """The last round in which every seat has a sheet; the first one where none is complete."""
    sealed = [set(by_round) for by_round in sheets]
    complete = set.intersection(*sealed) if sealed else set()
    return max(complete, default=1)
