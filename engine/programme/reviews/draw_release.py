"""What an officer does around a draw: announce a seed, void a draw, free a seat; one transaction each."""

from engine import audit, policy
from engine.commands import publishing
from engine.commands.retrying import command
from engine.policy import Actor
from engine.programme.applications import statuses as s
from engine.programme.applications.operations import require as require_application
from engine.programme.cycles.errors import StillOpen
from engine.programme.cycles.operations import require_act
from engine.programme.reviews import draw, draw_substitutes
from engine.programme.reviews.draw_errors import NothingToDraw
from engine.programme.reviews.operations import still_open
from engine.programme.reviews.pool_models import PanelDraw
from engine.runtime import Runtime

RELEASED = "seat.released"


@command
def announce_seed(rt: Runtime, actor: Actor, year: int, seed: str, source: str = "") -> PanelDraw:
    """Fix a year's seed and what it is drawn from. Raises NotAllowed, StillOpen, and as `draw.announce`."""
    policy.require(actor, "draw.make")
    with rt.transaction() as tx:
        require_act(tx.session, "review.expert", year, tx.now)
        under_way = still_open(tx.session, year, (s.RECOMMENDED, s.SUPPLEMENTING))
        if under_way:
            raise StillOpen(
                count=len(under_way), what_zh="形式审查", what_en="formal reviews", example=under_way[0]
            )
        return draw.announce(tx.session, year, seed, source=source, actor=actor.login, at=tx.now)


@command
def void_draw(rt: Runtime, actor: Actor, year: int, reason: str) -> None:
    """Set the announced draw of a year aside. Raises NotAllowed, NothingToDraw, and as `draw.void`."""
    policy.require(actor, "draw.make")
    with rt.transaction() as tx:
        row = draw.current(tx.session, year)
        if row is None:
            raise NothingToDraw(year=year)
        draw.void(tx.session, row, reason, actor=actor.login, at=tx.now)


@command
def release_seat(rt: Runtime, actor: Actor, application_no: str, expert: str, reason: str) -> None:
    """Free a seat; the process then draws the substitute. Raises NotAllowed, and as `draw_substitutes.release`."""
    policy.require(actor, "draw.make")
    with rt.transaction() as tx:
        application = require_application(tx.session, application_no)
        seat = draw_substitutes.release(tx.session, application, expert, reason, actor=actor.login, at=tx.now)
        key = f"{application_no}/{expert}"
        publishing.publish(tx.session, tx.now, RELEASED, key, {}, time_to_live="P30D")
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="seat.release",
            object_type="seat",
            object_key=seat.id,
            business_key=application_no,
            detail={"expert": expert, "reason": seat.left_reason},
        )
