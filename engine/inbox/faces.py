"""The face of a case, kept in the transaction that opens its tasks."""

import re
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from engine.inbox.models import CaseFace, CaseFollow, CaseToken
from engine.inbox.words import tokens
from engine.policy import Actor
from engine.programme.subjects import subjects
from engine.store.tasks import CREATED, UserTask, UserTaskCandidate

YEAR = re.compile(r"(?:[A-Z]+-)?(20\d\d)(?:-(\d{6}))?\b")
CYCLE = re.compile(r"20\d\d(?:-\d{6})?")
TITLE = re.compile(r"20\d\d-[SWF]-\d+")

_TABLE = cast("Table", CaseFace.__table__)
_FACE = select(_TABLE).where(_TABLE.c.key == bindparam("key"))
_FOLLOWED = select(CaseFollow.since).where(
    CaseFollow.login == bindparam("login"), CaseFollow.key == bindparam("key")
)
Face = dict[str, str]
COLUMNS = ("company", "city", "type", "year")
"""What every list filters by, copied to the rows of tasks."""


def face(session: Session, key: str | None) -> Face:
    """What lists say about a business key, written down with its search words when it is new.

    A title is looked up again each time, because its holder may have been renamed. Empty texts without a key.
    """
    if not key:
        return dict.fromkeys(COLUMNS, "")
    known = session.execute(_FACE, {"key": key}).mappings().first()
    if known is not None and not TITLE.fullmatch(key):
        return {name: known[name] for name in COLUMNS}
    found = _found(session, key)
    if found is None:
        return _plain(key)
    if known is None or any(known[name] != value for name, value in found.items()):
        write_face(session, key, found)
    return {name: found[name] for name in COLUMNS}


def follows(session: Session, actor: Actor, key: str | None) -> bool:
    """Whether a person follows a case."""
    return key is not None and session.scalar(_FOLLOWED, {"login": actor.login, "key": key}) is not None


def index_tasks(session: Session) -> int:
    """Fill in what open tasks of an older release lack; answers how many cases were new."""
    known = select(CaseFace.key)
    keys = session.scalars(
        select(UserTask.business_key)
        .where(UserTask.state == CREATED, UserTask.business_key.not_in(known))
        .distinct()
    ).all()
    for key in keys:
        facts: Any = face(session, key)
        session.execute(update(UserTask).where(UserTask.business_key == key).values(**facts))
        tasks = select(UserTask.id).where(UserTask.business_key == key)
        offers = update(UserTaskCandidate).where(UserTaskCandidate.task_id.in_(tasks))
        session.execute(offers.values(business_key=key, **facts))
    session.execute(
        update(UserTaskCandidate)
        .where(UserTaskCandidate.created_at.is_(None))
        .values(
            created_at=select(UserTask.created_at)
            .where(UserTask.id == UserTaskCandidate.task_id)
            .scalar_subquery()
        )
    )
    return len(keys)


def _found(session: Session, key: str) -> Face | None:
    """The face out of the registers; None for a case that they do not know yet."""
    if CYCLE.fullmatch(key):
        return {**dict.fromkeys(("company", "uscc", "name", "type"), ""), **place_of(key)}
    subject = subjects(session, [key]).get(key)
    if subject is None:
        return None
    return {
        "company": subject.holder,
        "uscc": subject.uscc,
        "name": subject.name,
        "city": subject.city,
        "type": subject.type,
        "year": subject.year or place_of(key)["year"],
    }


def _plain(key: str) -> Face:
    return {"company": "", "type": "", **place_of(key)}


def place_of(key: str) -> Face:
    """Year and city as far as a number says them: 2024, 2024-370100, 2024-370102-0001."""
    match = YEAR.match(key)
    year, area = match.groups() if match else ("", None)
    return {"year": year, "city": f"{area[:4]}00" if area else ""}


def write_face(session: Session, key: str, found: Face) -> None:
    """Write a case's face (all columns) and search words down in place of what was known of it."""
    session.execute(delete(CaseToken).where(CaseToken.key == key))
    session.execute(delete(CaseFace).where(CaseFace.key == key))
    session.execute(insert(cast("Table", CaseFace.__table__)), [{"key": key, **found}])
    words = tokens((found["company"], found["name"]), (found["uscc"], key))
    rows = [{"token": word, "key": key} for word in sorted(words)]
    session.execute(insert(cast("Table", CaseToken.__table__)), rows)
