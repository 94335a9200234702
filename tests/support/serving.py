"""The site as it is served in earnest: gunicorn in processes of its own, which can be killed and begun again."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

PATIENCE_SECONDS = 60


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Gunicorn:
    """`luzhi serve` on one database and one folder of files, with the clicks of a demonstration."""

    database_url: str
    log: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin, and wait until it answers."""
        environment = {
            **os.environ,
            "LUZHI_DATABASE_URL": self.database_url,
            "LUZHI_DEMO": "1",
            "LUZHI_SECRET_KEY": "upload-test-key-0123456789abcdef",
            "LUZHI_SILENCE_SECONDS": "2",
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "webapp.cli", "serve", "--port", str(self.port)],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        assert self.process is not None
        for _ in range(PATIENCE_SECONDS * 5):
            assert self.process.poll() is None, self.log.read_text()
            try:
                with urlopen(f"{self.address}/sign-in", timeout=5):  # noqa: S310 - our own address
                    return
            except OSError:  # it is not there yet, or too busy
                pass
            try:
                self.process.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError(f"the server did not begin: {self.log.read_text()}")

    def kill(self) -> None:
        """End every process of it at once, as a power cut does (SIGKILL)."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it in an orderly way, if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)

    def peak_megabytes(self) -> int:
        """The largest resident memory that one of its processes has had (VmHWM); Linux only."""
        assert self.process is not None
        family = [self.process.pid, *_children(self.process.pid)]
        return max(_peak(pid) for pid in family) // 1024


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()]


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
