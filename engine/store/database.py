"""Engines for SQLite and PostgreSQL that behave alike: writers queue, readers do not wait."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

BUSY_MILLISECONDS = 30_000
# SQLite's own default cache is 2 MB: too little for lists of a hundred thousand tasks.
MAPPED_BYTES = 1 << 30
CACHE_KILOBYTES = 32_000
STATEMENTS = 3_000
"""Statements that are kept compiled: the house asks more different ones than SQLAlchemy's own 500."""


def open_engine(url: str, *, pool_size: int = 10, synchronous: str = "FULL") -> Engine:
    """An engine for the database at `url`. Raises ValueError for a database that is not supported."""
    dialect = make_url(url).get_backend_name()
    if dialect == "postgresql":
        return create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            query_cache_size=STATEMENTS,
            hide_parameters=True,  # an error is logged and shown as an incident: what people typed stays out of it
        )
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
    return engine


def reading(engine: Engine) -> Engine:
    """The same engine and pool for transactions that only read: they take no write lock."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(postgresql_readonly=True)
    return engine.execution_options(luzhi_begin="BEGIN DEFERRED")


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
