"""The command line: `luzhi --help`. One module a family of commands; each command is a thin shell over the engine."""

import sys

import click
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import DBAPIError

from engine.errors import Refusal
from engine.runtime import Runtime
from engine.store.trouble import unable

console = Console()


def opened() -> Runtime:
    """The runtime of the command that runs; its connections are given back when the command ends, however it ends."""
    runtime = Runtime.open()
    click.get_current_context().call_on_close(runtime.close)
    return runtime


class DatabaseAway(Refusal):
    """The database does not answer, refuses the password, or has no room; `reason` is what it or its driver said."""

    zh = "数据库没有应答，或不能写入：{reason}。"
    en = "The database does not answer or takes nothing: {reason}."
    remedy_zh = "请检查数据库是否在运行、LUZHI_DATABASE_URL 是否正确（docs/operations.md）。"
    remedy_en = "See that it runs and that LUZHI_DATABASE_URL is right (docs/operations.md)."


class _Luzhi(click.Group):
    """Answers a refusal, or a database that is away, with a message and exit code 1, never with a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            _say(refusal)
        except DBAPIError as error:
            if not unable(error):
                raise
            _say(DatabaseAway(reason=str(error.orig).strip().splitlines()[0]))
        sys.exit(1)


def _say(refusal: Refusal) -> None:
    words = (refusal.message("zh"), refusal.message("en"))
    Console(stderr=True).print(f"[red]{escape(words[0])}[/red]\n{escape(words[1])}", markup=True)


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
