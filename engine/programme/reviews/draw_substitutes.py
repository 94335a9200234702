"""A seat that was left: the substitute is drawn by the same rules, from a seed that follows from the first one."""

import hashlib
from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application
from engine.programme.reviews import draw_input, recusals
from engine.programme.reviews.conflicts_register import all_between, terms
from engine.programme.reviews.draw import SUBSTITUTE, new_seat
from engine.programme.reviews.draw_algorithm import lot
from engine.programme.reviews.draw_errors import ReleaseNeedsReason, SeatNotHeld
from engine.programme.reviews.draw_rules import NEED_NAMES, Candidate, Rules, fits, seating
from engine.programme.reviews.errors import PoolTooSmall
from engine.programme.reviews.models import Expert, Seat
from engine.programme.reviews.sheets import own_sheet, present_round


def replace(session: Session, application: Application, leaving: str, *, reason: str, at: datetime) -> str:
    """An expert leaves, another takes the place; the seat that was left stays on record (I8). Raises PoolTooSmall."""
    seat = held(session, application.application_no, leaving)
    if seat is None:
        raise SeatNotHeld()
    chosen, loads = substitute(session, application, seat, at)
    # a seat that an officer released keeps the officer's reason
    recusals.record(session, application, seat, at=at)
    seat.left_at, seat.left_reason = at, seat.left_reason or reason
    session.flush()
    seed = derived(seat.seed, leaving)
    following = new_seat(application, seat.place, chosen, seed, at, SUBSTITUTE)
    following.panel, following.need, following.drawn_from = seat.panel, seat.need, loads
    session.add(following)
    session.flush()
    return chosen


def release(
    session: Session, application: Application, expert: str, reason: str, *, actor: str, at: datetime
) -> Seat:
    """An officer frees the seat of an expert who is silent or ill, before a sheet of the round is sealed.

    The seat is left when the process draws the substitute. Raises ReleaseNeedsReason, SeatNotHeld, PoolTooSmall.
    """
    if not reason.strip():
        raise ReleaseNeedsReason()
    seat = held(session, application.application_no, expert)
    number = application.application_no
    sealed = own_sheet(session, number, expert, present_round(session, number))
    if seat is None or seat.released_at is not None or sealed is not None:
        raise SeatNotHeld()
    substitute(session, application, seat, at)
    seat.released_at, seat.released_by, seat.left_reason = at, actor, reason.strip()[:200]
    session.flush()
    return seat


def held(session: Session, application_no: str, expert: str) -> Seat | None:
    """The seat that an expert holds at an application now."""
    where = (Seat.application_no == application_no, Seat.expert == expert, Seat.left_at.is_(None))
    return session.scalar(select(Seat).where(*where))


def derived(seed: str, leaving: str) -> str:
    """The seed of the draw for a seat that somebody left."""
    return hashlib.sha256(f"{seed}/{leaving}".encode()).hexdigest()[:32]


def substitute(
    session: Session, application: Application, seat: Seat, at: datetime
) -> tuple[str, dict[str, int]]:
    """Who would follow, and the loads of those it is drawn from. Raises PoolTooSmall."""
    no, rules = application.application_no, draw_input.rules(session, application.cycle_year)
    fit = _fit(session, application, seat, rules, at)
    if not fit:
        zh, en = NEED_NAMES.get(seat.need, ("", ""))
        raise PoolTooSmall(
            application_no=no,
            found=0,
            needed=1,
            needs_zh=zh,
            needs_en=en.lower(),
            barred_zh="—",
            barred_en="—",
            count=1,
        )
    loads = {login: load for login, load in loads_of(session, application.cycle_year).items() if login in fit}
    known = {login: loads.get(login, 0) for login in sorted(fit)}
    return pick(derived(seat.seed, seat.expert), no, known), known


def pick(seed: str, application_no: str, loads: dict[str, int]) -> str:
    """The lightest of them, equals by lot."""
    return min(loads, key=lambda login: (loads[login], lot(seed, application_no, login)))


def loads_of(session: Session, year: int) -> Counter[str]:
    """How many seats each expert holds in a cycle."""
    rows = session.execute(
        select(Seat.expert, func.count(Seat.id))
        .where(Seat.cycle_year == year, Seat.left_at.is_(None))
        .group_by(Seat.expert)
    )
    return Counter({row[0]: row[1] for row in rows})


def _fit(session: Session, application: Application, seat: Seat, rules: Rules, at: datetime) -> set[str]:
    """Who may take the place: never sat there, no conflict today, and the panel keeps its fields."""
    no, year = application.application_no, application.cycle_year
    sat = set(session.scalars(select(Seat.expert).where(Seat.application_no == no)))
    free = [e for e in draw_input.available(session, at.date()) if e.login not in sat]
    found = all_between(session, free, [application], terms(session, year)).get(no, {})
    free = [e for e in free if e.login not in found]
    staying = session.scalars(
        select(Expert)
        .join(Seat, Seat.expert == Expert.login)
        .where(Seat.application_no == no, Seat.left_at.is_(None), Seat.expert != seat.expert)
    )
    panel = [draw_input.candidate(e) for e in staying]
    if not keeps(panel, rules, application.industry):
        return {e.login for e in free}  # a panel of an earlier release, which had no such rules
    return {e.login for e in free if keeps([*panel, draw_input.candidate(e)], rules, application.industry)}


def keeps(panel: list[Candidate], rules: Rules, industry: str) -> bool:
    """Whether these experts can be given places by the rules, one each."""
    needs = rules.needs()
    masks = [sum(1 << i for i, c in enumerate(panel) if fits(c, need, industry)) for need in needs]
    holders = [0] * len(needs)
    return all(seating(holders, masks, 1 << i) for i in range(len(panel)))
