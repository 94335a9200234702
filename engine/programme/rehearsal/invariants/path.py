"""Of the way of one application: I3–I7, I9, I10."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby, pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.announcements.models import Publication, PublicationItem, PublicNotice, PublicNoticeItem
from engine.programme.applications.models import Application, ApplicationVersion, ExclusionFlag
from engine.programme.cycles.models import Cycle
from engine.programme.meetings.models import Meeting, MeetingResult, Opinion
from engine.programme.objections.models import ANONYMOUS, REMOVE, Objection
from engine.programme.recommendations.models import Package, PackageItem, Recommendation
from engine.programme.rehearsal.invariants import Finding, Registers, invariant
from engine.programme.reviews.models import ExpertSheet, FormalReview
from engine.store import json
from engine.store.tasks import Submission

# Weights of the five dimensions as every cycle so far announced them (review rubric, the project's proposal).
MOST = {"d1": 10, "d2": 35, "d3": 25, "d4": 15, "d5": 15}


@invariant(3)
def no_submission_after_the_instant(registers: Registers) -> Iterator[Finding]:
    """The first version of an application was submitted before the enterprise deadline (article 7)."""
    rows = registers.session.execute(
        select(ApplicationVersion, Cycle.enterprise_deadline)
        .join(Application, Application.application_no == ApplicationVersion.application_no)
        .join(Cycle, Cycle.year == Application.cycle_year)
        .where(ApplicationVersion.version == 1)
    )
    for version, deadline in rows:
        kept = deadline is not None and version.submitted_at < deadline
        yield Finding(kept, f"{version.application_no} submitted {version.submitted_at}, deadline {deadline}")


@invariant(4)
def package_of_the_own_area(registers: Registers) -> Iterator[Finding]:
    """A city's package is one, in time, and names only applications of its own area (articles 4 and 7)."""
    rows = registers.session.execute(
        select(Package, Cycle.city_deadline).join(Cycle, Cycle.year == Package.cycle_year)
    )
    for package, deadline in rows:
        yield Finding(
            deadline is not None and package.sent_at < deadline, f"package {package.id} {package.sent_at}"
        )
        for item in package.items:
            application = _application(registers.session, item.application_no)
            yield Finding(
                application.city == package.city, f"{item.application_no} in the package of {package.city}"
            )


@invariant(5)
def published_items_went_the_whole_way(registers: Registers) -> Iterator[Finding]:
    """Every published item was recommended, formally passed, scored, passed by the meeting and fully announced."""
    session = registers.session
    for item, publication in _published(session):
        missing = _missing_steps(session, item.application_no, publication.issued_at)
        yield Finding(not missing, f"{item.application_no} published without: {', '.join(missing)}")


@invariant(6)
def nothing_open_at_publication(registers: Registers) -> Iterator[Finding]:
    """No published item had an open or upheld objection, or an exclusion that was open or holds."""
    session = registers.session
    for item, publication in _published(session):
        number, at = item.application_no, publication.issued_at
        for objection in session.scalars(select(Objection).where(Objection.application_no == number)):
            signed = objection.kind != ANONYMOUS and not objection.late and objection.received_at <= at
            open_then = signed and (objection.closed_at is None or objection.closed_at > at)
            removed = objection.consequence == REMOVE and (objection.closed_at or at) <= at
            yield Finding(
                not (open_then or removed), f"{number} published in spite of {objection.objection_no}"
            )
        flags = select(ExclusionFlag).join(Application).where(Application.application_no == number)
        for flag in session.scalars(flags):
            kept = flag.excluded is False or flag.raised_at > at
            yield Finding(kept, f"{number} published in spite of flag {flag.id}")
        yield Finding(True, number)


