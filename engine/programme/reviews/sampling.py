"""Facts that the decision on a site visit asks for: the random sample, and whether the applicant is new."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.titles.models import Title


def is_sampled(seed: str, application_no: str, percent: int) -> bool:
    """Whether the recorded seed puts this application into a sample of `percent` in a hundred; repeatable."""
    digest = hashlib.sha256(f"{seed}/visit/{application_no}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < percent


def is_first_title(session: Session, uscc: str) -> bool:
    """Whether the enterprise has never held a title."""
    return session.scalar(select(Title.id).where(Title.uscc == uscc).limit(1)) is None
