"""Rules of formal review, of the expert sheets and of site visits."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.inbox.absences import stood_for
from engine.programme.applications import statuses as s
from engine.programme.applications.errors import FlagIsOpen
from engine.programme.applications.models import Application
from engine.programme.applications.operations import change_status, open_flags, resolve_flag
from engine.programme.lookup import by_key
from engine.programme.reviews.conflicts_register import ensure_none
from engine.programme.reviews.errors import (
    ExpertIsRecused,
    ReasonMissing,
    SecondSupplement,
    VisitNeedsTwo,
)
from engine.programme.reviews.models import Expert, ExpertSheet, FormalReview, Seat, SiteVisit

PASS, SUPPLEMENT, FAIL = "PASS", "SUPPLEMENT", "FAIL"
_AFTER = {PASS: s.FORMAL_PASSED, SUPPLEMENT: s.SUPPLEMENTING, FAIL: s.FORMAL_FAILED}


def rounds(session: Session, application_no: str) -> list[FormalReview]:
    """The rounds of an application's formal review, the first one first."""
    where = FormalReview.application_no == application_no
    return list(session.scalars(select(FormalReview).where(where).order_by(FormalReview.round)))


def check_formal(session: Session, application_no: str, result: str, reason: str, article: str) -> None:
    """What a formal review may conclude: one supplement only, reasons with their article (article 8).

    Raises SecondSupplement, ReasonMissing.
    """
    if result == SUPPLEMENT and any(r.result == SUPPLEMENT for r in rounds(session, application_no)):
        raise SecondSupplement(application_no=application_no)
    if result != PASS and not (reason.strip() and article.strip()):
        raise ReasonMissing()


def check_flags(application: Application, result: str, flag_reason: str) -> None:
    """A formal review passes only when it says why the open flags of article 6 exclude nothing.

    Raises FlagIsOpen.
    """
    if result == PASS and open_flags(application) and not flag_reason.strip():
        raise FlagIsOpen(application_no=application.application_no)


def record_formal(
    session: Session,
    application: Application,
    result: str,
    *,
    reason: str = "",
    article: str = "",
    checker: str,
    approver: str,
    submission_id: int | None,
    flag_reason: str = "",
    at: datetime,
) -> None:
    """Keep the round, resolve the flags of article 6, move on (article 8).

    Raises as check_formal, FlagIsOpen.
    """
    check_formal(session, application.application_no, result, reason, article)
    check_flags(application, result, flag_reason)
    if result != SUPPLEMENT:
        for flag in open_flags(application):
            excluded, why = result == FAIL, flag_reason or reason
            resolve_flag(flag, excluded=excluded, reason=why, actor=approver, at=at)
    session.add(
        FormalReview(
            application_no=application.application_no,
            round=len(rounds(session, application.application_no)) + 1,
            result=result,
            reason=reason,
            article=article,
            checker=checker,
            approver=approver,
            decided_at=at,
            submission_id=submission_id,
        )
    )
    application.formal_result = result
    basis = f"第八条（形式审查）{article}".strip()
    change_status(application, _AFTER[result], actor=approver, basis=basis, at=at, note=reason)


def _seat(session: Session, application_no: str, expert: str) -> Seat | None:
    where = (Seat.application_no == application_no, Seat.expert == expert, Seat.left_at.is_(None))
    return session.scalar(select(Seat).where(*where))


def ensure_may_score(session: Session, application: Application, expert: str) -> None:
    """I8: a recused expert has no score; neither has one with a conflict or without a seat.

    Raises ExpertIsRecused, ExpertHasConflict.
    """
    known = by_key(session, Expert, Expert.login, expert)
    seated = _seat(session, application.application_no, expert)
    if known is None or seated is None or seated.released_at is not None:
        raise ExpertIsRecused()
    ensure_none(session, known, application)


def sheets(session: Session, application_no: str) -> Sequence[ExpertSheet]:
    """The sealed sheets of an application."""
    where = ExpertSheet.application_no == application_no
    return session.scalars(select(ExpertSheet).where(where).order_by(ExpertSheet.id)).all()


def formally_passed(session: Session, numbers: Sequence[str]) -> set[str]:
    """Those applications whose last formal review passed them (I5)."""
    rows = select(FormalReview.application_no, FormalReview.result).order_by(FormalReview.round)
    last = dict(session.execute(rows.where(FormalReview.application_no.in_(numbers))).all())
    return {number for number, result in last.items() if result == PASS}


def sheet_counts(session: Session, numbers: Sequence[str]) -> dict[str, int]:
    """How many sheets are sealed, by application; those without one are left out."""
    rows = select(ExpertSheet.application_no, func.count()).group_by(ExpertSheet.application_no)
    return dict(session.execute(rows.where(ExpertSheet.application_no.in_(numbers))).all())


def participants(session: Session, numbers: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Who checked, approved or scored each of these applications, as (role, login): see I16."""
    found: dict[str, list[tuple[str, str]]] = {number: [] for number in numbers}
    scored = select(ExpertSheet.application_no, ExpertSheet.expert).order_by(ExpertSheet.id)
    for number, expert in session.execute(scored.where(ExpertSheet.application_no.in_(numbers))):
        found[number].append(("专家", expert))
    checked = select(FormalReview).where(FormalReview.application_no.in_(numbers))
    for review in session.scalars(checked.order_by(FormalReview.round)):
        found[review.application_no] += [("形式审查经办", review.checker), ("形式审查审核", review.approver)]
    for number, login in sorted(stood_for(session, numbers)):
        found[number].append(("由他人代办的经办人", login))
    return found


def conclude(
    application: Application,
    *,
    score: Decimal,
    d2: Decimal,
    d3: Decimal,
    actor: str,
    at: datetime,
) -> None:
    """Write the aggregated score into the register; the item is ready for the opinion (article 8)."""
    application.score, application.score_d2, application.score_d3 = score, d2, d3
    change_status(application, s.REVIEWED, actor=actor, basis="第八条（专家评审）", at=at)


def record_visit(
    session: Session,
    application: Application,
    *,
    visited_on: date,
    members: list[str],
    result: str,
    findings: str,
    actor: str,
    at: datetime,
) -> None:
    """Keep the record of a site visit (article 8). Raises VisitNeedsTwo."""
    check_visit(members)
    session.add(
        SiteVisit(
            application_no=application.application_no,
            visited_on=visited_on,
            members=members,
            result=result,
            findings=findings,
            recorded_by=actor,
            recorded_at=at,
        )
    )
    application.visit_result = result


def visited(session: Session, application_no: str) -> bool:
    """Whether the record of a visit is there already: a later round of scoring makes no second one."""
    where = SiteVisit.application_no == application_no
    return session.scalar(select(SiteVisit.id).where(where).limit(1)) is not None


def check_visit(members: list[str]) -> None:
    """A visit is made by at least two people. Raises VisitNeedsTwo."""
    if len({member.strip() for member in members if member.strip()}) < 2:
        raise VisitNeedsTwo()


def still_open(session: Session, year: int, states: Sequence[str]) -> list[str]:
    """Numbers of the cycle's applications that are still in one of these states."""
    where = (Application.cycle_year == year, Application.status.in_(states))
    return list(
        session.scalars(select(Application.application_no).where(*where).order_by(Application.application_no))
    )
