"""The tree of organisations with how many people and enterprises lie in each, and how many there are to search."""

from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from engine.policy import ENTERPRISE_ROLES
from engine.store.people import Account, Organisation, RoleGrant

ORDER = ("province", "city", "county", "zone", "agency", "enterprise")


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation, how many active people hold a role in it, how many enterprises lie directly below."""

    row: Organisation
    people: int
    enterprises: int
    below: tuple["Node", ...] = ()


def offices(session: Session) -> list[Node]:
    """The tree of all offices and agencies from the top; enterprises are counted at their county."""
    rows = session.scalars(
        select(Organisation).where(Organisation.kind != "enterprise").order_by(Organisation.code)
    ).all()
    staff, firms = staffed(session), _enterprises(session)
    children: dict[str | None, list[Organisation]] = {}
    for row in rows:
        children.setdefault(row.parent, []).append(row)

    def node(row: Organisation) -> Node:
        order = sorted(children.get(row.code, ()), key=lambda each: (ORDER.index(each.kind), each.code))
        return Node(row, staff.get(row.code, 0), firms.get(row.code, 0), tuple(map(node, order)))

    return [node(row) for row in children.get(None, ())]


def staffed(session: Session) -> dict[str, int]:
    """How many people with open accounts hold a role of an authority, by organisation."""
    rows = session.execute(
        select(RoleGrant.organisation, func.count(func.distinct(RoleGrant.login)))
        .join(Account, Account.login == RoleGrant.login)
        .where(
            RoleGrant.revoked_at.is_(None), Account.active.is_(True), RoleGrant.role.not_in(ENTERPRISE_ROLES)
        )
        .group_by(RoleGrant.organisation)
    )
    return {row[0]: row[1] for row in rows}


def counts(session: Session) -> dict[str, int]:
    """How many organisations there are of each kind."""
    rows = session.execute(select(Organisation.kind, func.count()).group_by(Organisation.kind))
    found = {row[0]: row[1] for row in rows}
    return {kind: found.get(kind, 0) for kind in ORDER}


def search(text: str, kind: str) -> Select[Organisation]:
    """Organisations by a part of the name or the beginning of the code."""
    clauses = [Organisation.kind == kind] if kind in ORDER else []
    for word in text.split()[:4]:
        clauses.append(
            or_(
                Organisation.name.contains(word, autoescape=True),
                Organisation.code.startswith(word.upper(), autoescape=True),
            )
        )
    return select(Organisation).where(*clauses).order_by(Organisation.code)


def path(session: Session, code: str) -> list[Organisation]:
    """The organisations above one, from the top, and itself."""
    found: list[Organisation] = []
    row = session.get(Organisation, code)
    while row is not None and len(found) < len(ORDER):
        found.insert(0, row)
        row = session.get(Organisation, row.parent) if row.parent else None
    return found


def _enterprises(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Organisation.parent, func.count())
        .where(Organisation.kind == "enterprise")
        .group_by(Organisation.parent)
    )
    return {code: number for code, number in rows if code}
