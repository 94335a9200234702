"""Rules of objections.

Who may object and how, what an objection holds, how it closes (article 8, step S14).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from engine import audit
from engine.clock import start_of_day
from engine.notifications.objections import announce_objection, announce_outcome
from engine.programme.announcements.models import PublicNotice, PublicNoticeItem
from engine.programme.documents.operations import next_number
from engine.programme.objections.errors import (
    ItemObjected,
    ObjectionIncomplete,
    ObjectionNotReady,
    ObjectionUnknown,
)
from engine.programme.objections.models import (
    ANONYMOUS,
    CLOSED,
    KEEP,
    LOGGED,
    NAMED,
    OPEN,
    REANNOUNCE,
    REJECTED,
    REMOVE,
    SEALED,
    UPHELD,
    Objection,
    ObjectionEvent,
    ObjectionIdentity,
)
from engine.programme.values import as_date

ARTICLE_8 = "第八条"


def receive(
    session: Session,
    facts: Mapping[str, Any],
    *,
    actor: str,
    at: datetime,
    received_until: datetime | None = None,
) -> Objection:
    """Register an objection, named (real name), sealed (a unit) or anonymous (a clue, which holds nothing).

    `facts`: application_no or title_no, kind, statement, and cycle_year, city, evidence, name, contact where
    there are any, and posted_on (the postmark's day counts, if it came by post). `received_until` is the
    exclusive end of the public notice; later ones are late and hold
    nothing (they are verified the way of article 11). Raises ObjectionIncomplete.
    """
    _check(facts)
    arrived = start_of_day(as_date(facts["posted_on"])) if facts.get("posted_on") else at
    late = received_until is not None and arrived >= received_until
    kind = facts["kind"]
    objection = Objection(
        objection_no=f"YY-{at.year}-{next_number(session, f'objection {at.year}'):04d}",
        application_no=facts.get("application_no"),
        title_no=facts.get("title_no"),
        cycle_year=facts.get("cycle_year"),
        city=facts.get("city"),
        kind=kind,
        statement=facts["statement"],
        evidence=facts.get("evidence") or "",
        received_at=arrived,
        late=late,
        holds=kind != ANONYMOUS and not late and facts.get("application_no") is not None,
    )
    if kind != ANONYMOUS:
        objection.identity = ObjectionIdentity(name=facts["name"], contact=facts["contact"])
    record(objection, "RECEIVED", actor=actor, at=at)
    session.add(objection)
    session.flush()
    announce_objection(session, objection)
    return objection


def received_until(session: Session, facts: Mapping[str, Any]) -> datetime | None:
    """The exclusive end of the last public notice of an application; None for a title, which has no such end.

    Raises ObjectionIncomplete when the item was never announced.
    """
    if facts.get("title_no"):
        return None
    ends = (
        select(func.max(PublicNotice.ends_at))
        .join(PublicNoticeItem, PublicNoticeItem.notice_id == PublicNotice.id)
        .where(PublicNoticeItem.application_no == facts.get("application_no"))
    )
    found = session.scalar(ends)
    if found is None:
        raise ObjectionIncomplete(zh_why="该项尚未公示。", en_why="the item has not been announced.")
    return found


def _check(facts: Mapping[str, Any]) -> None:
    if facts.get("kind") not in (NAMED, SEALED, ANONYMOUS):
        raise ObjectionIncomplete(zh_why="未说明署名方式。", en_why="it does not say how it is signed.")
    if not (facts.get("application_no") or facts.get("title_no")):
        raise ObjectionIncomplete(zh_why="未指明对象。", en_why="it does not say what it is about.")
    if not str(facts.get("statement") or "").strip():
        raise ObjectionIncomplete(zh_why="没有事实和理由。", en_why="it states no facts.")
    signed = facts["kind"] != ANONYMOUS
    if signed and not (facts.get("name") and facts.get("contact")):
        raise ObjectionIncomplete(
            zh_why="缺少姓名（单位名称）或联系方式。", en_why="name or contact is missing."
        )


def record(
    objection: Objection, kind: str, *, actor: str, at: datetime, basis: str = ARTICLE_8, note: str = ""
) -> None:
    """Add a line to the objection's history (I15)."""
    objection.events.append(ObjectionEvent(kind=kind, actor=actor, at=at, basis=basis, note=note))


def require(session: Session, objection_no: str) -> Objection:
    """The objection with this number. Raises ObjectionUnknown."""
    found = session.scalar(select(Objection).where(Objection.objection_no == objection_no))
    if found is None:
        raise ObjectionUnknown(objection_no=objection_no)
    return found


def require_open(session: Session, objection_no: str) -> Objection:
    """The objection, if it is not closed. Raises ObjectionUnknown, ObjectionNotReady."""
    objection = require(session, objection_no)
    if objection.status != OPEN:
        raise ObjectionNotReady(objection_no=objection_no, zh_why="已办结。", en_why="it is closed already.")
    return objection


def report(objection: Objection, text: str, *, actor: str, at: datetime) -> None:
    """Keep the report of the verification (核查报告). Raises ObjectionNotReady when it is empty."""
    if not text.strip():
        raise ObjectionNotReady(
            objection_no=objection.objection_no, zh_why="核查报告为空。", en_why="empty report."
        )
    objection.report = text
    record(objection, "VERIFIED", actor=actor, at=at)


def decide(
    objection: Objection, *, outcome: str, consequence: str, reasons: str, actor: str, at: datetime
) -> None:
    """Decide 成立/部分成立/不成立 and what follows for the item. Raises ObjectionNotReady.

    Upheld always removes the item, rejected always keeps it; partly upheld keeps it or has it announced
    again.
    """
    check_decision(objection, outcome, consequence)
    objection.outcome, objection.consequence = outcome, consequence
    objection.reasons, objection.decided_by = reasons, actor
    record(objection, "DECIDED", actor=actor, at=at, note=f"{outcome}/{consequence}")


def check_decision(objection: Objection, outcome: str, consequence: str) -> None:
    """Whether this decision may be taken now. Raises ObjectionNotReady."""
    if objection.report is None:
        raise ObjectionNotReady(
            objection_no=objection.objection_no, zh_why="尚无核查报告。", en_why="there is no report yet."
        )
    wanted = {UPHELD: (REMOVE,), REJECTED: (KEEP,)}.get(outcome, (KEEP, REANNOUNCE))
    if consequence not in wanted:
        raise ObjectionNotReady(
            objection_no=objection.objection_no, zh_why="处理结果与结论不符。", en_why="it does not follow."
        )


def log_clue(objection: Objection, *, reasons: str, actor: str, at: datetime) -> None:
    """Close an anonymous clue without an investigation: it stays on file, nobody can be answered."""
    if objection.kind != ANONYMOUS:
        raise ObjectionNotReady(
            objection_no=objection.objection_no, zh_why="具名异议须核查。", en_why="signed ones are verified."
        )
    objection.outcome, objection.consequence, objection.reasons = LOGGED, KEEP, reasons
    objection.status, objection.closed_at = CLOSED, at
    record(objection, "CLOSED", actor=actor, at=at, note="匿名线索存档")


def reply(objection: Objection, *, on: date, actor: str, at: datetime, text: str | None = None) -> None:
    """Record that the objector was answered, and in which words: whoever holds the receipt may read them."""
    objection.replied_on, objection.reply = on, text
    record(objection, "REPLIED", actor=actor, at=at)


def close(objection: Objection, *, actor: str, at: datetime) -> None:
    """Close with its outcome.

    Raises ObjectionNotReady without report, decision, or the reply owed to a signer.
    """
    if objection.report is None or objection.outcome is None:
        raise ObjectionNotReady(
            objection_no=objection.objection_no,
            zh_why="尚无核查报告或结论。",
            en_why="nothing was decided yet.",
        )
    if objection.kind != ANONYMOUS and objection.replied_on is None:
        raise ObjectionNotReady(
            objection_no=objection.objection_no,
            zh_why="尚未答复异议人。",
            en_why="the objector has no reply yet.",
        )
    objection.status, objection.closed_at, objection.holds = CLOSED, at, False
    record(objection, "CLOSED", actor=actor, at=at, note=str(objection.outcome))
    session = object_session(objection)
    if session is not None:
        announce_outcome(session, objection)


def open_objections(session: Session, application_no: str) -> list[Objection]:
    """Objections that hold this application's item now."""
    rows = select(Objection).where(
        Objection.application_no == application_no, Objection.status == OPEN, Objection.holds.is_(True)
    )
    return list(session.scalars(rows.order_by(Objection.id)))


_OPEN, _UPHELD = ("未办结的异议", "an open objection"), ("已成立的异议", "an upheld objection")


def require_unobjected(session: Session, application_no: str) -> None:
    """An item with an open or an upheld objection is not published: the objections' part of I6, which
    `announcements` asks. Raises ItemObjected.
    """
    why = objected(session, [application_no]).get(application_no)
    if why is not None:
        raise why


def objected(session: Session, numbers: Sequence[str]) -> dict[str, ItemObjected]:
    """What keeps each of these items from being published: its first open objection, or one that was upheld."""
    is_open = (Objection.status == OPEN) & Objection.holds.is_(True)
    rows = select(Objection).where(
        Objection.application_no.in_(numbers), is_open | (Objection.consequence == REMOVE)
    )
    found: dict[str, ItemObjected] = {}
    for row in sorted(session.scalars(rows), key=lambda row: (not _holds(row), row.id)):
        zh, en = _OPEN if _holds(row) else _UPHELD
        number = str(row.application_no)
        why = ItemObjected(application_no=number, objection_no=row.objection_no, zh_why=zh, en_why=en)
        found.setdefault(number, why)
    return found


def _holds(objection: Objection) -> bool:
    return objection.status == OPEN and objection.holds


def identity(session: Session, objection: Objection, *, reader: str, at: datetime) -> tuple[str, str] | None:
    """Name and contact of the objector for the reply; the look itself goes on record. None for a clue."""
    if objection.identity is None:
        return None
    note_look(session, objection, reader=reader, at=at, note="为答复查看异议人身份")
    return objection.identity.name, objection.identity.contact


def note_look(session: Session, objection: Objection, *, reader: str, at: datetime, note: str) -> None:
    """Put on record, and into the audit trail, that somebody looked at who objected."""
    record(objection, "IDENTITY_READ", actor=reader, at=at, note=note)
    session.flush()
    audit.append(
        session,
        at=at,
        actor=reader,
        action="objection.identify",
        object_type="objection",
        object_key=objection.objection_no,
        business_key=objection.application_no,
        detail={"note": note},
    )
