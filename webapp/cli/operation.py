"""`luzhi backup`, `luzhi restore`, `luzhi check`: the data of an installation, kept, brought back, looked through."""

import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from engine.operation import retention
from engine.operation.backup import places, restoring, taking
from engine.operation.backup.manifest import Manifest
from engine.operation.checking import Share, check
from engine.runtime import Runtime
from engine.store import json
from webapp.cli import console, opened
from webapp.cli.rehearse import progress_bar

KILOBYTE = 1024
PERCENT = click.IntRange(0, 100)


@click.command()
@click.argument("place")
@click.option("--keep", type=click.IntRange(min=1), help="Remove all but the newest so many from the folder.")
def backup(place: str, keep: int | None) -> None:
    """Back up database and attachments to PLACE while everything runs: a folder, a new .tar file, or - (stdout).

    A folder takes one backup after the other; attachments that the former one has are hard links, so only new
    bytes are written, and any of them may be removed. Not in it: the secret key (LUZHI_SECRET_KEY), which is kept
    elsewhere.

    \b
    luzhi backup /var/backups/luzhi --keep 30
    luzhi backup - | age -r age1… > luzhi.tar.age      (nothing is encrypted unless you do)
    """
    runtime = opened()
    if place == places.STREAM:
        taking.take(runtime, place)
        return
    with progress_bar("备份 backup") as told:
        taken = taking.take(runtime, place, told=told)
    console.print(taken.name)
    _describe(taken.manifest)
    if keep is not None and Path(place).is_dir():
        for name in places.prune(Path(place), keep):
            console.print(f"removed {name}")
    if taken.manifest.missing:
        sys.exit(1)


@click.command()
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--keep-files", is_flag=True, help="Attachments that are here with the right bytes stay.")
@click.option("--no-check", is_flag=True, help="Do not look through everything afterwards.")
def restore(place: Path, keep_files: bool, no_check: bool) -> None:
    """Fill an empty installation from the backup at PLACE: the folder of one backup, or a .tar file.

    The database of LUZHI_DATABASE_URL must be empty, and so must LUZHI_FILES. First all of the backup is read and
    compared with its manifest. Afterwards everyone has to sign in again, and `luzhi check` runs.
    """
    runtime = opened()
    with progress_bar("恢复 restore") as told:
        restored = restoring.restore(runtime, place, keep_files=keep_files, told=told)
    _describe(restored.manifest)
    if restored.upgraded is not None:
        console.print(f"数据库已升级 the database was upgraded from {restored.upgraded}")
    if not no_check:
        _check(runtime, Share())


@click.command(name="check")
@click.option("--files", type=PERCENT, default=100, show_default=True, help="Percent whose bytes are read.")
@click.option("--instances", type=PERCENT, default=100, show_default=True, help="Percent, the newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--backup", "place", type=click.Path(path_type=Path), help="Read this backup through instead.")
def check_(files: int, instances: int, as_json: bool, place: Path | None) -> None:
    """Look whether everything is whole; exit code 1 when it is not. Changes nothing.

    The database's pages, references and triggers; the audit chain; what is deployed; every running case, whose
    state must load and wait for what the tables hold; submissions and attachments against their hashes.
    """
    if place is not None:
        with progress_bar("备份 backup") as told:
            _describe(restoring.verify(place, told))
        return
    _check(opened(), Share(files / 100, instances / 100), as_json)


@click.command(name="retention")
@click.option("--dry-run", is_flag=True, help="Only say what has had its time.")
def retention_(dry_run: bool) -> None:
    """Remove what has been kept long enough; workers do it by themselves, every six hours.

    Nothing of the audit trail, of history, submissions or registers is ever removed (docs/operations.md).
    """
    runtime = opened()
    found = retention.due(runtime) if dry_run else retention.remove(runtime)
    verb = "到期 due" if dry_run else "已删除 removed"
    table = Table("规则 rule", "保留天数 days", verb)
    for rule in retention.RULES:
        table.add_row(f"{rule.zh} {rule.en}", str(rule.days(runtime.settings)), str(found[rule.name]))
    console.print(table)


def _check(runtime: Runtime, share: Share, as_json: bool = False) -> None:
    if as_json:
        report = check(runtime, share)
        click.echo(json.dumps({"whole": report.whole, "areas": [asdict(area) for area in report.areas]}))
    else:
        with progress_bar("检查 check") as told:
            report = check(runtime, share, told)
        for line in report.lines():
            click.echo(line)
    if not report.whole:
        sys.exit(1)


def _describe(manifest: Manifest) -> None:
    parts = ", ".join(f"{part.name} {part.size // KILOBYTE} KB" for part in manifest.parts)
    console.print(
        f"{manifest.made_at}  revision {manifest.revision}, {manifest.dialect}: {parts}", markup=False
    )
    console.print(
        f"实例 instances {manifest.counts.get('instance', 0)}, 审计 audit {manifest.audit_sequence}, "
        f"附件 attachments {manifest.files} ({manifest.files_bytes // KILOBYTE} KB)"
    )
    if manifest.missing:
        console.print(f"[red]缺失或损坏的附件 attachments missing or damaged: {len(manifest.missing)}[/red]")
        for digest in manifest.missing[:20]:
            console.print(f"  {digest}")


COMMANDS = [backup, restore, check_, retention_]
