"""Whether a printed application is what was submitted: a random code leads to number, version and hash.

The code stands on the print as text and in its QR. What it tells is no personal data and names no enterprise,
so that a sheet of paper that is left somewhere tells nothing about anybody (I19).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application, ApplicationVersion

CODE_BYTES = 18


@dataclass(frozen=True, slots=True)
class Verified:
    """A version that exists: which, of what type, since when, its hash, and the newest version there is."""

    application_no: str
    version: int
    type: str
    submitted_at: datetime
    sha256: str
    newest: int

    @property
    def superseded(self) -> bool:
        """Whether a newer version was submitted since."""
        return self.newest > self.version


def new_code() -> str:
    """A fresh code: 144 random bits in 24 characters that an address may hold."""
    return secrets.token_urlsafe(CODE_BYTES)


def verify(session: Session, code: str) -> Verified | None:
    """The version that this code was printed on, or None for a code that was never given out."""
    found = session.execute(
        select(ApplicationVersion, Application.type, Application.version)
        .join(Application, Application.application_no == ApplicationVersion.application_no)
        .where(ApplicationVersion.verification_code == code)
    ).one_or_none()
    if found is None:
        return None
    version, type, newest = found
    return Verified(
        version.application_no, version.version, type, version.submitted_at, version.sha256, newest
    )
