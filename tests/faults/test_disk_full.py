"""A disk that is full: what was asked is not done and said so by name, nothing is lost or half there, and everything
goes on by itself when there is room again."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg.errors
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError

from engine import commands, meters, secret_files, worker
from engine.audit import anchors
from engine.audit.signing import signer
from engine.bpmn.errors import Interrupted
from engine.clock import VirtualClock
from engine.files.refusals import StorageFull
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.instances import COMPLETED, ElementEvent, Incident, Instance
from engine.store.tasks import CREATED, Submission, UserTask
from engine.store.trail import Audit
from engine.store.trouble import no_room, unable
from engine.store.work import Job, Timer
from engine.verbs import VerbContext
from tests.support.diagrams import catch, chain, diagram, end, service, start, task, timer
from tests.support.runtimes import deploy, open_task, rows
from tests.support.runtimes import start as begin

TASK = diagram("p", start() + task("t") + end() + chain("start", "t", "end"))
SLEEPING = diagram("p", start() + catch("c", timer("Duration", "PT1M")) + end() + chain("start", "c", "end"))
WORKING = diagram("p", start() + service("w", "test.work") + end() + chain("start", "w", "end"))
A_DAY = timedelta(days=1)


@contextmanager
def full(rt: Runtime) -> Iterator[None]:
    """The database's disk is full: rows that are there can be changed, and no table grows."""
    dialect = rt.engine.dialect
    whole = dialect.do_execute, dialect.do_executemany

    def raising(kept: Any) -> Any:
        def execute(cursor: Any, statement: str, *more: Any) -> None:
            if statement.lstrip().startswith("INSERT"):
                raise _told(dialect.name)
            kept(cursor, statement, *more)

        return execute

    dialect.do_execute, dialect.do_executemany = map(raising, whole)  # type: ignore[method-assign]
    try:
        yield
    finally:
        dialect.do_execute, dialect.do_executemany = whole  # type: ignore[method-assign]


def _told(dialect: str) -> Exception:
    if dialect == "postgresql":
        return psycopg.errors.DiskFull("could not extend file: No space left on device")
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


def ten_days_full(rt: Runtime, clock: VirtualClock) -> None:
    """A worker looks once a day, and ten times there is no room."""
    with full(rt):
        for _ in range(10):
            clock.advance(A_DAY)
            worker._tick_safely(rt)


def counted() -> float:
    return float(meters.meters().full._value.get())


def tables(rt: Runtime) -> list[int]:
    """How many rows there are of what a click writes."""
    with rt.reading() as session:
        kinds = (Audit, ElementEvent, Submission, Incident)
        return [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]


def test_a_click_is_not_done_and_can_be_done_again(any_rt: Runtime) -> None:
    deploy(any_rt, p=TASK)
    key = begin(any_rt, "p")
    before, told = tables(any_rt), counted()
    with full(any_rt), pytest.raises(DBAPIError) as refused:
        commands.complete(any_rt, SYSTEM, open_task(any_rt, "t"), {})
    assert no_room(refused.value)
    assert counted() > told
    assert tables(any_rt) == before
    assert rows(any_rt, select(UserTask.state)) == [CREATED]
    commands.complete(any_rt, SYSTEM, open_task(any_rt, "t"), {})
    assert rows(any_rt, select(Instance.status).where(Instance.id == key)) == [COMPLETED]


