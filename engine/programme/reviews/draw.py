"""Drawing experts: at random from a recorded seed, light loads first, conflicts of interest left out."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.applications.operations import change_status
from engine.programme.reviews.errors import PoolTooSmall
from engine.programme.reviews.models import Expert, Seat


def enrol(
    session: Session,
    login: str,
    name: str,
    field: str,
    *,
    employer: str = "",
    employer_uscc: str | None = None,
    conflicts: Iterable[str] = (),
) -> Expert:
    """Enter an expert into the pool, or bring the entry up to date."""
    expert = session.scalar(select(Expert).where(Expert.login == login)) or Expert(login=login)
    expert.name, expert.field, expert.employer = name, field, employer
    expert.employer_uscc, expert.conflicts, expert.active = employer_uscc, sorted(conflicts), True
    session.add(expert)
    session.flush()
    return expert


def has_conflict(expert: Expert, application: Application) -> bool:
    """Whether the expert works for the applicant or has declared an interest in it."""
    return application.uscc == expert.employer_uscc or application.uscc in expert.conflicts


def draw(
    session: Session, application: Application, pool: list[Expert], load: Counter[str], n: int, seed: str
) -> list[str]:
    """Draw `n` experts of a pool for one application and count their load. Raises PoolTooSmall."""
    fit = [e for e in pool if e.active and not has_conflict(e, application)]
    if len(fit) < n:
        raise PoolTooSmall(application_no=application.application_no, found=len(fit), needed=n)
    # repeatable from the recorded seed: a draw is checked by drawing again
    random.Random(f"{seed}/{application.application_no}").shuffle(fit)  # noqa: S311
    chosen = sorted(fit, key=lambda e: load[e.login])[:n]
    load.update(e.login for e in chosen)
    return [e.login for e in chosen]


def draw_all(
    session: Session, year: int, n: int, seed: str, *, actor: str, at: datetime
) -> dict[str, list[str]]:
    """Draw for all that passed the formal review (article 8); returns experts by application number.

    The same seed, pool and list give the same draw. Raises PoolTooSmall.
    """
    pool = list(session.scalars(select(Expert).where(Expert.active).order_by(Expert.login)))
    where = (Application.cycle_year == year, Application.status == s.FORMAL_PASSED)
    load: Counter[str] = Counter()
    drawn = {}
    for application in session.scalars(
        select(Application).where(*where).order_by(Application.application_no)
    ).all():
        chosen = draw(session, application, pool, load, n, seed)
        for place, login in enumerate(chosen, start=1):
            session.add(_seat(application, place, login, seed, at))
        change_status(application, s.IN_REVIEW, actor=actor, basis=f"第八条（抽取种子 {seed}）", at=at)
        drawn[application.application_no] = chosen
    session.flush()
    return drawn


def replace(session: Session, application: Application, leaving: str, *, reason: str, at: datetime) -> str:
    """A recused expert leaves; another of the same field, else of any, takes the place.

    Raises PoolTooSmall.
    """
    seat = session.scalars(
        select(Seat).where(
            Seat.application_no == application.application_no, Seat.expert == leaving, Seat.left_at.is_(None)
        )
    ).one()
    seat.left_at, seat.left_reason = at, reason
    session.flush()
    seed = f"{seat.seed}/{leaving}"
    chosen = _substitute(session, application, leaving, seed)
    session.add(_seat(application, seat.place, chosen, seed, at))
    session.flush()
    return chosen


def _substitute(session: Session, application: Application, leaving: str, seed: str) -> str:
    where = Seat.application_no == application.application_no
    sat = set(session.scalars(select(Seat.expert).where(where)))
    experts = list(session.scalars(select(Expert).where(Expert.active).order_by(Expert.login)))
    field = next((e.field for e in experts if e.login == leaving), "")
    free = [e for e in experts if e.login not in sat and not has_conflict(e, application)]
    fit = [e for e in free if e.field == field] or free
    load = Counter(
        {
            row[0]: row[1]
            for row in session.execute(
                select(Seat.expert, func.count(Seat.id))
                .where(Seat.cycle_year == application.cycle_year)
                .group_by(Seat.expert)
            )
        }
    )
    return draw(session, application, fit, load, 1, seed)[0]


def _seat(application: Application, place: int, login: str, seed: str, at: datetime) -> Seat:
    return Seat(
        application_no=application.application_no,
        cycle_year=application.cycle_year,
        place=place,
        expert=login,
        drawn_at=at,
        seed=seed,
    )
