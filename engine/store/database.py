"""Engines for SQLite and PostgreSQL that behave alike: writers queue, readers do not wait."""

import select
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError

from engine import meters
from engine.store.trouble import no_room

BUSY_MILLISECONDS = 30_000
# SQLite's own default cache is 2 MB: too little for lists of a hundred thousand tasks.
MAPPED_BYTES = 1 << 30
CACHE_KILOBYTES = 32_000
STATEMENTS = 3_000
"""Statements that are kept compiled: the house asks more different ones than SQLAlchemy's own 500."""
AFRESH = {"luzhi_afresh": True}
"""Execution options of a statement that is planned for its values every time: few rows have some, very many others.

A connection prepares what it is asked often, and PostgreSQL may then keep to one plan for whatever values come.
"""
IDLE_SECONDS = 30.0
"""A connection that nobody used for so long is asked whether it lives: a firewall may have forgotten it."""


def open_engine(url: str, *, pool_size: int = 10, synchronous: str = "FULL") -> Engine:
    """An engine for the database at `url`. Raises ValueError for a database that is not supported."""
    dialect = make_url(url).get_backend_name()
    if dialect == "postgresql":
        return _postgresql(url, pool_size)
    if dialect != "sqlite":
        raise ValueError(f"{dialect} is not supported: sqlite or postgresql")
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size * 4,
        pool_timeout=60,
        query_cache_size=STATEMENTS,
        hide_parameters=True,
    )
    _prepare_sqlite(engine, synchronous)
    _count_full(engine)
    return engine


def _count_full(engine: Engine) -> None:
    """Let monitoring know whenever the database says that its disk is full, whoever was told."""

    @event.listens_for(engine, "handle_error")
    def count(context: Any) -> None:
        if no_room(context.original_exception):
            meters.meters().full.inc()


def reading(engine: Engine, pool_size: int = 10) -> Engine:
    """An engine for sessions that only read: they take no write lock.

    On PostgreSQL it has connections of its own, on which the server refuses to write. Each statement stands alone
    there and saves the round trips of a transaction, of which most pages would need ten.
    """
    if engine.dialect.name == "postgresql":
        return read_only(engine.url.render_as_string(hide_password=False), pool_size)
    return engine.execution_options(luzhi_begin="BEGIN DEFERRED")


def read_only(url: str, pool_size: int = 10, connect_seconds: int | None = None) -> Engine:
    """An engine on a PostgreSQL server, of which each statement stands alone and none can write."""
    more: dict[str, Any] = {} if connect_seconds is None else {"connect_timeout": connect_seconds}
    given = str(make_url(url).query.get("options", ""))
    options = f"{given} -c default_transaction_read_only=on".strip()
    return _postgresql(
        url, pool_size, isolation_level="AUTOCOMMIT", connect_args={"options": options, **more}
    )


def _postgresql(url: str, pool_size: int, **more: Any) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        query_cache_size=STATEMENTS,
        hide_parameters=True,  # an error is logged and shown as an incident: what people typed stays out of it
        **more,
    )
    _notice_broken(engine)
    _count_full(engine)
    event.listen(engine, "do_execute", _plan_afresh)
    return engine


def _plan_afresh(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """Whether the statement was executed here: one with `AFRESH` is not prepared."""
    if "luzhi_afresh" not in context.execution_options:
        return False
    cursor.execute(statement, parameters, prepare=False)
    return True


def _notice_broken(engine: Engine) -> None:
    """Never hand out a connection that the server has ended: a restart is noticed by nobody.

    Asking the server each time would cost a round trip. An ended connection can be seen without: there is
    something to read on it. Then, and after a long while, the server is asked.
    """

    @event.listens_for(engine, "checkin")
    def back(connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def out(connection: Any, record: Any, _: Any) -> None:
        used = record.info.get("used")
        if used is None or (time.monotonic() - used < IDLE_SECONDS and not _readable(connection)):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _readable(connection: Any) -> bool:
    if connection.closed:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([connection.fileno()], [], [], 0)[0])
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    return bool(look.poll(0))


def _prepare_sqlite(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself: `begin` below does
        for pragma in (
            f"busy_timeout = {BUSY_MILLISECONDS}",
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            "foreign_keys = ON",
            f"mmap_size = {MAPPED_BYTES}",
            f"cache_size = -{CACHE_KILOBYTES}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: a transaction that will write waits here, and does not fail half-way at its first write.
        text = connection.get_execution_options().get("luzhi_begin", "BEGIN IMMEDIATE")
        driver: Any = connection.connection.driver_connection
        driver.execute(text)
