"""A recorded scenario counts no longer: taken away by somebody whose own change does not have to pass it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import policy
from engine.commands.retrying import command
from engine.errors import NotFound
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.studio import OPEN, RuleChange
from engine.studio.drafts.approving import hands
from engine.studio.drafts.drafting import ACTION
from engine.studio.drafts.refusals import OwnTest
from engine.studio.trying.recorded import keep, recorded


@command
def take_away(rt: Runtime, actor: Actor, name: str) -> None:
    """Let a recorded scenario count no longer; the record stays.

    Two people, as with a change: who works on one that is still open cannot take away what it is tried on. Raises
    NotAllowed, OwnTest, and NotFound for what nobody recorded.
    """
    policy.require(actor, ACTION)
    with rt.reading() as session:
        row = recorded(session).get(name)
        mine = _own_change(session, actor)
    if row is None:
        raise NotFound(what_zh="这个录制的场景", what_en="This recorded scenario")
    if mine is not None:
        raise OwnTest(title=mine.title)
    keep(rt, actor, name, row.process_id, "", "scenario.remove")


def _own_change(session: Session, actor: Actor) -> RuleChange | None:
    """An open change in which this person has a hand."""
    found = session.scalars(select(RuleChange).where(RuleChange.state.in_(OPEN)).order_by(RuleChange.id))
    return next((change for change in found if actor.login in hands(session, change)), None)
