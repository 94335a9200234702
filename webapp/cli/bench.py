"""`luzhi bench`: measure the figures of the documentation."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.table import Table

from engine.clock import SystemClock
from engine.programme.rehearsal.run import Plan, rehearse
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store import json, private_postgres
from engine.store.migrations import upgrade
from webapp.bench import (
    audit_benches,
    backup_benches,
    dashboard_benches,
    document_benches,
    draw_benches,
    engine_benches,
    fill_in_benches,
    inbox_benches,
    inspector_benches,
    lag,
    migration_benches,
    print_benches,
    recommending_benches,
    scoring_benches,
    storm,
    web_benches,
)
from webapp.bench.engine_benches import Figure, Size
from webapp.cli import console
from webapp.cli.database import deploy_files

Bench = Callable[[Runtime, Size], Figure]


def rehearsal(runtime: Runtime, size: Size) -> Figure:
    """A whole year with 300 applications."""
    plan = Plan(2024, size.applications, 7, None)
    report = rehearse(runtime.settings, plan, deploy_files, lambda share, text: None)
    return {"applications": report.applications, "broken": report.broken, "seconds": report.seconds}


BENCHES: dict[str, Bench] = {
    "complete_inprocess": engine_benches.complete_inprocess,
    "complete_http": web_benches.complete_http,
    "loop_growth": engine_benches.loop_growth,
    "start": engine_benches.start,
    "idle_tick": engine_benches.idle_tick,
    "timer_storm": storm.timer_storm,
    "timer_lag": lag.timer_lag,
    "rehearsal": rehearsal,
    "draw": draw_benches.draw_panels,
    "inbox": web_benches.inbox,
    "inbox_all": web_benches.inbox_all,
    "inbox_bulk": inbox_benches.inbox_bulk,
    "dashboard": dashboard_benches.dashboard,
    "score_table": scoring_benches.score_table,
    "section_page": fill_in_benches.section_page,
    "submit_application": fill_in_benches.submit_application,
    "autosave_50": fill_in_benches.autosave_50,
    "application_pdf": print_benches.print_application,
    "summary_table": recommending_benches.summary_table,
    "certificates": document_benches.certificates,
    "document_files": document_benches.document_files,
    "migration": migration_benches.migration,
    "backup": backup_benches.backup,
    "audit": audit_benches.verify,
    "inspector_page": inspector_benches.inspector_page,
    "many_instances": inspector_benches.many_instances,
}
ONLY: dict[str, str] = {
    "timer_storm": "postgresql",
    "timer_lag": "postgresql",
    "many_instances": "postgresql",
    "rehearsal": "sqlite",
    "application_pdf": "sqlite",
} | dict.fromkeys(("certificates", "document_files"), "sqlite")
OWN_DEFINITIONS = {"rehearsal"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--only", multiple=True, type=click.Choice(list(BENCHES)), help="Only these (repeatable).")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), multiple=True)
def bench(as_json: bool, only: tuple[str, ...], database: tuple[str, ...]) -> None:
    """Measure on fresh databases: SQLite, and PostgreSQL where a server is installed.

    Times are milliseconds, median and 95th percentile, wall and CPU. Machines are noisy: compare medians, CPU
    times and counts.
    """
    figures: dict[str, dict[str, Figure]] = {}
    for kind in database or ("sqlite", "postgresql"):
        try:
            with _databases(kind) as fresh:
                for name in only or BENCHES:
                    if ONLY.get(name, kind) == kind:
                        figures.setdefault(name, {})[kind] = measure(name, fresh(name), Size())
                        _show(name, kind, figures[name][kind], quiet=as_json)
        except private_postgres.NoBinaries as reason:
            click.echo(f"postgresql is left out: {reason}", err=True)
    if as_json:
        click.echo(json.dumps(figures))


def measure(name: str, url: str, size: Size) -> Figure:
    """Run one bench on the empty database at `url`."""
    if name not in OWN_DEFINITIONS:
        prepare(url, size)
    return run(name, url, size)


def prepare(url: str, size: Size) -> None:
    """Tables in the empty database, and the benches' own diagrams."""
    with _opened(url) as runtime:
        upgrade(runtime.engine)
        engine_benches.deploy(runtime, size)


def run(name: str, url: str, size: Size) -> Figure:
    """Run one bench on a prepared database."""
    with _opened(url) as runtime:
        return BENCHES[name](runtime, size)


@contextmanager
def _opened(url: str) -> Iterator[Runtime]:
    settings = Settings(database_url=url, sqlite_synchronous="NORMAL")
    runtime = Runtime.open(settings, clock=SystemClock())
    try:
        yield runtime
    finally:
        runtime.close()


@contextmanager
def _databases(kind: str) -> Iterator[Callable[[str], str]]:
    """Makes empty databases: files in a folder, or databases of a private PostgreSQL server."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="luzhi-bench-") as folder:
            yield lambda name: f"sqlite:///{folder}/{name}.sqlite3"
        return
    server = private_postgres.start()
    try:
        yield lambda name: server.database()
    finally:
        server.stop()


def _show(name: str, kind: str, figure: Figure, *, quiet: bool) -> None:
    if quiet:
        click.echo(f"{name} {kind} done", err=True)
        return
    table = Table("figure", "value", title=f"{name} ({kind})")
    for key, value in figure.items():
        table.add_row(key, f"{value:g}")
    console.print(table)


COMMANDS = [bench]
