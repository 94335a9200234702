"""The site as it is served in earnest, by gunicorn in processes of its own, for benches over HTTP."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from engine.runtime import Runtime

PATIENCE = 120.0  # seconds until it must answer


@contextmanager
def served(runtime: Runtime, processes: int, threads: int | None = None) -> Iterator[int]:
    """`luzhi serve` on the runtime's database, with its own number of threads or this; gives the port.

    Raises RuntimeError.
    """
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "webapp.cli",
        "serve",
        "--port",
        str(port),
        "--processes",
        str(processes),
    ]
    command += ["--threads", str(threads)] if threads else []
    server = subprocess.Popen(command, env=_environment(runtime))  # noqa: S603 - our own command
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)


@contextmanager
def working(runtime: Runtime, workers: int) -> Iterator[None]:
    """So many `luzhi worker` on the runtime's database, until the block ends."""
    command = [sys.executable, "-m", "webapp.cli", "worker"]
    own = _environment(runtime)
    crew = [subprocess.Popen(command, env=own) for _ in range(workers)]  # noqa: S603 - our own command
    try:
        yield
    finally:
        for worker in crew:
            worker.terminate()
        for worker in crew:
            worker.wait(timeout=60)


def _environment(runtime: Runtime) -> dict[str, str]:
    return {
        **os.environ,
        "LUZHI_DATABASE_URL": runtime.engine.url.render_as_string(hide_password=False),
        "LUZHI_DEMO": "1",
        "LUZHI_SECRET_KEY": "of-a-bench-only-0123456789abcdef",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server of the bench did not start")
