"""A small installation that can be backed up: tables by migration, cases in every state, attachments with bytes."""

from datetime import timedelta
from pathlib import Path

from engine import commands
from engine.clock import VirtualClock
from engine.files.store import FileStore
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.files import FileUse, StoredFile
from engine.store.migrations import upgrade
from engine.worker import drain
from tests.support.diagrams import (
    catch,
    chain,
    diagram,
    end,
    message,
    message_root,
    start,
    straight,
    task,
    timer,
)
from tests.support.people import CITY
from tests.support.runtimes import MORNING, deploy, open_runtime, open_tasks

ALL = diagram(
    "all",
    start()
    + task("first")
    + catch("sleep", timer("Duration", "PT1H"))
    + catch("listen", message("told"))
    + task("last")
    + end()
    + chain("start", "first", "sleep", "listen", "last", "end"),
    roots=message_root("told", "=no"),
)
PICTURES = ("营业执照", "审计报告", "现场照片")


def installation(url: str, folder: Path, clock: VirtualClock | None = None) -> Runtime:
    """A runtime on an empty database that `luzhi init` has brought up, with its attachments in a folder."""
    rt = open_runtime(url, clock or VirtualClock(MORNING), files=folder)
    upgrade(rt.engine)
    return rt


def furnish(rt: Runtime) -> None:
    """Cases that wait for a person, for an hour and for a message, one that has ended; attachments."""
    deploy(rt, all=ALL, two=straight("two", 2))
    for number in range(4):
        commands.start(rt, SYSTEM, "all", {"no": f"A{number}"}, business_key=f"A{number}")
    for found in open_tasks(rt)[1:]:
        commands.complete(rt, CITY, found.id, {})
    assert isinstance(rt.clock, VirtualClock)
    rt.clock.advance(timedelta(hours=2))
    drain(rt)
    commands.publish_message(rt, SYSTEM, "told", "A2", {})
    drain(rt)
    ended = commands.start(rt, SYSTEM, "two", {}, business_key="B")
    finish(rt, ended.instance_key)
    attach(rt)


def attach(rt: Runtime, names: tuple[str, ...] = PICTURES) -> list[str]:
    """Attachments that belong to something; the hashes of their bytes."""
    digests = []
    for name in names:
        content = f"%PDF-1.4 {name}".encode()
        digests.append(put(rt.files, content))
        with rt.transaction() as tx:
            file = StoredFile(
                id=f"f{digests[-1][:20]}", sha256=digests[-1], name=f"{name}.pdf", kind="pdf",
                media_type="application/pdf", size=len(content), purpose="test", by="city",
                begun_at=tx.now, at=tx.now,
            )  # fmt: skip
            tx.session.add(file)
            tx.session.flush()
            tx.session.add(FileUse(file_id=file.id, subject=f"test:{name}", at=tx.now))
    return digests


def put(store: FileStore, content: bytes) -> str:
    """Bytes into the store; their hash."""
    store.append("part", 0, [content])
    digest = store.digest("part")
    store.keep("part", digest)
    store.forget("part")
    return digest


def finish(rt: Runtime, instance: int) -> None:
    """Complete every task of a case until it ends."""
    while tasks := open_tasks(rt, instance):
        commands.complete(rt, CITY, tasks[0].id, {})
        drain(rt)
