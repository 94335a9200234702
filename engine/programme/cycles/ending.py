"""What ends with a cycle whose basis has ended."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications import statuses
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle


def left_in(session: Session, cycle: Cycle) -> list[str]:
    """The keys of everything that a terminated cycle takes with it: applications still open, every city's package."""
    still = select(Application.application_no).where(
        Application.cycle_year == cycle.year, Application.status.not_in(statuses.ENDED)
    )
    numbers = session.scalars(still.order_by(Application.application_no))
    return [*numbers, *(f"{cycle.year}-{city}" for city in cycle.cities)]
