"""Candidates for national schemes: 原则上 from the provincial titles that are valid on a day (article 13)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine import audit, policy
from engine.commands.retrying import command
from engine.policy import Actor
from engine.programme.titles.errors import ExceptionRefused
from engine.programme.titles.models import (
    FACTORY,
    REVOKED,
    SCENE,
    WORKSHOP,
    CandidateException,
    Title,
    TitleName,
)
from engine.programme.titles.operations import valid_titles
from engine.runtime import Runtime

SCHEMES = {
    "NATIONAL": (
        "国家智能制造试点示范、示范工厂、优秀场景",
        "National pilots, model factories, excellent scenes",
    ),
    "BENCHMARK": ("智能制造标杆企业", "Benchmark enterprises"),
}
TYPES = {"NATIONAL": (SCENE, WORKSHOP, FACTORY), "BENCHMARK": (WORKSHOP, FACTORY)}
SHORTEST = 10  # characters of the reason of an exception


def pool(session: Session, scheme: str, day: date) -> Sequence[Title]:
    """The titles of the scheme's types that are valid on the day; an ended one is never among them (I18)."""
    query = valid_titles(day).where(Title.type.in_(TYPES[scheme]))
    return session.scalars(query.options(selectinload(Title.names))).all()


def exceptions(session: Session, scheme: str, year: int) -> list[CandidateException]:
    """Who was put forward in a year without a title, except those whose title was revoked meanwhile."""
    where = (CandidateException.scheme == scheme, CandidateException.year == year)
    rows = session.scalars(select(CandidateException).where(*where).order_by(CandidateException.id))
    return [row for row in rows if not was_revoked(session, row.uscc)]


def was_revoked(session: Session, uscc: str) -> bool:
    """Whether a title of this enterprise, under any name it had, stands revoked."""
    held = select(TitleName.title_id).where(TitleName.uscc == uscc)
    return (
        session.scalar(select(Title.id).where(Title.status == REVOKED, Title.id.in_(held)).limit(1))
        is not None
    )


@command
def except_(rt: Runtime, actor: Actor, scheme: str, *, uscc: str, enterprise: str, reason: str) -> None:
    """Put an enterprise without a valid title forward, with a reason; never one whose title was revoked.

    Raises NotAllowed, ExceptionRefused.
    """
    policy.require(actor, "title.keep")
    with rt.transaction() as tx:
        code, name, why = uscc.strip().upper(), enterprise.strip(), reason.strip()
        year = tx.now.date().year
        _check(tx.session, scheme, year, code, name, why)
        row = CandidateException(
            scheme=scheme,
            year=year,
            uscc=code,
            enterprise=name,
            reason=why,
            recorded_by=actor.login,
            recorded_at=tx.now,
        )
        tx.session.add(row)
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="candidate.except",
            object_type="candidate_exception",
            object_key=code,
            business_key=code,
            detail={"scheme": scheme, "reason": why},
        )


def _check(session: Session, scheme: str, year: int, code: str, name: str, why: str) -> None:
    if scheme not in SCHEMES or len(code) != 18 or not name or len(why) < SHORTEST:
        raise ExceptionRefused(
            zh_why="请填写企业名称、18位统一社会信用代码和至少10字的理由。",
            en_why="name, 18-digit code and a reason of at least 10 characters are needed.",
        )
    if was_revoked(session, code):
        raise ExceptionRefused(
            zh_why="该企业的称号已被撤销，不得列入。", en_why="a title of this enterprise was revoked."
        )
    where = (
        CandidateException.scheme == scheme,
        CandidateException.year == year,
        CandidateException.uscc == code,
    )
    if session.scalar(select(CandidateException.id).where(*where)) is not None:
        raise ExceptionRefused(zh_why="该企业本年度已列入。", en_why="it is already listed this year.")
