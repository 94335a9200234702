"""Finished rehearsals, each run once for all tests (and all test processes) that look at it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.clock import BUSINESS_ZONE
from engine.programme.rehearsal.run import Plan, rehearse
from engine.settings import Settings
from engine.store import json
from tests.support.once import Made
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


def _once(name: str, plan: Plan, made_once: Made) -> Rehearsed:
    folder = made_once(name, lambda folder: run(plan, folder))
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return Rehearsed(report, folder / "rehearsal.sqlite3")


@pytest.fixture(scope="session")
def year(made_once: Made) -> Rehearsed:
    """The cycle of 2024 with ten applications, from the notice to the archive."""
    return _once("rehearsed-year", YEAR, made_once)


@pytest.fixture(scope="session")
def past_the_end(made_once: Made) -> Rehearsed:
    """2024 with eight applications, its titles' later lives, and a cycle that is continued after the expiry."""
    return _once("rehearsed-past-the-end", PAST_THE_END, made_once)
