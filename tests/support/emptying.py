"""Empties a PostgreSQL database for the next test: making one anew, and its catalogue's caches, takes far longer."""

from functools import cache

from sqlalchemy import Connection, Table, TextClause, create_engine, select, text
from sqlalchemy.pool import NullPool

from engine.store import models

OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
COUNTERS = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL"""


def empty(url: str) -> None:
    """No rows, counters at their start, nobody else connected. Whoever uses it leaves its tables as they were made."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(OTHERS))
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no guard keeps its rows
        for table in _filled(connection):
            connection.execute(table.delete())
        connection.execute(text(COUNTERS))
    engine.dispose()


def _filled(connection: Connection) -> list[Table]:
    tables = list(models.load().tables.values())
    flags = connection.execute(_question()).one()
    return [table for table, filled in zip(tables, flags, strict=True) if filled]


@cache
def _question() -> TextClause:
    """Which tables have rows, as one statement."""
    tables = models.load().tables.values()
    return text(str(select(*(select(1).select_from(table).exists() for table in tables))))
