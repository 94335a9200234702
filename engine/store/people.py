"""Organisations, accounts, the roles people hold, and their sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Json, Key

APART = ("sysadmin", "secadmin", "auditadmin", "supervision")
"""The roles that watch each other: nobody holds two of them."""
_APART_HELD = f"revoked_at IS NULL AND role IN {APART}"


class Organisation(Base):
    """A node of the tree: province, city, county or zone, enterprise, agency. Codes: GB/T 2260, USCC."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("kind IN ('province','city','county','zone','enterprise','agency')", name="kind"),
        # This prevents the smallest circle in the tree.
        CheckConstraint("parent IS NULL OR parent <> code", name="parent"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    parent: Mapped[str | None] = mapped_column(ForeignKey("organisation.code"), index=True)
    phone: Mapped[str | None]
    """Of the office, not of a person: public pages show it."""
    address: Mapped[str | None]


class Account(Base):
    """A person who may sign in. Logins are never given to anybody else; accounts are closed, not deleted."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    # This prevents two people under one name in the history.
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    organisation: Mapped[str | None] = mapped_column(ForeignKey("organisation.code"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(default="zh")
    created_at: Mapped[datetime]
    password_changed_at: Mapped[datetime | None]
    email: Mapped[str | None]
    email_confirmed_at: Mapped[datetime | None]
    mobile: Mapped[str | None]
    totp_secret: Mapped[str | None]
    """Sealed (`engine.accounts.sealing`): a copy of the table makes no codes."""
    totp_confirmed_at: Mapped[datetime | None]
    totp_step: Mapped[int | None]
    """The half minute (since 1970) of the last code that was accepted; earlier ones and itself are used up."""
    initials: Mapped[str] = mapped_column(default="", server_default="")
    """Of the name in pinyin, by which people are found: 王晓 gives wx."""
    signed_in_at: Mapped[datetime | None]
    """When the newest session began, by the machine's clock."""
    factor_due_at: Mapped[datetime | None]
    """Until when an official may go on without the second factor; set at the first sign-in that asks for it."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    closed_why: Mapped[str | None]


class RoleGrant(Base):
    """A role held in an organisation, from `granted_at` until `revoked_at`; rows stay as evidence, and as they are."""

    __tablename__ = "role_grant"
    __table_args__ = (
        # This prevents a role from being held twice, so that revoking it once takes it away.
        Index(
            "ux_role_grant_held",
            "login",
            "role",
            "organisation",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        # This prevents one person from being two of those who watch each other (三员分立).
        Index(
            "ux_role_grant_apart",
            "login",
            unique=True,
            sqlite_where=text(_APART_HELD),
            postgresql_where=text(_APART_HELD),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("account.login"))
    role: Mapped[str]
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"), index=True)
    granted_at: Mapped[datetime]
    granted_by: Mapped[str]
    """Who asked for it: a security administrator, an enterprise's administrator, `system` for setting up."""
    approved_by: Mapped[str | None]
    """The second security administrator; a trigger asks for one (`engine.store.triggers`)."""
    reason: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    revoked_why: Mapped[str | None]


class WebSession(Base):
    """A signed-in browser. Only the hash of its token is kept, so that a copy of the table opens nothing."""

    __tablename__ = "web_session"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str | None] = mapped_column(ForeignKey("account.login"), index=True)
    data: Mapped[Any] = mapped_column(Json)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    address: Mapped[str | None]
    agent: Mapped[str | None]
    """What the browser called itself, so that its owner recognises it."""


class LoginAttempt(Base):
    """A try to sign in; what throttling counts."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_login", "login", "at"),
        Index("ix_login_attempt_address", "address", "at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
    succeeded: Mapped[bool]
