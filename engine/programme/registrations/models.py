"""The register of registrations: enterprises that ask for accounts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Key

ASKED, CONFIRMED, OPENED, REFUSED, LAPSED = "ASKED", "CONFIRMED", "OPENED", "REFUSED", "LAPSED"
AT_THE_OFFICE = text("status = 'CONFIRMED'")


class Registration(Base):
    """An enterprise that asks for accounts. Its contact stays here and never becomes a process variable."""

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint("status IN ('ASKED','CONFIRMED','OPENED','REFUSED','LAPSED')", name="status"),
        # This prevents an enterprise from lying on two desks at once. Unconfirmed ones block nobody.
        Index(
            "ux_registration_uscc",
            "uscc",
            unique=True,
            sqlite_where=AT_THE_OFFICE,
            postgresql_where=AT_THE_OFFICE,
        ),
        # This prevents a login from being promised to two people.
        Index(
            "ux_registration_login",
            "login",
            unique=True,
            sqlite_where=AT_THE_OFFICE,
            postgresql_where=AT_THE_OFFICE,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    registration_no: Mapped[str] = mapped_column(unique=True)
    uscc: Mapped[str]
    enterprise: Mapped[str]
    city: Mapped[str]
    county: Mapped[str]
    contact: Mapped[str]
    login: Mapped[str]
    mobile: Mapped[str]
    email: Mapped[str]
    legal_name: Mapped[str]
    legal_email: Mapped[str]
    status: Mapped[str]
    password_hash: Mapped[str | None]
    """Chosen when the mail address was confirmed; moves to the account and is forgotten here."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str | None]
