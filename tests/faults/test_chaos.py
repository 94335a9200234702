"""Nothing is lost and nothing happens twice while processes are killed or paused and PostgreSQL crashes.

Two web and two worker processes on one PostgreSQL; by default for some twenty seconds, with LUZHI_FULL=1 for ten
minutes with an attack every five seconds. A failure prints the seed, the attacks and the tail of the logs;
LUZHI_CHAOS_SEED=… makes the same attacks again.
"""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store import private_postgres as postgres
from tests.faults.chaos.house import LEASE, PATIENCE, Office, opened
from tests.faults.chaos.judge import summary, verdict
from tests.faults.chaos.nemesis import Nemesis

pytestmark = pytest.mark.postgres

FULL = os.environ.get("LUZHI_FULL") == "1"
SEED = int(os.environ.get("LUZHI_CHAOS_SEED", random.randrange(10**6)))
MINUTES, EVERY = 10, 5.0


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    """A server of its own: it crashes."""
    try:
        found = postgres.start()
    except postgres.NoBinaries as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield found
    found.stop()


@pytest.fixture
def office(server: postgres.Server, tmp_path: Path) -> Iterator[Office]:
    """Two web and two worker processes, and people who have begun to work."""
    with opened(server, tmp_path, SEED) as found:
        yield found


def test_nothing_is_lost_and_nothing_happens_twice(office: Office, server: postgres.Server) -> None:
    assert office.history.wait(5, PATIENCE), office.logs()
    nemesis = Nemesis(office.machines, server, office.history, SEED, LEASE * 2)
    if FULL:
        nemesis.attack_until(time.monotonic() + MINUTES * 60, EVERY, restarts=2)
    else:
        nemesis.attack(rounds=5, calm=12, seconds=4, restarts=2)
    office.close()
    wrong = verdict(office.runtime, office.history.calls, office.outside)
    told = summary(office.history.calls)
    print(f"seed {SEED}: {told}, {len(nemesis.done)} attacks, starts {[m.starts for m in office.machines]}")
    assert not wrong, "\n".join([f"seed {SEED}", *wrong[:40], *nemesis.done, office.logs()])
    assert told["complete done"] > 30
