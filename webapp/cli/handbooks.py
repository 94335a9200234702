"""`luzhi handbook`: the handbook of a process, or of all, as PDF."""

from pathlib import Path

import click

from engine.errors import Language
from engine.studio import deployed_files
from engine.studio.handbook import NoProcess, processes
from webapp.cli import console, opened
from webapp.studio.handbook import books_of, facts_of, print_of_books


@click.command()
@click.argument("process_id", metavar="PROCESS")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Default: PROCESS.pdf."
)
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def handbook(process_id: str, output: Path | None, language: Language) -> None:
    """Write the handbook of PROCESS (`all`: of every process) as PDF, from what is deployed.

    Example: luzhi handbook renaming --output renaming.pdf
    """
    runtime = opened()
    with runtime.reading() as session:
        files, facts = deployed_files(session), facts_of(session)
    if not processes(files):
        raise NoProcess(id=process_id)
    books = books_of(files, process_id, language, runtime.verbs, facts)
    target = output or Path(f"{process_id}.pdf")
    target.write_bytes(print_of_books(files, books, language))
    console.print(str(target), markup=False)


COMMANDS = [handbook]
