"""`luzhi documents`: check the templates that an office has edited, and see one with sample values."""

import sys
from pathlib import Path

import click
from rich.table import Table

from engine.documents import values as v
from engine.documents.errors import TemplateBroken
from engine.documents.fields import MEANINGS
from engine.documents.kinds import KINDS, Kind
from engine.documents.operations import FOLDER
from engine.documents.rendering import render_file
from engine.documents.samples import sample
from engine.documents.templates import Fault, faults, path
from engine.settings import Settings
from webapp.cli import console


@click.group()
def documents() -> None:
    """Templates of documents (Word and Typst, in processes/documents)."""


@documents.command("templates")
@click.option(
    "--fields", type=click.Choice(list(KINDS)), help="List the names that the templates of a kind may use."
)
@click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another folder."
)
def templates_(fields: str | None, folder: Path | None) -> None:
    """Check every template: names, missing values, and whether it can be filled in. Exit code 1 on faults.

    \b
    luzhi documents templates
    luzhi documents templates --fields revocation_decision
    """
    if fields:
        console.print(_fields(KINDS[fields]))
        return
    where = folder or Settings().processes / FOLDER
    found = faults(where) or [fault for kind in KINDS.values() for fault in _filled(where, kind)]
    for fault in found:
        console.print(f"{fault.file}: {fault.zh} / {fault.en}", markup=False)
    if found:
        sys.exit(1)
    console.print("模板全部正确 / all templates are right")


@documents.command("sample")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another folder."
)
def sample_(kind: str, file: Path, folder: Path | None) -> None:
    """Write FILE (.docx or .pdf) of a template with sample values, to see how it looks.

    Example: luzhi documents sample notice notice.pdf
    """
    where = folder or Settings().processes / FOLDER
    found = KINDS[kind]
    content = render_file(where, found, v.complete(found, sample(found)), file.suffix.lstrip("."))
    file.write_bytes(content)
    console.print(str(file), markup=False)


def _filled(folder: Path, kind: Kind) -> list[Fault]:
    """What goes wrong when the templates of a kind are filled with sample values."""
    found = []
    for format in kind.formats:
        if format != "xlsx":
            try:
                render_file(folder, kind, v.complete(kind, sample(kind)), format)
            except TemplateBroken as broken:
                found.append(
                    Fault(path(folder, kind, format).name, broken.message("zh"), broken.message("en"))
                )
    return found


def _fields(kind: Kind) -> Table:
    table = Table("name", "中文", "English", "", title=f"{kind.zh} {kind.en}")
    for name in sorted(kind.names):
        zh, en = MEANINGS[name]
        columns = ", ".join(kind.rows.get(name, ()))
        table.add_row(name, zh, en, columns or ("optional" if name in kind.optional else ""))
    return table


COMMANDS = [documents]
