"""`python -m tests.load.replica`: what a read replica takes off the primary, how far it is behind, what its end does.

One web process in this one asks the pages that everybody may read, without a replica and with one.
"""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median, quantiles
from typing import Any

import click
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text

from engine.runtime import Runtime
from engine.settings import Settings
from engine.store import private_postgres
from engine.store.migrations import upgrade
from engine.store.private_postgres import Server
from tests.load.effort import spent
from tests.web.world import add_measure, add_titles
from webapp import create_app
from webapp.bench.measure import settle
from webapp.settings import WebSettings

PAGES = (
    "/",
    "/register",
    "/register?q=装备12&city=370100",
    "/register?page=9",
    "/register/2023-F-0041",
    "/notices",
)
"""What most visitors open."""
YEARS = (2021, 2022, 2023)


@click.command()
@click.option("--titles", default=1_500, show_default=True, help="Titles of each of three years.")
@click.option("--pages", default=600, show_default=True, help="Pages asked without the replica, and with it.")
@click.option("--commits", default=200, show_default=True, help="Commits followed to the replica.")
def main(titles: int, pages: int, commits: int) -> None:
    """Fill and measure; figures as JSON, milliseconds. Exit 1 when a page failed."""
    with ExitStack() as stack:
        primary = private_postgres.start()
        stack.callback(primary.stop)
        url = primary.database()
        _fill(url, titles)
        follower = primary.follow()
        ended: list[bool] = []
        stack.callback(lambda: ended or follower.stop())
        there = url.replace(f":{primary.port}/", f":{follower.port}/")
        alone = _asked(Settings(database_url=url), pages, primary, follower)
        delays = _delays(url, there, commits)
        both = Settings(database_url=url, replica_url=there)
        beside = _asked(both, pages, primary, follower)

        def end() -> None:
            follower.stop()
            ended.append(True)

        killed = _asked(both, pages, primary, follower, end)
    told = {"titles": titles, "alone": alone, "with_replica": beside, "behind": delays, "its_end": killed}
    click.echo(json.dumps(told))


def _fill(url: str, titles: int) -> None:
    """The tables, the measure, and a register of so many titles of each of three years."""
    runtime = Runtime.open(Settings(database_url=url))
    upgrade(runtime.engine)
    add_measure(runtime)
    for year in YEARS:
        add_titles(runtime, titles, year)
    settle(runtime.engine)
    runtime.close()


def _asked(
    settings: Settings, pages: int, primary: Server, follower: Server, half: Callable[[], None] | None = None
) -> dict[str, Any]:
    """So many pages in turn: how long each, and what they cost both servers; `half` is called in the middle."""
    runtime = Runtime.open(settings)
    client = create_app(runtime, WebSettings(secret_key="0123456789abcdef" * 2)).test_client()
    times: list[float] = []
    for page in PAGES * 4:
        _got(client, page)
    servers = {"primary": primary, "replica": follower} if half is None else {"primary": primary}
    before = {name: spent(server)["database"] for name, server in servers.items()}
    for number in range(pages):
        if half is not None and number == pages // 2:
            half()
        began = time.perf_counter()
        _got(client, PAGES[number % len(PAGES)])
        times.append((time.perf_counter() - began) * 1000)
    cost = {
        name: round((spent(server)["database"] - before[name]) / pages * 1000, 2)
        for name, server in servers.items()
    }
    runtime.close()
    return {"page": _three(times), "longest": round(max(times), 1), "server_cpu_ms_per_page": cost}


def _got(client: FlaskClient, page: str) -> None:
    answer = client.get(page)
    if answer.status_code != 200:
        raise RuntimeError(f"{page} answered {answer.status_code}")


def _delays(url: str, there: str, commits: int) -> dict[str, float]:
    """From a commit on the primary until the replica shows it."""
    here, follower = _plain(url), _plain(there)
    times: list[float] = []
    with here.connect() as writer, follower.connect() as reader:
        writer.execute(text("CREATE TABLE followed (number int)"))
        for number in range(commits):
            writer.execute(text("INSERT INTO followed VALUES (:number)"), {"number": number})
            began = time.perf_counter()
            while not _shown(reader, number):
                pass
            times.append((time.perf_counter() - began) * 1000)
    here.dispose()
    follower.dispose()
    return {**_three(times), "longest": round(max(times), 1)}


def _plain(url: str) -> Engine:
    return create_engine(url, isolation_level="AUTOCOMMIT")


def _shown(reader: Any, number: int) -> bool:
    if reader.execute(text("SELECT to_regclass('followed')")).scalar_one() is None:
        return False
    return reader.execute(text("SELECT max(number) FROM followed")).scalar_one() == number


def _three(times: list[float]) -> dict[str, float]:
    return {"median": round(median(times), 2), "p95": round(quantiles(times, n=20)[-1], 2)}


if __name__ == "__main__":
    main()
