"""Score sheets: judged by criterion, sealed for good, in rounds (article 8)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application
from engine.programme.lookup import by_key
from engine.programme.reviews.draw import has_conflict
from engine.programme.reviews.errors import (
    CriterionOutOfRange,
    LeaderHasConflict,
    LowScoreUnexplained,
    ReasonForPointsMissing,
    ScoreOutOfRange,
    SealFirst,
    SheetIsSealed,
    SumsDiffer,
)
from engine.programme.reviews.models import Expert, ExpertSheet, ReviewRound, Seat
from engine.programme.reviews.operations import ensure_may_score
from engine.programme.reviews.rubric import DIMENSIONS, EXPLAIN_ABOVE, EXPLAIN_BELOW, STEP
from engine.store import json

Sheet = Mapping[str, Any]


def check_scores(sheet: Sheet) -> Decimal:
    """I9: every criterion and every dimension within its maximum, in steps of 0.5; returns the total.

    A sheet of an earlier form has dimensions only. Raises CriterionOutOfRange, ReasonForPointsMissing, SumsDiffer,
    ScoreOutOfRange, LowScoreUnexplained.
    """
    if "scores" in sheet:
        _check_criteria(sheet)
    total, low = Decimal(0), False
    for dimension in DIMENSIONS:
        value = Decimal(sheet[dimension.id])
        if not 0 <= value <= dimension.maximum or value % STEP:
            raise ScoreOutOfRange(dimension=dimension.zh, max=dimension.maximum, value=value)
        low = low or value < dimension.maximum * EXPLAIN_BELOW
        total += value
    if low and "scores" not in sheet and not str(sheet.get("comment") or "").strip():
        raise LowScoreUnexplained()
    return total


def _check_criteria(sheet: Sheet) -> None:
    sums = {dimension.id: Decimal(0) for dimension in DIMENSIONS}
    for row in sheet["scores"]:
        points, most = Decimal(row["points"]), Decimal(row["most"])
        if not 0 <= points <= most or points % STEP:
            raise CriterionOutOfRange(criterion=row["row_key"], max=most, value=points)
        odd = points < most * EXPLAIN_BELOW or points > most * EXPLAIN_ABOVE
        if odd and not str(row.get("reason") or "").strip() and _split(sheet):
            raise ReasonForPointsMissing(criterion=row["row_key"])
        sums[str(row["dimension"]).lower()] += points
    if any(sums[d.id] != Decimal(sheet[d.id]) for d in DIMENSIONS):
        raise SumsDiffer()


def _split(sheet: Sheet) -> bool:
    """Whether the rubric has criteria; one that knows dimensions only asks for no reason at the top."""
    return len(sheet["scores"]) > len(DIMENSIONS)


def present_round(session: Session, application_no: str) -> int:
    """The round in which an application is scored now, or was last."""
    return max_round(session, [application_no]).get(application_no, 1)


def max_round(session: Session, numbers: Sequence[str]) -> dict[str, int]:
    """The last round of those of these applications that have more than one."""
    rows = session.execute(
        select(ReviewRound.application_no, func.max(ReviewRound.round))
        .where(ReviewRound.application_no.in_(numbers))
        .group_by(ReviewRound.application_no)
    )
    return {row[0]: row[1] for row in rows}


def seal_sheet(
    session: Session, application: Application, expert: str, sheet: Sheet, *, at: datetime
) -> ExpertSheet:
    """Seal an expert's sheet of the present round with its hash; it never changes again (article 8, I7).

    Raises ExpertIsRecused, SheetIsSealed, and as check_scores.
    """
    ensure_may_score(session, application, expert)
    number = application.application_no
    present = present_round(session, number)
    if own_sheet(session, number, expert, present) is not None:
        raise SheetIsSealed(application_no=number)
    sealed = ExpertSheet(
        application_no=number,
        expert=expert,
        round=present,
        **{dimension.id: Decimal(sheet[dimension.id]) for dimension in DIMENSIONS},
        total=check_scores(sheet),
        opinion=sheet["opinion"],
        visit_asked=bool(sheet.get("visit_asked")),
        comment=sheet.get("comment") or "",
        sealed_at=at,
        criteria=[_kept(row) for row in sheet["scores"]] if "scores" in sheet else None,
    )
    sealed.sha256 = digest(sealed)
    session.add(sealed)
    session.flush()
    return sealed


def ensure_may_lead(session: Session, application: Application, leader: str) -> None:
    """A leader who stands in the pool has no conflict of interest with the applicant (I8). Raises LeaderHasConflict."""
    known = by_key(session, Expert, Expert.login, leader)
    if known is not None and has_conflict(known, application):
        raise LeaderHasConflict()


def _kept(row: Sheet) -> dict[str, Any]:
    return {
        "key": row["row_key"],
        "dimension": row["dimension"],
        "most": row["most"],
        "points": row["points"],
        "reason": row.get("reason") or "",
    }


def digest(sheet: ExpertSheet) -> str:
    """The SHA-256 of everything that a sheet says, with whose it is and when it was sealed."""
    facts = {
        "application_no": sheet.application_no,
        "expert": sheet.expert,
        "round": sheet.round,
        **{d.id: f"{Decimal(getattr(sheet, d.id)):.2f}" for d in DIMENSIONS},
        "total": f"{sheet.total:.2f}",
        "opinion": sheet.opinion,
        "visit_asked": sheet.visit_asked,
        "comment": sheet.comment,
        "sealed_at": f"{sheet.sealed_at.timestamp():.6f}",
        "criteria": sheet.criteria,
    }
    return hashlib.sha256(json.canonical(facts).encode()).hexdigest()


def own_sheet(
    session: Session, application_no: str, expert: str, round: int | None = None
) -> ExpertSheet | None:
    """An expert's sealed sheet of a round, by default the newest."""
    where = [ExpertSheet.application_no == application_no, ExpertSheet.expert == expert]
    if round is not None:
        where.append(ExpertSheet.round == round)
    return session.scalar(select(ExpertSheet).where(*where).order_by(ExpertSheet.round.desc()).limit(1))


