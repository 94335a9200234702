"""How pages keep from experts whose application it is (`engine.programme.reviews.blind` says when)."""

from collections.abc import Iterable

from markupsafe import Markup
from sqlalchemy.orm import Session

from engine.programme.reviews import blind
from engine.programme.reviews.blind import is_blind
from engine.programme.subjects import Subject, subjects
from forms.viewmodel import SectionView
from webapp.access import actor

__all__ = ["covered", "is_blind", "known_subjects", "tells"]

SECTIONS = frozenset({"cover", "enterprise", "attachments", "commitment", "finance", "honours"})
"""Parts of the application that tell who applies."""


def known_subjects(session: Session, keys: Iterable[str | None]) -> dict[str, Subject]:
    """What each case is about, as far as the person looking may know it."""
    found = subjects(session, keys)
    if not blind.judges(actor()):
        return found
    return {
        key: blind.covered_subject(subject, blind.words(session, key))
        if blind.hides(session, actor(), key)
        else subject
        for key, subject in found.items()
    }


def tells(section: SectionView) -> bool:
    """Whether a part of the application is left out altogether."""
    return section.id in SECTIONS


def covered(html: str, words: tuple[str, ...]) -> Markup:
    """Rendered text, already escaped, with these words covered."""
    for word in words:
        html = html.replace(str(Markup.escape(word)), blind.COVER)
    return Markup(html)  # noqa: S704 - it was escaped by the template that made it
