"""The papers of a registration (business licence, letter of authority): whose they are, who reads them, when they go.

They are told by the purpose of the stored file, `registered:<number>`, and never become uses, which are for good: what
came with a registration that lapsed or was refused is removed by the cleaning of files (`engine.files.cleaning`).
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import policy
from engine.policy import Actor
from engine.programme.registrations.models import LAPSED, REFUSED, Registration
from engine.store.files import StoredFile

KIND = "registered"
"""No upload can be made for it: it has no room among the purposes of `engine.files.limits`."""


def take(session: Session, no: str, ids: Iterable[str]) -> None:
    """Give the files of a visitor to the registration; the visitor can no longer read or remove them."""
    wanted = list(ids)
    session.execute(update(StoredFile).where(StoredFile.id.in_(wanted)).values(purpose=f"{KIND}:{no}"))


def of(session: Session, no: str) -> list[StoredFile]:
    """The papers of a registration, oldest first."""
    wanted = select(StoredFile).where(StoredFile.purpose == f"{KIND}:{no}")
    return list(session.scalars(wanted.order_by(StoredFile.at, StoredFile.id)))


def are_papers(file: StoredFile) -> bool:
    """Whether a file came with a registration."""
    return file.purpose.startswith(f"{KIND}:")


def may_read(session: Session, actor: Actor, file: StoredFile) -> bool:
    """Only the offices that decide, and only once the address was confirmed (`registration.papers`)."""
    row = _registration(session, file)
    confirmed = row is not None and row.confirmed_at is not None
    return confirmed and policy.may(actor, "registration.papers", row)


def needed(session: Session, file: StoredFile, before: datetime) -> bool:
    """Whether the registration is under way, was approved, or ended without accounts only after `before`."""
    row = _registration(session, file)
    if row is None:
        return False
    ended = row.decided_at if row.status in (LAPSED, REFUSED) else None
    return ended is None or ended >= before


def _registration(session: Session, file: StoredFile) -> Registration | None:
    number = file.purpose.partition(":")[2]
    return session.scalar(select(Registration).where(Registration.registration_no == number))
