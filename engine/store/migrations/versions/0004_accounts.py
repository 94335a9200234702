# ruff: noqa
"""self-registration, invitations, second factor, one-time links

Revision 0004; after 0003.
"""

import sqlalchemy as sa
from alembic import op
from engine.store import base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


AT_THE_OFFICE = sa.text("status = 'CONFIRMED'")


def upgrade() -> None:
    """Make the tables by which people come to their accounts, and the columns of the second factor."""
    _columns()
    _registration()
    _invitation()
    _links()


def _columns() -> None:
    op.add_column("account", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("email_confirmed_at", base.Instant(), nullable=True))
    op.add_column("account", sa.Column("mobile", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("totp_secret", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("totp_confirmed_at", base.Instant(), nullable=True))
    op.add_column("account", sa.Column("totp_step", sa.Integer(), nullable=True))
    op.add_column("web_session", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("web_session", sa.Column("agent", sa.Text(), nullable=True))


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def _registration() -> None:
    texts = (
        "registration_no uscc enterprise city county contact login mobile email legal_name legal_email status"
    )
    op.create_table(
        "registration",
        _key(),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts.split()),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", base.Instant(), nullable=False),
        sa.Column("confirmed_at", base.Instant(), nullable=True),
        sa.Column("decided_at", base.Instant(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('ASKED','CONFIRMED','OPENED','REFUSED','LAPSED')",
            name=op.f("ck_registration_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("registration_no", name=op.f("uq_registration_registration_no")),
    )
    for name in ("uscc", "login"):
        op.create_index(
            f"ux_registration_{name}",
            "registration",
            [name],
            unique=True,
            sqlite_where=AT_THE_OFFICE,
            postgresql_where=AT_THE_OFFICE,
        )


def _invitation() -> None:
    op.create_table(
        "invitation",
        _key(),
        sa.Column("organisation", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("role", "name", "email", "invited_by")),
        sa.Column("invited_at", base.Instant(), nullable=False),
        sa.Column("expires_at", base.Instant(), nullable=False),
        sa.Column("accepted_at", base.Instant(), nullable=True),
        sa.Column("accepted_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.code"], name=op.f("fk_invitation_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_organisation"), "invitation", ["organisation"], unique=False)


def _links() -> None:
    op.create_table(
        "one_time_link",
        _key(),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("token_sha256", "purpose", "subject")),
        sa.Column("created_at", base.Instant(), nullable=False),
        sa.Column("expires_at", base.Instant(), nullable=False),
        sa.Column("used_at", base.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_one_time_link_token_sha256")),
    )
    op.create_index("ix_one_time_link_subject", "one_time_link", ["purpose", "subject"], unique=False)
    op.create_table(
        "recovery_code",
        _key(),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("code_sha256", sa.Text(), nullable=False),
        sa.Column("used_at", base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_recovery_code_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_recovery_code_code_sha256")),
    )
    op.create_index(op.f("ix_recovery_code_login"), "recovery_code", ["login"], unique=False)
    op.create_table(
        "external_identity",
        _key(),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("issuer", "subject", "login")),
        sa.Column("linked_at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_external_identity_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_external_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_external_identity_login"), "external_identity", ["login"], unique=False)
