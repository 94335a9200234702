"""Files come in piece by piece, are checked, kept once, and belong to whoever sent them."""

import pytest
from sqlalchemy import select

from engine.errors import NotFound
from engine.files import operations
from engine.files.refusals import (
    EmptyFile,
    FileInUse,
    FileTooLarge,
    ForeignFile,
    OffsetDiffers,
    PieceTooLong,
    PurposeFull,
    PurposeUnknown,
    TypeNotTaken,
    UploadUnfinished,
    WrongContent,
)
from engine.policy import PUBLIC, Actor
from engine.runtime import Runtime
from engine.store.files import StoredFile, Upload
from engine.store.trail import Audit
from tests.support.files import SAMPLES, pdf, png

FILLER, OTHER = Actor("filler", "王晓"), Actor("other", "别人")
PURPOSE = "task:7"


def begun(rt: Runtime, content: bytes, name: str = "附件.pdf", actor: Actor = FILLER) -> Upload:
    with rt.transaction() as tx:
        return operations.begin(tx.session, actor, purpose=PURPOSE, name=name, size=len(content), at=tx.now)


def uploaded(rt: Runtime, content: bytes, name: str = "附件.pdf", actor: Actor = FILLER) -> StoredFile:
    upload = begun(rt, content, name, actor)
    operations.append(rt, upload, 0, [content])
    return operations.finish(rt, actor, upload.id)


def put(rt: Runtime, content: bytes, name: str = "附件.pdf") -> StoredFile:
    with rt.transaction() as tx:
        return operations.put(tx.session, rt.files, FILLER, PURPOSE, name, content, tx.now)


@pytest.mark.parametrize("extension", SAMPLES)
def test_every_type_is_taken_and_its_facts_are_known(any_rt: Runtime, extension: str) -> None:
    content = SAMPLES[extension]()
    file = put(any_rt, content, f"证明.{extension.upper()}")
    with any_rt.reading() as session:
        facts = operations.facts(session, [file.id, "unknown"])[file.id]
    assert (facts.name, facts.size) == (f"证明.{extension.upper()}", len(content))
    assert facts.pages == (1 if extension == "pdf" else None)
    with any_rt.files.open(file.sha256) as stored:
        assert stored.read() == content
    assert list(any_rt.files.parts()) == []


def test_pieces_become_the_file(rt: Runtime) -> None:
    content = pdf(pages=3)
    upload = begun(rt, content)
    assert operations.append(rt, upload, 0, [content[:10], content[10:100]]) == 100
    with pytest.raises(UploadUnfinished):
        operations.finish(rt, FILLER, upload.id)
    operations.append(rt, upload, 100, [content[100:]])
    file = operations.finish(rt, FILLER, upload.id)
    assert (file.id, file.pages) == (upload.id, 3)
    assert operations.finish(rt, FILLER, upload.id).id == file.id
    with rt.reading() as session:
        assert session.scalars(select(Upload)).all() == []
        assert session.scalars(select(Audit.action).where(Audit.object_key == file.id)).all() == [
            "file.upload"
        ]


