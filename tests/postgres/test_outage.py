"""PostgreSQL goes away in the middle of the work and comes back: nothing is lost, nobody needs a restart."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from engine import commands, worker
from engine.runtime import Runtime
from engine.store import private_postgres as postgres
from tests.support.diagrams import straight
from tests.support.people import CITY
from tests.support.runtimes import create_schema, deploy, open_runtime, open_task, start

pytestmark = pytest.mark.postgres


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    """A server that only this test stops."""
    try:
        found = postgres.start()
    except postgres.NoBinaries as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield found
    found.stop()


@pytest.fixture
def served(server: postgres.Server) -> Iterator[Runtime]:
    """A runtime with one open task on that server."""
    url = server.database()
    create_schema(url)
    rt = open_runtime(url)
    deploy(rt, two=straight("two", 3))
    start(rt, "two")
    yield rt
    rt.close()


def test_a_restart_is_survived(server: postgres.Server, served: Runtime) -> None:
    first = commands.complete(served, CITY, open_task(served, "t1"), {})
    server.restart()
    assert commands.complete(served, CITY, first.tasks[0], {}).status == "ACTIVE"


def test_while_it_is_away_clicks_fail_and_ticks_go_on(server: postgres.Server, served: Runtime) -> None:
    key = open_task(served, "t1")
    server.pause()
    with pytest.raises(OperationalError):
        commands.complete(served, CITY, key, {})
    worker._tick_safely(served)
    server.resume()
    assert commands.complete(served, CITY, key, {}).status == "ACTIVE"


def test_connections_that_are_cut_are_replaced(server: postgres.Server, served: Runtime) -> None:
    key = open_task(served, "t1")
    server.cut()
    assert commands.complete(served, CITY, key, {}).status == "ACTIVE"
