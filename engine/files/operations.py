"""How a file comes in: begin, append piece by piece, finish; or all at once by `put`. Then it is attached to something.

The bytes never wait inside a transaction: a slow network must not hold the database.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from engine import audit
from engine.files import checking
from engine.files.checking import Verdict
from engine.files.kinds import KINDS
from engine.files.limits import require_room, require_taken
from engine.files.names import normalised
from engine.files.refusals import (
    FileInUse,
    ForeignFile,
    OffsetDiffers,
    PieceTooLong,
    UploadUnfinished,
    no_file,
)
from engine.files.store import FileStore
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.files import FileUse, StoredFile, Upload
from forms.files import FileFacts

PIECE = 4 * 1024 * 1024
"""Bytes of one piece: a lost connection costs seconds, and the body limit of the site (8 MB) stands."""


def begin(session: Session, actor: Actor, *, purpose: str, name: str, size: int, at: datetime) -> Upload:
    """Announce a file. Raises TypeNotTaken, EmptyFile, FileTooLarge, PurposeFull, TooManyUploads, PurposeUnknown."""
    upload = _announced(session, actor, purpose, name, size, at)
    session.add(upload)
    session.flush()
    return upload


def _announced(session: Session, actor: Actor, purpose: str, name: str, size: int, at: datetime) -> Upload:
    """A file that is taken by its name and size and for which there is room, not in the database yet."""
    name = normalised(name)
    kind = require_taken(name, size)
    require_room(session, actor, purpose, name, size, at)
    return Upload(
        id="f" + secrets.token_urlsafe(18),  # forms want ids that begin with a letter
        purpose=purpose,
        by=actor.login,
        name=name,
        kind=kind.id,
        size=size,
        offset=0,
        begun_at=at,
        changed_at=at,
    )


def find(session: Session, actor: Actor, id: str, purposes: Iterable[str] = ()) -> Upload:
    """One's own upload. Whoever has no account proves it by the purpose. Raises NotFound for everything else."""
    upload = session.get(Upload, id)
    if upload is None or not _owns(actor, upload, purposes):
        raise no_file()
    return upload


def find_file(session: Session, actor: Actor, id: str, purposes: Iterable[str] = ()) -> StoredFile:
    """One's own finished file, as `find`. Raises NotFound."""
    file = session.get(StoredFile, id)
    if file is None or not _owns(actor, file, purposes):
        raise no_file()
    return file


def _owns(actor: Actor, row: Upload | StoredFile, purposes: Iterable[str]) -> bool:
    return row.by == actor.login and (actor.signed_in or row.purpose in set(purposes))


def received(store: FileStore, upload: Upload) -> int:
    """Bytes that are surely there: the smaller of what the row says and what the disk has, after a crash."""
    return min(upload.offset, store.length(upload.id))


def append(rt: Runtime, upload: Upload, offset: int, pieces: Iterable[bytes]) -> int:
    """Write a piece that begins at `offset`; the new offset. What came before a connection broke is kept.

    Raises UploadBusy, OffsetDiffers, PieceTooLong, NotFound, and what `pieces` raises.
    """
    with rt.files.writing(upload.id):
        with rt.reading() as session:
            upload = _again(session, upload)
        here = received(rt.files, upload)
        if offset != here:
            raise OffsetDiffers(offset=here, sent=offset)
        try:
            rt.files.append(upload.id, offset, _no_longer(pieces, min(PIECE, upload.size - offset)))
        finally:
            reached = _note(rt, upload, rt.files.length(upload.id))
    return reached


def _again(session: Session, upload: Upload) -> Upload:
    found = session.get(Upload, upload.id)
    if found is None:
        raise no_file()
    return found


def _no_longer(pieces: Iterable[bytes], most: int) -> Iterable[bytes]:
    for piece in pieces:
        most -= len(piece)
        if most < 0:
            raise PieceTooLong
        yield piece


def _note(rt: Runtime, upload: Upload, length: int) -> int:
    with rt.transaction() as tx:
        tx.session.execute(
            update(Upload).where(Upload.id == upload.id).values(offset=length, changed_at=tx.now)
        )
    return length


def finish(rt: Runtime, actor: Actor, id: str, purposes: Iterable[str] = ()) -> StoredFile:
    """Check a complete upload and keep it; asked again, answer the same file.

    Raises NotFound, UploadUnfinished, UploadBusy, and every refusal about bytes, after which the upload is gone.
    """
    with rt.reading() as session:
        done = session.get(StoredFile, id)
        if done is not None and _owns(actor, done, purposes):
            return done
        upload = find(session, actor, id, purposes)
    with rt.files.writing(id):
        here = received(rt.files, upload)
        if here != upload.size:
            raise UploadUnfinished(offset=here, size=upload.size)
        file = _keep(rt, actor, upload)
    rt.files.forget(id)
    return file


def _keep(rt: Runtime, actor: Actor, upload: Upload) -> StoredFile:
    digest = rt.files.digest(upload.id)
    with rt.reading() as session:
        verdict = checking.known(session, digest, upload.kind)
    fresh = verdict is None
    verdict = verdict or checking.judge(rt.files.part(upload.id), upload.kind)
    if not verdict.refusal:
        rt.files.keep(upload.id, digest)
    with rt.transaction() as tx:
        if (
            tx.session.execute(delete(Upload).where(Upload.id == upload.id).returning(Upload.id)).first()
            is None
        ):
            raise no_file()  # cancelled, or finished by another request, meanwhile
        if fresh:
            checking.remember(tx.session, digest, upload.kind, verdict, tx.now)
        if not verdict.refusal:
            return _store(tx.session, actor, upload, digest, verdict, tx.now)
    rt.files.forget(upload.id)
    verdict.require(upload.name, upload.kind)
    raise AssertionError("a refusal was not raised")


