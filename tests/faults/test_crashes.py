"""A process that dies at any moment loses nothing and does nothing twice.

For every fault point and every time that it is passed, a process is killed there; a fresh one then goes on. The
outcome must be that of a run without a crash. Only the mail may leave twice, with the same idempotency key.
"""

import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest

from engine import faults
from tests.faults import scenario
from tests.support.runtimes import create_schema

PASSES = {
    "command.before": 23,
    "command.after_steps": 9,
    "commit.before": 23,
    "commit.after": 23,
    "job.claimed": 7,
    "job.done": 2,
    "timer.claimed": 1,
}
SAMPLE = 1 if os.environ.get("LUZHI_FULL") else 3
"""By default every third pass is tried, with LUZHI_FULL=1 every one."""

DIED, FINISHED = 137, 0


@pytest.fixture(scope="session")
def processes() -> Any:
    """Fresh processes that have imported everything already, and share no thread or connection with this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.scenario"])
    return context


def die(processes: Any, url: str, mails: Path, point: str, passes: int) -> int:
    child = processes.Process(target=scenario.live_until, args=(url, str(mails), point, passes))
    child.start()
    child.join(60)
    code: int = child.exitcode
    child.close()
    return code


def finish(url: str, mails: Path) -> dict[str, Any]:
    rt = scenario.build(url, mails)
    scenario.live(rt)
    result = scenario.outcome(rt, mails)
    rt.close()
    return result


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The outcome of a run without a crash."""
    folder = tmp_path_factory.mktemp("undisturbed")
    url = f"sqlite:///{folder / 'luzhi.sqlite3'}"
    create_schema(url)
    return finish(url, folder / "mails")


def test_the_scenario_meets_everything(undisturbed: dict[str, Any]) -> None:
    assert undisturbed["instances"] == [(p, "COMPLETED") for p in ("hearer", "receiver", "sender")]
    assert undisturbed["kept"] == ["kept-A", "mailed-A"]
    assert undisturbed["outbox"] == [True]
    assert len(undisturbed["mails"]) == 1
    assert undisturbed["left"] == [0, 0, 0, 0]
    assert undisturbed["audit"] is None


def test_every_fault_point_is_tried() -> None:
    assert PASSES.keys() == faults.POINTS


@pytest.mark.parametrize(
    ("point", "passes"),
    [(point, n) for point, count in PASSES.items() for n in range(1, count + 1, SAMPLE)],
)
def test_a_crash_changes_nothing(
    database: str, tmp_path: Path, processes: Any, undisturbed: dict[str, Any], point: str, passes: int
) -> None:
    mails = tmp_path / "mails"
    code = die(processes, database, mails, point, passes)
    assert code in (DIED, FINISHED)
    assert code == DIED or passes > 1  # the first pass of every point is met
    assert finish(database, mails) == undisturbed


@pytest.mark.postgres
@pytest.mark.parametrize("point", sorted(faults.POINTS))
def test_a_crash_changes_nothing_on_postgresql(
    postgres_schema: str, tmp_path: Path, processes: Any, undisturbed: dict[str, Any], point: str
) -> None:
    mails = tmp_path / "mails"
    assert die(processes, postgres_schema, mails, point, 1) == DIED
    assert finish(postgres_schema, mails) == undisturbed
