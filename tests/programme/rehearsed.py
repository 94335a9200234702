"""Finished rehearsals, each run once for all tests (and all test processes) that look at it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.clock import BUSINESS_ZONE
from engine.programme.rehearsal.run import Plan, rehearse
from engine.settings import Settings
from engine.store import json
from tests.support.runtimes import sqlite_url
from webapp.cli.database import deploy_files

YEAR = Plan(2024, 10, 7)
PAST_THE_END = Plan(2024, 8, 7, datetime(2026, 2, 1, 18, tzinfo=BUSINESS_ZONE))


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A finished rehearsal: its report as data, and the database that it left."""

    report: dict[str, Any]
    database: Path


def run(plan: Plan, folder: Path) -> Rehearsed:
    """Run a plan in a folder of its own."""
    database = folder / "rehearsal.sqlite3"
    settings = Settings(_env_file=None, database_url=sqlite_url(database), sqlite_synchronous="OFF")
    report = rehearse(settings, plan, deploy_files, lambda share, text: None)
    kept = folder / "report.json"
    kept.write_text(json.dumps(report.as_dict()), encoding="utf-8")
    return Rehearsed(json.loads(kept.read_text(encoding="utf-8")), database)


@contextmanager
def shared(name: str, factory: pytest.TempPathFactory, worker: str) -> Iterator[Path]:
    """A folder that all test processes share; only one is in here at a time."""
    base = factory.getbasetemp() if worker == "master" else factory.getbasetemp().parent
    folder = base / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _once(name: str, plan: Plan, factory: pytest.TempPathFactory, worker: str) -> Rehearsed:
    with shared(name, factory, worker) as folder:
        kept = folder / "report.json"
        if not kept.exists():
            return run(plan, folder)
        return Rehearsed(json.loads(kept.read_text(encoding="utf-8")), folder / "rehearsal.sqlite3")


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Rehearsed:
    """The cycle of 2024 with ten applications, from the notice to the archive."""
    return _once("rehearsed-year", YEAR, tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def past_the_end(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Rehearsed:
    """2024 with eight applications, its titles' later lives, and a cycle that is continued after the expiry."""
    return _once("rehearsed-past-the-end", PAST_THE_END, tmp_path_factory, worker_id)
