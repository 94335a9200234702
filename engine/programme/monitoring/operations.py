"""Rules of monitoring (articles 10 and 11(3), steps S16 and S17).

The agency proposes and the department confirms; only a confirmed result touches a title, and only through
`titles.change_status`. The rectification period is a parameter of this project, the measure gives none.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.measures.validity import require_act_allowed
from engine.programme.monitoring.errors import (
    EvaluationStep,
    EvaluationUnknown,
    ExtensionRefused,
    NotEntrusted,
    TitleNotEvaluable,
)
from engine.programme.monitoring.models import (
    CLOSED,
    CONFIRMED,
    FAIL,
    PASS,
    Evaluation,
    EvaluationEvent,
    Mandate,
    Rectification,
)
from engine.programme.titles import operations as titles
from engine.programme.titles.models import ACTIVE, RECTIFYING, STATUS_NAMES, Title

ARTICLE_10, ARTICLE_11_3 = "第十条", "第十一条第（三）项"
YEARS_BETWEEN = 2  # each title at least once in two years (a decision, the measure gives no frequency)


def entrust(
    session: Session,
    *,
    document_no: str,
    agency: str,
    agency_name: str,
    scope: str,
    starts_on: date,
    ends_on: date,
    actor: str,
    at: datetime,
) -> Mandate:
    """Record a mandate (委托书); `ends_on` is inclusive."""
    mandate = Mandate(
        document_no=document_no,
        agency=agency,
        agency_name=agency_name,
        scope=scope,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by=actor,
        recorded_at=at,
    )
    session.add(mandate)
    session.flush()
    return mandate


def entrusted(session: Session, agency: str, day: date, *, after: bool = False) -> Mandate | None:
    """The mandate of an agency that is valid on a day (`after`: beyond it), or None."""
    rows = session.scalars(select(Mandate).where(Mandate.agency == agency, Mandate.starts_on <= day))
    return next((row for row in rows if row.last_day > day or (row.last_day == day and not after)), None)


def require_entrusted(session: Session, agency: str, day: date) -> Mandate:
    """The mandate of an agency that is valid on a day. Raises NotEntrusted."""
    mandate = entrusted(session, agency, day)
    if mandate is None:
        raise NotEntrusted(agency=agency, day=day)
    return mandate


def require_evaluable(session: Session, title_no: str, year: int, agency: str, now: datetime) -> Title:
    """The title, if it may be evaluated: in force (I14), valid, not yet evaluated that year, agency
    entrusted.

    Raises ActAfterExpiry, TitleNotEvaluable, NotEntrusted, TitleUnknown.
    """
    title = titles.require(session, title_no)
    require_act_allowed(session, "monitoring.evaluate", now, measure_code=title.measure_code or None)
    if title.status != ACTIVE:
        zh, en = STATUS_NAMES[title.status]
        raise TitleNotEvaluable(title_no=title_no, zh_why=f"目前状态为“{zh}”。", en_why=f"it is “{en}”.")
    known = select(Evaluation).where(Evaluation.title_no == title_no, Evaluation.year == year)
    if session.scalar(known) is not None:
        raise TitleNotEvaluable(
            title_no=title_no, zh_why=f"{year}年度已评估。", en_why=f"it already is for {year}."
        )
    require_entrusted(session, agency, now.date())
    return title


def evaluation_no(title_no: str, year: int) -> str:
    """The business key of one evaluation: one title, one year."""
    return f"JC-{year}-{title_no}"


def begin(session: Session, title_no: str, year: int, agency: str, *, actor: str, at: datetime) -> Evaluation:
    """Open the evaluation of a title. Raises what `require_evaluable` raises."""
    require_evaluable(session, title_no, year, agency, at).agency = agency
    evaluation = Evaluation(
        evaluation_no=evaluation_no(title_no, year),
        title_no=title_no,
        year=year,
        agency=agency,
        started_at=at,
    )
    record(evaluation, "BEGUN", actor=actor, at=at)
    session.add(evaluation)
    session.flush()
    return evaluation


def record(
    evaluation: Evaluation, kind: str, *, actor: str, at: datetime, basis: str = ARTICLE_10, note: str = ""
) -> None:
    """Add a line to the evaluation's history (I15)."""
    evaluation.events.append(EvaluationEvent(kind=kind, actor=actor, at=at, basis=basis, note=note[:2000]))


