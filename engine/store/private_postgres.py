"""A private PostgreSQL server for tests and benches: temporary folder, free port; it survives a crash of its own."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from engine.store.binaries import NoBinaries, binary

__all__ = ["NoBinaries", "Server", "start"]

OPTIONS = "-c fsync=off -c full_page_writes=off -c max_connections=200"

CUT = """DO $$
DECLARE others int[] := ARRAY(
    SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL);
BEGIN
    PERFORM pg_terminate_backend(pid) FROM unnest(others) AS pid;
    WHILE EXISTS (SELECT FROM pg_stat_activity WHERE pid = ANY(others)) LOOP
        PERFORM pg_sleep(0.005);
        PERFORM pg_stat_clear_snapshot();
    END LOOP;
END $$"""
"""A server answers before those whom it told to go have gone."""


@dataclass(frozen=True)
class Server:
    """A running server; `database()` makes an empty database in it, or a copy of another one."""

    folder: Path
    port: int

    def database(self, template: str | None = None) -> str:
        """The address of a fresh database: empty, or as the one at this address, to which nobody is connected."""
        name = f"t{secrets.token_hex(8)}"
        like = f' TEMPLATE "{_name(template)}"' if template is not None else ""
        self._administer(f'CREATE DATABASE "{name}"{like}')
        return f"postgresql+psycopg://luzhi@127.0.0.1:{self.port}/{name}"

    def drop(self, url: str) -> None:
        """Remove a database and whoever is still connected to it."""
        self._administer(f'DROP DATABASE "{_name(url)}" WITH (FORCE)')

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server and remove its folder."""
        _run(binary("pg_ctl"), "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def pause(self) -> None:
        """Stop the server at once, as in a crash; its data stay."""
        _run(binary("pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def resume(self) -> None:
        """Start a paused server again."""
        _start(self.folder, self.port)

    def restart(self) -> None:
        """Crash and recover."""
        self.pause()
        self.resume()

    def follow(self) -> "Server":
        """A streaming replica of this server, from a base backup."""
        folder, port = _folder(), _free_port()
        place = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "luzhi")
        copy = ("-D", str(folder / "data"), "-R", "--checkpoint=fast", "--no-sync")
        _run(binary("pg_basebackup"), *place, *copy)
        _start(folder, port)
        return Server(folder, port)

    def promote(self) -> None:
        """Make a replica a primary."""
        _run(binary("pg_ctl"), "-D", str(self.folder / "data"), "-w", "promote")

    def cut(self) -> None:
        """End every connection but the one that asks, and wait until they have ended."""
        self._administer(CUT)

    def _administer(self, statement: str) -> None:
        engine = create_engine(
            f"postgresql+psycopg://luzhi@127.0.0.1:{self.port}/postgres", isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def _name(url: str) -> str:
    return url.rsplit("/", 1)[1]


def start() -> Server:
    """Initialise and start a server. Raises NoBinaries."""
    initdb = binary("initdb")
    folder = _folder()
    data = folder / "data"
    _run(initdb, "-D", str(data), "-U", "luzhi", "--auth=trust", "-E", "UTF8", "--no-locale", "--no-sync")
    port = _free_port()
    _start(folder, port)
    return Server(folder, port)


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="luzhi-pg-"))
    user = _unprivileged()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def _start(folder: Path, port: int) -> None:
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {OPTIONS}"
    arguments = ("-D", str(folder / "data"), "-l", str(folder / "log"), "-o", options, "-w", "start")
    _run(binary("pg_ctl"), *arguments)


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; then some ordinary user runs it."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoBinaries("root has no unprivileged user to run PostgreSQL as")


def _run(*arguments: str) -> None:
    user = _unprivileged()
    extra = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603 - PostgreSQL own programs, no shell
        arguments, cwd="/", check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **extra
    )
    if done.returncode:
        sys.stderr.write(done.stderr.decode())
        raise RuntimeError(f"{arguments[0]} failed")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
