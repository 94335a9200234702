"""While one version follows the other, both run on the newer tables: revisions only add.

Everything that the former release asked the database while it worked (`revision_0026/statements.txt`, written by
itself) is asked of today's tables, and no row that it writes can be refused for a column that it does not know.
"""

import lzma
import re
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, event, inspect, text

from engine.store.database import open_engine
from engine.store.migrations import _config, upgrade
from tests.upgrade.database import FOLDER

RELEASE = "0026"
TIGHTENED = {
    # Nobody is two of the administrators who watch each other: a former version may not grant that either.
    "ux_role_grant_apart",
}
"""What may refuse rows of the former release, on purpose."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A database at the former release's revision."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}" if sqlite else request.getfixturevalue("postgres_database")
    found = open_engine(url, synchronous="OFF")
    with found.begin() as connection:
        command.upgrade(_config(connection), RELEASE)
    yield found
    found.dispose()


def shape(engine: Engine) -> dict[str, dict[str, Any]]:
    """Tables with their columns and what is unique in them."""
    with engine.connect() as connection:
        looked = inspect(connection)
        return {
            table: {
                "columns": {column["name"]: column for column in looked.get_columns(table)},
                "unique": {
                    index["name"]: tuple(index["column_names"])
                    for index in looked.get_indexes(table)
                    if index["unique"]
                },
                "foreign": {tuple(key["constrained_columns"]) for key in looked.get_foreign_keys(table)},
                "checked": {check["name"] for check in looked.get_check_constraints(table)},
            }
            for table in looked.get_table_names()
        }


def test_tables_of_the_former_release_only_gain_what_it_need_not_know(engine: Engine) -> None:
    before = shape(engine)
    upgrade(engine)
    after = shape(engine)
    assert before.keys() <= after.keys(), "a table went: the former release still asks for it"
    for table, was in before.items():
        now = after[table]
        assert was["columns"].keys() <= now["columns"].keys(), f"{table} lost a column"
        for name, column in now["columns"].items():
            known = was["columns"].get(name)
            if known is None:
                filled = column["nullable"] or column["default"] is not None or column.get("computed")
                assert filled, f"{table}.{name} is new and must be given: the former release cannot"
            else:
                assert str(known["type"]) == str(column["type"]), f"{table}.{name} changed its type"
                assert column["nullable"] or not known["nullable"], f"{table}.{name} must be given now"
        old = set(was["columns"])
        tighter = {
            name for name, over in now["unique"].items() if name not in was["unique"] and set(over) & old
        }
        assert tighter <= TIGHTENED, f"{table}: {tighter} may refuse rows of the former release"
        assert now["foreign"] <= was["foreign"] | {key for key in now["foreign"] if not set(key) & old}
        assert now["checked"] <= was["checked"] | {name for name in now["checked"] if name in TIGHTENED}


FORBIDDEN = re.compile(
    r"\b(DROP TABLE|DROP COLUMN|RENAME (TO|COLUMN)|SET NOT NULL|ALTER COLUMN \S+ TYPE|DROP CONSTRAINT)\b",
    re.IGNORECASE,
)


def test_no_revision_since_takes_anything_away(engine: Engine) -> None:
    statements: list[str] = []

    def execute(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", execute)
    upgrade(engine)
    assert any("CREATE TABLE" in statement for statement in statements)
    assert [statement for statement in statements if FORBIDDEN.search(statement)] == []
    dropped = [match[1] for s in statements if (match := re.search(r"DROP TRIGGER (?:IF EXISTS )?(\w+)", s))]
    made = " ".join(s for s in statements if s.upper().startswith("CREATE"))
    assert [name for name in dropped if name not in made] == [], "a trigger went and did not come back"


def asked() -> list[str]:
    """Every statement of the former release but those that speak to the driver."""
    content = lzma.decompress((FOLDER / f"revision_{RELEASE}" / "statements.txt.xz").read_bytes()).decode()
    return [
        line
        for line in content.splitlines()
        if line.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
    ]


def test_what_the_former_release_asks_is_understood(tmp_path: Path) -> None:
    """SQLite plans each statement on today's tables; a name that is gone would be an error."""
    engine = open_engine(f"sqlite:///{tmp_path / 'x.sqlite3'}", synchronous="OFF")
    upgrade(engine)
    statements = asked()
    assert len(statements) > 150
    with engine.connect() as connection:
        refused = {
            statement: reason for statement in statements if (reason := _refusal(connection, statement))
        }
    assert refused == {}
    engine.dispose()


def _refusal(connection: Connection, statement: str) -> str:
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(f"EXPLAIN {statement}", (None,) * statement.count("?"))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told with its statement
        return str(error)
    return ""


def test_the_test_can_fail(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.sqlite3'}", synchronous="OFF")
    upgrade(engine)
    with engine.connect() as connection:
        assert _refusal(connection, "SELECT no_such_column FROM instance")
        connection.execute(text("SELECT 1"))
    engine.dispose()
