"""年度监测计划: which titles are evaluated in a year and why; each at least once in two years (article 10, a decision)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.retrying import command
from engine.errors import Refusal
from engine.policy import Actor
from engine.programme.monitoring.errors import PlanRefused
from engine.programme.monitoring.models import CLUE, DUE, SAMPLE, Evaluation, PlanItem
from engine.programme.monitoring.operations import due_for_evaluation, require_entrusted, require_evaluable
from engine.programme.titles.models import Title
from engine.programme.titles.operations import require
from engine.runtime import Runtime

REASONS = {
    DUE: ("两年内应评估", "due within two years"),
    SAMPLE: ("抽样", "sample"),
    CLUE: ("线索", "clue"),
}
MOST = 500
"""Titles planned at once."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One title of a plan with its evaluation, once that has begun; or one that is evaluated without a plan."""

    item: PlanItem | None
    title: Title
    evaluation: Evaluation | None


def plan(session: Session, year: int) -> list[Planned]:
    """The plan of a year by title number."""
    rows = session.execute(
        select(PlanItem, Title, Evaluation)
        .join(Title, Title.title_no == PlanItem.title_no)
        .outerjoin(
            Evaluation, (Evaluation.title_no == PlanItem.title_no) & (Evaluation.year == PlanItem.year)
        )
        .where(PlanItem.year == year)
        .order_by(PlanItem.title_no)
    )
    return [Planned(*row) for row in rows]


def besides(session: Session, year: int) -> list[Planned]:
    """Evaluations of a year that began without the plan, by title number."""
    planned = select(PlanItem.title_no).where(PlanItem.year == year)
    rows = session.execute(
        select(Title, Evaluation)
        .join(Evaluation, Evaluation.title_no == Title.title_no)
        .where(Evaluation.year == year, Title.title_no.not_in(planned))
        .order_by(Title.title_no)
    )
    return [Planned(None, *row) for row in rows]


def unplanned(session: Session, year: int) -> list[Title]:
    """Titles that are due in a year and stand in no plan of it."""
    due = set(due_for_evaluation(session, year))
    due -= set(session.scalars(select(PlanItem.title_no).where(PlanItem.year == year)))
    return list(session.scalars(select(Title).where(Title.title_no.in_(due)).order_by(Title.title_no)))


@command
def add(
    rt: Runtime, actor: Actor, year: int, numbers: Sequence[str], *, agency: str, reason: str, note: str
) -> int:
    """Put titles into the plan of a year and entrust the agency with them; returns how many. All or none.

    Raises NotAllowed, PlanRefused, NotEntrusted, TitleUnknown, and what makes a title unfit to be evaluated.
    """
    policy.require(actor, "title.keep")
    with rt.transaction() as tx:
        _require_sound(numbers, reason, note)
        mandate = require_entrusted(tx.session, agency, tx.now.date())
        for title_no in numbers:
            _require_unplanned(tx.session, title_no, year)
            require_evaluable(tx.session, title_no, year, agency, tx.now)
            tx.session.add(
                PlanItem(
                    title_no=title_no,
                    year=year,
                    reason=reason,
                    note=note.strip(),
                    agency=agency,
                    mandate_no=mandate.document_no,
                    planned_by=actor.login,
                    planned_at=tx.now,
                )
            )
            require(tx.session, title_no).agency = agency
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="monitoring.plan",
            object_type="monitoring_plan",
            object_key=year,
            business_key=str(year),
            detail={"titles": list(numbers), "agency": agency, "reason": reason},
        )
        return len(numbers)


def _require_sound(numbers: Sequence[str], reason: str, note: str) -> None:
    if not numbers or len(numbers) > MOST:
        raise PlanRefused(zh_why="请勾选1至500个称号。", en_why="tick 1 to 500 titles.")
    if reason not in REASONS or (reason == CLUE and not note.strip()):
        raise PlanRefused(zh_why="请选择缘由；属线索的请写明。", en_why="choose why; a clue is to be told.")


def _require_unplanned(session: Session, title_no: str, year: int) -> None:
    if session.scalar(select(PlanItem.id).where(PlanItem.title_no == title_no, PlanItem.year == year)):
        raise PlanRefused(zh_why=f"{title_no}已列入计划。", en_why=f"{title_no} is already planned.")


def hindrance(session: Session, item: PlanItem, rt: Runtime) -> Refusal | None:
    """What keeps a planned evaluation from beginning now, or None: the dry run of a start."""
    try:
        require_evaluable(session, item.title_no, item.year, item.agency, rt.clock.now())
    except Refusal as refusal:
        return refusal
    return None
