"""Who stands in for whom: what is lent, for how long, and to whom it may be lent at all.

An absence lends the roles that both hold in the same office, so that nobody gets a right that they did not have;
what changes is that the substitute may do what the absent person holds. What is lent is computed anew at each
request: it ends with the span, with the role of either, and is never lent on, because only own roles are lent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from engine.conditions import Grant
from engine.errors import Worded
from engine.inbox.models import Absence
from engine.policy import LENDABLE
from engine.store.people import Account, RoleGrant
from engine.store.tasks import COMPLETED, CREATED, UserTask

NOW: BindParameter[datetime] = bindparam("now", type_=Absence.starts_at.type)
"""The instant of a statement that is put together once."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who could stand in, with the roles that both hold."""

    login: str
    name: str
    grants: tuple[Grant, ...]


def lent(session: Session, login: str, now: datetime) -> tuple[Grant, ...]:
    """What people who are away at this instant lend to this person, each grant marked with whose it is."""
    rows = session.execute(_lent(), {"login": login, "now": now})
    return tuple(Grant(role, place, of) for role, place, of in rows)


def stands_in(login: Any, now: Any) -> ColumnElement[bool]:
    """Whether somebody who is away at this instant has named this person as substitute, in SQL."""
    return select(Absence.id).where(Absence.substitute == login, *_lasting(now)).exists()


def substitutes(session: Session, logins: Iterable[str], now: datetime) -> dict[str, str]:
    """The substitute's login of each of these people who is away at this instant."""
    wanted = sorted(set(logins))
    rows = session.execute(_SUBSTITUTES, {"logins": wanted, "now": now})
    return {row.login: row.substitute for row in rows}


def _lasting(now: Any) -> tuple[ColumnElement[bool], ...]:
    return (Absence.starts_at <= now, Absence.ends_at > now, Absence.ended_at.is_(None))


_SUBSTITUTES = select(Absence.login, Absence.substitute).where(
    Absence.login.in_(bindparam("logins", expanding=True)), *_lasting(NOW)
)


@cache
def _lent() -> Select[str, str, str]:
    """Asked with every request of an official: put together once."""
    theirs, mine = aliased(RoleGrant), aliased(RoleGrant)
    return (
        select(theirs.role, theirs.organisation, Absence.login)
        .join(theirs, theirs.login == Absence.login)
        .join(mine, (mine.role == theirs.role) & (mine.organisation == theirs.organisation))
        .join(Account, Account.login == Absence.login)
        .where(
            Absence.substitute == bindparam("login"),
            *_lasting(NOW),
            mine.login == bindparam("login"),
            mine.revoked_at.is_(None),
            theirs.revoked_at.is_(None),
            theirs.role.in_(LENDABLE),
            Account.active.is_(True),
        )
        .order_by(Absence.id, theirs.id)
    )


def colleagues(session: Session, login: str) -> list[Colleague]:
    """Who holds a role that may be lent in the same office as this person, by name."""
    mine, theirs = aliased(RoleGrant), aliased(RoleGrant)
    rows = session.execute(
        select(Account.login, Account.name, theirs.role, theirs.organisation)
        .join(theirs, theirs.login == Account.login)
        .join(mine, (mine.role == theirs.role) & (mine.organisation == theirs.organisation))
        .where(
            mine.login == login,
            mine.revoked_at.is_(None),
            mine.role.in_(LENDABLE),
            theirs.revoked_at.is_(None),
            Account.login != login,
            Account.active.is_(True),
        )
        .order_by(Account.name, Account.login, theirs.id)
    )
    found: dict[str, Colleague] = {}
    for other, name, role, place in rows:
        known = found.get(other, Colleague(other, name, ()))
        found[other] = Colleague(other, name, (*known.grants, Grant(role, place)))
    return list(found.values())


def overlapping(session: Session, logins: Iterable[str], start: datetime, end: datetime) -> list[Absence]:
    """The absences of these people, as absent or as substitute, that share an instant with [start, end)."""
    names = sorted(set(logins))
    rows = select(Absence).where(
        Absence.login.in_(names) | Absence.substitute.in_(names),
        Absence.ended_at.is_(None),
        Absence.starts_at < end,
        Absence.ends_at > start,
    )
    return list(session.scalars(rows.order_by(Absence.id)))


def of_person(session: Session, login: str) -> list[Absence]:
    """All absences of a person and those in which the person stands in, the newest first."""
    mine = select(Absence).where((Absence.login == login) | (Absence.substitute == login))
    return list(session.scalars(mine.order_by(Absence.starts_at.desc(), Absence.id.desc()).limit(50)))


def two_persons_broken(session: Session, login: str, substitute: str) -> UserTask | None:
    """An open task of this person whose checked step the substitute did, or was the one it was done for (I16)."""
    held = session.scalars(select(UserTask).where(UserTask.assignee == login, UserTask.state == CREATED))
    for task in held:
        listed = different_from(task)
        if listed and did(session, task.instance_id, listed, {substitute}) is not None:
            return task
    return None


def different_from(task: UserTask) -> list[str]:
    """The steps that somebody else must have done (`luzhi:differentFrom`)."""
    listed = str(task.properties.get("luzhi:differentFrom", "")).split(",")
    return [part.strip() for part in listed if part.strip()]


def did(session: Session, instance: int, elements: Sequence[str], logins: set[str]) -> Worded | None:
    """The name of one of these steps that one of these people did, or had done for them; None if nobody did."""
    step = session.scalar(
        select(UserTask)
        .where(
            UserTask.instance_id == instance,
            UserTask.element_id.in_(elements),
            UserTask.state == COMPLETED,
            UserTask.ended_by.in_(logins) | UserTask.ended_for.in_(logins),
        )
        .limit(1)
    )
    return step.called if step is not None else None


def stood_for(session: Session, keys: Sequence[str]) -> set[tuple[str, str]]:
    """(case, login) of everybody for whom somebody else did a task of a case: they count as having acted (I16)."""
    rows = select(UserTask.business_key, UserTask.ended_for).where(
        UserTask.business_key.in_(keys), UserTask.ended_for.is_not(None)
    )
    return {(key, login) for key, login in session.execute(rows) if key and login}
