"""`luzhi draw`: what an auditor asks of a draw of experts."""

import sys

import click

from engine.programme.reviews.draw_verify import verify as verify_draw
from webapp.cli import console, opened


@click.group()
def draw() -> None:
    """The draw of experts."""


@draw.command()
@click.option("--year", type=int, required=True, help="The year of the cycle.")
def verify(year: int) -> None:
    """Draw again from the record, and compare with the seats.

    \b
    luzhi draw verify --year 2024

    Exit code 0: the same experts come out. 1: they do not, and every difference is named.
    """
    runtime = opened()
    with runtime.reading() as session:
        found = verify_draw(session, year)
        row = found.draw
    console.print(f"seed {row.seed}, algorithm {row.algorithm}", markup=False)
    console.print(f"input {row.input_sha256}\nresult {row.result_sha256}", markup=False)
    console.print(f"{found.seats} seats, {found.substitutes} substitutes", markup=False)
    for zh, en in found.differences:
        console.print(f"{zh} / {en}", markup=False)
    if found.differences:
        sys.exit(1)
    console.print("一致 / the same", markup=False)


COMMANDS = [draw]
