"""Fixtures that every family shares: a runtime on a fresh database, and a PostgreSQL server of our own."""

import gc
import os
import shutil
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from engine import faults
from engine.clock import VirtualClock
from engine.runtime import Runtime
from engine.store import private_postgres as postgres
from tests.support import (
    addresses,
    emptying,
    once,
    quick_passwords,
    statements,
    templates,
    trailed,
    verdicts,
)
from tests.support.runtimes import MORNING, create_schema, open_runtime, sqlite_url

# The machine may be busy: tests bound work by counts, never by the time one example took.
settings.register_profile("luzhi", deadline=None)
settings.load_profile("luzhi")
templates.keep_compiled()
addresses.keep_bound()
quick_passwords.hash_quickly()
statements.keep_compiled()
trailed.watch()
verdicts.judge_once()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What importing thousands of tests leaves in memory stays: the collector never looks through it again.

    Nor does it look often at what tests leave: it took a fifth of the suite's time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000, 10, 10)
        gc.enable()


LONGEST = (
    "tests/browser/test_enterprise_journey.py",
    "tests/browser/test_cycle_desks.py",
    "tests/programme/test_demo.py",
    "tests/faults/test_chaos.py",
    "tests/browser/test_studio_change.py",
    "tests/programme/test_rehearsal.py",
    "tests/random/test_machine.py",
    "tests/web/test_crawl.py",
    "tests/hostile/test_leaks.py",
    "tests/faults/test_rolling.py",
    "tests/browser/",
    "tests/upgrade/",
    "tests/benchmarks/",
    "tests/faults/",
    "tests/hostile/test_files.py",
)
"""What takes longest begins first: else one process is left alone with it when the others have nothing to do."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first, and leave all others in their order."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    return next((turn for turn, name in enumerate(LONGEST) if item.nodeid.startswith(name)), len(LONGEST))


@pytest.fixture
def clock() -> VirtualClock:
    """A clock that stands at Monday, 2024-06-03 09:00."""
    return VirtualClock(MORNING)


@pytest.fixture(scope="session")
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test processes share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def made_once(together: Path) -> once.Made:
    """Makes a folder once: a fixture of a session is made once a process for each file that imports it."""
    return partial(once.once, together)


@pytest.fixture(scope="session", autouse=True)
def _templates(together: Path) -> None:
    """What one test process compiles of the templates the others read."""
    templates.KEPT.share(together / "templates")


@pytest.fixture(scope="session")
def sqlite_template(made_once: once.Made) -> Path:
    """A SQLite file with the whole schema, to be copied."""
    folder = made_once("template", lambda folder: create_schema(sqlite_url(folder / "empty.sqlite3")))
    return folder / "empty.sqlite3"


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a fresh SQLite database with the whole schema."""
    path = tmp_path / "luzhi.sqlite3"
    shutil.copy(sqlite_template, path)
    return sqlite_url(path)


@pytest.fixture
def rt(database: str, clock: VirtualClock) -> Iterator[Runtime]:
    """A runtime on a fresh SQLite database, with the built-in verbs and no guards."""
    runtime = open_runtime(database, clock)
    yield runtime
    runtime.close()


@pytest.fixture(autouse=True)
def _no_armed_faults() -> Iterator[None]:
    """A fault that a test arms ends with it."""
    yield
    faults.disarm()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A private PostgreSQL server. Without binaries its tests are skipped, but never in CI."""
    try:
        server = postgres.start()
    except postgres.NoBinaries as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs the PostgreSQL tests: {error}")
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture
def postgres_database(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database."""
    url = postgres_server.database()
    yield url
    postgres_server.drop(url)


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: postgres.Server) -> str:
    """A PostgreSQL database with the whole schema; use `postgres_schema`, which is empty."""
    url = postgres_server.database()
    create_schema(url)
    return url


@pytest.fixture
def postgres_schema(postgres_tables: str) -> str:
    """The address of a PostgreSQL database with the whole schema, empty; a test may not change its tables."""
    emptying.empty(postgres_tables)
    return postgres_tables


@pytest.fixture
def postgres_rt(postgres_schema: str, clock: VirtualClock, tmp_path: Path) -> Iterator[Runtime]:
    """A runtime on a fresh PostgreSQL database with the whole schema."""
    runtime = open_runtime(postgres_schema, clock, files=tmp_path / "files")
    yield runtime
    runtime.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_rt(request: pytest.FixtureRequest) -> Runtime:
    """A runtime on SQLite, then on PostgreSQL."""
    runtime: Runtime = request.getfixturevalue("rt" if request.param == "sqlite" else "postgres_rt")
    return runtime