def _store(
    session: Session, actor: Actor, upload: Upload, digest: str, verdict: Verdict, at: datetime
) -> StoredFile:
    file = StoredFile(
        id=upload.id,
        sha256=digest,
        name=upload.name,
        kind=upload.kind,
        media_type=KINDS[upload.kind].media_type,
        size=upload.size,
        pages=verdict.pages,
        purpose=upload.purpose,
        by=upload.by,
        begun_at=upload.begun_at,
        at=at,
    )
    session.add(file)
    session.flush()
    detail = {"sha256": digest, "size": file.size, "kind": file.kind, "purpose": _public(upload.purpose)}
    audit.append(
        session,
        at=at,
        actor=actor.login,
        action="file.upload",
        object_type="file",
        object_key=file.id,
        detail=detail,
    )
    return file


def _public(purpose: str) -> str:
    """A purpose for the trail: the secret part of an anonymous one stays out of it."""
    return purpose if purpose.startswith(("task:", "start:")) else purpose.partition(":")[0]


def put(
    session: Session, store: FileStore, actor: Actor, purpose: str, name: str, content: bytes, at: datetime
) -> StoredFile:
    """Take a small file at once, in the caller's transaction. Raises as `begin` and `finish`.

    Bytes that were judged before and are there still are not written again.
    """
    upload = _announced(session, actor, purpose, name, len(content), at)
    digest = sha256(content).hexdigest()
    verdict = checking.known(session, digest, upload.kind)
    if verdict is None or not (verdict.refusal or store.renew(digest)):
        verdict = _taken_in(session, store, upload, content, digest, verdict)
    verdict.require(upload.name, upload.kind)
    return _store(session, actor, upload, digest, verdict, at)


def _taken_in(
    session: Session, store: FileStore, upload: Upload, content: bytes, digest: str, known: Verdict | None
) -> Verdict:
    """Write the bytes, judge them unless that was done, and keep them when they are accepted; the verdict."""
    try:
        store.append(upload.id, 0, [content])
        verdict = known or checking.judge(store.part(upload.id), upload.kind)
        if known is None and not verdict.refusal:  # a refusal rolls the caller back, and the verdict with it
            checking.remember(session, digest, upload.kind, verdict, upload.begun_at)
        if not verdict.refusal:
            store.keep(upload.id, digest)
    finally:
        store.forget(upload.id)
    return verdict


def facts(session: Session, ids: Iterable[str]) -> Mapping[str, FileFacts]:
    """What is known of these files, by id; unknown ids are left out. Whether somebody may know is for the caller."""
    wanted = list(dict.fromkeys(ids))
    found = session.scalars(select(StoredFile).where(StoredFile.id.in_(wanted))) if wanted else ()
    return {file.id: facts_of(file) for file in found}


def facts_of(file: StoredFile) -> FileFacts:
    """One file's facts, as forms know them."""
    return FileFacts(file.id, file.name, file.size, file.media_type, file.pages)


def attach(
    session: Session,
    ids: Iterable[str],
    *,
    at: datetime,
    submission_id: int | None = None,
    subject: str | None = None,
) -> None:
    """Make files part of a submission or another subject, for good. Raises ForeignFile for an id that is no file's."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return
    subject = subject or f"submission:{submission_id}"
    missing = set(wanted) - set(facts(session, wanted))
    if missing:
        raise ForeignFile(count=len(missing))
    there = set(
        session.scalars(
            select(FileUse.file_id).where(FileUse.subject == subject, FileUse.file_id.in_(wanted))
        )
    )
    rows = [
        {"file_id": id, "subject": subject, "submission_id": submission_id, "at": at}
        for id in wanted
        if id not in there
    ]
    if rows:
        session.execute(insert(FileUse), rows)


def cancel(rt: Runtime, actor: Actor, id: str, purposes: Iterable[str] = ()) -> None:
    """Forget one's own upload, or a finished file that nothing uses. Raises NotFound, FileInUse, UploadBusy."""
    with rt.reading() as session:  # before the lock, whose file nobody else may make
        if session.get(StoredFile, id) is None:
            find(session, actor, id, purposes)
        else:
            find_file(session, actor, id, purposes)
    with rt.files.writing(id):
        with rt.transaction() as tx:
            file = tx.session.get(StoredFile, id)
            if file is None:
                tx.session.delete(find(tx.session, actor, id, purposes))
            else:
                _remove(tx.session, actor, find_file(tx.session, actor, id, purposes), tx.now)
        rt.files.forget(id)


def _remove(session: Session, actor: Actor, file: StoredFile, at: datetime) -> None:
    """The row goes; its bytes follow when nothing else has the same (`engine.files.cleaning`)."""
    if session.scalar(select(FileUse.id).where(FileUse.file_id == file.id).limit(1)) is not None:
        raise FileInUse(name=file.name)
    session.delete(file)
    detail = {"sha256": file.sha256, "purpose": _public(file.purpose)}
    audit.append(
        session,
        at=at,
        actor=actor.login,
        action="file.remove",
        object_type="file",
        object_key=file.id,
        detail=detail,
    )
