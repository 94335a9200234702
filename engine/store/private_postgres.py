"""A PostgreSQL server of one's own, for tests and benches: a temporary folder, a Unix socket, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Nothing here must survive a power cut: what is measured and tested is the program, not the disk.
_OPTIONS = (
    "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    " -c max_connections=200 -c shared_buffers=128MB"
)


class NoPostgres(RuntimeError):
    """No PostgreSQL server is installed here."""


def binaries() -> Path:
    """The folder of initdb and pg_ctl, the newest version that is installed. Raises NoPostgres."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    on_path = shutil.which("initdb")
    if found:
        return found[0].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres("no PostgreSQL server is installed (Debian: postgresql)")


@contextmanager
def server() -> Iterator[str]:
    """A running server; the URL of its database `postgres`. Raises NoPostgres, subprocess.CalledProcessError."""
    programs = binaries()
    with tempfile.TemporaryDirectory(prefix="luzhi-pg-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        user = _user(Path(folder))
        _run(user, programs / "initdb", "-D", data, "-U", "luzhi", "-A", "trust", "-E", "UTF8", "--locale=C")
        start = (f"{_OPTIONS} -k {folder}", "-l", f"{folder}/log", "-w")
        _run(user, programs / "pg_ctl", "-D", data, "-o", *start, "start")
        try:
            yield f"postgresql+psycopg://luzhi@/postgres?host={folder}"
        finally:
            _run(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: the account to run it as, which then owns the folder."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, user)
    folder.chmod(0o755)
    return user


def _run(user: str | None, program: Path, *arguments: str | Path) -> None:
    subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
        [str(program), *map(str, arguments)],
        check=True,
        user=user,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
