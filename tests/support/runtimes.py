"""Runtimes on fresh databases, and what tests ask of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.guards import Guards
from engine.policy import SYSTEM
from engine.runtime import Runtime, built_in
from engine.settings import Settings
from engine.store import models
from engine.store.database import open_engine
from engine.store.tasks import CREATED, UserTask
from engine.verbs import Verbs

MORNING = datetime(2024, 6, 3, 9, 0, tzinfo=BUSINESS_ZONE)


def open_runtime(url: str, clock: VirtualClock | None = None, **settings: Any) -> Runtime:
    """A runtime with only the built-in verbs; tests register what they need."""
    options = Settings(_env_file=None, database_url=url, sqlite_synchronous="OFF", **settings)
    engine = open_engine(url, pool_size=options.pool_size, synchronous=options.sqlite_synchronous)
    verbs = Verbs()
    built_in(verbs)
    return Runtime(options, clock or VirtualClock(MORNING), engine, verbs, Guards())


def create_schema(url: str) -> None:
    """All tables and triggers, straight from the models."""
    engine = open_engine(url, synchronous="OFF")
    models.load().create_all(engine)
    engine.dispose()


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{path}"


def deploy(rt: Runtime, **files: bytes) -> None:
    """Deploy diagrams by name."""
    commands.deploy(rt, SYSTEM, {f"{name}.bpmn": content for name, content in files.items()})


def start(rt: Runtime, process_id: str, variables: Mapping[str, Any] | None = None, **more: Any) -> int:
    """Start as the system; the instance's key."""
    return commands.start(rt, SYSTEM, process_id, variables or {}, **more).instance_key


def open_tasks(rt: Runtime, instance: int | None = None) -> list[UserTask]:
    """The open tasks, oldest first."""
    query = select(UserTask).where(UserTask.state == CREATED).order_by(UserTask.id)
    if instance is not None:
        query = query.where(UserTask.instance_id == instance)
    return rows(rt, query)


def open_task(rt: Runtime, element_id: str, instance: int | None = None) -> int:
    """The key of the one open task of an element."""
    [task] = [task for task in open_tasks(rt, instance) if task.element_id == element_id]
    return task.id


def rows(rt: Runtime, query: Any) -> list[Any]:
    """All rows of a query."""
    with rt.reading() as session:
        return list(session.scalars(query).all())


@contextmanager
def statements(rt: Runtime) -> Iterator[list[str]]:
    """The SQL that runs in the block; `COMMIT` stands for each commit."""
    seen: list[str] = []

    def execute(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    def commit(_connection: Any) -> None:
        seen.append("COMMIT")

    listeners: list[tuple[str, Callable[..., None]]] = [
        ("before_cursor_execute", execute),
        ("commit", commit),
    ]
    for name, listener in listeners:
        event.listen(rt.engine, name, listener)
    try:
        yield seen
    finally:
        for name, listener in listeners:
            event.remove(rt.engine, name, listener)
