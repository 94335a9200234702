"""A second round for one application: opened by an officer with a reason; the first round stays."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.publishing import publish
from engine.commands.retrying import command
from engine.policy import Actor
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.applications.operations import change_status
from engine.programme.applications.operations import require as require_application
from engine.programme.reviews.errors import NotReviewed, RescoreReasonMissing
from engine.programme.reviews.models import ReviewRound
from engine.programme.reviews.sheets import panel, present_round
from engine.runtime import Runtime
from engine.store.tasks import CREATED, UserTask

REOPENED = "review.reopened"
KEEP = "P30D"
SHORTEST = 10  # characters of a reason
_DRAFTING = ("opinion_list", "opinion_review", "opinion_sign")


@command
def reopen(rt: Runtime, actor: Actor, application_no: str, reason: str) -> int:
    """Open the next round of scoring one application: its panel seals new sheets (article 8). Returns the round.

    Raises NotAllowed, NotFound, NotReviewed, RescoreReasonMissing.
    """
    policy.require(actor, "score.reopen")
    with rt.transaction() as tx:
        application = require_application(tx.session, application_no)
        opened = _open(tx.session, application, reason.strip(), actor=actor.login, at=tx.now)
        facts = {"experts": panel(tx.session, application_no), "review_round": opened.round}
        publish(tx.session, tx.now, REOPENED, application_no, facts, time_to_live=KEEP)
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="review.reopen",
            object_type="application",
            object_key=application_no,
            business_key=application_no,
            detail={"round": opened.round, "reason": opened.reason},
        )
    return opened.round


def _open(
    session: Session, application: Application, reason: str, *, actor: str, at: datetime
) -> ReviewRound:
    number = application.application_no
    if len(reason) < SHORTEST:
        raise RescoreReasonMissing()
    if application.status != s.REVIEWED or _opinion_is_drafted(session, application.cycle_year):
        raise NotReviewed(application_no=number)
    opened = ReviewRound(
        application_no=number,
        round=present_round(session, number) + 1,
        reason=reason,
        opened_by=actor,
        opened_at=at,
    )
    session.add(opened)
    session.flush()
    change_status(application, s.IN_REVIEW, actor=actor, basis="第八条（重新评分）", at=at, note=reason)
    return opened


def _opinion_is_drafted(session: Session, year: int) -> bool:
    where = (
        UserTask.process_id == "annual_cycle",
        UserTask.business_key == str(year),
        UserTask.element_id.in_(_DRAFTING),
        UserTask.state == CREATED,
    )
    return session.scalar(select(UserTask.id).where(*where).limit(1)) is not None


def opened_rounds(session: Session, application_no: str) -> list[ReviewRound]:
    """The further rounds of an application, the earliest first."""
    where = ReviewRound.application_no == application_no
    return list(session.scalars(select(ReviewRound).where(where).order_by(ReviewRound.round)))
