"""What the registers tell of the way of many items, read at once: the rule is `operations.ensure_complete` (I5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.programme.announcements.models import PublicNotice, PublicNoticeItem
from engine.programme.meetings.operations import passed_by_meeting
from engine.programme.recommendations.operations import recommended
from engine.programme.reviews.operations import formally_passed, sheet_counts


@dataclass(frozen=True, slots=True)
class Steps:
    """Which items took each step before their publication (article 8), by application number."""

    recommended: set[str]
    formally_passed: set[str]
    sheets: Mapping[str, int]
    passed_by_meeting: set[str]
    announced_until: Mapping[str, datetime]
    """24:00 of the last day of an item's latest public notice."""


def steps(session: Session, numbers: Sequence[str]) -> Steps:
    """The steps of these applications, with one statement a register."""
    return Steps(
        recommended(session, numbers),
        formally_passed(session, numbers),
        sheet_counts(session, numbers),
        passed_by_meeting(session, numbers),
        _announced_until(session, numbers),
    )


def _announced_until(session: Session, numbers: Sequence[str]) -> dict[str, datetime]:
    rows = select(PublicNoticeItem.application_no, func.max(PublicNotice.ends_at)).join(PublicNotice.items)
    where = PublicNoticeItem.application_no.in_(numbers)
    return dict(session.execute(rows.where(where).group_by(PublicNoticeItem.application_no)).all())
