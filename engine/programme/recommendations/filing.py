"""Direct filing: a city takes a county's step over for the rest of a cycle, on record and with a reason (article 7)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, clock, policy
from engine.commands.retrying import command
from engine.policy import Actor
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.operations import require_open
from engine.programme.recommendations.errors import (
    FilingWindowOver,
    NotInThisCity,
    ReasonMissing,
    SameAsBefore,
)
from engine.programme.recommendations.models import DirectFiling
from engine.runtime import Runtime

MOST = 400
"""Characters of a reason."""


def is_direct(cycle: Cycle, county: str) -> bool:
    """Whether what is submitted now goes from this county's enterprises to the city at once."""
    return county in cycle.direct_filing


def decisions(session: Session, year: int, counties: Collection[str]) -> list[DirectFiling]:
    """What was decided in a cycle about these counties, the newest first."""
    where = (DirectFiling.cycle_year == year, DirectFiling.county.in_(counties))
    return list(session.scalars(select(DirectFiling).where(*where).order_by(DirectFiling.id.desc())))


@command
def switch(
    rt: Runtime, actor: Actor, year: int, city: str, county: str, *, direct: bool, reason: str
) -> None:
    """Skip a county's step from now on, or give it back. What lies with the county stays with it (decision).

    Raises NotAllowed, NotInThisCity, ReasonMissing, SameAsBefore, FilingWindowOver, CycleNotOpen.
    """
    policy.require(actor, "filing.switch", {"city": city})
    with rt.transaction() as tx:
        cycle = require_open(tx.session, year)
        place = rt.catalogues.get("regions").find(county)
        if place is None or place.parent != city:
            raise NotInThisCity(county=place.label if place is not None else county)
        _ensure_lawful(cycle, county, place.label, direct, reason, tx.now)
        record(tx.session, cycle, city, county, direct=direct, reason=reason, actor=actor.login, at=tx.now)
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="filing.switch",
            object_type="direct_filing",
            object_key=county,
            business_key=f"{year}-{city}",
            detail={"direct": direct, "reason": reason.strip()},
        )


def _ensure_lawful(cycle: Cycle, county: str, name: str, direct: bool, reason: str, at: datetime) -> None:
    if not 0 < len(reason.strip()) <= MOST:
        raise ReasonMissing()
    if direct == is_direct(cycle, county):
        raise SameAsBefore(county=name)
    if cycle.county_deadline is None or at >= cycle.county_deadline:
        told = clock.deadline(cycle.county_deadline) if cycle.county_deadline is not None else "—"
        raise FilingWindowOver(deadline=told)


def record(
    session: Session,
    cycle: Cycle,
    city: str,
    county: str,
    *,
    direct: bool,
    reason: str,
    actor: str,
    at: datetime,
) -> None:
    """Enter the decision, and have the cycle's list say so from now on."""
    others = [code for code in cycle.direct_filing if code != county]
    cycle.direct_filing = sorted([*others, county]) if direct else others
    session.add(
        DirectFiling(
            cycle_year=cycle.year,
            county=county,
            city=city,
            direct=direct,
            reason=reason.strip(),
            decided_by=actor,
            decided_at=at,
        )
    )
    session.flush()
