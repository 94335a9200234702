"""The database itself: its pages, its references, its revision and the triggers that keep history unchanged."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from engine.operation.checking.report import Area
from engine.runtime import Runtime
from engine.store import migrations, models
from engine.store.triggers import APPEND_ONLY, APPEND_ONLY_SINCE


def pages(rt: Runtime, area: Area) -> None:
    """Every page can be read and says what it should; on PostgreSQL the indexes by amcheck, where that is there."""
    if rt.engine.dialect.name == "sqlite":
        with rt.engine.connect() as connection:
            area.looked = connection.execute(text("PRAGMA page_count")).scalar_one()
            for line in connection.execute(text("PRAGMA integrity_check")).scalars():
                if line != "ok":
                    area.tell(f"数据库文件已损坏：{line}", f"the database file is damaged: {line}")
        return
    _read_all(rt, area)
    _indexes(rt, area)


def _read_all(rt: Runtime, area: Area) -> None:
    """Read every row with all its columns: a page that cannot be read is found by reading it."""
    with rt.engine.connect() as connection:
        names = sorted(inspect(connection).get_table_names())
    for name in names:
        area.looked += 1
        raw = rt.engine.raw_connection()
        try:
            driver: Any = raw.driver_connection
            with driver.cursor() as cursor, cursor.copy(f'COPY "{name}" TO STDOUT (FORMAT binary)') as rows:
                for _ in rows:
                    pass
        except Exception as error:  # noqa: BLE001 - whatever makes a table unreadable is the finding
            area.tell(f"数据表 {name} 无法读出：{error}", f"table {name} cannot be read: {error}")
        finally:
            raw.close()


def _indexes(rt: Runtime, area: Area) -> None:
    with rt.engine.connect() as connection:
        there = connection.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'"))
    if not there:
        area.note_zh = "逐表读出；索引未查，查索引请由数据库管理员执行 CREATE EXTENSION amcheck"
        area.note_en = "every table was read; for the indexes let an administrator CREATE EXTENSION amcheck"
        return
    asked = (
        "SELECT c.oid::int, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE a.amname = 'btree' AND n.nspname = current_schema() AND i.indisvalid ORDER BY c.relname"
    )
    with rt.engine.connect() as connection:
        rows = connection.execute(text(asked)).all()
    for oid, name in rows:
        area.looked += 1
        try:
            with rt.engine.connect() as connection:
                connection.execute(text("SELECT bt_index_check(:index, true)"), {"index": oid})
        except SQLAlchemyError as error:
            area.tell(f"索引 {name} 已损坏：{error}", f"index {name} is damaged: {error}")


def references(rt: Runtime, area: Area) -> None:
    """Every row that names another names one that is there."""
    with rt.reading() as session:
        for table in models.load().sorted_tables:
            for child, parent, lost in _dangling(session.connection(), table):
                area.looked += 1
                if lost:
                    area.tell(
                        f"{child} 有 {lost} 行指向 {parent} 中不存在的行",
                        f"{lost} rows of {child} name rows of {parent} that are not there",
                    )


def _dangling(connection: Connection, table: Table) -> Iterator[tuple[str, str, int]]:
    for key in table.foreign_keys:
        parent = key.column.table.alias("parent")
        missing = (
            select(func.count())
            .select_from(table)
            .outerjoin(parent, parent.c[key.column.name] == key.parent)
            .where(key.parent.is_not(None), parent.c[key.column.name].is_(None))
        )
        yield f"{table.name}.{key.parent.name}", key.column.table.name, connection.scalar(missing) or 0


def guarantees(rt: Runtime, area: Area) -> None:
    """The tables are those of this version, and the triggers that refuse changes of history are there and on."""
    standing = migrations.standing(rt.engine)
    if standing != migrations.CURRENT:
        area.tell(
            f"数据库版本是 {migrations.revision(rt.engine)}，与本程序不同（{standing}）；请运行 luzhi init",
            f"the database is at revision {migrations.revision(rt.engine)} ({standing}): run luzhi init",
        )
    sqlite = rt.engine.dialect.name == "sqlite"
    with rt.reading() as session:
        asked = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if sqlite
            else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O','A')"
        )
        there = set(session.execute(text(asked)).scalars())
        tables = set(inspect(session.connection()).get_table_names())
    for table in {*APPEND_ONLY, *APPEND_ONLY_SINCE} & tables:
        area.looked += 1
        wanted = {f"{table}_no_update", f"{table}_no_delete"} if sqlite else {f"{table}_append_only"}
        if not wanted <= there:
            area.tell(
                f"{table} 缺少禁止改动的触发器", f"{table} has lost the triggers that keep it unchanged"
            )
