"""The bytes of attachments against their hashes."""

import random

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.documents.models import DocumentFile
from engine.operation.backup.places import digest_of
from engine.operation.checking.report import Area
from engine.runtime import Runtime
from engine.store.files import FileUse, StoredFile


def attachments(rt: Runtime, area: Area, share: float = 1.0) -> None:
    """Every attachment has its bytes; of `share` of them, by chance, the bytes are read and compared."""
    with rt.reading() as session:
        sizes = _named(session)
        used = _used(session)
    chance = random.Random()  # noqa: S311 - another sample every time, no secret
    read = 0
    for digest, size in sorted(sizes.items()):
        area.looked += 1
        path = rt.files.whole(digest)
        try:
            found = path.stat().st_size
        except FileNotFoundError:
            if digest in used:
                area.tell(f"附件 {digest} 的内容不在了", f"the bytes of attachment {digest} are gone")
            continue
        whole = share >= 1 or chance.random() < share
        read += whole
        if found != size or (whole and digest_of(path) != digest):
            area.tell(f"附件 {digest} 的内容已被改动", f"the bytes of attachment {digest} were changed")
    if share < 1:
        area.note_zh, area.note_en = f"读出比对 {read} 个", f"{read} were read and compared"


def _named(session: Session) -> dict[str, int]:
    """The hashes that rows name, with their sizes."""
    asked = (select(table.sha256, table.size) for table in (StoredFile, DocumentFile))
    return {row[0]: row[1] for query in asked for row in session.execute(query)}


def _used(session: Session) -> set[str]:
    """The hashes of what belongs to something; what nothing uses may have been cleaned away a moment ago."""
    attached = exists().where(FileUse.file_id == StoredFile.id)
    return {
        *session.scalars(select(StoredFile.sha256).where(attached)),
        *session.scalars(select(DocumentFile.sha256)),
    }