@invariant(7)
def frozen_documents_never_change(registers: Registers) -> Iterator[Finding]:
    """What was submitted still has the hash it was given, and versions are counted without a gap."""
    session = registers.session
    for version in session.scalars(select(ApplicationVersion)):
        kept = json.sha256(version.content) == version.sha256
        yield Finding(kept, f"{version.application_no} version {version.version} was changed")
    for submission in session.scalars(select(Submission)):
        yield Finding(
            json.sha256(submission.data) == submission.sha256, f"submission {submission.id} was changed"
        )
    rows = session.execute(
        select(ApplicationVersion.application_no, ApplicationVersion.version).order_by(
            ApplicationVersion.application_no, ApplicationVersion.version
        )
    )
    for number, versions in groupby(rows, key=lambda row: row[0]):
        found = [version for _, version in versions]
        yield Finding(found == list(range(1, len(found) + 1)), f"{number} has versions {found}")


@invariant(9)
def scores_within_their_dimension(registers: Registers) -> Iterator[Finding]:
    """No dimension of a sheet exceeds its weight, and the total is the sum."""
    for sheet in registers.session.scalars(select(ExpertSheet)):
        points = {name: getattr(sheet, name) for name in MOST}
        kept = (
            all(0 <= points[name] <= most for name, most in MOST.items())
            and sum(points.values()) == sheet.total
        )
        yield Finding(kept, f"sheet {sheet.id}: {points} total {sheet.total}")


@invariant(10)
def city_title_orders_equals_only(registers: Registers) -> Iterator[Finding]:
    """In a signed list a higher score stands first unless a reason is given; a city title orders equals only (5(7))."""
    rows = registers.session.execute(
        select(Opinion, Application)
        .join(Application, Application.application_no == Opinion.application_no)
        .order_by(Opinion.cycle_year, Opinion.round, Application.type, Opinion.rank)
    )
    # ranks are those within a type: types do not compete
    for _, group in groupby(rows, key=lambda row: (row[0].cycle_year, row[0].round, row[1].type)):
        for (opinion, first), (next_opinion, second) in pairwise(group):
            better, worse = first.score or Decimal(0), second.score or Decimal(0)
            in_order, equal = better >= worse, better == worse
            by_title = equal and second.city_title and not first.city_title
            explained = bool(opinion.reason or next_opinion.reason)
            kept = explained or (in_order and not by_title)
            yield Finding(kept, f"{first.application_no} ranked before {second.application_no}")


def _application(session: Session, number: str) -> Application:
    return session.scalars(select(Application).where(Application.application_no == number)).one()


def _published(session: Session) -> Iterator[tuple[PublicationItem, Publication]]:
    yield from session.execute(select(PublicationItem, Publication).join(Publication)).all()


def _missing_steps(session: Session, number: str, at: datetime) -> list[str]:
    recommended = session.scalar(
        select(PackageItem.id)
        .join(Package)
        .join(
            Recommendation,
            (Recommendation.cycle_year == Package.cycle_year)
            & (Recommendation.city == Package.city)
            & (Recommendation.current_version == Package.version),
        )
        .where(PackageItem.application_no == number)
    )
    formal = session.scalar(
        select(FormalReview.result)
        .where(FormalReview.application_no == number)
        .order_by(FormalReview.round.desc())
    )
    sheets = session.scalars(select(ExpertSheet.id).where(ExpertSheet.application_no == number)).all()
    meeting = session.scalar(
        select(MeetingResult.result)
        .join(Meeting)
        .where(MeetingResult.application_no == number)
        .order_by(Meeting.round.desc())
    )
    announced = session.scalar(
        select(PublicNotice.ends_at)
        .join(PublicNoticeItem)
        .where(PublicNoticeItem.application_no == number)
        .order_by(PublicNotice.ends_at.desc())
    )
    steps = {
        "recommendation": recommended is not None,
        "formal review": formal == "PASS",
        "expert review": len(sheets) >= 3,
        "meeting": meeting == "PASS",
        "public notice": announced is not None and announced <= at,
    }
    return [step for step, done in steps.items() if not done]
