"""Producing a document: a version with its values, its template and its files, which never changes afterwards."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine import audit
from engine.documents import templates
from engine.documents import values as v
from engine.documents.errors import ReasonNeeded
from engine.documents.kinds import Kind
from engine.documents.models import DocumentFile, DocumentVersion
from engine.documents.names import file_name
from engine.documents.rendering import MEDIA_TYPES, kind_of, render_file
from engine.documents.subjects import Scope, scope
from engine.errors import NotFound
from engine.policy import Actor
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.files import FileUse, StoredFile

FOLDER = "documents"
"""The folder of the templates among the processes of a deployment."""


def folder(runtime: Runtime) -> Path:
    """Where the templates of this deployment lie."""
    return runtime.settings.processes / FOLDER


def render(kind: str, values: Mapping[str, Any], format: str, templates_folder: Path | None = None) -> bytes:
    """A file of values that is kept nowhere: a preview. Raises NotFound, ValuesIncomplete, TemplateBroken."""
    found = kind_of(kind)
    where = templates_folder or Settings().processes / FOLDER
    return render_file(where, found, v.complete(found, values), format)


def render_all(runtime: Runtime, kind: Kind, values: Mapping[str, Any]) -> dict[str, bytes]:
    """All files of complete values."""
    return {format: render_file(folder(runtime), kind, values, format) for format in kind.formats}


def produce(
    session: Session,
    runtime: Runtime,
    *,
    kind: str,
    subject: str,
    values: Mapping[str, Any],
    actor: Actor | str,
    at: datetime,
    reason: str = "",
    rendered: Mapping[str, bytes] | None = None,
) -> DocumentVersion:
    """The newest version when it is of these values and this template; else another one, which needs a reason.

    `rendered` are the files when they were made before the transaction. Raises ReasonNeeded, ValuesIncomplete,
    NotFound, TemplateBroken, StorageFull.
    """
    found = kind_of(kind)
    where = scope(session, found, subject)
    subject = where.subject
    content = v.complete(found, values)
    template, hashed = templates.digest(folder(runtime), found), v.digest(content)
    last = newest(session, kind, subject)
    if last is not None and (last.template_sha256, last.values_sha256) == (template, hashed):
        return last
    if last is not None and not reason.strip():
        raise ReasonNeeded(kind=found.zh, kind_en=found.en, subject=subject, version=last.version)
    login = actor if isinstance(actor, str) else actor.login
    made = DocumentVersion(
        kind=kind,
        subject=subject,
        version=last.version + 1 if last else 1,
        title=where.title,
        **{name: getattr(where, name) for name in ("year", "city", "county", "uscc", "organisation")},
        template_sha256=template,
        values_sha256=hashed,
        content=content,
        reason=reason.strip(),
        produced_by=login,
        produced_at=at,
    )
    files = rendered or render_all(runtime, found, content)
    _keep(session, runtime, found, where, made, files)
    _note(session, made)
    return made


def _keep(
    session: Session,
    runtime: Runtime,
    kind: Kind,
    where: Scope,
    made: DocumentVersion,
    files: Mapping[str, bytes],
) -> None:
    """The bytes go into the store of files; rows that are used there keep them from being cleaned away."""
    for format, content in sorted(files.items()):
        digest = hashlib.sha256(content).hexdigest()
        made.files.append(DocumentFile(format=format, sha256=digest, size=len(content)))
        _store(runtime, content, digest)
    session.add(made)
    session.flush()
    for file in made.files:
        row = StoredFile(
            id="d" + secrets.token_urlsafe(18),
            sha256=file.sha256,
            name=file_name(kind, where, made.version, file.format),
            kind=file.format,
            media_type=MEDIA_TYPES[file.format],
            size=file.size,
            pages=None,
            purpose=f"document:{made.kind}",
            by=made.produced_by,
            begun_at=made.produced_at,
            at=made.produced_at,
        )
        session.add(row)
        session.flush()
        session.add(
            FileUse(file_id=row.id, subject=f"document:{made.id}", submission_id=None, at=made.produced_at)
        )
    session.flush()


def _store(runtime: Runtime, content: bytes, digest: str) -> None:
    part = "d" + secrets.token_urlsafe(18)
    try:
        runtime.files.append(part, 0, [content])
        runtime.files.keep(part, digest)
    finally:
        runtime.files.forget(part)


def _note(session: Session, made: DocumentVersion) -> None:
    audit.append(
        session,
        at=made.produced_at,
        actor=made.produced_by,
        action="document.produce",
        object_type="document",
        object_key=f"{made.kind}/{made.subject}/{made.version}",
        business_key=made.subject,
        detail={
            "values": made.values_sha256,
            "template": made.template_sha256,
            "files": {file.format: file.sha256 for file in made.files},
            "reason": made.reason,
        },
    )


def newest(session: Session, kind: str, subject: str) -> DocumentVersion | None:
    """The newest version of a document, or None before the first."""
    return next(iter(versions(session, kind, subject)), None)


def versions(session: Session, kind: str, subject: str) -> Sequence[DocumentVersion]:
    """Every version of a document, the newest first."""
    return session.scalars(
        select(DocumentVersion)
        .where(DocumentVersion.kind == kind, DocumentVersion.subject == subject)
        .order_by(DocumentVersion.version.desc())
        .options(selectinload(DocumentVersion.files))
    ).all()


def file_of(version: DocumentVersion, format: str) -> DocumentFile:
    """One file of a version. Raises NotFound."""
    found = next((file for file in version.files if file.format == format), None)
    if found is None:
        raise NotFound(what_zh="这个文件", what_en="This file")
    return found
