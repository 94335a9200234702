"""Rules of revocation (article 11, step S18).

Ground and evidence, hearing, legal review, meeting, decision.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.programme.documents import operations as documents
from engine.programme.measures.validity import require_act_allowed
from engine.programme.monitoring.models import FAIL, Evaluation
from engine.programme.revocations.errors import (
    BarredFromApplying,
    RevocationIncomplete,
    RevocationOpen,
    RevocationUnknown,
    TitleHasEnded,
)
from engine.programme.revocations.models import (
    DROPPED,
    KEPT,
    OPEN,
    REVOKED,
    Revocation,
    RevocationEvent,
    RevocationEvidence,
)
from engine.programme.titles import models as title_status
from engine.programme.titles import operations as titles
from engine.programme.values import as_date

FALSE_INFORMATION, ENTERPRISE_ENDED, FAILED_MONITORING, ACCIDENT, PENALTY = 1, 2, 3, 4, 5
GROUNDS = {
    FALSE_INFORMATION: ("第十一条第（一）项", "申请过程中提供虚假信息、违反相关规定或其它违法行为"),
    ENTERPRISE_ENDED: ("第十一条第（二）项", "所在企业被依法终止"),
    FAILED_MONITORING: ("第十一条第（三）项", "运行监测评估不合格经整改仍未能达标"),
    ACCIDENT: ("第十一条第（四）项", "发生重大环保、安全、质量事故"),
    PENALTY: ("第十一条第（五）项", "其他影响认定的违法、违规行为受到处罚不再符合认定条件"),
}
GROUNDS_EN = {
    FALSE_INFORMATION: "false information or another offence in the application",
    ENTERPRISE_ENDED: "the enterprise was legally dissolved",
    FAILED_MONITORING: "monitoring failed and was not mended by rectification",
    ACCIDENT: "a major accident of environment, safety or quality",
    PENALTY: "another offence was penalised and the conditions are no longer met",
}
REVOKE = "REVOKE"


def open_case(session: Session, title_no: str) -> Revocation | None:
    """The case of a title that is under way, or None."""
    return session.scalar(
        select(Revocation).where(Revocation.title_no == title_no, Revocation.status == OPEN)
    )


def require_may_open(session: Session, title_no: str) -> title_status.Title:
    """The title, if a case may be opened. Raises TitleUnknown, TitleHasEnded, RevocationOpen."""
    title = titles.require(session, title_no)
    if title.status in titles.ENDED:
        raise TitleHasEnded(title_no=title_no)
    if known := open_case(session, title_no):
        raise RevocationOpen(title_no=title_no, revocation_no=known.revocation_no)
    return title


def begin(
    session: Session, title_no: str, facts: Mapping[str, Any], *, actor: str, at: datetime
) -> Revocation:
    """Open a case on a clue; nothing happens to the title yet. Raises what `require_may_open` raises.

    `facts`: source (CITY, AGENCY, COMPLAINT, DATA, MONITORING, OFFICE), clue, and evaluation_no for ground 3.
    """
    require_may_open(session, title_no)
    case = Revocation(
        revocation_no=f"CX-{at.year}-{documents.next_number(session, f'revocation {at.year}'):04d}",
        title_no=title_no,
        source=facts["source"],
        clue=facts["clue"],
        evaluation_no=facts.get("evaluation_no"),
        legal_basis="第十一条",
        opened_by=actor,
        opened_at=at,
    )
    record(case, "OPENED", actor=actor, at=at)
    session.add(case)
    session.flush()
    return case


def record(case: Revocation, kind: str, *, actor: str, at: datetime, note: str = "") -> None:
    """Add a line to the case's history (I15)."""
    case.events.append(
        RevocationEvent(kind=kind, actor=actor, at=at, basis=case.legal_basis, note=note[:2000])
    )


def require(session: Session, revocation_no: str) -> Revocation:
    """The case with this number. Raises RevocationUnknown."""
    found = session.scalar(select(Revocation).where(Revocation.revocation_no == revocation_no))
    if found is None:
        raise RevocationUnknown(revocation_no=revocation_no)
    return found


def verify(session: Session, case: Revocation, facts: Mapping[str, Any], *, actor: str, at: datetime) -> None:
    """Keep the result of the verification: ground, facts and their dates, evidence, legal basis (I14).

    `facts`: ground (1–5), facts, facts_on, and optionally penalty_on, other_basis, evidence (list of kind and
    reference). Evidence is added, never taken away. Raises ActAfterExpiry for facts after the measure's end.
    """
    title = titles.require(session, case.title_no)
    facts_on = as_date(facts["facts_on"])
    case.legal_basis = require_act_allowed(
        session,
        "title.revoke",
        at,
        measure_code=title.measure_code or None,
        facts_on=facts_on,
        other_basis=facts.get("other_basis") or "",
    )
    case.ground, case.facts, case.facts_on = int(facts["ground"]), facts["facts"], facts_on
    case.penalty_on = as_date(facts["penalty_on"]) if facts.get("penalty_on") else None
    case.verified_by = actor
    known = {(e.kind, e.reference) for e in case.evidence}
    for row in facts.get("evidence") or []:
        if (row["kind"], row["reference"]) not in known:
            case.evidence.append(
                RevocationEvidence(
                    kind=row["kind"], reference=row["reference"], recorded_by=actor, recorded_at=at
                )
            )
    record(case, "VERIFIED", actor=actor, at=at, note=GROUNDS[case.ground][1])
    session.flush()


