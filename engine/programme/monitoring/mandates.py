"""委托书: entrusting an agency with monitoring, and ending it (article 10)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.retrying import command
from engine.policy import Actor
from engine.programme.monitoring.errors import MandateIncomplete
from engine.programme.monitoring.models import Mandate
from engine.programme.monitoring.operations import entrust, entrusted
from engine.programme.titles.models import Title
from engine.programme.values import as_date
from engine.runtime import Runtime, Transaction
from engine.store.people import Organisation

TEXTS = ("document_no", "agency", "scope", "confidentiality")


def agencies(session: Session) -> list[Organisation]:
    """The agencies that have accounts here, by code."""
    return list(session.scalars(select(Organisation).where(Organisation.kind == "agency").order_by("code")))


def listed(session: Session) -> list[Mandate]:
    """Every mandate, the newest first."""
    return list(session.scalars(select(Mandate).order_by(Mandate.id.desc())))


@command
def give(rt: Runtime, actor: Actor, facts: Mapping[str, Any]) -> int:
    """Entrust an agency: number, scope, term and what it keeps to itself. Returns the mandate's id.

    Raises NotAllowed, MandateIncomplete.
    """
    policy.require(actor, "title.keep")
    with rt.transaction() as tx:
        texts = {name: str(facts.get(name) or "").strip() for name in TEXTS}
        known = {o.code: o.name for o in agencies(tx.session)}
        term = (_day(facts.get("starts_on")), _day(facts.get("ends_on")))
        first, last = _checked(tx.session, texts, known, *term)
        mandate = entrust(
            tx.session,
            document_no=texts["document_no"],
            agency=texts["agency"],
            agency_name=known[texts["agency"]],
            scope=texts["scope"],
            starts_on=first,
            ends_on=last,
            actor=actor.login,
            at=tx.now,
        )
        mandate.confidentiality = texts["confidentiality"]
        _note(tx, actor, "mandate.give", mandate, {"scope": mandate.scope})
        return mandate.id


def _checked(
    session: Session,
    texts: Mapping[str, str],
    known: Mapping[str, str],
    first: date | None,
    last: date | None,
) -> tuple[date, date]:
    missing = [name for name in TEXTS if not texts[name]]
    if missing or first is None or last is None:
        raise MandateIncomplete(
            zh_why="文号、机构、委托范围、期限和保密要求均须填写。",
            en_why="number, agency, scope, term and confidentiality are all needed.",
        )
    if texts["agency"] not in known:
        raise MandateIncomplete(zh_why="没有这家监测机构。", en_why="there is no such agency.")
    if last < first:
        raise MandateIncomplete(zh_why="截止日早于起始日。", en_why="it would end before it begins.")
    if session.scalar(select(Mandate.id).where(Mandate.document_no == texts["document_no"])):
        raise MandateIncomplete(zh_why="该文号已登记。", en_why="this number is already registered.")
    return first, last


def _day(value: Any) -> date | None:
    """A day as it was typed; None for what is no day."""
    try:
        return as_date(value) if value else None
    except (ValueError, TypeError):
        return None


@command
def end(rt: Runtime, actor: Actor, mandate_id: int, reason: str) -> None:
    """End a mandate today, with a reason: from tomorrow the agency proposes nothing and sees no title by it.

    Raises NotAllowed, MandateIncomplete.
    """
    policy.require(actor, "title.keep")
    with rt.transaction() as tx:
        mandate = tx.session.get(Mandate, mandate_id)
        today = tx.now.date()
        if mandate is None or mandate.last_day < today or mandate.ended_on is not None:
            raise MandateIncomplete(zh_why="该委托已经结束。", en_why="it has already ended.")
        if not reason.strip():
            raise MandateIncomplete(zh_why="请写明终止理由。", en_why="ending it needs a reason.")
        mandate.ended_on, mandate.ended_by, mandate.end_reason = today, actor.login, reason.strip()
        tx.session.flush()
        if not entrusted(tx.session, mandate.agency, today, after=True):
            tx.session.execute(update(Title).where(Title.agency == mandate.agency).values(agency=None))
        _note(tx, actor, "mandate.end", mandate, {"reason": reason.strip()})


def _note(tx: Transaction, actor: Actor, action: str, mandate: Mandate, detail: Mapping[str, Any]) -> None:
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action=action,
        object_type="mandate",
        object_key=mandate.id,
        business_key=mandate.agency,
        detail={"document_no": mandate.document_no, **detail},
    )
