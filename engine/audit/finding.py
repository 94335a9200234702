"""Searching the trail: by who, what, which object, which case, when, and words; newest first, by the links' numbers."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, Text, or_, select, type_coerce
from sqlalchemy.orm import Session

from engine import masking, policy
from engine.audit import words
from engine.clock import start_of_day
from engine.policy import Actor
from engine.store.people import RoleGrant
from engine.store.trail import Audit


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is sought; empty fields ask for nothing. `actor`, `object_key`, `case` are told in full, `text` in part."""

    actor: str = ""
    action: str = ""
    """A code, or a part of an action's words."""
    object_type: str = ""
    object_key: str = ""
    case: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Some links, newest first, and behind which number the next ones are; None at the end."""

    links: list[Audit]
    next: int | None


def find(
    session: Session, actor: Actor, eyes: masking.Reader, wanted: Wanted, before: int | None, size: int
) -> Found:
    """At most `size` links that the actor may see, numbered below `before`.

    A search may not tell what a page hides: logins that the reader may not know find nothing, and words are only
    found in what the reader sees. Such a page may be shorter than its size although others follow.
    """
    if wanted.actor in eyes.hidden_logins or wanted.object_key in eyes.hidden_logins:
        return Found([], None)
    query = policy.visible(actor, "audit.read", _narrowed(select(Audit), wanted))
    if before is not None:
        query = query.where(Audit.sequence < before)
    rows = list(session.scalars(query.order_by(Audit.sequence.desc()).limit(size + 1)))
    page, more = rows[:size], len(rows) > size
    seen = [row for row in page if not wanted.text or _shows(eyes, row, wanted.text)]
    return Found(seen, page[-1].sequence if more else None)


def one(session: Session, actor: Actor, sequence: int) -> Audit | None:
    """The link of this number, if the actor may see it."""
    return session.scalar(
        policy.visible(actor, "audit.read", select(Audit).where(Audit.sequence == sequence))
    )


def roles_of(session: Session, login: str) -> list[str]:
    """The roles that somebody holds or once held: by them a link belongs to a kind of administrators."""
    return list(session.scalars(select(RoleGrant.role).where(RoleGrant.login == login).distinct()))


def _narrowed(query: Select[Audit], wanted: Wanted) -> Select[Audit]:
    exact = {
        Audit.actor: wanted.actor,
        Audit.object_type: wanted.object_type,
        Audit.object_key: wanted.object_key,
        Audit.business_key: wanted.case,
    }
    for column, value in exact.items():
        if value:
            query = query.where(column == value)
    if wanted.action:
        query = query.where(Audit.action.in_([wanted.action, *words.matching(wanted.action)]))
    if wanted.first:
        query = query.where(Audit.at >= start_of_day(wanted.first))
    if wanted.last:
        query = query.where(Audit.at < start_of_day(wanted.last + timedelta(days=1)))
    return query.where(_has(wanted.text)) if wanted.text else query


def _has(text: str) -> Any:
    detail = type_coerce(Audit.detail, Text)
    columns = (detail, Audit.object_key, Audit.business_key)
    return or_(*(column.contains(text, autoescape=True) for column in columns))


def _shows(eyes: masking.Reader, row: Audit, text: str) -> bool:
    _, key, detail = eyes.link(row)
    return text in f"{key}\n{row.business_key or ''}\n{detail!s}"