def missing_evidence(case: Revocation, required: Iterable[str]) -> list[str]:
    """The kinds of evidence that the ground requires and the case does not have."""
    have = {e.kind for e in case.evidence}
    return [kind for kind in required if kind not in have]


def drop(session: Session, case: Revocation, *, reason: str, actor: str, at: datetime) -> None:
    """Close a case whose clue was not confirmed; the title was never touched."""
    _close(case, DROPPED, actor, at, reason)
    session.flush()


def _close(case: Revocation, status: str, actor: str, at: datetime, note: str) -> None:
    case.status, case.closed_at = status, at
    record(case, status, actor=actor, at=at, note=note)


def notify(
    session: Session,
    case: Revocation,
    *,
    required_evidence: Iterable[str],
    on: date,
    hearing_until: datetime,
    actor: str,
    at: datetime,
) -> None:
    """Serve 拟撤销告知书 with the right to state and defend until `hearing_until`; title REVOKING.

    Raises RevocationIncomplete without ground or with evidence missing, and what I12 raises for ground 3.
    """
    required = list(required_evidence)
    missing = missing_evidence(case, required)
    if case.ground is None or missing or not case.evidence:
        raise _incomplete(
            case, f"缺少证据：{'、'.join(missing) or '全部'}。", f"evidence is missing: {missing}."
        )
    if case.ground == FAILED_MONITORING:
        case.evaluation_no = require_failed_re_evaluation(session, case).evaluation_no
    case.required_evidence = required
    case.notice_on, case.hearing_until = on, hearing_until
    case.statement, case.hearing_closed_at = None, None
    record(case, "NOTIFIED", actor=actor, at=at, note=f"陈述申辩至{clock.deadline(hearing_until)}")
    title = titles.require(session, case.title_no)
    if title.status != title_status.REVOKING:  # a case that was sent back serves its notice again
        titles.change_status(
            title,
            title_status.REVOKING,
            actor=actor,
            basis=f"{GROUNDS[case.ground][0]}：拟撤销告知（{case.revocation_no}）",
            at=at,
            effective_on=on,
        )
    session.flush()


def _incomplete(case: Revocation, zh: str, en: str) -> RevocationIncomplete:
    return RevocationIncomplete(title_no=case.title_no, zh_why=zh, en_why=en)


def close_hearing(case: Revocation, statement: str | None, *, actor: str, at: datetime) -> None:
    """End statement and defence.

    With what the holder said, or with its silence when the time is over (I11).
    """
    if case.hearing_until is None:
        raise _incomplete(case, "尚未送达拟撤销告知书。", "the notice was not served.")
    if statement is None and at < case.hearing_until:
        raise _incomplete(case, "陈述申辩期未满。", "the time for statement and defence is not over.")
    case.statement, case.hearing_closed_at = statement, at
    record(case, "HEARD", actor=actor, at=at, note="企业提出陈述申辩" if statement else "逾期未提出陈述申辩")


def review_legally(case: Revocation, opinion: str, *, actor: str, at: datetime) -> None:
    """Keep the legal review's opinion (法制审核)."""
    case.legal_opinion, case.legal_reviewed_by = opinion, actor
    record(case, "LEGALLY_REVIEWED", actor=actor, at=at)


def meet(case: Revocation, decision: str, *, minutes_no: str, on: date, actor: str, at: datetime) -> None:
    """Keep the director's meeting's decision: REVOKE, KEEP or RETURN."""
    case.meeting_decision, case.meeting_minutes_no, case.meeting_on = decision, minutes_no, on
    record(case, "MEETING", actor=actor, at=at, note=f"{decision} {minutes_no}")


def require_failed_re_evaluation(session: Session, case: Revocation) -> Evaluation:
    """I12: ground (三) has a failed evaluation, a rectification notice and a failed re-evaluation.

    Returns that evaluation. Raises RevocationIncomplete.
    """
    failed = select(Evaluation).where(Evaluation.title_no == case.title_no).order_by(Evaluation.year.desc())
    if case.evaluation_no is not None:
        failed = failed.where(Evaluation.evaluation_no == case.evaluation_no)
    evaluation = session.scalar(failed.limit(1))
    if evaluation is None or evaluation.result != FAIL:
        raise _incomplete(case, "没有不合格的监测评估。", "there is no failed evaluation.")
    if evaluation.rectification is None:
        raise _incomplete(case, "未经整改。", "no rectification was ordered.")
    if evaluation.rectification.result != FAIL:
        raise _incomplete(case, "整改后复评未确认为不合格。", "the re-evaluation has not failed.")
    return evaluation


