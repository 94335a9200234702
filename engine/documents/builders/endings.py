"""What is said of a title that its holder gives up, and of one that is restored."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents.builders import words as w
from engine.programme.titles.models import ACTIVE, ASKED, CONFIRMED, REVOKED, Surrender, Title, TitleEvent
from engine.programme.titles.operations import require
from engine.runtime import Runtime

CONFIRMS = (
    "经审核，同意你单位自愿放弃上述称号，认定证书同时失效，请交回。自愿放弃不属于撤销，不影响今后申报。"
)
DECLINES = "经审核，不予确认，上述称号保持不变。"


def surrender(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """The department's word on the newest declaration that was decided. Raises NotMadeYet before there is one."""
    title = require(session, subject)
    decided = select(Surrender).where(Surrender.title_no == subject, Surrender.status != ASKED)
    row = session.scalar(decided.order_by(Surrender.id.desc()).limit(1))
    if row is None:
        raise w.not_yet("surrender_decision", subject)
    confirmed = row.status == CONFIRMED
    return {
        "issuer": w.DEPARTMENT_NAME,
        "title": "关于确认自愿放弃称号的函" if confirmed else "关于不予确认放弃称号的函",
        **w.held(title),
        "declared_on": w.day(row.asked_at),
        "reason": w.sentence(row.reason),
        "decision": CONFIRMS if confirmed else DECLINES,
        "effective": f"该称号自{w.day(row.decided_at)}起终止。" if confirmed else "",
        "opinion": w.sentence(row.opinion or "同意"),
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(row.decided_at),
    }


def reinstatement(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """The decision that restored a revoked title, as the register has it. Raises NotMadeYet without one."""
    title = require(session, subject)
    restored = _last(session, title, REVOKED, ACTIVE)
    if restored is None or not restored.document_no:
        raise w.not_yet("reinstatement_decision", subject)
    revoked = _last(session, title, None, REVOKED, before=restored.id)
    kind = restored.basis.removesuffix(restored.document_no).strip()
    return {
        "issuer": w.DEPARTMENT_NAME,
        "number": restored.document_no,
        "title": f"关于恢复{title.holder}称号的决定",
        **w.held(title),
        "revoked_by": (revoked.document_no or "") if revoked is not None else "",
        "legal_basis": kind or "更正或复议决定",
        "reason": w.sentence(restored.note),
        "decision": f"自{w.day(restored.effective_on)}起恢复上述称号，认定证书继续有效，原限制申报期同时解除。",
        "signer": w.DEPARTMENT_NAME,
        "date": w.day(restored.effective_on),
    }


def _last(
    session: Session, title: Title, was: str | None, now: str, before: int | None = None
) -> TitleEvent | None:
    query = select(TitleEvent).where(TitleEvent.title_id == title.id, TitleEvent.to_status == now)
    if was is not None:
        query = query.where(TitleEvent.from_status == was)
    if before is not None:
        query = query.where(TitleEvent.id < before)
    return session.scalar(query.order_by(TitleEvent.id.desc()).limit(1))
