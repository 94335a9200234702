"""One state of a database, copied by its own means while the system goes on; and back again.

SQLite: its online backup. PostgreSQL: pg_dump (custom format) of the very snapshot in which the rows were counted;
pg_restore in several connections. Passwords go to these programs by the environment, never by their arguments.
"""

import os
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from engine.operation.backup.refusals import NothingToKeep, ToolFailed, ToolMissing
from engine.store.binaries import NoBinaries, binary

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "options": "PGOPTIONS",
    "passfile": "PGPASSFILE",
}
"""What an address may say behind its question mark, and how PostgreSQL's programs are told."""
SAID = 400
"""Characters of a program's complaint that a refusal repeats."""
Stored = dict[str, int]
"""The hashes of attachments with their sizes."""


@dataclass(frozen=True, slots=True)
class State:
    """What stands in the state that was copied."""

    revision: str
    counts: dict[str, int]
    audit_sequence: int
    audit_hash: str
    files: Stored


def dump(engine: Engine, path: Path) -> State:
    """Copy one state of the database into a new file. Raises NothingToKeep, ToolMissing, ToolFailed."""
    if engine.dialect.name == "sqlite":
        return _dump_sqlite(engine, path)
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        found = look(connection)
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        fast = ("--format=custom", "--compress=1", "--no-owner", "--no-privileges")
        run(engine.url, "pg_dump", *fast, f"--snapshot={snapshot}", f"--file={path}")
    return found


def load(engine: Engine, path: Path, jobs: int | None = None) -> None:
    """Fill an empty database from such a file. Raises ToolMissing, ToolFailed."""
    if engine.dialect.name == "sqlite":
        _load_sqlite(engine, path)
        return
    several = f"--jobs={jobs or min(4, os.cpu_count() or 1)}"
    name = f"--dbname={engine.url.database}"
    run(
        engine.url, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", several, name, str(path)
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def tables(engine: Engine) -> list[str]:
    """The tables that are there, of whoever."""
    return sorted(inspect(engine).get_table_names())


def look(connection: Connection) -> State:
    """Revision, rows of every table, end of the audit chain, attachments. Raises NothingToKeep."""
    names = sorted(inspect(connection).get_table_names())
    if "alembic_version" not in names or "audit_head" not in names:
        raise NothingToKeep
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    # names of tables come out of the schema
    counts = {
        name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608
        for name in names
    }
    head = connection.execute(text("SELECT sequence, hash FROM audit_head")).one_or_none()
    sequence, digest = head or (0, "")
    return State(revision, counts, sequence, digest, _stored(connection, names))


def _stored(connection: Connection, names: list[str]) -> Stored:
    if "stored_file" not in names:
        return {}
    rows = connection.execute(
        text("SELECT sha256, max(size) FROM stored_file GROUP BY sha256 ORDER BY sha256")
    )
    return {row[0]: row[1] for row in rows}


def _dump_sqlite(engine: Engine, path: Path) -> State:
    source = engine.raw_connection()
    target = sqlite3.connect(path)
    try:
        driver: Any = source.driver_connection
        driver.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    finally:
        target.close()
        source.close()
    copy = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    with copy.connect() as connection:
        return look(connection)


def _load_sqlite(engine: Engine, path: Path) -> None:
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    target = engine.raw_connection()
    try:
        driver: Any = target.driver_connection
        source.backup(driver)
    finally:
        target.close()
        source.close()


def run(url: URL, name: str, *arguments: str, call: Callable[..., Any] = subprocess.run) -> None:
    """Run one of PostgreSQL's programs against the database of this address. Raises ToolMissing, ToolFailed."""
    try:
        program = binary(name)
    except NoBinaries as error:
        raise ToolMissing(name=name) from error
    done = call([program, *arguments], env=environment(url), check=False, capture_output=True)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise ToolFailed(name=name, said=said[-SAID:])


def environment(url: URL) -> dict[str, str]:
    """This process's environment with where the database is and who asks."""
    given: Mapping[str, Any] = {
        "PGHOST": url.host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    query = {VARIABLES[key]: value for key, value in url.query.items() if key in VARIABLES}
    named = {key: str(value) for key, value in {**given, **query}.items() if value not in (None, "")}
    return {**os.environ, "LC_MESSAGES": "C", **named}
