"""After expiry: what was decided on each open case, and what old titles are called under the successor (article 15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.retrying import command
from engine.policy import Actor
from engine.programme.measures.ending import end
from engine.programme.measures.errors import AfterwardsRefused
from engine.programme.measures.models import (
    CONTINUE,
    FREEZE,
    TERMINATE,
    Continuation,
    ExpiryDecision,
    ExpiryItem,
    LevelMapping,
)
from engine.programme.measures.operations import require
from engine.runtime import Runtime
from engine.store.instances import Instance

DECISIONS = {
    FREEZE: ("到期冻结", "Frozen"),
    CONTINUE: ("延续办理", "Continued"),
    TERMINATE: ("依据失效，终止", "Terminated"),
}
FROZEN = frozenset({"annual_cycle", "application", "recommendation"})
"""Frozen at expiry: continued only by a decision to continue that stands in its register."""
ALWAYS = frozenset({"objection", "renaming", "revocation", "registration"})
"""Handling and remedies of what was done in force go on: nobody terminates them here."""
TYPES = ("SCENE", "WORKSHOP", "FACTORY")


@dataclass(frozen=True, slots=True)
class Open:
    """One case that was open at expiry: whether it still runs, and what was decided on it, newest first."""

    item: ExpiryItem
    status: str
    decisions: tuple[ExpiryDecision, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be decided on such a case."""
        if self.item.process_id in FROZEN:
            return (FREEZE, CONTINUE, TERMINATE)
        return (CONTINUE,) if self.item.process_id in ALWAYS else (FREEZE, TERMINATE)


def still_open(session: Session, measure_code: str) -> list[Open]:
    """The cases of the list of open matters (到期清单), by process and key."""
    rows = session.execute(
        select(ExpiryItem, Instance.status)
        .outerjoin(Instance, Instance.id == ExpiryItem.instance_key)
        .where(ExpiryItem.measure_code == measure_code)
        .order_by(ExpiryItem.process_id, ExpiryItem.business_key, ExpiryItem.id)
    ).all()
    decided: dict[int, list[ExpiryDecision]] = {}
    ids = [item.id for item, _ in rows]
    for row in session.scalars(
        select(ExpiryDecision).where(ExpiryDecision.item_id.in_(ids)).order_by(ExpiryDecision.id.desc())
    ):
        decided.setdefault(row.item_id, []).append(row)
    return [Open(item, status or "", tuple(decided.get(item.id, ()))) for item, status in rows]


@command
def decide(rt: Runtime, actor: Actor, item_id: int, decision: str, *, document_no: str, reason: str) -> None:
    """Put the decision on one open case on record: a frozen one goes on only under a decision to continue (I14), one
    that is terminated ends with the record.

    Raises NotAllowed, AfterwardsRefused.
    """
    policy.require(actor, "title.decide")
    with rt.transaction() as tx:
        item = tx.session.get(ExpiryItem, item_id)
        if item is None:
            raise AfterwardsRefused(zh_why="到期清单中没有这一项。", en_why="no such case on the list.")
        _check(tx.session, item, decision, document_no.strip(), reason.strip())
        row = ExpiryDecision(
            item_id=item_id,
            decision=decision,
            document_no=document_no.strip() or None,
            reason=reason.strip(),
            decided_by=actor.login,
            decided_at=tx.now,
        )
        tx.session.add(row)
        if decision == TERMINATE:
            end(rt, tx, actor, item, reason.strip())
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="expiry.decide",
            object_type="expiry_item",
            object_key=item_id,
            business_key=item.business_key,
            detail={"decision": decision, "document_no": row.document_no},
        )


def _check(session: Session, item: ExpiryItem, decision: str, document_no: str, reason: str) -> None:
    if decision not in Open(item, "", ()).choices or not reason:
        raise AfterwardsRefused(
            zh_why="请选择可用的处置并写明理由。", en_why="choose what is possible here, with a reason."
        )
    if decision != CONTINUE or item.process_id not in FROZEN:
        return
    known = session.scalars(
        select(Continuation.document_no).where(Continuation.measure_code == item.measure_code)
    )
    if document_no not in set(known):
        raise AfterwardsRefused(
            zh_why="延续办理须有已登记的延续办理决定文号。",
            en_why="to go on needs the number of a registered decision to continue.",
        )


@command
def map_level(rt: Runtime, actor: Actor, facts: Mapping[str, str], effective_on: date | None) -> None:
    """Enter what titles of an ended measure are called under its successor; an empty level withdraws the row before.

    `facts`: measure_code, title_type, title_no ("" for all of the type), level, successor, document_no.
    Raises NotAllowed, AfterwardsRefused, MeasureInvalid.
    """
    policy.require(actor, "title.decide")
    given = {name: value.strip() for name, value in facts.items()}
    with rt.transaction() as tx:
        measure = require(tx.session, given["measure_code"])
        if tx.now < measure.expires_at:
            raise AfterwardsRefused(
                zh_why="依据文件仍然有效，不作衔接。", en_why="the measure is still in force."
            )
        if given["title_type"] not in TYPES or not given["successor"] or not given["document_no"]:
            raise AfterwardsRefused(
                zh_why="类型、接续文件和文号均须填写。", en_why="type, successor and number are needed."
            )
        if effective_on is None:
            raise AfterwardsRefused(zh_why="请填写衔接日期。", en_why="the day is needed.")
        title_no = given.pop("title_no") or None
        tx.session.add(
            LevelMapping(
                **given,
                title_no=title_no,
                effective_on=effective_on,
                recorded_by=actor.login,
                recorded_at=tx.now,
            )
        )
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="measure.map",
            object_type="measure",
            object_key=measure.code,
            business_key=measure.code,
            detail={"type": given["title_type"], "title_no": title_no, "level": given["level"]},
        )


def levels(session: Session, measure_code: str | None = None) -> list[LevelMapping]:
    """The rows of the mapping table, the newest first."""
    query = select(LevelMapping).order_by(LevelMapping.id.desc())
    if measure_code is not None:
        query = query.where(LevelMapping.measure_code == measure_code)
    return list(session.scalars(query))


def level_of(session: Session, measure_code: str, type: str, title_no: str, day: date) -> LevelMapping | None:
    """What a title is called under the successor on a day: its own row before that of its type, or None."""
    rows = [
        row for row in levels(session, measure_code) if row.title_type == type and row.effective_on <= day
    ]
    own = [row for row in rows if row.title_no == title_no]
    general = [row for row in rows if row.title_no is None]
    found = next(iter(own or general), None)
    return found if found is not None and found.level else None