def test_a_file_of_sqlite_that_may_not_grow_takes_nothing_by_half(rt: Runtime) -> None:
    """Not pretended: SQLite itself says that there is no room."""

    @event.listens_for(rt.engine, "begin")
    def narrow(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    pages = 1 << 30
    deploy(rt, p=TASK)
    before = tables(rt)
    pages = 1  # what is there stays, no page more
    with pytest.raises(DBAPIError) as refused:
        begin(rt, "p", {"text": "字" * 400_000})
    assert no_room(refused.value)
    assert tables(rt) == before
    assert rows(rt, select(Instance)) == []
    pages = 1 << 30
    begin(rt, "p", {"text": "字" * 400_000})
    assert len(rows(rt, select(UserTask))) == 1


def test_deadlines_wait_without_becoming_incidents(any_rt: Runtime, clock: VirtualClock) -> None:
    deploy(any_rt, p=SLEEPING)
    begin(any_rt, "p")
    ten_days_full(any_rt, clock)
    assert rows(any_rt, select(Timer.attempts)) == [0]
    assert rows(any_rt, select(Incident)) == []
    clock.advance(A_DAY)
    worker._tick_safely(any_rt)
    assert rows(any_rt, select(Instance.status)) == [COMPLETED]


def test_jobs_wait_without_becoming_incidents(any_rt: Runtime, clock: VirtualClock) -> None:
    any_rt.verbs.register("test.work", zh="办", en="work", pure=False)(lambda context: None)
    deploy(any_rt, p=WORKING)
    begin(any_rt, "p")
    ten_days_full(any_rt, clock)
    [job] = rows(any_rt, select(Job))
    assert job.retries > 0
    assert rows(any_rt, select(Incident)) == []
    clock.advance(A_DAY)
    worker._tick_safely(any_rt)
    assert rows(any_rt, select(Instance.status)) == [COMPLETED]


def test_a_step_that_finds_no_room_does_not_become_an_incident_of_its_instance(any_rt: Runtime) -> None:
    """The click is given up with it: both are done again together."""

    def work(context: VerbContext) -> None:
        with full(any_rt):
            context.session.add(Incident(instance_id=1, wait_key="", element_id="", type="", message=""))
            context.session.flush()

    any_rt.verbs.register("test.work", zh="办", en="work")(work)
    deploy(any_rt, p=WORKING)
    with pytest.raises(Interrupted) as refused:
        begin(any_rt, "p")
    assert no_room(refused.value)
    assert rows(any_rt, select(Instance)) == rows(any_rt, select(Incident)) == []


@pytest.mark.parametrize(
    ("error", "room", "able"),
    [
        (psycopg.errors.DiskFull(), False, False),
        (psycopg.errors.AdminShutdown(), True, False),
        (psycopg.errors.UniqueViolation(), True, True),
        (psycopg.errors.QueryCanceled(), True, True),
        (psycopg.errors.DeadlockDetected(), True, True),
        (OSError(errno.ENOSPC, "No space left on device"), False, False),
        (OSError(errno.ENOENT, "No such file"), True, True),
        (ValueError(), True, True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_the_disks_fault_and_what_is_not(error: Exception, room: bool, able: bool) -> None:
    wrapped = ValueError()
    wrapped.__cause__ = error
    for found in (error, wrapped):
        assert (not no_room(found), not unable(found)) == (room, able)


# --------------------------------------------------------------------------- files


@pytest.fixture
def no_more_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is written to a disk is refused once it shall be there for good."""

    def fsync(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fsync)


def test_an_upload_is_refused_by_name(rt: Runtime, no_more_bytes: None) -> None:
    told = counted()
    with pytest.raises(StorageFull):
        rt.files.append("part", 0, [b"bytes"])
    assert counted() == told + 1
    assert list(rt.files.wholes()) == []


def test_a_secret_is_never_kept_by_half(tmp_path: Path, no_more_bytes: None) -> None:
    path = tmp_path / "kept" / "secret_key"
    with pytest.raises(OSError, match="No space"):
        secret_files.made_once(path, lambda: "long enough")
    assert list(path.parent.iterdir()) == []


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "secret_key"
    assert secret_files.made_once(path, lambda: "first") == "first"
    assert secret_files.made_once(path, lambda: "second") == "first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["secret_key"]


def test_the_key_of_exports_too(rt: Runtime) -> None:
    assert signer(rt.settings).public == signer(rt.settings).public


def test_half_an_anchor_does_not_stay(rt: Runtime, clock: VirtualClock, monkeypatch: Any) -> None:
    deploy(rt, p=TASK)
    anchors.drop(rt)
    path = rt.settings.audit_anchors_file()
    first = path.read_text()
    clock.advance(A_DAY)
    with monkeypatch.context() as disk:
        disk.setattr("os.fsync", _no_space)
        with pytest.raises(OSError, match="No space"):
            anchors.drop(rt)
    assert path.read_text() == first
    anchors.drop(rt)
    assert path.read_text().startswith(first)
    assert len(anchors.read(path)) == 2


def _no_space(_: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
