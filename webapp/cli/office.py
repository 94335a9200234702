"""`luzhi office`: telephones and addresses of offices, one by one or from a file."""

import csv
from collections.abc import Iterator
from pathlib import Path

import click

from engine.directory import Scribe, set_contact
from engine.policy import SYSTEM
from webapp.cli import console, opened

COLUMNS = ("code", "phone", "address")


@click.command()
@click.argument("code", required=False)
@click.option("--phone", default="", help="The office's telephone, e.g. 0531-00000000; empty removes it.")
@click.option("--address", default="", help="The office's address; empty removes it.")
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file (UTF-8) with the columns code, phone, address; all rows or none are taken.",
)
def office(code: str | None, phone: str, address: str, path: Path | None) -> None:
    """Set how an office is reached; the guide, an enterprise's home and messages show it.

    \b
    luzhi office 370100 --phone 0531-00000000 --address 示例路1号
    luzhi office --file offices.csv

    Codes are those of the regions (GB/T 2260). Give the number of the office, never of a person. Every entry is
    audited.
    """
    if (code is None) == (path is None):
        raise click.UsageError("give either a CODE or --file")
    rows = list(_rows(path)) if path else [(str(code), phone, address)]
    runtime = opened()
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        for row in rows:
            set_contact(tx.session, scribe, *row)
    console.print(f"{len(rows)}", markup=False)


def _rows(path: Path) -> Iterator[tuple[str, str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            raise click.BadParameter(f"the first line names {', '.join(COLUMNS)}", param_hint="--file")
        for row in reader:
            yield row["code"].strip(), row["phone"].strip(), row["address"].strip()


COMMANDS = [office]
