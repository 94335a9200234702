"""The command line: `luzhi --help`. One module a family of commands; each command is a thin shell over the engine."""

import sys

import click
from rich.console import Console

from engine.errors import Refusal

console = Console()


class _Luzhi(click.Group):
    """Answers a refusal with its message and exit code 1, never with a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            Console(stderr=True).print(
                f"[red]{refusal.message('zh')}[/red]\n{refusal.message('en')}", markup=True
            )
            sys.exit(1)


@click.group(
    cls=_Luzhi, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "LUZHI_CLI"}
)
@click.version_option(package_name="luzhi")
def main() -> None:
    """鲁智 Luzhi: a recognition programme as executable BPMN.

    \b
    First time:      luzhi run            (demo data, web site and worker on this machine)
    A real server:   luzhi init, luzhi deploy, luzhi account, then luzhi serve and luzhi worker
    Diagrams:        luzhi lint processes forms/definitions
    The whole year:  luzhi rehearse --year 2024 --applications 300 --seed 7

    Settings come from LUZHI_… environment variables; see docs/settings.md.
    """


def _register() -> None:
    from webapp.cli import (
        account,
        audit,
        bench,
        clock,
        database,
        documents,
        draw,
        events,
        feel,
        handbooks,
        lint,
        office,
        operation,
        rehearse,
        scenarios,
        serve,
        studio,
    )

    modules = (account, audit, bench, clock, database, documents, draw, events, feel, handbooks)
    modules += (lint, office, operation, rehearse, scenarios, serve, studio)
    for module in modules:
        for command in module.COMMANDS:
            main.add_command(command)


_register()
