"""A person has a document made: values from its register, files before the transaction, the version inside it."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sqlalchemy.orm import Session

from engine import policy
from engine.commands.retrying import command
from engine.documents import values as v
from engine.documents.kinds import Kind
from engine.documents.models import DocumentVersion
from engine.documents.operations import folder, newest, produce, render_all
from engine.documents.rendering import kind_of
from engine.documents.subjects import scope
from engine.documents.templates import digest
from engine.policy import Actor
from engine.runtime import Runtime


def values_of(rt: Runtime, session: Session, kind: Kind, subject: str) -> dict[str, Any]:
    """The values as the registers have them now. Raises NotMadeYet, ValuesIncomplete, NotFound."""
    module, _, function = kind.builder.partition(":")
    built: Mapping[str, Any] = getattr(import_module(module), function)(rt, session, subject)
    return v.complete(kind, built)


@command
def issue(
    rt: Runtime, actor: Actor, kind: str, subject: str, reason: str = ""
) -> tuple[DocumentVersion, bool]:
    """The version of what the registers say now, and whether it is new. Another version needs a reason.

    Raises NotAllowed, NotFound, NotMadeYet, ValuesIncomplete, ReasonNeeded, TemplateBroken.
    """
    found = kind_of(kind)
    with rt.reading() as session:
        where = scope(session, found, subject)
        policy.require(actor, "document.produce", where)
        subject = where.subject
        values = values_of(rt, session, found, subject)
        known = newest(session, kind, subject)
    hashed = v.digest(values)
    same = known is not None and known.values_sha256 == hashed
    rendered = None if same else render_all(rt, found, values)
    with rt.transaction() as tx:
        policy.require(actor, "document.produce", scope(tx.session, found, subject))
        again = values_of(rt, tx.session, found, subject)
        made = produce(
            tx.session,
            rt,
            kind=kind,
            subject=subject,
            values=again,
            actor=actor,
            at=tx.now,
            reason=reason,
            rendered=rendered if v.digest(again) == hashed else None,
        )
        return made, known is None or made.version != known.version


def changed(rt: Runtime, session: Session, version: DocumentVersion) -> bool:
    """Whether the registers or the template say something else now than this version does."""
    kind = kind_of(version.kind)
    values = values_of(rt, session, kind, version.subject)
    return version.values_sha256 != v.digest(values) or version.template_sha256 != digest(folder(rt), kind)
