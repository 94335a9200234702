"""`luzhi run`, `luzhi serve`, `luzhi worker`: the processes."""

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication
from rich.table import Table

from engine import logs, mail, meters, sms
from engine import worker as engine_worker
from engine.errors import Refusal
from engine.operation.workers import Heartbeat
from engine.programme.demo import DEFAULT_STAGE, STAGES, accounts, build, is_built
from engine.runtime import Runtime
from engine.shifted_clock import ShiftedClock
from engine.store.migrations import AHEAD, BEHIND, EMPTY, standing, upgrade
from webapp import create_app
from webapp.cli import console, opened
from webapp.cli.database import deploy_files
from webapp.cli.rehearse import progress_bar
from webapp.demo.looking import read_site
from webapp.settings import WebSettings
from webapp.starting import EX_CONFIG, findings
from webapp.worker_port import Door, listen

log = structlog.get_logger(__name__)


def open_runtime() -> Runtime:
    """The runtime of a serving process: on a demonstration, with the demonstration's clock.

    Raises ClickException when the database has not been made, or not been brought up to date.
    """
    runtime = opened()
    found = standing(runtime.engine)
    if found in (EMPTY, BEHIND):
        raise click.ClickException(
            "数据库尚未建立或需要升级，请先运行 luzhi init。The database is missing or old: run luzhi init."
        )
    if found == AHEAD:  # a newer version is being rolled out beside this one
        log.warning("database.ahead")
    if WebSettings().demo:
        runtime.clock = ShiftedClock(runtime.engine)
    return runtime


def look_for_garbage_less_often() -> None:
    """What a process begins with stays for ever, and a request leaves few circles: looking costs a tenth of it all."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def require_safe(found: Sequence[Refusal]) -> None:
    """Pass, or say everything that keeps this process from starting and end it with EX_CONFIG."""
    for refusal in found:
        click.echo(f"{refusal.message('zh')}\n{refusal.message('en')}\n", err=True)
    if found:
        click.echo("没有启动。Not started. docs/operations.md", err=True)
        sys.exit(EX_CONFIG)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--processes", default=1, show_default=True, help="Web processes (several need PostgreSQL).")
@click.option("--threads", default=8, show_default=True, help="Requests that one process answers at once.")
def serve(host: str, port: int, processes: int, threads: int) -> None:
    """Serve the web site. Needs a database (luzhi init) and a worker beside it (luzhi worker)."""
    logs.configure(logs.WEB)
    runtime = open_runtime()
    require_safe(findings(runtime, WebSettings(), host=host, processes=processes))
    runtime.close()
    with counted_together(processes):
        _Server(f"{host}:{port}", processes, threads).run()


@click.command()
def worker() -> None:
    """Fire due timers and run jobs until stopped. Any number may run on one PostgreSQL."""
    logs.configure(logs.WORKER)
    runtime, settings = open_runtime(), WebSettings()
    require_safe(findings(runtime, settings))
    if not settings.demo:  # a demonstration's mails are read at /demo/mail and never leave it
        mail.serve(runtime)
        sms.serve(runtime)
    heart = Heartbeat(runtime)
    if settings.worker_listen:
        token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
        listen(settings.worker_listen, Door(runtime, heart, token))
    look_for_garbage_less_often()
    engine_worker.serve(runtime, heart)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option(
    "--stage",
    type=click.Choice(list(STAGES)),
    default=DEFAULT_STAGE,
    show_default=True,
    help="Where the cycle of 2024 stands when the demo is built.",
)
def run(host: str, port: int, stage: str) -> None:
    """Everything on this machine: database, demo data, worker and web site.

    The first run builds the demo by running the programme through 2022, 2023 and half of 2024; later runs keep
    what was done.
    """
    os.environ["LUZHI_DEMO"] = "1"
    runtime = opened()
    upgrade(runtime.engine)
    if not is_built(runtime):
        with progress_bar("演示数据 demo data") as advance:
            build(runtime.settings, deploy_files, advance, stage, read_site)
    _welcome(host, port, runtime)
    runtime.close()
    background = subprocess.Popen([sys.executable, "-m", "webapp.cli", "worker"])
    try:
        _Server(f"{host}:{port}", 1, 8).run()
    finally:
        background.terminate()
        background.wait()


def _welcome(host: str, port: int, runtime: Runtime) -> None:
    table = Table(
        "账号 account", "角色 role", "单位 office", title="演示账号 demo accounts（一键登录 one click）"
    )
    for account in accounts(runtime):
        table.add_row(account.login, account.role, account.office)
    console.print(table)
    console.print(f"现在 now: {ShiftedClock(runtime.engine).now():%Y-%m-%d %H:%M}")
    console.print(f"[bold]http://{host}:{port}[/bold]   (Ctrl+C 停止 stops)")


@contextmanager
def counted_together(processes: int) -> Iterator[None]:
    """Let several processes of one server keep their counts in one folder, so that any of them tells the sum."""
    if processes == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="luzhi-counts-") as folder:
        meters.share(folder)
        yield


def _forget_counts(_: Any, worker: Any) -> None:
    meters.ended(worker.pid)


def _give_up_silent(seconds: int) -> Callable[[Any, Any], None]:
    """A hook that ends a request whose sender falls silent in the middle of its body.

    A network that breaks does not say so: without this the thread waits for ever, and with it the lock of the upload
    that the person, back on the net, wants to go on with.
    """

    def hook(worker: Any, request: Any) -> None:
        request.unreader.sock.settimeout(seconds)

    return hook


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn with our factory: every process opens its own database connections."""

    def __init__(self, bind: str, processes: int, threads: int) -> None:
        self._settings = {
            "bind": bind,
            "workers": processes,
            "threads": threads,
            "worker_class": "gthread",
            "accesslog": None,
            "loglevel": "warning",
            "timeout": 120,
            "graceful_timeout": 20,
            "child_exit": _forget_counts,
            "pre_request": _give_up_silent(WebSettings().silence_seconds),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = create_app(open_runtime())
        logs.configure(logs.WEB)
        look_for_garbage_less_often()
        return app

    def init(self, *_: Any) -> None:
        return None


COMMANDS = [serve, worker, run]
