"""Rules of renaming (article 12, step S19).

Enterprise → city → department, or the meeting for complex cases.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.documents.operations import next_number, register_or_join
from engine.programme.measures.validity import governing, require_act_allowed
from engine.programme.renamings.errors import (
    NotTheHolder,
    RenamingNotAgreed,
    RenamingOpen,
    RenamingUnknown,
)
from engine.programme.renamings.models import (
    AGREED,
    COMPLEX,
    OPEN,
    REFUSED,
    SIMPLE,
    WITHDRAWN,
    Renaming,
    RenamingEvent,
)
from engine.programme.titles import operations as titles
from engine.programme.titles.models import Title
from engine.programme.values import as_date

IN_FORCE_LABEL, EXPIRED_LABEL = "更名", "名称变更登记"
MERGER_KINDS = frozenset({"MERGER", "SPLIT", "TRANSFER"})


def open_renaming(session: Session, title_no: str) -> Renaming | None:
    """The renaming of a title that is under way, or None."""
    return session.scalar(select(Renaming).where(Renaming.title_no == title_no, Renaming.status == OPEN))


def require_may_apply(session: Session, title_no: str, uscc: str | None) -> Title:
    """The title, if its holder may apply now: not ended, held by `uscc` (None: any), no other renaming open.

    Raises TitleUnknown, TitleNotRenameable, NotTheHolder, RenamingOpen.
    """
    title = titles.require(session, title_no)
    titles.require_renameable(title)
    if uscc is not None and uscc != title.uscc:
        raise NotTheHolder(title_no=title_no)
    if known := open_renaming(session, title_no):
        raise RenamingOpen(title_no=title_no, renaming_no=known.renaming_no)
    return title


def kind_of(title: Title, new_uscc: str, change: str) -> str:
    """SIMPLE: the same enterprise under a new name; COMPLEX.

    Merger, split, transfer or another USCC (a decision).
    """
    return COMPLEX if new_uscc != title.uscc or change in MERGER_KINDS else SIMPLE


def label_at(session: Session, title: Title, now: datetime) -> str:
    """更名 while the measure is in force.

    Afterwards register maintenance under another label, 名称变更登记.
    """
    measure = governing(session, now, title.measure_code or None)
    return EXPIRED_LABEL if measure is not None and now >= measure.expires_at else IN_FORCE_LABEL


def register(
    session: Session, title_no: str, facts: Mapping[str, Any], *, actor: str, at: datetime
) -> Renaming:
    """Enter an application for a new name. Raises what `require_may_apply` and I14 raise.

    `facts`: new_holder, new_uscc, change (NAME, MERGER, SPLIT, TRANSFER), reason, changed_on.
    """
    title = require_may_apply(session, title_no, None)
    renaming = Renaming(
        renaming_no=f"GM-{at.year}-{next_number(session, f'renaming {at.year}'):04d}",
        title_no=title_no,
        kind=kind_of(title, facts["new_uscc"], facts["change"]),
        reason=facts["reason"],
        changed_on=as_date(facts["changed_on"]),
        old_holder=title.holder,
        old_uscc=title.uscc,
        new_holder=facts["new_holder"],
        new_uscc=facts["new_uscc"],
        city=title.city,
        label=label_at(session, title, at),
        basis=require_act_allowed(session, "title.rename", at, measure_code=title.measure_code or None),
        applied_by=actor,
        applied_at=at,
    )
    record(renaming, "APPLIED", actor=actor, at=at)
    session.add(renaming)
    session.flush()
    return renaming


def amend(renaming: Renaming, facts: Mapping[str, Any], *, actor: str, at: datetime) -> None:
    """Take in what the holder corrected after the city sent it back; title and old name stay."""
    renaming.new_holder, renaming.new_uscc = facts["new_holder"], facts["new_uscc"]
    renaming.reason, renaming.changed_on = facts["reason"], as_date(facts["changed_on"])
    changed = facts["new_uscc"] != renaming.old_uscc or facts["change"] in MERGER_KINDS
    renaming.kind = COMPLEX if changed else SIMPLE
    record(renaming, "AMENDED", actor=actor, at=at)


def record(renaming: Renaming, kind: str, *, actor: str, at: datetime, note: str = "") -> None:
    """Add a line to the renaming's history (I15)."""
    renaming.events.append(
        RenamingEvent(kind=kind, actor=actor, at=at, basis=renaming.basis, note=note[:2000])
    )


def require(session: Session, renaming_no: str) -> Renaming:
    """The renaming with this number. Raises RenamingUnknown."""
    found = session.scalar(select(Renaming).where(Renaming.renaming_no == renaming_no))
    if found is None:
        raise RenamingUnknown(renaming_no=renaming_no)
    return found


def agree(
    session: Session, renaming: Renaming, *, document_no: str, on: date, actor: str, at: datetime
) -> None:
    """Issue the consent and carry the new name into the register (a batch may share one document).

    Raises RenamingNotAgreed when a step is missing, the documents' refusals, TitleNotRenameable.
    """
    _require_steps(renaming)
    register_or_join(
        session,
        number=document_no,
        kind="RENAMING",
        title=f"关于同意{renaming.old_holder}等{renaming.label}的通知",
        issued_on=on,
        subject=renaming.renaming_no,
        actor=actor,
        at=at,
    )
    titles.rename(
        titles.require(session, renaming.title_no),
        holder=renaming.new_holder,
        uscc=renaming.new_uscc,
        since=on,
        document_no=document_no,
        basis=f"{renaming.label}（{renaming.renaming_no}）",
        actor=actor,
        at=at,
    )
    renaming.document_no, renaming.decided_on = document_no, on
    _close(renaming, AGREED, actor, at, document_no)
    session.flush()


def _require_steps(renaming: Renaming) -> None:
    if renaming.city_opinion is None:
        raise RenamingNotAgreed(
            renaming_no=renaming.renaming_no,
            zh_why="市局尚未提出意见。",
            en_why="the city has not given its opinion.",
        )
    if renaming.department_opinion is None:
        raise RenamingNotAgreed(
            renaming_no=renaming.renaming_no,
            zh_why="省厅尚未审核。",
            en_why="the department has not reviewed it.",
        )
    if renaming.kind == COMPLEX and not renaming.meeting_minutes_no:
        raise RenamingNotAgreed(
            renaming_no=renaming.renaming_no,
            zh_why="重组等重大调整须经厅长办公会研究。",
            en_why="a complex change needs the director's meeting.",
        )


def refuse(session: Session, renaming: Renaming, *, reason: str, actor: str, at: datetime) -> None:
    """Close without consent; the title keeps its name, another application is possible."""
    _close(renaming, REFUSED, actor, at, reason)
    session.flush()


def withdraw(session: Session, renaming: Renaming, *, reason: str, actor: str, at: datetime) -> None:
    """Close because the holder did not go on."""
    _close(renaming, WITHDRAWN, actor, at, reason)
    session.flush()


def _close(renaming: Renaming, status: str, actor: str, at: datetime, note: str) -> None:
    renaming.status, renaming.closed_at = status, at
    record(renaming, status, actor=actor, at=at, note=note)
