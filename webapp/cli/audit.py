"""`luzhi audit`: check the trail, anchor it, export it."""

import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import click

from engine import audit
from engine.audit import anchors, exporting, signing
from engine.audit.checking import START, Mark
from engine.policy import SYSTEM
from engine.store import rights
from webapp.cli import console, opened
from webapp.cli.writing import new_file

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("audit")
def group() -> None:
    """Check the audit trail, put its daily anchor down, export it."""


@group.command()
@click.option(
    "--anchors",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of anchors kept elsewhere; without it the one of the settings, if there is one.",
)
@click.option(
    "--since", type=DAY, help="Begin at the newest anchor before this day; trusts what came before."
)
def verify(file: Path | None, since: datetime | None) -> None:
    """Walk the chain from its first link to its head, against every anchor. Exit code 1 when it is broken."""
    runtime = opened()
    path = file or runtime.settings.audit_anchors_file()
    kept = anchors.read(path) if path.exists() else []
    with runtime.reading() as session:
        known = anchors.known(session)
        start = _start(since.date() if since else None, kept or known)
        broken = audit.verify(session, _marks([*known, *kept]), start)
        length, end = audit.head(session)
    if broken is not None:
        console.print(
            f"[red]审计链在第 {broken.sequence} 条断开。Broken at link {broken.sequence}: {broken.reason}[/red]"
        )
        sys.exit(1)
    console.print(
        f"links {start.sequence + 1} to {length} hold, with {len(known)} + {len(kept)} anchors; the last hash is"
    )
    console.print(end, highlight=False)


def _marks(found: Iterable[anchors.Anchor]) -> list[Mark]:
    return [anchor.mark for anchor in found]


def _start(since: date | None, known: list[anchors.Anchor]) -> Mark:
    return (anchors.before(known, since) if since else None) or START


@group.command()
def anchor() -> None:
    """Put today's anchor down (a worker does it every day) and bring the file outside the database up to date."""
    runtime = opened()
    today = anchors.drop(runtime)
    console.print(today.line(), highlight=False, soft_wrap=True)
    console.print(f"file: {runtime.settings.audit_anchors_file()}", soft_wrap=True)


@group.command()
@click.option("--from", "first", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", type=DAY, required=True, help="The last day, included.")
@click.option("--reason", required=True, help="Why; stands in the trail and in the export.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(first: datetime, last: datetime, reason: str, file: Path) -> None:
    """Write the links of some days as a signed archive FILE (zip) that is checked without this system.

    The archive holds what the trail holds, names of experts included: keep it accordingly.
    """
    with new_file(file) as out:
        done = exporting.export(opened(), SYSTEM, first.date(), last.date(), out, reason)
    console.print(f"links {done.first} to {done.last}")
    console.print(f"public key {done.public_key}", highlight=False, soft_wrap=True)


@group.command("new-key")
def new_key() -> None:
    """Print a fresh key for LUZHI_AUDIT_KEY; see docs/audit.md on changing it."""
    click.echo(signing.new_key())


@group.command("public-key")
def public_key() -> None:
    """Print the public key and its fingerprint, to be told to whoever checks exports."""
    key = signing.signer(opened().settings)
    click.echo(key.public)
    click.echo(key.fingerprint)


@group.command()
@click.argument("role")
def privileges(role: str) -> None:
    """Print the statements that give a PostgreSQL ROLE what the application needs and no way to change history."""
    click.echo(";\n".join(rights.statements(role)) + ";")


COMMANDS = [group]
