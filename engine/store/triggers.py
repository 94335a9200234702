"""Guarantees beyond constraints: append-only tables; ended tasks leave no candidates, done ones no drafts."""

from sqlalchemy import Connection, event, text
from sqlalchemy.sql.schema import MetaData

from engine.store.base import Base

APPEND_ONLY = ("audit", "submission", "element_event", "definition", "resource")
"""The append-only tables of the first revision; `APPEND_ONLY_SINCE` lists those of later ones."""
SUBMITTED = ("application_version", "application_event", "objection_event", "expert_sheet")
"""Registers of what was submitted, judged and decided: whoever reaches the database cannot rewrite them in passing."""
POOL = ("expert_event", "expert_declaration", "panel_edit")
"""What was declared, changed and edited around the experts."""
RECUSED = ("expert_recusal",)
"""Why experts left their seats."""
PRODUCED = ("document_version", "document_file")
"""What was produced and its files (`engine.documents`): another version is another row."""
SENT = ("package", "package_item", "direct_filing")
"""What cities sent and decided: a new version, a new row, never a changed one."""
SCORED = ("review_round", "review_result")
"""Rounds of scoring and what they came to; the sheets themselves are among `SUBMITTED`."""
SEEN = ("publication_evidence",)
"""What was seen of a public notice, and when."""
SAID = ("case_comment", "task_urge", "case_copy", "countersign_request", "countersignature")
"""What colleagues said, asked and signed around a task."""
DECIDED_LATER = ("candidate_exception", "expiry_decision", "level_mapping", "look_back_check")
"""What was put on record after recognition and at expiry: the newest counts, none is changed."""
DRAFTED = ("rule_draft_save", "rule_draft_refused")
"""Everything that was saved, or came too late to be, in drafts of the rules."""
DISCUSSED = ("rule_comment",)
"""What colleagues said about changes of the rules."""
RECORDED = ("recorded_scenario",)
"""Scenarios as they were recorded: the newest of a file counts, an empty one takes it away."""
REVIEWED = ("access_review",)
"""Confirmations that somebody looked at who holds what."""
ANCHORED = ("audit_anchor",)
"""What the audit trail's last link was, day by day."""
PASSED = (
    *(
        "cycle_event",
        "evaluation_event",
        "measure_event",
        "renaming_event",
        "revocation_event",
        "title_event",
    ),
    *("revocation_evidence", "formal_review", "site_visit", "opinion", "meeting", "meeting_result"),
    *("notice", "public_notice", "public_notice_item", "publication", "publication_item"),
    *("deployment", "deployment_item"),
)
"""Histories and frozen documents of the registers, and what was deployed when: written once since the beginning,
kept so by the database since revision 0030."""
APPEND_ONLY_SINCE = (
    "file_use",
    *ANCHORED,
    *PASSED,
    *DECIDED_LATER,
    *SUBMITTED,
    *SEEN,
    *SCORED,
    *SENT,
    *POOL,
    *RECUSED,
    *PRODUCED,
    *SAID,
    *DRAFTED,
    *DISCUSSED,
    *RECORDED,
    *REVIEWED,
)

_SQLITE_TASK_ENDED = """
CREATE TRIGGER user_task_ended AFTER UPDATE OF state ON user_task WHEN NEW.state <> 'CREATED' BEGIN
  DELETE FROM user_task_candidate WHERE task_id = NEW.id;
  DELETE FROM draft WHERE task_id = NEW.id AND NEW.state = 'COMPLETED';
END"""

_SQLITE_TASK_CLAIMED = """
CREATE TRIGGER user_task_claimed AFTER UPDATE OF assignee ON user_task WHEN NEW.state = 'CREATED' BEGIN
  UPDATE user_task_candidate SET free = (NEW.assignee IS NULL) WHERE task_id = NEW.id;
END"""

_POSTGRESQL_TASK_CLAIMED = (
    """
CREATE FUNCTION luzhi_user_task_claimed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE user_task_candidate SET free = (NEW.assignee IS NULL) WHERE task_id = NEW.id;
  RETURN NULL;
END $$""",
    """
CREATE TRIGGER user_task_claimed AFTER UPDATE OF assignee ON user_task
FOR EACH ROW WHEN (NEW.state = 'CREATED') EXECUTE FUNCTION luzhi_user_task_claimed()""",
)

