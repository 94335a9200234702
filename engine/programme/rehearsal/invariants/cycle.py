"""Of the cycle as a whole: I1, I2, I14, I17, I20."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.announcements.models import Notice, Publication, PublicNotice
from engine.programme.applications.models import Application, ApplicationVersion
from engine.programme.cycles.models import Cycle
from engine.programme.measures.models import Continuation, Measure
from engine.programme.meetings.models import Meeting, Opinion
from engine.programme.recommendations.models import Package
from engine.programme.rehearsal.invariants import Finding, Registers, invariant
from engine.programme.reviews.models import ExpertSheet, FormalReview, SiteVisit


@invariant(1)
def one_cycle_per_year(registers: Registers) -> Iterator[Finding]:
    """One cycle a year, and one main list for it (article 3)."""
    years = Counter(registers.session.scalars(select(Cycle.year)))
    for year, count in years.items():
        yield Finding(count == 1, f"{count} cycles in {year}")
    lists = Counter(
        registers.session.scalars(select(Publication.cycle_year).where(Publication.supplement_to.is_(None)))
    )
    for year, count in lists.items():
        yield Finding(count == 1, f"{count} main lists of {year}")


@invariant(2)
def cycle_within_validity(registers: Registers) -> Iterator[Finding]:
    """A cycle's notice is dated and published while its measure is in force (article 15)."""
    for cycle in registers.session.scalars(select(Cycle).where(Cycle.published_at.is_not(None))):
        measure = _measure(registers.session, cycle.measure_code)
        published = cycle.published_at
        inside = published is not None and measure.in_force_from <= published < measure.expires_at
        yield Finding(inside, f"cycle {cycle.year} published {published}")
        dated = cycle.notice_date is not None and cycle.notice_date <= measure.expires_on
        yield Finding(dated, f"cycle {cycle.year} notice dated {cycle.notice_date}")


@invariant(14)
def no_act_after_expiry_without_continuation(registers: Registers) -> Iterator[Finding]:
    """After 24:00 of the last day nothing is done in a cycle unless a continuation decision stands (article 15)."""
    session = registers.session
    for cycle in session.scalars(select(Cycle)):
        measure = _measure(session, cycle.measure_code)
        continued = session.scalar(
            select(Continuation.recorded_at)
            .where(Continuation.cycle_year == cycle.year)
            .order_by(Continuation.recorded_at)
        )
        for act, at in _acts(session, cycle.year):
            late = at >= measure.expires_at
            kept = not late or (continued is not None and continued <= at)
            yield Finding(kept, f"{act} of cycle {cycle.year} at {at}")


@invariant(17)
def working_days_as_in_the_calendar(registers: Registers) -> Iterator[Finding]:
    """A public notice lasts at least five working days, both ends counted, and ends at 24:00 of a working day."""
    for notice in registers.session.scalars(select(PublicNotice)):
        days = registers.calendar.count(notice.starts_on, notice.ends_on)
        yield Finding(5 <= days <= 10, f"public notice {notice.id}: {days} working days")
        yield Finding(
            registers.calendar.is_workday(notice.ends_on), f"public notice {notice.id}: ends on a rest day"
        )


@invariant(20)
def catalogue_of_the_cycle(registers: Registers) -> Iterator[Finding]:
    """The catalogue edition of an application is the one its cycle pinned (article 14)."""
    cycles = {cycle.year: cycle for cycle in registers.session.scalars(select(Cycle))}
    for application in registers.session.scalars(select(Application)):
        pinned = cycles[application.cycle_year].catalogues.get(application.type)
        yield Finding(
            application.catalogue == pinned, f"{application.application_no}: {application.catalogue}"
        )


def _measure(session: Session, code: str) -> Measure:
    return session.scalars(select(Measure).where(Measure.code == code)).one()


def _acts(session: Session, year: int) -> Iterator[tuple[str, datetime]]:
    """Every recorded act of a cycle with its instant."""
    numbers = select(Application.application_no).where(Application.cycle_year == year)
    of_year = (
        ("notice", Notice.issued_at, Notice.cycle_year),
        ("public notice", PublicNotice.issued_at, PublicNotice.cycle_year),
        ("publication", Publication.issued_at, Publication.cycle_year),
        ("package", Package.sent_at, Package.cycle_year),
        ("meeting", Meeting.recorded_at, Meeting.cycle_year),
        ("opinion", Opinion.signed_at, Opinion.cycle_year),
    )
    for act, at, column in of_year:
        for instant in session.scalars(select(at).where(column == year)):
            yield act, instant
    of_item = (
        ("submission", ApplicationVersion.submitted_at, ApplicationVersion.application_no),
        ("formal review", FormalReview.decided_at, FormalReview.application_no),
        ("expert sheet", ExpertSheet.sealed_at, ExpertSheet.application_no),
        ("site visit", SiteVisit.recorded_at, SiteVisit.application_no),
    )
    for act, at, number in of_item:
        for instant in session.scalars(select(at).where(number.in_(numbers))):
            yield act, instant
