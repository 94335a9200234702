"""Documents as this person may read them: the same rule for a list, a page and a file."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from engine.documents import kinds as k
from engine.documents.kinds import KINDS, Kind
from engine.documents.models import DocumentVersion
from engine.documents.operations import versions
from engine.documents.subjects import Scope, scope
from engine.errors import NotFound, Refusal
from webapp import access

KEYS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"\d{4}"), (k.CYCLE, k.NOTICE, k.ANNOUNCEMENT, k.PUBLICATION)),
    (re.compile(r"\d{4}-\d{6}"), (k.PACKAGE,)),
    (re.compile(r"\d{4}-\d{6}-\d{4}"), (k.APPLICATION,)),
    (re.compile(r"\d{4}-[SWF]-\d{4}"), (k.TITLE,)),
    (re.compile(r"GM-.+"), (k.RENAMING,)),
    (re.compile(r"JC-.+"), (k.EVALUATION,)),
    (re.compile(r"CX-.+"), (k.REVOCATION,)),
    (re.compile(r"WT-\d+"), (k.MANDATE,)),
)
"""What a business key is about, told by its form."""


def abouts(key: str) -> tuple[str, ...]:
    """What documents about this business key are about; nothing for keys of other registers."""
    return next((found for form, found in KEYS if form.fullmatch(key)), ())


def readable(session: Session, kind: Kind, subject: str) -> tuple[Scope, Sequence[DocumentVersion]]:
    """What the document is about, and its versions. Raises NotFound, alike for what one may not know of."""
    where = scope(session, kind, subject)
    found = [
        row for row in versions(session, kind.id, where.subject) if access.may("document.read", row)
    ]  # a version is for the area in which it was made: a new holder of a title reads the new ones
    if not found and not access.may("document.produce", where):
        raise _nothing()
    return where, found


def _nothing() -> NotFound:
    return NotFound(what_zh="这份文书", what_en="This document")


def newest_versions(**wanted: Any) -> Select[tuple[DocumentVersion]]:
    """The newest versions that this person may read, by the columns given (None: any)."""
    last = (
        select(
            DocumentVersion.kind, DocumentVersion.subject, func.max(DocumentVersion.version).label("version")
        )
        .group_by(DocumentVersion.kind, DocumentVersion.subject)
        .subquery()
    )
    query: Select[tuple[DocumentVersion]] = (
        access.visible("document.read", select(DocumentVersion))
        .join(
            last,
            (last.c.kind == DocumentVersion.kind)
            & (last.c.subject == DocumentVersion.subject)
            & (last.c.version == DocumentVersion.version),
        )
        .options(selectinload(DocumentVersion.files))
    )
    for name, value in wanted.items():
        if value not in (None, ""):
            query = query.where(getattr(DocumentVersion, name) == value)
    return query


def of_case(session: Session, about: str, subject: str) -> list[tuple[Kind, Scope, DocumentVersion | None]]:
    """The kinds of documents about one subject that this person may read or make, each with its newest version."""
    rows = []
    for kind in KINDS.values():
        if kind.about != about:
            continue
        try:
            where = scope(session, kind, subject)
        except Refusal:
            continue
        found = [row for row in versions(session, kind.id, where.subject) if access.may("document.read", row)]
        if found or access.may("document.produce", where):
            rows.append((kind, where, found[0] if found else None))
    return rows
