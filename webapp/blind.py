"""How pages keep from experts whose application it is (`engine.programme.reviews.blind` says when)."""

from collections.abc import Iterable

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.reviews import blind
from engine.programme.reviews.blind import is_blind
from engine.programme.subjects import Subject, subjects
from engine.store.definitions import FORM, Definition
from forms import Form
from forms.identifying import Identifying
from forms.viewmodel import SectionView
from webapp.access import actor
from webapp.shared import reading, runtime

__all__ = ["covered", "is_blind", "known_subjects", "tells", "words"]

APPLICATION = "application_form"


def told(session: Session) -> Identifying:
    """What the application form marks as telling who applies; what was known of the forms that mark nothing."""
    where = (Definition.kind == FORM, Definition.definition_id == APPLICATION)
    newest = session.scalar(select(Definition.id).where(*where).order_by(Definition.version.desc()).limit(1))
    if newest is None:
        return blind.EARLIER
    definitions = runtime().definitions
    form: Form = definitions.form(session, definitions.by_key(session, newest))
    return form.identifying or blind.EARLIER


def words(session: Session, number: str | None) -> tuple[str, ...]:
    """The words that tell who applies with this number, longest first."""
    return blind.words(session, number, told(session))


def known_subjects(session: Session, keys: Iterable[str | None]) -> dict[str, Subject]:
    """What each case is about, as far as the person looking may know it."""
    found = subjects(session, keys)
    if not blind.judges(actor()):
        return found
    return {
        key: blind.covered_subject(subject, words(session, key))
        if blind.hides(session, actor(), key)
        else subject
        for key, subject in found.items()
    }


def tells(section: SectionView) -> bool:
    """Whether a part of the application is left out altogether."""
    with reading() as session:
        return section.id in told(session).sections | blind.EARLIER.sections


def covered(html: str, words: tuple[str, ...]) -> Markup:
    """Rendered text, already escaped, with these words covered."""
    for word in words:
        html = html.replace(str(Markup.escape(word)), blind.COVER)
    return Markup(html)  # noqa: S704 - it was escaped by the template that made it