_POSTGRESQL_TASK_ENDED = (
    """
CREATE FUNCTION luzhi_user_task_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM user_task_candidate WHERE task_id = NEW.id;
  DELETE FROM draft WHERE task_id = NEW.id AND NEW.state = 'COMPLETED';
  RETURN NULL;
END $$""",
    """
CREATE TRIGGER user_task_ended AFTER UPDATE OF state ON user_task
FOR EACH ROW WHEN (NEW.state <> 'CREATED') EXECUTE FUNCTION luzhi_user_task_ended()""",
    """
CREATE FUNCTION luzhi_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$""",
)


_ENTERPRISE = "('enterprise_filler','legal_representative','enterprise_admin','enterprise_viewer')"
_UNAPPROVED = f"""NEW.role NOT IN {_ENTERPRISE} AND (
  NEW.granted_by = NEW.login OR COALESCE(NEW.approved_by, '') IN (NEW.login, NEW.granted_by)
  OR (NEW.granted_by <> 'system' AND NEW.approved_by IS NULL))"""
"""A right of an authority that its holder gave or that no second person approved; `system` sets an installation up."""
_GRANT_FACTS = ("id", "login", "role", "organisation", "granted_at", "granted_by", "approved_by", "reason")


def granted(dialect: str) -> list[str]:
    """The statements by which rights are approved by a second person and what was granted stays as it was."""
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _GRANT_FACTS)
    cases = (
        ("approved", "INSERT", _UNAPPROVED, "a right needs a second person who approves it"),
        ("kept", "UPDATE", f"OLD.revoked_at IS NOT NULL OR {changed}", "a right can only be revoked, once"),
        ("stays", "DELETE", "true", "rights are revoked, not deleted"),
    )
    found: list[str] = []
    for name, action, condition, words in cases:
        if dialect == "sqlite":
            act = f"SELECT RAISE(ABORT, '{words}');"
            found.append(
                f"CREATE TRIGGER role_grant_{name} BEFORE {action} ON role_grant WHEN {condition} BEGIN {act} END"
            )
            continue
        found.append(
            f"CREATE FUNCTION luzhi_role_grant_{name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$"
        )
        found.append(
            f"CREATE TRIGGER role_grant_{name} BEFORE {action} ON role_grant "
            f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION luzhi_role_grant_{name}()"
        )
    return found


def head_kept(dialect: str) -> list[str]:
    """The statements by which the head of the audit trail only goes forward, and stays."""
    back, stays = "the audit trail does not go back", "the head of the audit trail stays"
    if dialect == "sqlite":
        return [
            "CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head WHEN NEW.sequence <= OLD.sequence "
            f"BEGIN SELECT RAISE(ABORT, '{back}'); END",
            "CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head "
            f"BEGIN SELECT RAISE(ABORT, '{stays}'); END",
        ]
    return [
        "CREATE FUNCTION luzhi_audit_head_forward() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{back}'; END $$",
        "CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head FOR EACH ROW "
        "WHEN (NEW.sequence <= OLD.sequence) EXECUTE FUNCTION luzhi_audit_head_forward()",
        "CREATE FUNCTION luzhi_audit_head_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{stays}'; END $$",
        "CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head "
        "FOR EACH STATEMENT EXECUTE FUNCTION luzhi_audit_head_stays()",
    ]


def statements(dialect: str) -> list[str]:
    """The statements that make every trigger on `sqlite` or `postgresql`, in order."""
    if dialect == "sqlite":
        tasks = [_SQLITE_TASK_ENDED, _SQLITE_TASK_CLAIMED]
    else:
        tasks = [*_POSTGRESQL_TASK_ENDED, *_POSTGRESQL_TASK_CLAIMED]
    return [text.strip() for text in tasks] + append_only(dialect, APPEND_ONLY)


def append_only(dialect: str, tables: tuple[str, ...]) -> list[str]:
    """The statements that let rows of these tables only be added; on PostgreSQL after those of the first revision."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in tables
            for action in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION luzhi_append_only()"
        for table in tables
    ]


def task_ended_again(dialect: str) -> list[str]:
    """The statements that replace an older trigger on the end of a task by the present one."""
    if dialect == "sqlite":
        return ["DROP TRIGGER user_task_ended", _SQLITE_TASK_ENDED.strip()]
    return [_POSTGRESQL_TASK_ENDED[0].strip().replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)]


@event.listens_for(Base.metadata, "after_create")
def _create(target: MetaData, connection: Connection, **_: object) -> None:
    dialect = connection.dialect.name
    later = tuple(table for table in APPEND_ONLY_SINCE if table in target.tables)
    for statement in (
        *statements(dialect),
        *granted(dialect),
        *head_kept(dialect),
        *append_only(dialect, later),
    ):
        connection.execute(text(statement))
