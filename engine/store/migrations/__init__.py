"""The schema's history, driven from Python: `upgrade` brings any database to the newest revision.

There is no ini file: the connection comes from the caller, so that a migration is one transaction with it.
"""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from engine.store import models

FOLDER = Path(__file__).parent


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision, in one transaction."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), "head")


def current(engine: Engine) -> bool:
    """Whether the database is at the newest revision."""
    return standing(engine) == CURRENT


CURRENT, EMPTY, BEHIND, AHEAD = "current", "empty", "behind", "ahead"


def standing(engine: Engine) -> str:
    """How the database stands to this code: CURRENT, EMPTY, BEHIND, or AHEAD (a newer version has upgraded it).

    A database that is ahead serves this code, too, while one version follows the other: revisions only add.
    """
    found, script = revision(engine), ScriptDirectory.from_config(_config())
    if found is None:
        return EMPTY
    if found == script.get_current_head():
        return CURRENT
    return BEHIND if knows(found) else AHEAD


def revision(engine: Engine) -> str | None:
    """The revision of the database, None before the first."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def knows(revision: str) -> bool:
    """Whether this code knows a revision; it does not know those of newer versions."""
    script = ScriptDirectory.from_config(_config())
    return any(found.revision == revision for found in script.walk_revisions())


def differences(engine: Engine) -> list[Any]:
    """How the database differs from the models; empty when the migrations are complete."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=OPTIONS)
        return list(compare_metadata(context, models.load()))


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


OPTIONS: dict[str, Any] = {"compare_type": True, "render_as_batch": False}
