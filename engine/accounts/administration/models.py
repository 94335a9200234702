"""Tables of administration: rights that are asked for, imported lists, confirmed reviews of access."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Json, Key

OPEN, APPROVED, REFUSED, WITHDRAWN = "OPEN", "APPROVED", "REFUSED", "WITHDRAWN"
CHECKED, PROPOSED, DROPPED = "CHECKED", "PROPOSED", "DROPPED"
_STILL_OPEN = text("state = 'OPEN'")


class RoleRequest(Base):
    """A right that one security administrator asks for and another one decides on."""

    __tablename__ = "role_request"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN','APPROVED','REFUSED','WITHDRAWN')", name="state"),
        # This prevents rights that somebody asks for or approves for themselves.
        CheckConstraint("asked_by <> login", name="asked_by"),
        CheckConstraint(
            "state <> 'APPROVED' OR (decided_by IS NOT NULL AND decided_by <> login AND decided_by <> asked_by)",
            name="decided_by",
        ),
        # This prevents two requests for one right, of which the second would be approved unseen.
        Index(
            "ux_role_request_open",
            "login",
            "role",
            "organisation",
            unique=True,
            sqlite_where=_STILL_OPEN,
            postgresql_where=_STILL_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)
    role: Mapped[str]
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    reason: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=OPEN)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    """Why it was refused or withdrawn."""
    import_id: Mapped[int | None] = mapped_column(ForeignKey("account_import.id"), index=True)


class AccountImport(Base):
    """A list of people and roles as it was sent, what is wrong in it, and how far it came."""

    __tablename__ = "account_import"
    __table_args__ = (
        CheckConstraint("state IN ('CHECKED','PROPOSED','APPROVED','REFUSED','DROPPED')", name="state"),
        # This prevents a list that one person alone brings in.
        CheckConstraint(
            "state <> 'APPROVED' OR (decided_by IS NOT NULL AND decided_by <> uploaded_by)", name="decided_by"
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    file: Mapped[str]
    sha256: Mapped[str]
    rows: Mapped[Any] = mapped_column(Json)
    """The cells by row, as they stand in the file."""
    state: Mapped[str]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    reason: Mapped[str]
    proposed_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    created: Mapped[Any] = mapped_column(Json, default=list)
    """Logins of the accounts that it made."""
    invited: Mapped[int] = mapped_column(default=0)
    """How many of them have got their link."""


class AccessReview(Base):
    """Who holds what in an organisation was looked at and confirmed: by whom, when, and what stood there."""

    __tablename__ = "access_review"
    __table_args__ = (Index("ix_access_review_organisation", "organisation", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    confirmed_by: Mapped[str]
    confirmed_at: Mapped[datetime]
    note: Mapped[str]
    held: Mapped[Any] = mapped_column(Json)
    """The roles that were shown: login, role, since."""
    findings: Mapped[Any] = mapped_column(Json)
    """What stood out, as it was shown."""
