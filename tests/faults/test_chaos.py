"""Nothing is lost and nothing happens twice while processes are killed or paused and PostgreSQL crashes.

Two web and two worker processes on one PostgreSQL; by default for some twenty seconds, with LUZHI_FULL=1 for ten
minutes with an attack every five seconds. A failure prints the seed, the attacks and the tail of the logs.
"""

import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from engine import commands
from engine.clock import SystemClock
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store import private_postgres as postgres
from engine.store.migrations import upgrade
from tests.faults.chaos.__main__ import own_verbs
from tests.faults.chaos.clients import Client
from tests.faults.chaos.history import History
from tests.faults.chaos.judge import running, summary, verdict
from tests.faults.chaos.machines import Machine
from tests.faults.chaos.matters import FILES
from tests.faults.chaos.nemesis import Nemesis
from tests.support.serving import free_port

pytestmark = pytest.mark.postgres

FULL = os.environ.get("LUZHI_FULL") == "1"
SEED = int(os.environ.get("LUZHI_CHAOS_SEED", random.randrange(10**6)))
MINUTES, EVERY = 10, 5.0
PEOPLE, LEASE, PATIENCE = 6, 2, 120.0
ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Office:
    """Machines, people and the history of what they did."""

    runtime: Runtime
    server: postgres.Server
    machines: list[Machine]
    people: list[Client]
    history: History
    outside: Path

    def close(self) -> None:
        """Let everybody finish what was begun."""
        for person in self.people:
            person.begins.clear()
        until = time.monotonic() + PATIENCE
        while (left := running(self.runtime)) and time.monotonic() < until:
            self.history.wait(10**9, 0.2)
        for person in self.people:
            person.leaves.set()
        for person in self.people:
            person.join(60)
        assert not left, f"{left} instances never ended"
        assert not [person.defect for person in self.people if person.defect]


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
    url = server.database()
    runtime = _furnished(url)
    outside, ports = tmp_path / "outside", [free_port(), free_port()]
    outside.touch()
    environment = {
        **os.environ,
        "LUZHI_DATABASE_URL": url,
        "LUZHI_DEMO": "1",
        "LUZHI_SECRET_KEY": "chaos-test-key-0123456789abcdef",
        "LUZHI_LEASE_SECONDS": str(LEASE),
        "LUZHI_RETRY_SECONDS": "1",
        "LUZHI_TICK_SECONDS": "0.2",
        "LUZHI_FILES": str(tmp_path / "files"),
        "CHAOS_OUTSIDE": str(outside),
        "PYTHONPATH": str(ROOT),
    }
    machines = [
        Machine(f"web-{p}", ["serve", "--port", str(p)], environment, tmp_path / f"{p}") for p in ports
    ]
    machines += [Machine(f"worker-{n}", ["worker"], environment, tmp_path / f"worker-{n}") for n in (1, 2)]
    history = History()
    people = [Client(number, ports, history, SEED) for number in range(PEOPLE)]
    for person in people:
        person.start()
    yield Office(runtime, server, machines, people, history, outside)
    for person in people:
        person.leaves.set()
    for machine in machines:
        machine.destroy()
    runtime.close()


def _furnished(url: str) -> Runtime:
    """A database with the people and the diagrams of the office, and a ledger without keys."""
    runtime = Runtime.open(Settings(database_url=url), clock=SystemClock())
    runtime.verbs.merge(own_verbs())
    upgrade(runtime.engine)
    commands.deploy(runtime, SYSTEM, FILES)
    with runtime.transaction() as tx:
        tx.session.execute(text("CREATE TABLE chaos_ledger (instance bigint, element text)"))
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, "370000", "省厅", "province", None)
        for number in range(PEOPLE):
            grants = (Grant("dept_officer", "370000"),)
            add_account(tx.session, scribe, f"chaos-{number}", f"某{number}", grants)
    return runtime


def test_nothing_is_lost_and_nothing_happens_twice(office: Office, tmp_path: Path) -> None:
    assert office.history.wait(5, PATIENCE), logs(tmp_path)
    nemesis = Nemesis(office.machines, office.server, office.history, SEED, LEASE * 2)
    if FULL:
        nemesis.attack_until(time.monotonic() + MINUTES * 60, EVERY, restarts=2)
    else:
        nemesis.attack(rounds=5, calm=12, seconds=4, restarts=2)
    office.close()
    wrong = verdict(office.runtime, office.history.calls, office.outside.read_text().split())
    told = summary(office.history.calls)
    print(f"seed {SEED}: {told}, {len(nemesis.done)} attacks, starts {[m.starts for m in office.machines]}")
    assert not wrong, "\n".join([f"seed {SEED}", *wrong[:40], *nemesis.done, logs(tmp_path)])
    assert told["complete done"] > 30


def logs(folder: Path) -> str:
    """The last lines of every process."""
    files = [file for file in sorted(folder.iterdir()) if file.is_file()]
    return "\n".join(f"--- {file.name}\n" + file.read_text()[-2000:] for file in files)
