"""Stored databases of former releases, not upgraded yet, on either database system; and opened by today's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.clock import VirtualClock
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.migrations import upgrade
from tests.programme.mainline import House, at
from tests.upgrade.database import copy_to_postgres, unpack

SQLITE, POSTGRESQL = "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)
Old = Callable[[str], str]
Opened = Callable[[str, str], House]


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    """`old("filing")` answers the address of a fresh copy of the first release's."""
    return copies(request, tmp_path, "0001")


def copies(request: pytest.FixtureRequest, folder: Path, revision: str) -> Old:
    """Copies of what a release stored, on the database system that the test is for; SQLite, if it names none."""

    def copied(name: str) -> str:
        path = folder / "old.sqlite3"
        url = unpack(name, path, revision)
        if getattr(request, "param", SQLITE) == SQLITE:
            return url
        target: str = request.getfixturevalue("postgres_database")
        copy_to_postgres(path, target, revision)
        return target

    return copied


@contextmanager
def opening(old: Old, files: Path) -> Iterator[Opened]:
    """`opened("filing", instant)`: that database, upgraded, today's diagrams deployed, at an instant."""
    houses: list[House] = []

    def opened(name: str, now: str) -> House:
        settings = Settings(_env_file=None, database_url=old(name), sqlite_synchronous="OFF", files=files)
        clock = VirtualClock(at(now))
        house = House(Runtime.open(settings, clock), clock)
        upgrade(house.rt.engine)
        house.deploy()
        houses.append(house)
        return house

    yield opened
    for house in houses:
        house.rt.close()
