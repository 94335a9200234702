"""Processes that are begun again whenever they end, as a service manager does, and what can be done to them."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path


class Machine:
    """One `luzhi serve` or `luzhi worker` in a process group of its own, kept alive until `destroy`."""

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.log, self.starts = name, log, 0
        self._arguments, self._environment = arguments, environment
        self._stopping = threading.Event()
        self._process = self._begin()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _begin(self) -> subprocess.Popen[bytes]:
        self.starts += 1
        command = [sys.executable, "-m", "tests.faults.chaos", *self._arguments]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._process.wait()
            if not self._stopping.is_set():
                self._signal(signal.SIGKILL)  # children of a dead arbiter must not hold the port
                self._process = self._begin()

    def kill(self) -> None:
        """SIGKILL to all of it: a power cut."""
        self._signal(signal.SIGKILL)

    def kill_child(self) -> None:
        """SIGKILL to the process that answers; its arbiter lives and begins another one."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for child in children or [str(self._process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP to all of it: a machine that hangs."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def ask_to_end(self) -> "subprocess.Popen[bytes]":
        """SIGTERM; the process that is ending. Another one is begun when it has ended."""
        process = self._process
        process.terminate()
        return process

    def terminate(self) -> int:
        """SIGTERM, and wait until it has ended by itself; its exit code. It is begun again."""
        return self.ask_to_end().wait(60)

    def destroy(self) -> None:
        """End it for good, at once."""
        self._stopping.set()
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
