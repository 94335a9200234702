"""trials of people, recorded scenarios, runs of scenarios and of past cases

Revision 0023; after 0022.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is tried, kept and played in the studio; nothing of it is a register."""
    op.create_table(
        "studio_trial",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("change_id", base.Key, nullable=True),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("begun_at", base.Instant(), nullable=False),
        sa.Column("moved_at", base.Instant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("story", base.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["rule_change.id"], name=op.f("fk_studio_trial_change_id_rule_change")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_trial")),
    )
    op.create_index("ix_studio_trial_login", "studio_trial", ["login", "id"])
    op.create_table(
        "recorded_scenario",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorded_scenario")),
    )
    op.create_index("ix_recorded_scenario_file", "recorded_scenario", ["file", "id"])
    op.create_table(
        "studio_run",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("change_id", base.Key, nullable=True),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", base.Instant(), nullable=False),
        sa.Column("ended_at", base.Instant(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("results", base.Json(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting','running','done','failed')", name=op.f("ck_studio_run_state")
        ),
        sa.CheckConstraint("what IN ('scenarios','replay')", name=op.f("ck_studio_run_what")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["rule_change.id"], name=op.f("fk_studio_run_change_id_rule_change")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_run")),
    )
    op.create_index("ix_studio_run_change_id", "studio_run", ["change_id", "what"])
    for statement in triggers.append_only(op.get_bind().dialect.name, ("recorded_scenario",)):
        op.execute(statement)


def downgrade() -> None:
    """Not provided."""
    raise NotImplementedError
