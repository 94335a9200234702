"""Backup and restore of very many instances, each with its history, submissions and links; and the check afterwards."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, MetaData, Table, func, insert, select, text

from engine import commands
from engine.files.store import FileStore
from engine.operation.backup import restoring, taking
from engine.operation.checking import Share, check
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.files import FileUse, StoredFile
from engine.store.instances import Instance
from webapp.bench import diagrams
from webapp.bench.audit_benches import chain
from webapp.bench.engine_benches import OFFICER, Figure, Size

STEPS = 3
"""Tasks that each instance has behind it; it waits in the next."""
LINKS = 5
"""Links of the audit chain for each instance."""
FILES_PER_INSTANCE = 20
"""So many instances share one attachment: what matters is the database."""
ATTACHMENT = 50_000  # bytes
APART = 100
"""Keys between the rows of one instance and those of the next."""
OWNER = {
    "instance": "m.id",
    "user_task_candidate": "(SELECT instance_id FROM user_task u WHERE u.id = m.task_id)",
}
"""How a row of a table is known to be the model's, where it does not say `instance_id`."""
MEGABYTE = 1024 * 1024
Result = TypeVar("Result")
COPIED = ("instance", "user_task", "user_task_candidate", "submission", "element_event")


def backup(runtime: Runtime, size: Size) -> Figure:
    """Seconds of a backup into a folder and into a file, of a restore, and of a check of a hundredth of it all."""
    with tempfile.TemporaryDirectory(prefix="luzhi-backup-bench-") as folder:
        place = Path(folder)
        runtime.files = FileStore(place / "files")
        _fill(runtime, size.kept)
        first, taken = _timed(lambda: taking.take(runtime, str(place / "backups")))
        again, _ = _timed(lambda: taking.take(runtime, str(place / "again.tar")))
        options = runtime.settings.model_copy(
            update={"database_url": _empty(runtime, place), "files": place / "restored"}
        )
        there = Runtime.open(options, runtime.clock)
        restored, _ = _timed(lambda: restoring.restore(there, place / "backups" / taken.name))
        checked, report = _timed(lambda: check(there, Share(files=0.01, instances=0.01)))
        there.close()
    if not report.whole:
        raise RuntimeError("\n".join(report.lines()))
    parts = sum(part.size for part in taken.manifest.parts)
    return {
        "instances": taken.manifest.counts["instance"],
        "events": taken.manifest.counts["element_event"],
        "links": taken.manifest.audit_sequence,
        "attachments": taken.manifest.files,
        "backup_mb": round((parts + taken.manifest.files_bytes) / MEGABYTE, 1),
        "backup_seconds": round(first, 2),
        "tar_seconds": round(again, 2),
        "restore_seconds": round(restored, 2),
        "check_seconds": round(checked, 2),
    }


def _empty(runtime: Runtime, folder: Path) -> str:
    """The address of an empty database of the same kind."""
    if runtime.engine.dialect.name == "sqlite":
        return f"sqlite:///{folder / 'restored.sqlite3'}"
    url = runtime.engine.url.set(database=f"{runtime.engine.url.database}_restored")
    with runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'CREATE DATABASE "{url.database}"'))
    return url.render_as_string(hide_password=False)


def _timed(act: Callable[[], Result]) -> tuple[float, Result]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def _fill(runtime: Runtime, count: int) -> None:
    """So many copies of one instance that stands in its fourth task, as commands would have written them."""
    tasks = commands.start(runtime, SYSTEM, "bench_straight", {}, business_key="kept-0").tasks
    for _ in range(STEPS):
        tasks = commands.complete(runtime, OFFICER, tasks[0], diagrams.ANSWER).tasks
    with runtime.engine.begin() as connection:
        known = MetaData()
        known.reflect(connection, only=COPIED)
        model = connection.scalar(select(func.max(Instance.id)))
        for name in COPIED:
            _copy(connection, known.tables[name], model or 1, count - 1)
        _count_on(connection)
    chain(runtime, count * LINKS)
    _attach(runtime, max(1, count // FILES_PER_INSTANCE))


def _copy(connection: Connection, table: Table, model: int, count: int) -> None:
    """Copy the model's rows of a table; their keys move by steps that keep them apart."""
    chosen = [_value(table.name, column.name) for column in table.columns]
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    # names of tables and columns come out of the schema
    connection.execute(
        text(
            f'INSERT INTO "{table.name}" ({names}) SELECT {", ".join(chosen)} '  # noqa: S608
            f'FROM "{table.name}" m, {_numbers(connection, count)} '
            f"WHERE {OWNER.get(table.name, 'm.instance_id')} = {model}"
        )
    )


def _value(table: str, column: str) -> str:
    if column == "business_key":
        return "'kept-' || n.i"
    if column == "instance_id" or (table, column) == ("instance", "id"):
        return f'm."{column}" + n.i'
    if column in ("id", "task_id"):
        return f'm."{column}" + n.i * {APART}'
    return f'm."{column}"'


def _numbers(connection: Connection, count: int) -> str:
    if connection.dialect.name == "postgresql":
        return f"generate_series(1::bigint, {count}) AS n(i)"
    below = f"SELECT i + 1 FROM c WHERE i < {count}"  # noqa: S608 - numbers of ours
    return f"(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL {below}) SELECT i FROM c) n"  # noqa: S608 - as above


def _count_on(connection: Connection) -> None:
    """PostgreSQL counts keys by itself: it goes on behind those that were copied."""
    if connection.dialect.name == "postgresql":
        for name in ("instance", "user_task", "submission", "element_event"):
            sequence = f"pg_get_serial_sequence('{name}', 'id')"
            connection.execute(text(f"SELECT setval({sequence}, (SELECT max(id) FROM {name}))"))  # noqa: S608


def _attach(runtime: Runtime, count: int) -> None:
    """Attachments with bytes of their own."""
    files, uses = [], []
    with runtime.transaction() as tx:
        for number in range(count):
            content = f"{number:09d}".encode() * (ATTACHMENT // 9)
            part = f"part{number}"
            runtime.files.append(part, 0, [content])
            digest = runtime.files.digest(part)
            runtime.files.keep(part, digest)
            runtime.files.forget(part)
            file = {
                "id": f"f{digest[:24]}",
                "sha256": digest,
                "name": "x.pdf",
                "kind": "pdf",
                "purpose": "bench",
            }
            at = {"by": "bench", "begun_at": tx.now, "at": tx.now}
            files.append({**file, **at, "media_type": "application/pdf", "size": len(content)})
            uses.append({"file_id": file["id"], "subject": "bench", "at": tx.now})
        tx.session.execute(insert(StoredFile), files)
        tx.session.execute(insert(FileUse), uses)
