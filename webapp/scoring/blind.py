"""Where the cycle says so, experts do not see whose application it is: names, codes, addresses and files."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from engine.programme.cycles.models import Cycle
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.lookup import by_key
from forms.viewmodel import SectionView

SECTIONS = frozenset({"cover", "enterprise", "attachments", "commitment", "finance", "honours"})
"""Parts of the application that tell who applies."""
_KEYS = ("enterprise", "uscc", "legal_person_name", "reg_addr", "prod_addr", "contact", "mobile", "email")
COVER = "＊＊＊"
_LEAST = 2


def is_blind(session: Session, year: str | int) -> bool:
    """Whether the cycle of a year hides the applicants from the experts."""
    cycle = by_key(session, Cycle, Cycle.year, int(year)) if str(year).isdigit() else None
    return bool({**DEFAULTS, **(cycle.parameters if cycle else {})}["experts.blind"])


def identity(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of an application that tell who applies, longest first."""
    words = {str(content.get(key) or "").strip() for key in _KEYS}
    return tuple(sorted((word for word in words if len(word) >= _LEAST), key=len, reverse=True))


def tells(section: SectionView) -> bool:
    """Whether a part of the application is left out altogether."""
    return section.id in SECTIONS


def covered(html: str, words: tuple[str, ...]) -> Markup:
    """Rendered text, already escaped, with these words covered."""
    for word in words:
        html = html.replace(str(Markup.escape(word)), COVER)
    return Markup(html)  # noqa: S704 - it was escaped by the template that made it
