"""The office with its machines and people, for whoever attacks or restarts it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from engine import commands
from engine.clock import SystemClock
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.migrations import upgrade
from engine.store.private_postgres import Server
from tests.faults.chaos.__main__ import own_verbs
from tests.faults.chaos.clients import Client
from tests.faults.chaos.history import History
from tests.faults.chaos.judge import running
from tests.faults.chaos.machines import Machine
from tests.faults.chaos.matters import FILES
from tests.support.serving import free_port

PEOPLE, LEASE, PATIENCE = 6, 2, 120.0
ROOT = Path(__file__).parents[3]


@dataclass(slots=True)
class Office:
    """Machines, people and the history of what they did."""

    runtime: Runtime
    ports: list[int]
    machines: list[Machine]
    people: list[Client]
    history: History
    folder: Path

    @property
    def outside(self) -> list[str]:
        """What happened in the world outside."""
        return (self.folder / "outside").read_text().split()

    def close(self) -> None:
        """Let everybody finish what was begun, and go home."""
        for person in self.people:
            person.begins.clear()
        until = time.monotonic() + PATIENCE
        while (left := running(self.runtime)) and time.monotonic() < until:
            self.history.wait(10**9, 0.2)
        self._send_home()
        for person in self.people:
            person.join(60)
        assert not left, f"{left} instances never ended\n{self.logs()}"
        assert not [person.defect for person in self.people if person.defect]

    def _send_home(self) -> None:
        for person in self.people:
            person.leaves.set()

    def logs(self) -> str:
        """The last lines of every process."""
        files = [file for file in sorted(self.folder.iterdir()) if file.is_file()]
        return "\n".join(f"--- {file.name}\n" + file.read_text()[-2000:] for file in files)


@contextmanager
def opened(server: Server, folder: Path, seed: int, people: int = PEOPLE) -> Iterator[Office]:
    """Two web and two worker processes, and people who have begun to work."""
    url = server.database()
    runtime = _furnished(url, people)
    ports = [free_port(), free_port()]
    (folder / "outside").touch()
    environment = _environment(url, folder)
    machines = [Machine(f"web-{p}", ["serve", "--port", str(p)], environment, folder / f"{p}") for p in ports]
    machines += [Machine(f"worker-{n}", ["worker"], environment, folder / f"worker-{n}") for n in (1, 2)]
    history = History()
    office = Office(
        runtime, ports, machines, [Client(n, ports, history, seed) for n in range(people)], history, folder
    )
    try:
        for person in office.people:
            person.start()
        yield office
    finally:
        office._send_home()
        for machine in machines:
            machine.destroy()
        runtime.close()


def _environment(url: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "LUZHI_DATABASE_URL": url,
        "LUZHI_DEMO": "1",
        "LUZHI_SECRET_KEY": "chaos-test-key-0123456789abcdef",
        "LUZHI_LEASE_SECONDS": str(LEASE),
        "LUZHI_RETRY_SECONDS": "1",
        "LUZHI_TICK_SECONDS": "0.2",
        "LUZHI_FILES": str(folder / "files"),
        "CHAOS_FOLDER": str(folder),
        "PYTHONPATH": str(ROOT),
    }


def _furnished(url: str, people: int) -> Runtime:
    """A database with the people and the diagrams of the office, and a ledger without keys."""
    runtime = Runtime.open(Settings(database_url=url), clock=SystemClock())
    runtime.verbs.merge(own_verbs())
    upgrade(runtime.engine)
    commands.deploy(runtime, SYSTEM, FILES)
    with runtime.transaction() as tx:
        tx.session.execute(text("CREATE TABLE chaos_ledger (instance bigint, element text)"))
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, "370000", "省厅", "province", None)
        for number in range(max(people, 1)):
            grants = (Grant("dept_officer", "370000"),)
            add_account(tx.session, scribe, f"chaos-{number}", f"某{number}", grants)
    return runtime