def require(session: Session, number: str) -> Evaluation:
    """The evaluation with this number. Raises EvaluationUnknown."""
    found = session.scalar(select(Evaluation).where(Evaluation.evaluation_no == number))
    if found is None:
        raise EvaluationUnknown(evaluation_no=number)
    return found


def hand_in(evaluation: Evaluation, data: Mapping[str, Any], *, actor: str, at: datetime) -> None:
    """Keep the holder's yearly figures."""
    evaluation.holder_report = dict(data)
    record(evaluation, "HANDED_IN", actor=actor, at=at)


def check_proposal(number: str, result: str, *, handed_in: bool) -> None:
    """A holder who handed nothing in after reminders cannot be proposed as passed. Raises EvaluationStep."""
    if result == PASS and not handed_in:
        raise EvaluationStep(
            evaluation_no=number,
            zh_why="企业经提醒仍未报送数据，应提出不合格建议。",
            en_why="the holder handed nothing in after reminders; the proposal has to be a fail.",
        )


def propose(
    evaluation: Evaluation, *, result: str, score: int | None, findings: str, actor: str, at: datetime
) -> None:
    """Keep the agency's proposal; it changes nothing else.

    A holder who handed nothing in cannot be passed.
    """
    check_proposal(evaluation.evaluation_no, result, handed_in=evaluation.holder_report is not None)
    evaluation.proposed, evaluation.score, evaluation.findings = result, score, findings
    record(evaluation, "PROPOSED", actor=actor, at=at, note=result)


def confirm(evaluation: Evaluation, result: str, *, actor: str, at: datetime, note: str = "") -> None:
    """The department confirms or corrects the agency's proposal. Raises EvaluationStep without a proposal."""
    if evaluation.proposed is None:
        raise EvaluationStep(
            evaluation_no=evaluation.evaluation_no, zh_why="监测机构尚未提出建议。", en_why="no proposal yet."
        )
    evaluation.result, evaluation.confirmed_by, evaluation.confirmed_at = result, actor, at
    evaluation.status = CONFIRMED
    record(evaluation, "CONFIRMED", actor=actor, at=at, note=f"{result} {note}")
    if result == PASS:
        _close(evaluation, PASS, actor, at)


def _close(evaluation: Evaluation, result: str | None, actor: str, at: datetime, note: str = "") -> None:
    evaluation.final_result, evaluation.status, evaluation.closed_at = result, CLOSED, at
    record(evaluation, "CLOSED", actor=actor, at=at, note=note or str(result))


def require_rectification(
    session: Session, evaluation: Evaluation, *, notice: str, days: int, actor: str, at: datetime
) -> Rectification:
    """Serve the rectification notice (整改通知): list of problems, last day `days` after today.

    Title RECTIFYING.
    """
    if evaluation.result != FAIL:
        raise EvaluationStep(
            evaluation_no=evaluation.evaluation_no, zh_why="评估未确认为不合格。", en_why="it has not failed."
        )
    today = at.date()
    rectification = Rectification(notice=notice, noticed_on=today, due_on=today + timedelta(days=days))
    evaluation.rectification = rectification
    record(evaluation, "RECTIFY", actor=actor, at=at, basis=ARTICLE_11_3, note=str(rectification.due_on))
    title = titles.require(session, evaluation.title_no)
    if title.status == ACTIVE:  # one that another case has reached meanwhile keeps that case's status
        titles.change_status(
            title,
            RECTIFYING,
            actor=actor,
            basis=f"{ARTICLE_11_3}：监测评估{evaluation.evaluation_no}不合格，限期整改",
            at=at,
            effective_on=today,
        )
    session.flush()
    return rectification


