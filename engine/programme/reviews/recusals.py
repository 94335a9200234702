"""The register of recusals: who left which seat, why in whose words, when. Kept apart from the seats, only added to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application
from engine.programme.lookup import by_key
from engine.programme.reviews.conflicts_register import between
from engine.programme.reviews.models import Expert, Seat
from engine.programme.reviews.opening import SCORING
from engine.programme.reviews.pool_models import ExpertRecusal
from engine.programme.reviews.sheets import present_round
from engine.store.tasks import Submission, UserTask

ASKED, FOUND, FREED = "ASKED", "FOUND", "FREED"
NAMES = {
    ASKED: ("专家申请回避", "The expert asked to be recused"),
    FOUND: ("系统发现利害关系", "A conflict was found"),
    FREED: ("经办人释放席位", "An officer freed the seat"),
}


@dataclass(frozen=True, slots=True)
class _Why:
    kind: str
    reason: str
    by: str
    at: datetime
    submission_id: int | None = None


def record(session: Session, application: Application, seat: Seat, *, at: datetime) -> ExpertRecusal:
    """Enter why the expert of this seat leaves it: asked, found by the registers, or freed by an officer (I8)."""
    why = _freed(seat) or _asked(session, seat) or _found(session, application, seat, at)
    row = ExpertRecusal(
        application_no=seat.application_no,
        cycle_year=seat.cycle_year,
        seat_id=seat.id,
        place=seat.place,
        round=present_round(session, seat.application_no),
        expert=seat.expert,
        kind=why.kind,
        reason=why.reason,
        submission_id=why.submission_id,
        stated_by=why.by,
        stated_at=why.at,
    )
    session.add(row)
    session.flush()
    return row


def of_seats(session: Session, numbers: set[str]) -> dict[int, ExpertRecusal]:
    """The recusals at these applications by seat."""
    rows = session.scalars(select(ExpertRecusal).where(ExpertRecusal.application_no.in_(numbers)))
    return {row.seat_id: row for row in rows}


def of_year(session: Session, year: int) -> list[ExpertRecusal]:
    """Every recusal of a cycle, in the order in which they happened."""
    rows = select(ExpertRecusal).where(ExpertRecusal.cycle_year == year).order_by(ExpertRecusal.id)
    return list(session.scalars(rows))


def _freed(seat: Seat) -> _Why | None:
    if seat.released_at is None:
        return None
    return _Why(FREED, seat.left_reason, seat.released_by or "", seat.released_at)


def _asked(session: Session, seat: Seat) -> _Why | None:
    """What the expert wrote when sending the sheet of this seat, if that asked for recusal."""
    query = (
        select(Submission)
        .join(UserTask, UserTask.id == Submission.task_id)
        .where(
            UserTask.business_key == seat.application_no,
            UserTask.element_id == SCORING,
            Submission.by == seat.expert,
        )
    )
    sent = session.scalar(query.order_by(Submission.id.desc()).limit(1))
    if sent is None or sent.data.get("declaration") != "RECUSE":
        return None
    return _Why(ASKED, str(sent.data.get("recusal_reason") or ""), sent.by, sent.at, sent.id)


def _found(session: Session, application: Application, seat: Seat, at: datetime) -> _Why:
    expert = by_key(session, Expert, Expert.login, seat.expert)
    reasons = between(session, expert, application) if expert is not None else []
    return _Why(FOUND, "；".join(reason.text("zh") for reason in reasons)[:400], seat.expert, at)
