"""Cleaning takes what nobody will come back for, and never what is used, drafted or on its way."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from engine.clock import VirtualClock
from engine.files import operations
from engine.files.cleaning import Cleaned, clean
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.files import StoredFile, Upload
from engine.store.tasks import Draft
from engine.store.trail import Audit
from tests.support.diagrams import straight
from tests.support.files import pdf
from tests.support.runtimes import deploy, open_task, start

FILLER = Actor("filler", "王晓")
LONG = timedelta(days=8)


@pytest.fixture
def task(any_rt: Runtime) -> int:
    deploy(any_rt, two=straight("two", 2))
    start(any_rt, "two")
    return open_task(any_rt, "t1")


def put(rt: Runtime, text: str, purpose: str) -> StoredFile:
    with rt.transaction() as tx:
        return operations.put(tx.session, rt.files, FILLER, purpose, f"{text}.pdf", pdf(text), tx.now)


def begun(rt: Runtime) -> Upload:
    with rt.transaction() as tx:
        upload = operations.begin(tx.session, FILLER, purpose="task:1", name="a.pdf", size=10, at=tx.now)
    operations.append(rt, upload, 0, [b"12345"])
    return upload


def names(rt: Runtime) -> set[str]:
    with rt.reading() as session:
        return set(session.scalars(select(StoredFile.name)))


def age(rt: Runtime) -> None:
    """Let all bytes on disk look two days old."""
    for path in [*rt.files.parts(), *rt.files.wholes()]:
        os.utime(path, (0, 0))


def test_what_is_used_or_drafted_stays_and_the_rest_goes(
    any_rt: Runtime, clock: VirtualClock, task: int
) -> None:
    rt = any_rt
    used, drafted = put(rt, "used", f"task:{task}"), put(rt, "drafted", f"task:{task}")
    put(rt, "unused", f"task:{task}")
    put(rt, "unused elsewhere", "start:application")
    with rt.transaction() as tx:
        operations.attach(tx.session, [used.id], subject="objection:YY-2024-0001", at=tx.now)
        tx.session.add(Draft(task_id=task, login="filler", data={"files": [drafted.id]}, saved_at=tx.now))
    age(rt)
    assert clean(rt) == Cleaned(0, 0, 0)
    clock.advance(LONG)
    assert clean(rt) == Cleaned(0, 2, 2)
    assert names(rt) == {"used.pdf", "drafted.pdf"}
    assert {path.name for path in rt.files.wholes()} == {used.sha256, drafted.sha256}
    assert clean(rt) == Cleaned(0, 0, 0)
    with rt.reading() as session:
        assert session.scalars(select(Audit.action).where(Audit.action == "file.clean")).all() == [
            "file.clean"
        ]


def test_broken_off_uploads_go_and_those_that_go_on_stay(rt: Runtime, clock: VirtualClock) -> None:
    abandoned = begun(rt)
    clock.advance(timedelta(days=5))
    going_on = begun(rt)
    clock.advance(timedelta(days=3))
    with rt.files.writing(abandoned.id):
        assert clean(rt) == Cleaned(0, 0, 0)
    assert clean(rt) == Cleaned(1, 0, 0)
    assert [path.name for path in rt.files.parts()] == [going_on.id]


def test_bytes_that_a_crash_left_behind_go_when_they_are_old(rt: Runtime) -> None:
    file, upload = put(rt, "lost", "task:1"), begun(rt)
    with rt.transaction() as tx:
        tx.session.execute(delete(StoredFile).where(StoredFile.id == file.id))
        tx.session.execute(delete(Upload).where(Upload.id == upload.id))
    assert clean(rt) == Cleaned(0, 0, 0)
    age(rt)
    assert clean(rt) == Cleaned(0, 0, 2)
    assert [*rt.files.parts(), *rt.files.wholes()] == []


def test_bytes_that_two_files_share_stay_for_the_other(rt: Runtime, clock: VirtualClock) -> None:
    one, other = put(rt, "same", "task:1"), put(rt, "same", "task:2")
    assert one.sha256 == other.sha256
    with rt.transaction() as tx:
        operations.attach(tx.session, [other.id], subject="objection:YY-2024-0001", at=tx.now)
    age(rt)
    clock.advance(LONG)
    assert clean(rt) == Cleaned(0, 1, 0)
    assert len(list(rt.files.wholes())) == 1
