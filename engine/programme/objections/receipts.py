"""The receipt of an objection: its number and a secret code, told once; with both its sender learns how it stands.

Only a hash of the code is kept, so that nobody who reads the register can ask in the sender's place. Without the
right code the answer is the same for numbers that exist and numbers that do not.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.objections.models import ANONYMOUS, CLOSED, Objection
from engine.store.tasks import CREATED, UserTask

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, O, 1, I or L: a code is read from paper and typed."""
GROUPS, GROUP = 4, 4

RECEIVED, INVESTIGATING, DONE = "RECEIVED", "INVESTIGATING", "DONE"


@dataclass(frozen=True, slots=True)
class Progress:
    """How an objection stands, for whoever holds its receipt. `outcome` and `reply` only for those who signed."""

    objection_no: str
    received_at: datetime
    state: str
    late: bool
    anonymous: bool
    outcome: str | None
    replied_on: date | None
    reply: str | None


def new_code() -> str:
    """A fresh secret of 79 bits, in four groups of four letters and digits."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def digest(objection_no: str, code: str) -> str:
    """What is kept of a code: capitals, spaces and hyphens do not matter."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return sha256(f"{objection_no}\n{plain}".encode()).hexdigest()


def progress(session: Session, objection_no: str, code: str) -> Progress | None:
    """How the objection stands, or None unless number and code belong together."""
    objection = session.scalar(select(Objection).where(Objection.objection_no == objection_no))
    known = (objection.code_hash if objection else None) or ""
    if not hmac.compare_digest(known, digest(objection_no, code)) or objection is None:
        return None
    anonymous = objection.kind == ANONYMOUS
    told = objection.status == CLOSED and not anonymous
    return Progress(
        objection.objection_no,
        objection.received_at,
        _state(session, objection),
        objection.late,
        anonymous,
        objection.outcome if told else None,
        objection.replied_on if told else None,
        objection.reply if told else None,
    )


def _state(session: Session, objection: Objection) -> str:
    """Received until somebody has taken its first task; done when it is closed."""
    if objection.status == CLOSED:
        return DONE
    begun = (
        select(UserTask.id)
        .where(UserTask.process_id == "objection", UserTask.business_key == objection.objection_no)
        .where((UserTask.assignee.is_not(None)) | (UserTask.state != CREATED))
        .limit(1)
    )
    return INVESTIGATING if session.scalar(begun) is not None else RECEIVED