def test_the_same_bytes_are_kept_and_judged_once(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    first = put(rt, pdf("same"))
    monkeypatch.setattr("engine.files.checking.judge", lambda *_: pytest.fail("judged again"))
    assert put(rt, pdf("same"), "另一个名字.pdf").sha256 == first.sha256
    assert len(list(rt.files.wholes())) == 1


def test_what_is_refused_is_remembered_and_leaves_nothing(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WrongContent) as refused:
        uploaded(rt, png(), "图片.pdf")
    assert "PNG" in refused.value.message("zh")
    monkeypatch.setattr("engine.files.checking.judge", lambda *_: pytest.fail("judged again"))
    with pytest.raises(WrongContent):
        uploaded(rt, png(), "图片.pdf")
    assert [*rt.files.parts(), *rt.files.wholes()] == []
    with rt.reading() as session:
        assert session.scalars(select(StoredFile)).all() == []


@pytest.mark.parametrize(
    ("name", "size", "refusal"),
    [
        ("程序.exe", 10, TypeNotTaken),
        ("无扩展名", 10, TypeNotTaken),
        (".pdf", 10, TypeNotTaken),
        ("空.pdf", 0, EmptyFile),
        ("大.pdf", 20 * 1024 * 1024 + 1, FileTooLarge),
        ("大.mp4", 200 * 1024 * 1024 + 1, FileTooLarge),
    ],
)
def test_what_cannot_be_taken_is_refused_before_a_byte_is_sent(
    rt: Runtime, name: str, size: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), rt.transaction() as tx:
        operations.begin(tx.session, FILLER, purpose=PURPOSE, name=name, size=size, at=tx.now)


@pytest.mark.parametrize("purpose", ["", "task", "task:", "other:1", "task:" + "9" * 200])
def test_an_upload_says_what_it_is_for(rt: Runtime, purpose: str) -> None:
    with pytest.raises(PurposeUnknown), rt.transaction() as tx:
        operations.begin(tx.session, FILLER, purpose=purpose, name="a.pdf", size=1, at=tx.now)


def test_a_form_has_only_so_much_room_and_announced_bytes_count(rt: Runtime) -> None:
    megabytes = 200 * 1024 * 1024
    with rt.transaction() as tx:
        for _ in range(3):
            operations.begin(tx.session, FILLER, purpose=PURPOSE, name="a.mp4", size=megabytes, at=tx.now)
    with pytest.raises(PurposeFull), rt.transaction() as tx:
        operations.begin(tx.session, FILLER, purpose=PURPOSE, name="a.pdf", size=1, at=tx.now)
    with rt.transaction() as tx:
        operations.begin(tx.session, OTHER, purpose=PURPOSE, name="a.pdf", size=1, at=tx.now)


def test_a_piece_begins_where_the_bytes_end_and_the_file_never_grows_beyond_its_size(rt: Runtime) -> None:
    upload = begun(rt, b"x" * 100)
    for wrong in (1, 50, -1):
        with pytest.raises(OffsetDiffers):
            operations.append(rt, upload, wrong, [b"x"])
    with pytest.raises(PieceTooLong):
        operations.append(rt, upload, 0, [b"x" * 60, b"x" * 60])
    assert rt.files.length(upload.id) == 60


def test_others_never_learn_of_an_upload_or_a_file(rt: Runtime) -> None:
    content = pdf()
    upload = begun(rt, content)
    operations.append(rt, upload, 0, [content])
    for stranger in (OTHER, PUBLIC):
        for ask in (operations.finish, operations.cancel):
            with pytest.raises(NotFound):
                ask(rt, stranger, upload.id)
    file = operations.finish(rt, FILLER, upload.id)
    for stranger in (OTHER, PUBLIC):
        with pytest.raises(NotFound):
            operations.cancel(rt, stranger, file.id)


def test_people_without_an_account_are_told_apart_by_the_secret_of_their_purpose(rt: Runtime) -> None:
    with rt.transaction() as tx:
        upload = operations.begin(
            tx.session, PUBLIC, purpose="objection:secret", name="a.pdf", size=10, at=tx.now
        )
    with rt.reading() as session:
        assert operations.find(session, PUBLIC, upload.id, ["objection:secret"]).id == upload.id
        for purposes in ([], ["objection:other"]):
            with pytest.raises(NotFound):
                operations.find(session, PUBLIC, upload.id, purposes)


def test_a_used_file_stays_and_an_unused_one_may_go(rt: Runtime) -> None:
    used, unused = put(rt, pdf("a")), put(rt, pdf("b"))
    with rt.transaction() as tx:
        operations.attach(tx.session, [used.id, used.id], subject="objection:YY-2024-0001", at=tx.now)
    with rt.transaction() as tx:
        operations.attach(tx.session, [used.id], subject="objection:YY-2024-0001", at=tx.now)
    with pytest.raises(FileInUse):
        operations.cancel(rt, FILLER, used.id)
    operations.cancel(rt, FILLER, unused.id)
    with rt.reading() as session:
        assert set(operations.facts(session, [used.id, unused.id])) == {used.id}
    with pytest.raises(ForeignFile), rt.transaction() as tx:
        operations.attach(tx.session, [unused.id], subject="x:1", at=tx.now)
