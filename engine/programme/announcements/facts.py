"""What is known of announcements beyond their own rows: the evidence of a public notice, why an item was left out."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine.errors import NotFound
from engine.programme.announcements import evidence
from engine.programme.announcements.models import CHECKED, TAKEN_DOWN, PublicNotice
from engine.programme.announcements.operations import list_order
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.meetings.models import MeetingResult, Opinion


def require_notice(session: Session, id: int) -> PublicNotice:
    found = session.get(PublicNotice, id, options=[selectinload(PublicNotice.items)])
    if found is None:
        raise NotFound(what_zh="这份公示", what_en="This public notice")
    return found


def evidence_facts(session: Session, id: int) -> dict[str, Any]:
    """Proof that a public notice stood: hash, address, put up, looked at, taken down. Raises NotFound."""
    notice, rows = require_notice(session, id), evidence.of(session, id)
    looked = [row for row in rows if row.kind == CHECKED]
    return {
        "title": notice.title,
        "starts_on": notice.starts_on,
        "ends_on": notice.ends_on,
        "sha256": evidence.digest(evidence.lines(notice)),
        "url": next((row.url for row in reversed(rows)), evidence.PATH.format(id=id)),
        "put_up_at": rows[0].at if rows else None,
        "taken_down_at": next((row.at for row in rows if row.kind == TAKEN_DOWN), None),
        "looks": len(looked),
        "same": sum(row.same for row in looked),
        "lines": evidence.lines(notice),
        "rows": [
            {
                "kind": row.kind,
                "at": row.at,
                "url": row.url,
                "sha256": row.sha256,
                "same": row.same,
                "detail": row.detail,
            }
            for row in rows
        ],
    }


def reason_of(session: Session, item: Application) -> str:
    """Why an item was not recognised, in the words of whoever decided it; never a score."""
    if item.status == s.RECOGNISED:
        return ""
    if item.status == s.OBJECTION_UPHELD:
        return "公示期间收到的异议经核查成立"
    if item.reason:
        return item.reason
    if item.status == s.NOT_PROPOSED:
        where, order = Opinion.application_no == item.application_no, Opinion.id.desc()
        return session.scalar(select(Opinion.reason).where(where).order_by(order).limit(1)) or ""
    result = select(MeetingResult.reason).where(MeetingResult.application_no == item.application_no)
    return session.scalar(result.order_by(MeetingResult.id.desc()).limit(1)) or s.NAMES[item.status][0]


def left_out(session: Session, year: int) -> list[dict[str, Any]]:
    """Items of a cycle that came to the opinion and are not recognised, with the reason, by type and city code."""
    states = (s.NOT_PROPOSED, s.MEETING_REJECTED, s.OBJECTION_UPHELD, s.RENOUNCED)
    query = select(Application).where(Application.cycle_year == year, Application.status.in_(states))
    items = sorted(session.scalars(query), key=list_order)
    return [
        {
            "application_no": item.application_no,
            "enterprise": item.enterprise,
            "object_name": item.object_name,
            "type": item.type,
            "city": item.city,
            "status": item.status,
            "reason": reason_of(session, item),
        }
        for item in items
    ]
