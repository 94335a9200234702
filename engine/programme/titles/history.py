"""In which state a title stood on a day, by its events: for one title, and as a condition of a search."""

from datetime import date

from sqlalchemy import ColumnElement, case, func, or_, select

from engine.programme.titles.models import ACTIVE, REVOKED, Title, TitleEvent


def changed(event: TitleEvent) -> bool:
    """Whether an event changed the state; a renaming stands among the events, and changes a name."""
    return event.from_status != event.to_status


def status_on(title: Title, day: date) -> str:
    """The state on a day: that of the last change whose document counts by then. 自始 revoked: revoked every day."""
    if title.from_the_start:
        return REVOKED
    past = [event for event in title.events if changed(event) and event.effective_on <= day]
    return max(past, key=lambda event: (event.effective_on, event.id)).to_status if past else ACTIVE


def stood(status: str, day: date) -> ColumnElement[bool]:
    """Titles that stood in this state on a day: `status_on` as a WHERE."""
    last = (
        select(TitleEvent.to_status)
        .where(
            TitleEvent.title_id == Title.id,
            TitleEvent.effective_on <= day,
            or_(TitleEvent.from_status.is_(None), TitleEvent.from_status != TitleEvent.to_status),
        )
        .order_by(TitleEvent.effective_on.desc(), TitleEvent.id.desc())
        .limit(1)
        .correlate(Title)
        .scalar_subquery()
    )
    return case((Title.from_the_start.is_(True), REVOKED), else_=func.coalesce(last, ACTIVE)) == status
