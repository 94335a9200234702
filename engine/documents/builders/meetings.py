"""The agenda slip and the minutes of the director's meeting, as the register of meetings tells them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents.builders import countersigned
from engine.documents.builders import words as w
from engine.programme.meetings import papers
from engine.programme.meetings.models import Meeting
from engine.runtime import Runtime


def agenda_slip(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """上会议题单 of a year. Raises NotMadeYet before there are opinions."""
    told = papers.agenda_slip(session, subject.partition("-")[0], rt.catalogues)
    if not told["items"]:
        raise w.not_yet("agenda_slip", subject)
    steps = ("opinion_list", "opinion_review", "opinion_sign")
    given = [w.last_answer(session, told["year"], step) for step in steps]
    return {**told, "countersignatures": countersigned.rows(session, given)}


def minutes(rt: Runtime, session: Session, subject: str) -> Mapping[str, Any]:
    """会议纪要 of a year's last meeting, or of the round that the subject names. Raises NotMadeYet."""
    told = papers.minutes(session, subject, rt.catalogues)
    if not told["number"]:
        raise w.not_yet("minutes", subject)
    until = session.scalar(select(Meeting.recorded_at).where(Meeting.minutes_no == told["number"]))
    steps = ("meeting_results", "meeting_sign")
    given = [w.last_answer(session, told["year"], step, until=until) for step in steps]
    return {**told, "countersignatures": countersigned.rows(session, given)}
