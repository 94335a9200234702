"""How what happens to an account enters the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import audit


def note(
    session: Session,
    actor: str,
    action: str,
    login: str,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add a link about an account. Never hand in a password, a code or a token."""
    audit.append(
        session, at=at, actor=actor, action=action, object_type="account", object_key=login, detail=detail
    )