def require_revocable(session: Session, case: Revocation) -> None:
    """I11: revocation has ground, evidence, hearing, legal review and the meeting's decision.

    Raises RevocationIncomplete; for ground 3 also what I12 raises.
    """
    if case.ground not in GROUNDS:
        raise _incomplete(case, "未认定撤销情形。", "there is no ground.")
    if not case.evidence or missing_evidence(case, case.required_evidence or []):
        raise _incomplete(case, "证据不全。", "the evidence is incomplete.")
    if case.notice_on is None or case.hearing_closed_at is None:
        raise _incomplete(case, "未经陈述申辩。", "the holder was not heard.")
    if not case.legal_opinion:
        raise _incomplete(case, "未经法制审核。", "there was no legal review.")
    if case.meeting_decision != REVOKE or not case.meeting_minutes_no:
        raise _incomplete(case, "厅长办公会未决定撤销。", "the meeting has not decided so.")
    if case.ground == FAILED_MONITORING:
        require_failed_re_evaluation(session, case)


def check_from_the_start(case: Revocation, from_the_start: bool) -> None:
    """Only false information in the application may be revoked from the start.

    Raises RevocationIncomplete.
    """
    if from_the_start and case.ground != FALSE_INFORMATION:
        raise _incomplete(case, "只有第（一）项可以自始撤销。", "only ground 1 may work from the start.")


def decide(
    session: Session,
    case: Revocation,
    *,
    document_no: str,
    on: date,
    from_the_start: bool,
    barred_until: date | None,
    actor: str,
    at: datetime,
) -> None:
    """Issue 撤销决定: from the document's date on, or from the start (only ground 1) when the decision
    says so.

    Raises what `require_revocable` raises, RevocationIncomplete for 自始 on another ground, documents'
    refusals.
    """
    require_revocable(session, case)
    check_from_the_start(case, from_the_start)
    title = titles.require(session, case.title_no)
    documents.register(
        session,
        number=document_no,
        kind="REVOCATION",
        title=f"关于撤销{title.holder}“{title.name}”称号的决定",
        issued_on=on,
        subject=case.revocation_no,
        actor=actor,
        at=at,
    )
    case.document_no, case.decided_on = document_no, on
    case.from_the_start, case.barred_until = from_the_start, barred_until
    _end_title(case, title, actor, at)
    _close(case, REVOKED, actor, at, document_no)
    session.flush()


def _end_title(case: Revocation, title: title_status.Title, actor: str, at: datetime) -> None:
    ground = int(case.ground or 0)
    ended = title_status.TERMINATED if ground == ENTERPRISE_ENDED else title_status.REVOKED
    titles.change_status(
        title,
        ended,
        actor=actor,
        basis=f"{GROUNDS[ground][0]}：{case.document_no}",
        at=at,
        effective_on=case.decided_on or at.date(),
        document_no=case.document_no,
        note="自始撤销" if case.from_the_start else "",
    )
    title.from_the_start = case.from_the_start


def keep(session: Session, case: Revocation, *, reason: str, actor: str, at: datetime) -> None:
    """The meeting decided not to revoke: the title is ACTIVE again."""
    title = titles.require(session, case.title_no)
    if title.status == title_status.REVOKING:
        titles.change_status(
            title,
            title_status.ACTIVE,
            actor=actor,
            basis=f"厅长办公会决定不予撤销（{case.meeting_minutes_no}）",
            at=at,
            effective_on=at.date(),
        )
    _close(case, KEPT, actor, at, reason)
    session.flush()


def barred_until(session: Session, uscc: str, day: date) -> date | None:
    """The last day on which an enterprise may not apply again after revocations (限制期至), or None when
    free.

    The measure is silent; the bar is this project's decision (decision table `reapplication_bar`).
    """
    rows = session.scalars(
        select(Revocation.barred_until)
        .join(title_status.Title, title_status.Title.title_no == Revocation.title_no)
        .where(
            title_status.Title.uscc == uscc,
            Revocation.status == REVOKED,
            Revocation.barred_until >= day,
        )
    )
    return max((until for until in rows if until is not None), default=None)


def require_not_barred(session: Session, uscc: str, day: date) -> None:
    """An enterprise applies again only after its bar (限制期) is over. Raises BarredFromApplying."""
    until = barred_until(session, uscc, day)
    if until is not None:
        raise BarredFromApplying(until=until)
