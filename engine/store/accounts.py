"""How people come to their accounts: invitations, one-time links, recovery codes, identities elsewhere."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Key


class Invitation(Base):
    """A person is asked by mail to work for an organisation in a role."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"), index=True)
    role: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    invited_by: Mapped[str]
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]


class OneTimeLink(Base):
    """A link of a mail that opens one thing once. Only the hash of its token is kept."""

    __tablename__ = "one_time_link"
    __table_args__ = (Index("ix_one_time_link_subject", "purpose", "subject"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    # This prevents two links from opening each other's things.
    token_sha256: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of the codes with which somebody signs in who lost the second factor; each works once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)
    code_sha256: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]


class ExternalIdentity(Base):
    """Who an identity provider says that somebody is, and which account that is here."""

    __tablename__ = "external_identity"
    # This prevents one person of the provider from being two people here.
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    login: Mapped[str] = mapped_column(ForeignKey("account.login"), index=True)
    linked_at: Mapped[datetime]


class Throttle(Base):
    """How much somebody has spent of what may be done so often in a while; counted over all processes."""

    __tablename__ = "throttle"
    __table_args__ = (Index("ix_throttle_ends_at", "ends_at"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    """A keyed digest: the table says of no address what it did."""
    spent: Mapped[int]
    ends_at: Mapped[datetime]
