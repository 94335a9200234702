"""`python -m tests.load.provinces`: 31 provinces in one PostgreSQL, small, and what of it can be reckoned up.

Three ways to keep them are compared: a database for each province, as several installations on one server have;
all in one database; and one table of tasks, plain and partitioned by province, at the size of a whole year.
"""

import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from typing import Any

import click
from sqlalchemy import Connection, Engine, create_engine, select, text

from engine import commands
from engine.commands import fire_due_timers
from engine.conditions import Grant
from engine.policy import Actor
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store import private_postgres
from engine.store.tasks import CREATED, UserTask
from tests.load.house import CITIES, furnish, login
from webapp.bench.diagrams import ANSWER

OFFICERS, OFFICES = 4, 16
TASKS_OF_A_YEAR = 30_000
"""1,500 applications with some twenty steps each: what a province did in the rehearsed year."""


@click.command()
@click.option("--provinces", default=31, show_default=True)
@click.option("--cases", default=40, show_default=True, help="Running cases of each province.")
@click.option("--completions", default=310, show_default=True)
@click.option("--tasks", default=TASKS_OF_A_YEAR, show_default=True, help="Tasks of each in the large table.")
def main(provinces: int, cases: int, completions: int, tasks: int) -> None:
    """Fill and measure; figures as JSON, milliseconds."""
    server = private_postgres.start()
    try:
        found = {
            "provinces": provinces,
            "databases": _databases(server, provinces, cases, completions),
            "one": _one(server, provinces, cases, completions),
            "tables": _tables(server, provinces, tasks),
        }
    finally:
        server.stop()
    click.echo(json.dumps(found))


def _databases(
    server: private_postgres.Server, provinces: int, cases: int, completions: int
) -> dict[str, Any]:
    """Every province has a database of its own; one process serves them all in turn."""
    model = server.database()
    furnish(model, OFFICERS, cases // OFFICERS)
    urls = [server.database(template=model) for _ in range(provinces)]
    runtimes = [Runtime.open(Settings(database_url=url, pool_size=1)) for url in urls]
    figure = _work(runtimes, completions)
    for runtime in runtimes:
        runtime.close()
    return {**figure, "megabytes_each": _megabytes(model)}


def _one(server: private_postgres.Server, provinces: int, cases: int, completions: int) -> dict[str, Any]:
    """All cases of all provinces in one database."""
    url = server.database()
    furnish(url, OFFICERS, cases // OFFICERS * provinces)
    runtime = Runtime.open(Settings(database_url=url))
    figure = _work([runtime], completions)
    runtime.close()
    return {**figure, "megabytes": _megabytes(url)}


def _work(runtimes: list[Runtime], completions: int) -> dict[str, Any]:
    """Completions in turn over all of them, and a look at the timers of each; milliseconds."""
    todo = [_open(runtime) for runtime in runtimes]
    times, began, cpu = [], time.perf_counter(), time.process_time()
    for number in range(completions):
        place = number % len(runtimes)
        key, who = todo[place].pop()
        with _timed(times):
            commands.complete(runtimes[place], who, key, ANSWER)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    ticks: list[float] = []
    for runtime in runtimes:
        with _timed(ticks):
            fire_due_timers(runtime, 100)
    return {
        "completions": completions,
        "completion": _three(times),
        "completion_cpu_ms": round(cpu / completions * 1000, 1),
        "per_second": round(completions / seconds, 1),
        "tick": _three(ticks),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _open(runtime: Runtime) -> list[tuple[int, Actor]]:
    """The open tasks, each with who has it."""
    with runtime.reading() as session:
        rows = session.execute(select(UserTask.id, UserTask.assignee).where(UserTask.state == CREATED))
        return [(row.id, _officer(row.assignee)) for row in rows]


def _officer(name: str) -> Actor:
    number = next(n for n in range(OFFICERS) if login(n) == name)
    return Actor(name, name, (Grant("city_officer", CITIES[number % len(CITIES)]),))


def _tables(server: private_postgres.Server, provinces: int, tasks: int) -> dict[str, Any]:
    """A year's tasks of all provinces in one table, and in one that is partitioned by province."""
    engine = create_engine(server.database(), isolation_level="AUTOCOMMIT")
    found = {}
    with engine.connect() as connection:
        for name in ("plain", "partitioned"):
            _fill(connection, name, provinces, tasks)
            found[name] = {
                "rows": provinces * tasks,
                "list": _three(_asked(connection, _LIST.format(name=name), provinces)),
                "count": _three(_asked(connection, _COUNT.format(name=name), provinces)),
                "all_of_one": _three(_asked(connection, _YEAR.format(name=name), provinces)),
                "megabytes": _table_megabytes(connection, name),
            }
    engine.dispose()
    return found


_COLUMNS = (
    "id bigint, province text, office text, element text, name text, state text, due timestamptz, "
    "business_key text, properties text"
)
_FILLED = """INSERT INTO {name} SELECT i, 'p' || (i % {provinces}), 'o' || (i / {provinces} % {offices}),
 'step_' || (i % 20), '环节' || (i % 20), CASE WHEN i % 10 = 0 THEN 'CREATED' ELSE 'COMPLETED' END,
 now() + (i % 10000) * interval '1 minute', '2024-' || i, repeat('x', 400)
 FROM generate_series(1, {count}) AS i"""
_LIST = "SELECT id, name, due FROM {name} WHERE province = :p AND office = 'o3' AND state = 'CREATED' ORDER BY due LIMIT 50"
_COUNT = "SELECT count(*) FROM {name} WHERE province = :p AND office = 'o3' AND state = 'CREATED'"
_YEAR = "SELECT element, count(*), max(due) FROM {name} WHERE province = :p GROUP BY element"


def _fill(connection: Connection, name: str, provinces: int, tasks: int) -> None:
    split = " PARTITION BY LIST (province)" if name == "partitioned" else ""
    connection.execute(text(f"CREATE TABLE {name} ({_COLUMNS}){split}"))
    for number in range(provinces if split else 0):
        connection.execute(
            text(f"CREATE TABLE {name}_{number} PARTITION OF {name} FOR VALUES IN ('p{number}')")
        )
    facts = {"name": name, "provinces": provinces, "offices": OFFICES, "count": provinces * tasks}
    connection.execute(text(_FILLED.format(**facts)))
    for column in ("province, office, state, due", "province, business_key"):
        connection.execute(text(f"CREATE INDEX ON {name} ({column})"))
    connection.execute(text(f"VACUUM ANALYZE {name}"))


def _asked(connection: Connection, statement: str, provinces: int) -> list[float]:
    times: list[float] = []
    for number in range(-3, provinces * 2):
        with _timed(times if number >= 0 else []):
            connection.execute(text(statement), {"p": f"p{number % provinces}"}).all()
    return times


def _table_megabytes(connection: Connection, name: str) -> int:
    whole = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(:name)"
    plain = "SELECT pg_total_relation_size(CAST(:name AS regclass))"
    statement = whole if name == "partitioned" else plain
    return int(connection.execute(text(statement), {"name": name}).scalar_one()) // 2**20


def _megabytes(url: str) -> int:
    engine: Engine = create_engine(url)
    with engine.connect() as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    engine.dispose()
    return int(size) // 2**20


@contextmanager
def _timed(times: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    times.append((time.perf_counter() - began) * 1000)


def _three(times: list[float]) -> dict[str, float]:
    if len(times) < 2:
        return {"median": round(times[0], 2), "p95": round(times[0], 2)}
    return {"median": round(median(times), 2), "p95": round(quantiles(times, n=20)[-1], 2)}


if __name__ == "__main__":
    main()
