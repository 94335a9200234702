"""A real streaming replica serves the public pages; when it lags, dies or is promoted, the primary does."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError

from engine.clock import VirtualClock
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store import private_postgres as postgres
from engine.store import replica
from engine.store.people import Organisation
from tests.support.runtimes import MORNING, create_schema, open_runtime, rows
from webapp import create_app
from webapp.settings import WebSettings

pytestmark = pytest.mark.postgres


@dataclass(slots=True)
class Pair:
    """A primary, its follower, the site on both, and which of them was asked since `asked` was cleared."""

    primary: postgres.Server
    follower: postgres.Server
    rt: Runtime
    client: FlaskClient
    asked: list[str]

    def page(self, address: str = "/register") -> list[str]:
        """Open a public page; who was asked for what it shows."""
        self.asked.clear()
        answer = self.client.get(address)
        assert answer.status_code == 200
        return sorted(set(self.asked))

    def look_again(self) -> None:
        """Let the next page look at the replica."""
        self.rt._replica._looked = None  # type: ignore[union-attr]

    def caught_up(self) -> None:
        """Wait until the follower holds everything."""
        with self.rt.engine.connect() as connection:
            here = connection.execute(text("SELECT pg_current_wal_lsn()::text")).scalar_one()
        engine = self.rt._replica._engine  # type: ignore[union-attr]
        found = text("SELECT pg_last_wal_replay_lsn() >= CAST(:here AS pg_lsn)")
        while True:
            with engine.connect() as connection:
                if connection.execute(found, {"here": here}).scalar_one():
                    break
        self.look_again()
        while self.rt._replica.engine() is None:  # type: ignore[union-attr]
            self.look_again()


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[postgres.Server, str]]:
    """A primary with the whole schema."""
    try:
        server = postgres.start()
    except postgres.NoBinaries as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    url = server.database()
    create_schema(url)
    yield server, url
    server.stop()


@pytest.fixture
def pair(servers: tuple[postgres.Server, str], tmp_path: Any) -> Iterator[Pair]:
    """The site with a replica that has caught up."""
    primary, url = servers
    follower = primary.follow()
    there = url.replace(f":{primary.port}/", f":{follower.port}/")
    rt = open_runtime(url, VirtualClock(MORNING), replica_url=there, replica_lag_seconds=30)
    client = create_app(rt, WebSettings(secret_key="0123456789abcdef0123456789abcdef")).test_client()
    asked: list[str] = []
    found = Pair(primary, follower, rt, client, asked)
    for name, engine in (("primary", rt._reading), ("replica", rt._replica._engine)):  # type: ignore[union-attr]

        @event.listens_for(engine, "before_cursor_execute")
        def note(_c: Any, _k: Any, statement: str, *_: Any, name: str = name) -> None:
            if "FROM title" in statement:
                asked.append(name)

    found.caught_up()
    yield found
    rt.close()
    follower.stop()


def test_a_public_page_is_read_from_the_replica(pair: Pair) -> None:
    assert pair.page() == ["replica"]


def test_what_is_committed_on_the_primary_comes_to_the_public_page(pair: Pair) -> None:
    with pair.rt.transaction() as tx:
        tx.session.add(Organisation(code="r-1", name="新机构", kind="agency"))
    pair.caught_up()
    with pair.rt.reading_public() as session:
        assert session.get(Organisation, "r-1") is not None


def test_nothing_else_is_read_from_it(pair: Pair) -> None:
    seen: list[str] = []
    event.listen(pair.rt._replica._engine, "before_cursor_execute", lambda *a: seen.append(a[2]))  # type: ignore[union-attr]
    pair.page("/sign-in")
    with pair.rt.reading() as session:
        session.get(Organisation, "r-1")
    assert seen == []


def test_a_replica_that_is_too_far_behind_is_left(pair: Pair) -> None:
    engine = pair.rt._replica._engine  # type: ignore[union-attr]
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_wal_replay_pause()"))
    pair.rt._replica._most *= 0  # type: ignore[union-attr]
    with pair.rt.transaction() as tx:
        tx.session.add(Organisation(code="r-2", name="新机构", kind="agency"))
    pair.look_again()
    assert pair.page() == ["primary"]
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_wal_replay_resume()"))
    pair.caught_up()
    assert pair.page() == ["replica"]


def test_a_replica_that_dies_is_noticed_by_nobody(pair: Pair) -> None:
    assert pair.page() == ["replica"]
    pair.follower.pause()
    assert pair.page() == ["primary"]
    pair.look_again()
    assert pair.page() == ["primary"]
    pair.follower.resume()
    pair.caught_up()
    assert pair.page() == ["replica"]


def test_a_replica_that_fails_in_the_middle_of_a_page_is_left(pair: Pair) -> None:
    """The connection is there when the page begins, and gone at its first statement."""
    assert pair.page() == ["replica"]
    engine = pair.rt._replica._engine  # type: ignore[union-attr]
    failed: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def cut(_c: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not failed:
            failed.append(statement)
            cursor.connection.pgconn.finish()

    pair.page()
    assert failed
    assert pair.asked[-1] == "primary"
    assert pair.page() == ["primary"]


def test_a_replica_that_was_made_the_primary_is_left(pair: Pair) -> None:
    pair.follower.promote()
    pair.look_again()
    assert pair.page() == ["primary"]


def test_a_replica_cannot_be_written(pair: Pair) -> None:
    with pair.rt.reading_public() as session:
        session.add(Organisation(code="r-3", name="新机构", kind="agency"))
        with pytest.raises(DBAPIError, match="read-only"):
            session.flush()
    assert "r-3" not in rows(pair.rt, select(Organisation.code))


def test_only_postgresql_has_replicas(tmp_path: Any) -> None:
    here = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    with pytest.raises(ValueError, match="only PostgreSQL has replicas"):
        Runtime.open(Settings(_env_file=None, database_url=here, replica_url="postgresql+psycopg://x@y/z"))
    assert replica.replica(Settings(_env_file=None, database_url=here), None) is None  # type: ignore[arg-type]
