"""people and rights: who approved a grant, requests, imported lists, confirmed reviews, closed accounts

Revision 0029; after 0027.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None

APART = "revoked_at IS NULL AND role IN ('sysadmin', 'secadmin', 'auditadmin', 'supervision')"
OPEN = "state = 'OPEN'"


class TwoWatchers(RuntimeError):
    """Somebody holds two of the roles that watch each other; one is to be revoked before the upgrade."""


def upgrade() -> None:
    """Columns of accounts, grants and absences; three tables; what the database itself refuses."""
    _columns()
    _imports()
    _requests()
    _reviews()
    _apart()
    for statement in triggers.granted(op.get_bind().dialect.name):
        op.execute(statement)
    _fill()


def _columns() -> None:
    op.add_column("account", sa.Column("initials", sa.Text(), server_default="", nullable=False))
    for name in ("signed_in_at", "factor_due_at", "closed_at"):
        op.add_column("account", sa.Column(name, base.Instant(), nullable=True))
    columns = {
        "account": ("closed_by", "closed_why"),
        "role_grant": ("approved_by", "reason", "revoked_why"),
        "absence": ("entered_by",),
    }
    for table, names in columns.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Text(), nullable=True))


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, base.Instant(), nullable=nullable) for name in names]


def _imports() -> None:
    op.create_table(
        "account_import",
        sa.Column("id", base.Key, nullable=False),
        *_texts("file", "sha256", "state", "uploaded_by", "reason"),
        sa.Column("rows", base.Json(), nullable=False),
        sa.Column("created", base.Json(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        *_instants("uploaded_at"),
        *_instants("proposed_at", "decided_at", nullable=True),
        *_texts("decided_by", "decision", nullable=True),
        sa.CheckConstraint(
            "state IN ('CHECKED','PROPOSED','APPROVED','REFUSED','DROPPED')",
            name=op.f("ck_account_import_state"),
        ),
        sa.CheckConstraint(
            "state <> 'APPROVED' OR (decided_by IS NOT NULL AND decided_by <> uploaded_by)",
            name=op.f("ck_account_import_decided_by"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_import")),
    )


def _requests() -> None:
    op.create_table(
        "role_request",
        sa.Column("id", base.Key, nullable=False),
        *_texts("login", "role", "organisation", "reason", "asked_by", "state"),
        *_instants("asked_at"),
        *_instants("decided_at", nullable=True),
        *_texts("decided_by", "decision", nullable=True),
        sa.Column("import_id", base.Key, nullable=True),
        sa.CheckConstraint(
            "state IN ('OPEN','APPROVED','REFUSED','WITHDRAWN')", name=op.f("ck_role_request_state")
        ),
        sa.CheckConstraint("asked_by <> login", name=op.f("ck_role_request_asked_by")),
        sa.CheckConstraint(
            "state <> 'APPROVED' OR (decided_by IS NOT NULL AND decided_by <> login AND decided_by <> asked_by)",
            name=op.f("ck_role_request_decided_by"),
        ),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_role_request_login")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.code"], name=op.f("fk_role_request_organisation")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["account_import.id"], name=op.f("fk_role_request_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_request")),
    )
    op.create_index(op.f("ix_role_request_login"), "role_request", ["login"])
    op.create_index(op.f("ix_role_request_import_id"), "role_request", ["import_id"])
    op.create_index(
        "ux_role_request_open",
        "role_request",
        ["login", "role", "organisation"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def _reviews() -> None:
    op.create_table(
        "access_review",
        sa.Column("id", base.Key, nullable=False),
        *_texts("organisation", "confirmed_by", "note"),
        *_instants("confirmed_at"),
        sa.Column("held", base.Json(), nullable=False),
        sa.Column("findings", base.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.code"], name=op.f("fk_access_review_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review")),
    )
    op.create_index("ix_access_review_organisation", "access_review", ["organisation", "id"])
    for statement in triggers.append_only(op.get_bind().dialect.name, triggers.REVIEWED):
        op.execute(statement)


def _apart() -> None:
    """Raises TwoWatchers where an older release let somebody have two of the roles."""
    twice = f"SELECT login FROM role_grant WHERE {APART} GROUP BY login HAVING count(*) > 1"  # noqa: S608 - no input
    found = op.get_bind().scalars(sa.text(twice)).all()
    if found:
        raise TwoWatchers(
            f"more than one of sysadmin, secadmin, auditadmin, supervision: {', '.join(sorted(found))}; "
            "revoke all but one of them with the release that is running, then upgrade"
        )
    op.create_index(
        "ux_role_grant_apart",
        "role_grant",
        ["login"],
        unique=True,
        sqlite_where=sa.text(APART),
        postgresql_where=sa.text(APART),
    )


def _fill() -> None:
    """What could be known before: the pinyin of names, the newest session's beginning."""
    from engine.inbox.words import initials, normal

    bind = op.get_bind()
    account = sa.table("account", sa.column("id"), sa.column("name"), sa.column("initials"))
    rows = [
        {"key": id, "found": initials(normal(name))}
        for id, name in bind.execute(sa.select(account.c.id, account.c.name))
    ]
    if rows:
        bind.execute(
            sa.update(account)
            .where(account.c.id == sa.bindparam("key"))
            .values(initials=sa.bindparam("found")),
            rows,
        )
    op.execute(
        "UPDATE account SET signed_in_at = (SELECT max(t.at) FROM login_attempt t "
        "WHERE t.login = account.login AND t.succeeded)"
    )
