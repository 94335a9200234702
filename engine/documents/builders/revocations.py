"""The notice of an intended revocation, and the decision (article 11)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.documents.builders import words as w
from engine.programme.revocations.models import REVOKED, Revocation
from engine.programme.revocations.operations import GROUNDS, require
from engine.programme.titles.operations import require as require_title
from engine.runtime import Runtime

EVIDENCE = {
    "INVESTIGATION": "调查报告",
    "END_RECORD": "注销、吊销或者破产终结记录",
    "MERGER_CHECK": "合并、重组核查",
    "FAILED_EVALUATION": "不合格的监测评估",
    "RECTIFICATION_NOTICE": "整改通知书",
    "FAILED_REEVALUATION": "未达标的复评",
    "ACCIDENT_DETERMINATION": "主管部门的事故认定",
    "PENALTY_DECISION": "处罚决定书",
    "CONDITION_LOST": "不再符合条件的说明",
    "OTHER": "其他",
}
REMEDY = (
    "当事人如不服本决定，可自收到之日起六十日内依法申请行政复议，也可自收到之日起六个月内依法提起行政诉讼。"
)


def notice(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """拟撤销告知书 with the right to state and defend. Raises NotMadeYet before it was served."""
    case = require(session, subject)
    if case.notice_on is None or case.hearing_until is None:
        raise w.not_yet("revocation_notice", subject)
    return {
        "issuer": w.DEPARTMENT_NAME,
        "title": "拟撤销告知书",
        **_case(session, case),
        "hearing_until": w.instant(case.hearing_until),
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(case.notice_on),
    }


def decision(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """撤销决定 as it was issued. Raises NotMadeYet before it was."""
    case = require(session, subject)
    if case.status != REVOKED or not case.document_no:
        raise w.not_yet("revocation_decision", subject)
    start = "自始无效" if case.from_the_start else "自本决定成文之日起失效"
    said = case.statement
    return {
        "issuer": w.DEPARTMENT_NAME,
        "number": case.document_no,
        "title": f"关于撤销{require_title(session, case.title_no).holder}称号的决定",
        **_case(session, case),
        "hearing": f"当事人陈述申辩称：{said}" if said else "当事人在规定期限内未提出陈述、申辩。",
        "decision": f"经{w.day(case.meeting_on)}厅长办公会研究（{case.meeting_minutes_no}），决定撤销上述称号，收回证书。",
        "effective": f"该称号{start}。",
        "barred_until": w.day(case.barred_until),
        "remedy": REMEDY,
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(case.decided_on),
    }


def _case(session: Session, case: Revocation) -> dict[str, Any]:
    article, words = GROUNDS.get(case.ground or 0, ("第十一条", ""))
    return {
        **w.held(require_title(session, case.title_no)),
        "revocation_no": case.revocation_no,
        "ground": f"{words}（{article}）。",
        "facts": case.facts or "",
        "legal_basis": case.legal_basis,
        "evidence": w.numbered(
            [{"kind": EVIDENCE.get(row.kind, row.kind), "reference": row.reference} for row in case.evidence]
        ),
    }
