"""`luzhi rehearse` and `luzhi demo`: a whole year on the virtual clock."""

import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from engine.clock import BUSINESS_ZONE
from engine.programme.demo import build
from engine.programme.rehearsal.run import Plan, rehearse
from engine.settings import Settings
from engine.store import json
from engine.store.migrations import upgrade
from webapp.cli import console, opened
from webapp.cli.database import deploy_files
from webapp.demo.looking import read_site

Advance = Callable[[float, str], None]
"""Tells how much of the work is done, 0..1, and what is going on."""


@contextmanager
def progress_bar(title: str) -> Iterator[Advance]:
    """A progress bar on the terminal; the block is handed a function to move it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(title, total=1.0)
        yield lambda share, text: progress.update(task, completed=share, description=f"{title} {text}")


@click.command("rehearse")
@click.option("--year", default=2024, show_default=True, help="The cycle to run.")
@click.option("--applications", default=300, show_default=True, help="How many enterprises start one.")
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same year.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Go on to this day, e.g. past the expiry: 2026-02-01."
)
@click.option(
    "--after-expiry",
    type=click.Choice(["continue", "terminate"]),
    default="continue",
    show_default=True,
    help="What is decided about the cycle that is in flight at the expiry.",
)
@click.option(
    "--hands",
    type=click.IntRange(1, 16),
    default=1,
    show_default=True,
    help="Processes that complete tasks at the same time (PostgreSQL); more than one is not repeatable to the letter.",
)
@click.option("--json", "report_file", type=click.Path(path_type=Path), help="Write the report to this file.")
@click.option("--database", help="Run on this database URL instead of a temporary SQLite file.")
def run(
    year: int,
    applications: int,
    seed: int,
    until: datetime | None,
    after_expiry: str,
    hands: int,
    report_file: Path | None,
    database: str | None,
) -> None:
    """Run the real diagrams through a whole year with invented people, lawful and unlawful.

    Prints counts per step and city, refused clicks, workload, and every invariant I1–I20 with what it checked.
    Exit code 1 when one is broken.
    """
    gc.set_threshold(50_000, 20, 50)  # millions of short-lived rows: looked through less often
    to = until.replace(hour=18, tzinfo=BUSINESS_ZONE) if until else None
    plan = Plan(year, applications, seed, to, after_expiry == "continue", hands)
    with tempfile.TemporaryDirectory(prefix="luzhi-") as folder, progress_bar(f"{year}") as advance:
        url = database or f"sqlite:///{folder}/rehearsal.sqlite3"
        settings = Settings(database_url=url, sqlite_synchronous="OFF")
        report = rehearse(settings, plan, deploy_files, advance)
    if report_file:
        report_file.write_text(json.dumps(report.as_dict()) + "\n", encoding="utf-8")
    console.print(report.tables())
    if report.broken:
        raise SystemExit(1)


@click.command()
def demo() -> None:
    """Build the demonstration's data in an empty database (what `luzhi run` does the first time)."""
    runtime = opened()
    upgrade(runtime.engine)
    with progress_bar("演示数据 demo data") as advance:
        build(runtime.settings, deploy_files, advance, site=read_site)


COMMANDS = [run, demo]
