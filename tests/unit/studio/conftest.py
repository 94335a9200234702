"""A runtime with all verbs of the programme, for rules of the real thing; and changes in it."""

from collections.abc import Iterator

import pytest

from engine.clock import VirtualClock
from engine.runtime import Runtime
from engine.settings import Settings
from tests.unit.studio import owners


def opened(database: str, clock: VirtualClock) -> Runtime:
    """One more process on the same database."""
    return Runtime.open(Settings(_env_file=None, database_url=database, sqlite_synchronous="OFF"), clock)


@pytest.fixture
def studio(database: str, clock: VirtualClock) -> Iterator[Runtime]:
    """Process owners, and the registration deployed."""
    runtime = opened(database, clock)
    owners.enter(runtime)
    owners.deploy(runtime)
    yield runtime
    runtime.close()


@pytest.fixture
def second_server(studio: Runtime, database: str, clock: VirtualClock) -> Iterator[Runtime]:
    """Another process on the same database."""
    runtime = opened(database, clock)
    yield runtime
    runtime.close()
