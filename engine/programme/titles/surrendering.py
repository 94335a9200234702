"""自愿放弃: the legal representative declares it, the department confirms it; the title ends that day."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.retrying import command
from engine.policy import Actor
from engine.programme.titles.errors import SurrenderRefused
from engine.programme.titles.models import (
    ASKED,
    CONFIRMED,
    DECLINED,
    STATUS_NAMES,
    SURRENDERED,
    Surrender,
    Title,
)
from engine.programme.titles.operations import TRANSITIONS, require, surrender
from engine.runtime import Runtime, Transaction

SHORTEST = 5  # characters of a reason


def waiting(session: Session, title_no: str) -> Surrender | None:
    """The declaration of a title that waits for the department, or None."""
    where = (Surrender.title_no == title_no, Surrender.status == ASKED)
    return session.scalar(select(Surrender).where(*where))


def listed(session: Session) -> list[tuple[Surrender, Title]]:
    """Every declaration with its title, those that wait first, then the newest."""
    query = select(Surrender, Title).join(Title, Title.title_no == Surrender.title_no)
    rows = [(row[0], row[1]) for row in session.execute(query.order_by(Surrender.id.desc()))]
    return sorted(rows, key=lambda row: row[0].status != ASKED)


def may_be_given_up(title: Title) -> bool:
    """Whether the status machine has the step; a title under revocation is not left by giving it up."""
    return (title.status, SURRENDERED) in TRANSITIONS


@command
def ask(rt: Runtime, actor: Actor, title_no: str, reason: str, *, declared: bool) -> int:
    """Declare that the enterprise gives the title up. Raises NotAllowed, TitleUnknown, SurrenderRefused."""
    with rt.transaction() as tx:
        title = require(tx.session, title_no)
        policy.require(actor, "title.surrender", title)
        _require_possible(tx.session, title)
        if len(reason.strip()) < SHORTEST or not declared:
            raise SurrenderRefused(
                title_no=title_no,
                zh_why="请写明理由（至少5字）并勾选声明。",
                en_why="give a reason (5 characters) and tick the declaration.",
            )
        row = Surrender(title_no=title_no, reason=reason.strip(), asked_by=actor.login, asked_at=tx.now)
        tx.session.add(row)
        tx.session.flush()
        _note(tx, actor, "title.surrender", row)
        return row.id


def _require_possible(session: Session, title: Title) -> None:
    if not may_be_given_up(title):
        zh, en = STATUS_NAMES[title.status]
        raise SurrenderRefused(
            title_no=title.title_no, zh_why=f"目前为“{zh}”。", en_why=f"it is “{en.lower()}”."
        )
    if waiting(session, title.title_no) is not None:
        raise SurrenderRefused(
            title_no=title.title_no, zh_why="已有一份放弃声明待确认。", en_why="a declaration already waits."
        )


@command
def decide(rt: Runtime, actor: Actor, surrender_id: int, *, confirmed: bool, opinion: str) -> None:
    """Confirm a declaration, which ends the title today, or decline it with a reason.

    Raises NotAllowed, SurrenderRefused, TitleTransitionRefused.
    """
    policy.require(actor, "title.decide")
    with rt.transaction() as tx:
        row = tx.session.get(Surrender, surrender_id)
        if row is None or row.status != ASKED:
            raise SurrenderRefused(
                title_no=row.title_no if row else "—",
                zh_why="没有待确认的声明。",
                en_why="no declaration waits.",
            )
        if not opinion.strip():
            raise SurrenderRefused(
                title_no=row.title_no, zh_why="请写明意见。", en_why="an opinion is needed."
            )
        row.status, row.opinion = CONFIRMED if confirmed else DECLINED, opinion.strip()
        row.decided_by, row.decided_at = actor.login, tx.now
        if confirmed:
            title = require(tx.session, row.title_no)
            surrender(title, actor=actor.login, reason=row.reason, at=tx.now, on=tx.now.date())
        _note(tx, actor, "title.surrender.decide", row)


def _note(tx: Transaction, actor: Actor, action: str, row: Surrender) -> None:
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action=action,
        object_type="title",
        object_key=row.title_no,
        business_key=row.title_no,
        detail={"status": row.status},
    )
