"""`luzhi events export`: an event log of a process."""

from datetime import datetime
from pathlib import Path

import click

from engine import eventlog
from engine.eventlog import FORMATS, Period
from engine.policy import SYSTEM
from webapp.cli import console, opened
from webapp.cli.audit import DAY
from webapp.cli.writing import new_file


@click.group("events")
def group() -> None:
    """Event logs for process mining: XES (IEEE 1849-2016) or CSV, with pseudonyms and without content."""


@group.command()
@click.option("--process", required=True, help="The id of the process, e.g. application.")
@click.option("--from", "first", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", type=DAY, required=True, help="The last day, included.")
@click.option("--reason", required=True, help="Why; stands in the audit trail.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(process: str, first: datetime, last: datetime, reason: str, file: Path) -> None:
    """Write what happened in the cases of a process to FILE, whose name ends in .xes or .csv."""
    kind = file.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise click.BadParameter("the name ends in .xes or .csv", param_hint="FILE")
    period = Period(first.date(), last.date())
    with new_file(file) as out:
        for piece in eventlog.export(opened(), SYSTEM, process, period, kind, reason):
            out.write(piece)
    console.print(f"{file}: {file.stat().st_size} bytes")


COMMANDS = [group]