def rectification_of(evaluation: Evaluation) -> Rectification:
    """The rectification of an evaluation. Raises EvaluationStep when none was ordered."""
    if evaluation.rectification is None:
        raise EvaluationStep(
            evaluation_no=evaluation.evaluation_no, zh_why="没有整改通知。", en_why="no rectification."
        )
    return evaluation.rectification


def check_extension(rectification: Rectification, days: int, limit: int, at: datetime) -> None:
    """Once, at most `limit` days, and before the last day is over. Raises ExtensionRefused."""
    if rectification.extended_days:
        raise ExtensionRefused(zh_why="只能延长一次。", en_why="it was extended before.")
    if not 0 < days <= limit:
        raise ExtensionRefused(zh_why=f"最多延长{limit}天。", en_why=f"at most {limit} days.")
    if at.date() > rectification.due_on:
        raise ExtensionRefused(zh_why="整改期限已过。", en_why="the deadline has passed.")


def extend(evaluation: Evaluation, *, days: int, limit: int, reason: str, actor: str, at: datetime) -> date:
    """Extend a rectification, once, by at most `limit` days and before its last day is over.

    Returns the new one.
    """
    rectification = rectification_of(evaluation)
    check_extension(rectification, days, limit, at)
    rectification.extended_days, rectification.extension_reason = days, reason
    rectification.due_on += timedelta(days=days)
    record(evaluation, "EXTENDED", actor=actor, at=at, basis=ARTICLE_11_3, note=str(rectification.due_on))
    return rectification.due_on


def report_rectified(evaluation: Evaluation, text: str, *, actor: str, at: datetime) -> None:
    """Keep the holder's rectification report."""
    rectification = rectification_of(evaluation)
    rectification.report, rectification.reported_at = text, at
    record(evaluation, "RECTIFIED", actor=actor, at=at, basis=ARTICLE_11_3)


def re_evaluate(evaluation: Evaluation, *, result: str, findings: str, actor: str, at: datetime) -> None:
    """Keep the agency's re-evaluation; the department still has to confirm it."""
    rectification = rectification_of(evaluation)
    rectification.findings, rectification.evaluated_by, rectification.evaluated_at = findings, actor, at
    record(evaluation, "RE_EVALUATED", actor=actor, at=at, basis=ARTICLE_11_3, note=result)


def conclude(session: Session, evaluation: Evaluation, result: str, *, actor: str, at: datetime) -> None:
    """The department confirms the re-evaluation: passed → title ACTIVE.

    Failed → the way to revocation is open.
    """
    rectification = rectification_of(evaluation)
    rectification.result = result
    if result == PASS:
        _back_to_active(session, evaluation, actor, at, "整改后复评合格")
    _close(evaluation, result, actor, at)
    session.flush()


def _back_to_active(session: Session, evaluation: Evaluation, actor: str, at: datetime, why: str) -> None:
    title = titles.require(session, evaluation.title_no)
    if title.status == RECTIFYING:
        titles.change_status(
            title, ACTIVE, actor=actor, basis=f"{ARTICLE_11_3}：{why}", at=at, effective_on=at.date()
        )


def end_after_expiry(
    session: Session, evaluation: Evaluation, *, note: str, actor: str, at: datetime
) -> None:
    """The measure expired: an evaluation ends undecided, a rectification with a report to the department.

    The title goes back to ACTIVE: without the measure there is nothing left that it could fail.
    """
    if evaluation.rectification is not None:
        _back_to_active(session, evaluation, actor, at, "依据文件失效，整改以报告结束")
    _close(evaluation, None, actor, at, f"依据文件已失效：{note}")
    session.flush()


def due_for_evaluation(session: Session, year: int) -> list[str]:
    """Numbers of valid titles without an evaluation in this and the previous year.

    The candidates of a yearly plan.
    """
    recent = select(Evaluation.title_no).where(Evaluation.year > year - YEARS_BETWEEN)
    candidates = select(Title.title_no).where(
        Title.status == ACTIVE, Title.cycle_year < year, Title.title_no.not_in(recent)
    )
    return list(session.scalars(candidates.order_by(Title.title_no)))
