"""What a worker does for the trail each day: an anchor, and a check whose outcome is a link itself."""

from datetime import date

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import anchors, chain
from engine.audit.checking import START, Broken, Mark
from engine.clock import in_business_zone
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.trail import Audit

SUNDAY = 6
"""The day of the week on which the whole chain is walked; on others, what came since the anchor of the day before."""

log = structlog.get_logger(__name__)


def keep(rt: Runtime) -> bool:
    """Put today's anchor down and check the chain, if that has not been done today; whether it was done now."""
    today = in_business_zone(rt.clock.now()).date()
    anchors.drop(rt)
    with rt.reading() as session:
        if checked(session) == today.isoformat():
            return False
        start, broken = check(rt, session, None if today.weekday() == SUNDAY else today)
        length, _ = audit.head(session)
    if broken is not None:
        log.error("audit.broken", sequence=broken.sequence, reason=broken.reason)
    note(rt, SYSTEM.login, today, start, length, broken)
    return True


def check(rt: Runtime, session: Session, since: date | None) -> tuple[Mark, Broken | None]:
    """Check what came since the anchor before `since` (None: everything) against all anchors: its begin, what broke."""
    path = rt.settings.audit_anchors_file()
    kept = anchors.read(path) if path.exists() else []
    known = anchors.known(session)
    start = (anchors.before(kept or known, since) if since else None) or START
    return start, audit.verify(session, [anchor.mark for anchor in (*known, *kept)], start)


def note(rt: Runtime, actor: str, day: date, start: Mark, length: int, broken: Broken | None) -> None:
    """Link the outcome of a check."""
    outcome = None if broken is None else {"sequence": broken.sequence, "reason": broken.reason}
    with rt.transaction() as tx:
        chain.append(
            tx.session,
            at=tx.now,
            actor=actor,
            action="audit.verify",
            object_type="audit",
            object_key=f"{start.sequence + 1}-{length}",
            detail={"day": day.isoformat(), "broken": outcome},
        )


def checked(session: Session) -> str | None:
    """The day of the newest check by a worker, YYYY-MM-DD."""
    newest = (
        select(Audit.detail)
        .where(Audit.action == "audit.verify", Audit.actor == SYSTEM.login)
        .order_by(Audit.sequence.desc())
        .limit(1)
    )
    detail = session.scalar(newest)
    return detail["day"] if detail else None
