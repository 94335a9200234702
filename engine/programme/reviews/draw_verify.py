"""A draw made again from its record: whoever has the record can check that nobody chose the experts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.reviews import draw_input
from engine.programme.reviews.draw import DRAWN, EDITED, SUBSTITUTE, Edit, again, edited
from engine.programme.reviews.draw_errors import NothingToDraw
from engine.programme.reviews.draw_substitutes import derived, pick
from engine.programme.reviews.models import Seat
from engine.programme.reviews.pool_models import PanelDraw, PanelEdit


@dataclass(frozen=True, slots=True)
class Verified:
    """What drawing again showed: how much was compared, and every difference, in both languages."""

    draw: PanelDraw
    seats: int
    substitutes: int
    differences: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What the public is told of a draw: no names, no logins, no applications."""

    seed: str
    source: str
    algorithm: str
    announced_at: datetime
    confirmed_at: datetime | None
    input_sha256: str
    result_sha256: str | None
    voided: bool


def verify(session: Session, year: int) -> Verified:
    """Draw once more and compare with the seats. Raises NothingToDraw when no draw of the year is confirmed."""
    row = session.scalar(
        select(PanelDraw).where(PanelDraw.cycle_year == year, PanelDraw.confirmed_at.is_not(None))
    )
    if row is None:
        raise NothingToDraw(year=year)
    found: list[tuple[str, str]] = []
    if draw_input.fingerprint(row.input) != row.input_sha256:
        found.append(("抽取依据的数据被改动", "what it was drawn from was changed"))
    plain = again(row).panels
    if draw_input.fingerprint({no: list(logins) for no, logins in plain.items()}) != row.result_sha256:
        found.append(("重新抽取的结果与记录不一致", "drawing again gives another result"))
    panels = edited(row, plain, edits(session, row))
    seats = list(session.scalars(select(Seat).where(Seat.cycle_year == year).order_by(Seat.id)))
    first = [seat for seat in seats if seat.origin in (DRAWN, EDITED)]
    for seat in first:
        panel = panels.get(seat.application_no, [])
        if seat.place > len(panel) or panel[seat.place - 1] != seat.expert:
            found.append(_other(seat))
    seated = {(seat.application_no, seat.place) for seat in first}
    for no in {seat.application_no for seat in first}:
        if any((no, place) not in seated for place in range(1, len(panels.get(no, ())) + 1)):
            found.append((f"{no} 缺少席位", f"{no} lacks a seat"))
    later = [seat for seat in seats if seat.origin == SUBSTITUTE]
    found += [_other(seat) for seat in later if not _follows(seat, seats)]
    return Verified(row, len(first), len(later), tuple(found))


def edits(session: Session, row: PanelDraw) -> list[Edit]:
    """The exchanges by hand that were confirmed with a draw."""
    rows = session.scalars(select(PanelEdit).where(PanelEdit.draw_id == row.id).order_by(PanelEdit.id))
    return [Edit(e.application_no, e.leaving, e.coming, e.reason) for e in rows]


def published(session: Session, year: int) -> list[Published]:
    """What the public is told of a year's draws, the present one last."""
    rows = session.scalars(select(PanelDraw).where(PanelDraw.cycle_year == year).order_by(PanelDraw.number))
    return [
        Published(
            row.seed,
            row.source,
            row.algorithm,
            row.announced_at,
            row.confirmed_at,
            row.input_sha256,
            row.result_sha256,
            row.voided_at is not None,
        )
        for row in rows
    ]


def _follows(seat: Seat, seats: list[Seat]) -> bool:
    """Whether a substitute's seed follows from the seat that was left, and the lot fell so."""
    before = [
        s for s in seats if s.application_no == seat.application_no and s.place == seat.place and s.left_at
    ]
    if not any(derived(s.seed, s.expert) == seat.seed for s in before):
        return False
    loads = {login: int(load) for login, load in (seat.drawn_from or {}).items()}
    return bool(loads) and pick(seat.seed, seat.application_no, loads) == seat.expert


def _other(seat: Seat) -> tuple[str, str]:
    return (
        f"{seat.application_no} 第{seat.place}席与重新抽取的结果不一致",
        f"{seat.application_no}: place {seat.place} differs from the draw",
    )
