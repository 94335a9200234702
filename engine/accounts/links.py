"""One-time links: a random token in a mail, its hash and its end in the table."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.accounts.errors import LinkInvalid
from engine.store.accounts import OneTimeLink

REGISTRATION, RESET, INVITATION, EMAIL = "registration", "reset", "invitation", "email"
OPENING = "opening"
"""Of an account that an administrator entered: its owner sets the first password."""


def issue(session: Session, purpose: str, subject: str, *, at: datetime, valid: timedelta) -> str:
    """A new token for `subject`; earlier links of the same purpose and subject end."""
    revoke(session, purpose, subject, at=at)
    token = secrets.token_urlsafe(32)
    link = OneTimeLink(
        token_sha256=_digest(token), purpose=purpose, subject=subject, created_at=at, expires_at=at + valid
    )
    session.add(link)
    session.flush()
    return token


def peek(session: Session, purpose: str, token: str, *, at: datetime) -> str:
    """The subject of a link that could be redeemed now; using it up is left to `redeem`. Raises LinkInvalid."""
    return _find(session, purpose, token, at, lock=False).subject


def redeem(session: Session, purpose: str, token: str, *, at: datetime) -> str:
    """The subject of a link, which is used up by this. Raises LinkInvalid; of two at once, one is refused."""
    link = _find(session, purpose, token, at, lock=True)
    link.used_at = at
    session.flush()
    return link.subject


def revoke(session: Session, purpose: str, subject: str, *, at: datetime) -> None:
    """End every open link of this purpose and subject."""
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.purpose == purpose, OneTimeLink.subject == subject, OneTimeLink.used_at.is_(None))
        .values(used_at=at)
    )


def issued_since(
    session: Session, purpose: str, subject: str, since: datetime, *, begins: bool = False
) -> int:
    """How many links of this purpose a subject was sent since then; for not flooding a mailbox.

    `begins`: all subjects that begin so are meant.
    """
    named = OneTimeLink.subject
    whose = named.startswith(subject, autoescape=True) if begins else named == subject
    count = select(func.count()).select_from(OneTimeLink)
    mine = (OneTimeLink.purpose == purpose, whose, OneTimeLink.created_at > since)
    return session.scalar(count.where(*mine)) or 0


def _find(session: Session, purpose: str, token: str, at: datetime, *, lock: bool) -> OneTimeLink:
    wanted = select(OneTimeLink).where(OneTimeLink.token_sha256 == _digest(token))
    link = session.scalar(wanted.with_for_update() if lock else wanted)
    if link is None or link.purpose != purpose or link.used_at is not None or link.expires_at <= at:
        raise LinkInvalid()
    return link


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