def ensure_sealed_own(session: Session, application_no: str, expert: str) -> ExpertSheet:
    """An expert sees what others gave only after sealing a sheet in the present round. Raises SealFirst."""
    sheet = own_sheet(session, application_no, expert, present_round(session, application_no))
    if sheet is None:
        raise SealFirst(application_no=application_no)
    return sheet


def places(session: Session, application_no: str) -> dict[str, int]:
    """The place of each expert who sits or sat at an application: how a sheet is called without a name."""
    rows = session.execute(select(Seat.expert, Seat.place).where(Seat.application_no == application_no))
    return {row.expert: row.place for row in rows}


def panel(session: Session, application_no: str) -> list[str]:
    """The experts who sit at an application now, by place."""
    where = (Seat.application_no == application_no, Seat.left_at.is_(None))
    return list(session.scalars(select(Seat.expert).where(*where).order_by(Seat.place)))


def group(session: Session, application_no: str) -> str:
    """The group that the panel of an application belongs to; empty without groups."""
    where = (Seat.application_no == application_no, Seat.left_at.is_(None))
    return session.scalar(select(Seat.panel).where(*where).limit(1)) or ""


def by_round(session: Session, application_no: str) -> dict[int, list[ExpertSheet]]:
    """The sealed sheets of an application by round, in the order of the places."""
    seated = places(session, application_no)
    where = ExpertSheet.application_no == application_no
    found: dict[int, list[ExpertSheet]] = {}
    for sheet in session.scalars(select(ExpertSheet).where(where).order_by(ExpertSheet.round)):
        found.setdefault(sheet.round, []).append(sheet)
    for sheets in found.values():
        sheets.sort(key=lambda sheet: seated.get(sheet.expert, 0))
    return found
