"""The stored databases of former releases, opened on SQLite and on PostgreSQL, and what stands in them."""

import lzma
import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Engine, MetaData, Table, inspect, text

from engine.store.database import open_engine
from engine.store.migrations import _config

FOLDER = Path(__file__).parent
Rows = dict[str, list[dict[str, Any]]]


def unpack(name: str, path: Path, revision: str = "0001") -> str:
    """Write a stored database as a SQLite file; its address."""
    script = lzma.decompress((FOLDER / f"revision_{revision}" / f"{name}.sql.xz").read_bytes()).decode()
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return f"sqlite:///{path}"


def copy_to_postgres(path: Path, url: str, revision: str = "0001") -> None:
    """Fill an empty PostgreSQL database at a revision with the rows of a SQLite file, numbers and all."""
    engine = open_engine(url)
    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)
    source = sqlite3.connect(path)
    source.row_factory = sqlite3.Row
    with engine.begin() as connection:
        connection.execute(
            text("SET session_replication_role = replica")
        )  # neither triggers nor foreign keys
        connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
        for table in inspect(connection).get_table_names():
            _copy(source, connection, table)
        connection.execute(text("SET session_replication_role = origin"))
    source.close()
    engine.dispose()


# names of tables and columns come out of the schema
def _copy(source: sqlite3.Connection, connection: Any, table: str) -> None:
    types = {
        c["name"]: str(c["type"]).partition(" COLLATE")[0] for c in inspect(connection).get_columns(table)
    }
    quoted = ", ".join(f'"{name}"' for name in types)
    flags = {name for name, type in types.items() if type == "BOOLEAN"}
    values = ", ".join(
        f":{name}" if name in flags else f"CAST(:{name} AS {type})" for name, type in types.items()
    )
    connection.execute(text(f'DELETE FROM "{table}"'))  # noqa: S608
    rows = [dict(row) for row in source.execute(f'SELECT {quoted} FROM "{table}"')]  # noqa: S608
    for row in rows:
        row.update({name: bool(row[name]) for name in flags if row[name] is not None})
    if rows:
        connection.execute(text(f'INSERT INTO "{table}" ({quoted}) VALUES ({values})'), rows)  # noqa: S608
    if "id" in types and types["id"] in ("BIGINT", "INTEGER"):
        sequence = f"pg_get_serial_sequence('\"{table}\"', 'id')"
        connection.execute(text(f'SELECT setval({sequence}, (SELECT max(id) FROM "{table}"))'))  # noqa: S608


def everything(engine: Engine, columns: dict[str, list[str]] | None = None) -> Rows:
    """Every row of every table (or of these tables and columns), in the order of its key."""
    found: Rows = {}
    with engine.connect() as connection:
        known = MetaData()
        known.reflect(connection, only=list(columns) if columns else None)
        for table in known.sorted_tables:
            names = columns[table.name] if columns else [column.name for column in table.columns]
            found[table.name] = _rows(connection, table, names)
    return found


def _rows(connection: Any, table: Table, names: list[str]) -> list[dict[str, Any]]:
    order = list(table.primary_key.columns) or list(table.columns)
    listed = ", ".join(f'"{name}"' for name in names)
    sort = ", ".join(f'"{column.name}"' for column in order)
    query = text(f'SELECT {listed} FROM "{table.name}" ORDER BY {sort}')  # noqa: S608
    return [dict(row) for row in connection.execute(query).mappings()]
