"""The least that the application's own user of PostgreSQL needs: history can be added to, not changed."""

import re

from engine.store import models
from engine.store.triggers import APPEND_ONLY, APPEND_ONLY_SINCE

ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
STAY = (*APPEND_ONLY, *APPEND_ONLY_SINCE)
"""Tables whose rows stay as they are."""
NO_DELETION = ("audit_head", "role_grant", "account", "objection_identity")
"""Tables whose rows change but are never deleted."""


def statements(role: str) -> list[str]:
    """What gives `role` these rights, for whoever owns the tables to run. Raises ValueError for a strange name.

    Switching triggers off, truncating and changing tables are their owner's, and none of them is granted.
    """
    if ROLE.fullmatch(role) is None:
        raise ValueError("a role is lower-case letters, digits and underscores")
    tables = sorted(models.load().tables)
    changing = [name for name in tables if name not in STAY and name not in NO_DELETION]
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"GRANT INSERT ON {', '.join(name for name in tables if name in STAY)} TO {role}",
        f"GRANT INSERT, UPDATE ON {', '.join(NO_DELETION)} TO {role}",
        f"GRANT INSERT, UPDATE, DELETE ON {', '.join(changing)} TO {role}",
    ]
