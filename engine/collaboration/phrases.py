"""Reading phrases: one's own, then those of one's offices."""

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from engine.collaboration.models import Phrase
from engine.collaboration.people import office_of
from engine.policy import Actor

LONGEST = 500
"""Characters of one phrase."""
MOST = 50
"""Phrases of one owner."""
_USABLE = (
    select(Phrase)
    .where(
        or_(
            Phrase.login == bindparam("login"), Phrase.organisation.in_(bindparam("offices", expanding=True))
        ),
        Phrase.removed_at.is_(None),
    )
    .order_by(Phrase.login.is_(None), Phrase.id)
)


def usable(session: Session, actor: Actor) -> list[Phrase]:
    """The phrases that a person may insert, the own ones first."""
    return list(session.scalars(_USABLE, {"login": actor.login, "offices": sorted(office_of(actor))}))


def find(session: Session, actor: Actor, phrase_id: int) -> Phrase | None:
    """One of them; None for anybody else's."""
    return next((phrase for phrase in usable(session, actor) if phrase.id == phrase_id), None)
