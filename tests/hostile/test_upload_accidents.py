"""Uploads under attack and accident: checkers that die, names, writers at once, broken connections, crashes, full disks."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine import faults
from engine.files import checking, operations
from engine.files.names import normalised
from engine.files.refusals import ABOUT_BYTES, FileRefused, StorageFull, UploadBusy
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.files import StoredFile, Upload
from tests.support.files import pdf

FILLER = Actor("filler", "王晓")


def test_a_checker_that_dies_or_hangs_refuses_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = subprocess.run

    def runs(code: str) -> None:
        monkeypatch.setattr(
            checking.subprocess, "run", lambda _, **more: real([sys.executable, "-c", code], **more)
        )

    runs("import os; os.abort()")
    assert checking.judge(tmp_path, "pdf").refusal == "DamagedFile"
    runs("import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass")
    assert checking.judge(tmp_path, "pdf").refusal == "TooComplex"
    monkeypatch.setattr(checking, "PATIENCE", 0.2)
    runs("import threading; threading.Event().wait()")
    assert checking.judge(tmp_path, "pdf").refusal == "TooComplex"


@pytest.mark.parametrize("name", list(ABOUT_BYTES))
def test_every_refusal_says_what_why_and_what_to_do(name: str) -> None:
    facts = {"name": "附件.pdf", "kind_zh": "PDF 文档", "kind_en": "PDF document", "seconds": 30}
    told = ABOUT_BYTES[name](**facts, found_zh="所见", found_en="what was found")
    for language in ("zh", "en"):
        assert "附件.pdf" in told.message(language)
        assert "…" not in told.message(language)
    assert told.remedy_zh
    assert told.remedy_en


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\文件.pdf", "文件.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("a\x00\r\n\x1b[2Jb.pdf", "a [2Jb.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("  ..a  \u3000 b.pdf . ", "a b.pdf"),
        ('<b>"|?*:.pdf', "_b______.pdf"),
        ("名" * 300 + ".pdf", "名" * 116 + ".pdf"),
        ("/", "未命名"),
        ("", "未命名"),
        ("\ud800a.pdf", "a.pdf"),
    ],
)
def test_names_are_only_names(sent: str, kept: str) -> None:
    assert normalised(sent) == kept


def begun(rt: Runtime, size: int, name: str = "a.pdf") -> Upload:
    with rt.transaction() as tx:
        return operations.begin(tx.session, FILLER, purpose="task:1", name=name, size=size, at=tx.now)


def row(rt: Runtime, id: str) -> Upload:
    with rt.reading() as session:
        return session.get_one(Upload, id)


def test_two_writers_of_one_upload_do_not_mix(rt: Runtime) -> None:
    upload, writing, go_on = begun(rt, 20), threading.Event(), threading.Event()

    def slowly() -> object:
        yield b"first"
        writing.set()
        go_on.wait(10)
        yield b"more!"

    first = threading.Thread(target=lambda: operations.append(rt, upload, 0, slowly()))  # type: ignore[arg-type]
    first.start()
    assert writing.wait(10)
    for ask in (
        lambda: operations.append(rt, upload, 0, [b"other"]),
        lambda: operations.cancel(rt, FILLER, upload.id),
    ):
        with pytest.raises(UploadBusy):
            ask()
    go_on.set()
    first.join()
    assert rt.files.part(upload.id).read_bytes() == b"firstmore!"
    assert operations.append(rt, upload, 10, [b"0123456789"]) == 20


def test_what_came_before_the_connection_broke_is_kept(rt: Runtime) -> None:
    upload = begun(rt, 20)

    def breaking() -> object:
        yield b"01234"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        operations.append(rt, upload, 0, breaking())  # type: ignore[arg-type]
    assert operations.received(rt.files, row(rt, upload.id)) == 5


def test_after_a_crash_the_smaller_count_holds(rt: Runtime) -> None:
    content = pdf()
    upload = begun(rt, len(content))
    operations.append(rt, upload, 0, [content[:100]])

    def die() -> None:
        raise KeyboardInterrupt

    faults.arm("commit.before", die)
    with pytest.raises(KeyboardInterrupt):
        operations.append(rt, upload, 100, [content[100:300]])
    faults.disarm()
    assert rt.files.length(upload.id) == 300
    assert operations.received(rt.files, row(rt, upload.id)) == 100
    rt.files.append(upload.id, 60, [])  # the disk lost what was not written yet
    assert operations.received(rt.files, row(rt, upload.id)) == 60
    operations.append(rt, upload, 60, [content[60:]])
    assert operations.finish(rt, FILLER, upload.id).size == len(content)


@pytest.mark.parametrize("point", ["commit.before", "commit.after"])
def test_a_crash_while_a_file_is_finished_loses_nothing(rt: Runtime, point: str) -> None:
    content = pdf()
    upload = begun(rt, len(content))
    operations.append(rt, upload, 0, [content])

    def die() -> None:
        raise KeyboardInterrupt

    faults.arm(point, die)
    with pytest.raises(KeyboardInterrupt):
        operations.finish(rt, FILLER, upload.id)
    faults.disarm()
    file = operations.finish(rt, FILLER, upload.id)
    assert rt.files.whole(file.sha256).read_bytes() == content
    with rt.reading() as session:
        assert session.get(Upload, upload.id) is None
        assert session.get(StoredFile, upload.id) is not None


def test_a_full_disk_says_nothing_of_the_file_and_keeps_what_was_there(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begun(rt, 20)
    operations.append(rt, upload, 0, [b"01234"])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull) as refused:
        operations.append(rt, upload, 5, [b"56789"])
    assert not isinstance(refused.value, FileRefused)
    monkeypatch.undo()
    assert operations.received(rt.files, row(rt, upload.id)) >= 5


@pytest.mark.parametrize("id", ["../../etc/passwd", "a/b", "", "x" * 65, "a\0b"])
def test_the_store_knows_ids_only(rt: Runtime, id: str) -> None:
    for ask in (rt.files.part, rt.files.whole, rt.files.length):
        with pytest.raises(ValueError, match="not an id"):
            ask(id)
