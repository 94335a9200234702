"""Every bench runs, small, and its counts hold; times are measured by `luzhi bench`, never asserted."""

import shutil
from pathlib import Path

import pytest

from engine.store.private_postgres import Server
from webapp.bench.engine_benches import Size
from webapp.cli.bench import BENCHES, ONLY, measure, prepare, run

SMALL = Size(
    tasks=6,
    rounds=1,
    turns=8,
    idle_timers=200,
    storm=20,
    due_timers=12,
    due_seconds=2,
    open_tasks=200,
    applications=3,
    year_applications=12,
    titles=3,
    batch=30,
    kinds=4,
    migrated=6,
    links=30,
    kept=12,
    instances=400,
    events=40,
)
ON_SQLITE = [name for name in BENCHES if ONLY.get(name, "sqlite") == "sqlite" and name != "rehearsal"]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and the benches' diagrams, to be copied."""
    file = tmp_path_factory.mktemp("benches") / "prepared.sqlite3"
    prepare(f"sqlite:///{file}", SMALL)
    return file


@pytest.fixture
def url(prepared: Path, tmp_path: Path) -> str:
    """The address of a copy of it."""
    return f"sqlite:///{shutil.copy(prepared, tmp_path / 'bench.sqlite3')}"


@pytest.mark.parametrize("name", ON_SQLITE)
def test_a_bench_measures_something(name: str, url: str) -> None:
    figure = run(name, url, SMALL)
    assert figure
    assert all(value >= 0 for value in figure.values())


def test_a_completion_costs_at_most_twelve_statements_and_one_commit(url: str) -> None:
    figure = run("complete_inprocess", url, SMALL)
    assert figure["statements_max"] <= 12
    assert figure["commits_max"] == 1


def test_a_migration_moves_every_instance_and_brings_it_back(url: str) -> None:
    figure = run("migration", url, SMALL)
    assert figure["moved"] == figure["returned"] == figure["instances"] == SMALL.migrated


@pytest.mark.postgres
def test_two_workers_fire_every_timer_of_a_storm_once(postgres_server: Server) -> None:
    figure = measure("timer_storm", postgres_server.database(), SMALL)
    assert figure["fired"] == SMALL.storm
    assert figure["most_often"] == 1


@pytest.mark.postgres
def test_two_workers_fire_what_is_due_among_what_sleeps(postgres_server: Server) -> None:
    figure = measure("timer_lag", postgres_server.database(), SMALL)
    assert figure["fired"] == figure["due"] == SMALL.due_timers
    assert figure["worst_s"] >= 0
