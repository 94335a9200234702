"""How an objection comes in: registered and its process started in one transaction, so that none is ever
lost.

The process is handed the objection's number only; who objected stays in the register.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.commands.retrying import command
from engine.commands.starts import begin
from engine.policy import Actor
from engine.programme.announcements.models import PublicNotice, PublicNoticeItem
from engine.programme.objections import operations
from engine.programme.objections.errors import ObjectionIncomplete
from engine.programme.titles import operations as titles
from engine.runtime import Runtime
from engine.store.definitions import PROCESS


@command
def object_to(rt: Runtime, actor: Actor, facts: Mapping[str, Any]) -> str:
    """Receive an objection against an announced application or a title; its number.

    `facts` as in `operations.receive`. Raises ObjectionIncomplete (also when the item was never announced),
    TitleUnknown, NotDeployed.
    """
    with rt.transaction() as tx:
        rt.definitions.refresh(tx.session)
        version = rt.definitions.find(PROCESS, "objection")
        objection = operations.receive(
            tx.session,
            facts,
            actor=actor.login,
            at=tx.now,
            received_until=_received_until(tx.session, facts),
        )
        number = objection.objection_no
        begin(rt, tx, actor, version, {"objection_no": number}, number)
        return number


def _received_until(session: Session, facts: Mapping[str, Any]) -> datetime | None:
    """The exclusive end of the last public notice of an application.

    None for a title, which has no such end.
    """
    if facts.get("title_no"):
        titles.require(session, str(facts["title_no"]))
        return None
    ends = (
        select(func.max(PublicNotice.ends_at))
        .join(PublicNoticeItem, PublicNoticeItem.notice_id == PublicNotice.id)
        .where(PublicNoticeItem.application_no == facts.get("application_no"))
    )
    found = session.scalar(ends)
    if found is None:
        raise ObjectionIncomplete(zh_why="该项尚未公示。", en_why="the item has not been announced.")
    return found
