"""Rights against the trail: each that somebody holds or held was given by a link of the chain, and none came back.

A trigger refuses a right without a second person, but cannot know who typed `system` into a statement; whoever owns
the database can switch it off besides. The link stays the only way to have given a right.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.operation.checking.report import Area
from engine.runtime import Runtime
from engine.store.people import RoleGrant
from engine.store.trail import Audit

GIVEN, LISTED, WITHDRAWN = "grant.add", "account.import_approved", "grant.withdraw"
Key = tuple[str, str, datetime, str]
"""Whose right, which (role@organisation), when, by whom: who approved it, or gave it where nobody has to approve."""


def rights(rt: Runtime, area: Area) -> None:
    """Every row of a right, revoked ones, too."""
    with rt.reading() as session:
        links = Counter(_given(session))
        gone = set(_withdrawn(session))
        for row in session.scalars(select(RoleGrant).order_by(RoleGrant.id)):
            area.looked += 1
            grant = f"{row.role}@{row.organisation}"
            key = (row.login, grant, row.granted_at, row.approved_by or row.granted_by)
            if not links[key]:
                _tell_unknown(area, row, grant)
            links[key] -= 1
            if row.revoked_at is not None:
                gone.discard((row.login, grant, row.revoked_at))
    for login, grant, at in sorted(gone):
        area.tell(
            f"账号 {login} 的权限 {grant} 已于 {at:%Y-%m-%d %H:%M:%S} 收回（审计链有记录），数据库中却没有收回",
            f"the right {grant} of {login} was taken away at {at:%Y-%m-%d %H:%M:%S} by the trail, not in the database",
        )


def _tell_unknown(area: Area, row: RoleGrant, grant: str) -> None:
    area.tell(
        f"账号 {row.login} 的权限 {grant}（第 {row.id} 行，授予人 {row.granted_by}）在审计链中没有授予或批准的记录："
        "请立即收回并查明是谁写入的",
        f"the right {grant} of {row.login} (row {row.id}, given by {row.granted_by}) has no link of the trail that "
        "gave or approved it: revoke it at once and find out who wrote it",
    )


def _given(session: Session) -> Iterator[Key]:
    for actor, at, action, login, detail in _links(session, GIVEN, LISTED):
        if action == GIVEN:
            yield login, detail["grant"], at, actor
            continue
        for line in detail.get("grants", ()):
            whose, _, grant = line.rpartition(" ")
            yield whose, grant, at, actor


def _withdrawn(session: Session) -> Iterator[tuple[str, str, datetime]]:
    for _, at, _, login, detail in _links(session, WITHDRAWN):
        yield login, detail["grant"], at


def _links(session: Session, *actions: str) -> Any:
    wanted = select(Audit.actor, Audit.at, Audit.action, Audit.object_key, Audit.detail)
    return session.execute(wanted.where(Audit.action.in_(actions)).order_by(Audit.sequence))
