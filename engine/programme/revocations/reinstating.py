"""恢复: only a decision on correction or administrative review (更正、复议) restores a revoked title."""

from datetime import date

from sqlalchemy import select

from engine import audit, policy
from engine.commands.retrying import command
from engine.policy import Actor
from engine.programme.documents.operations import register
from engine.programme.revocations.errors import ReinstatementRefused
from engine.programme.revocations.models import OVERTURNED, REVOKED, Revocation
from engine.programme.revocations.operations import record
from engine.programme.titles import models, operations
from engine.runtime import Runtime, Transaction

KINDS = {
    "REVIEW": ("行政复议决定", "decision on review"),
    "CORRECTION": ("更正决定", "decision on correction"),
}
DOCUMENT = "REINSTATEMENT"


@command
def reinstate(
    rt: Runtime, actor: Actor, title_no: str, *, kind: str, document_no: str, on: date | None, reason: str
) -> None:
    """Restore a revoked title by a decision with its document; the case is overturned, its bar ends.

    Raises NotAllowed, TitleUnknown, ReinstatementRefused, TitleTransitionRefused, and what the document is refused for.
    """
    policy.require(actor, "title.decide")
    with rt.transaction() as tx:
        title = operations.require(tx.session, title_no)
        if title.status != models.REVOKED:
            raise ReinstatementRefused(zh_why="称号未被撤销。", en_why="the title is not revoked.")
        on = _sound(kind, on, reason, tx.now.date())
        case = _case(tx, title_no)
        register(
            tx.session,
            number=document_no,
            kind=DOCUMENT,
            title=f"关于恢复{title.holder}“{title.name}”称号的{KINDS[kind][0]}",
            issued_on=on,
            subject=case.revocation_no if case else title_no,
            actor=actor.login,
            at=tx.now,
        )
        operations.reinstate(
            title, actor=actor.login, document_no=document_no, reason=reason.strip(), at=tx.now, on=on
        )
        if case is not None:
            case.status, case.barred_until = OVERTURNED, None
            record(case, OVERTURNED, actor=actor.login, at=tx.now, note=f"{document_no}：{reason.strip()}")
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="title.reinstate",
            object_type="title",
            object_key=title_no,
            business_key=title_no,
            detail={"document_no": document_no, "kind": kind},
        )


def _sound(kind: str, on: date | None, reason: str, today: date) -> date:
    """The day of a decision that says all that it must. Raises ReinstatementRefused."""
    if kind not in KINDS or on is None or not reason.strip() or on > today:
        raise ReinstatementRefused(
            zh_why="决定类型、文号、日期（不晚于今天）和理由均须填写。",
            en_why="kind, number, date (not after today) and reason are needed.",
        )
    return on


def _case(tx: Transaction, title_no: str) -> Revocation | None:
    """The case that ended the title; the newest, when it was revoked before."""
    where = (Revocation.title_no == title_no, Revocation.status == REVOKED)
    return tx.session.scalar(select(Revocation).where(*where).order_by(Revocation.id.desc()).limit(1))
