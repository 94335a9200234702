"""Of who did what: I8, I15, I16, I19."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.programme import public
from engine.programme.applications.models import Application, ApplicationEvent, ApplicationVersion
from engine.programme.cycles.models import Cycle, CycleEvent
from engine.programme.measures.models import Measure, MeasureEvent
from engine.programme.monitoring.models import EvaluationEvent
from engine.programme.objections.models import ObjectionEvent, ObjectionIdentity
from engine.programme.rehearsal.invariants import Finding, Registers, invariant
from engine.programme.renamings.models import RenamingEvent
from engine.programme.reviews.models import Expert, ExpertSheet, FormalReview, ReviewRound, Seat
from engine.programme.revocations.models import RevocationEvent
from engine.programme.titles.models import Title, TitleEvent

MOBILE = re.compile(r"(?<![\dA-Za-z])1[3-9]\d{9}(?![\dA-Za-z])")
EVENTS: tuple[Any, ...] = (
    ApplicationEvent,
    CycleEvent,
    MeasureEvent,
    EvaluationEvent,
    ObjectionEvent,
    RenamingEvent,
    RevocationEvent,
    TitleEvent,
)


@invariant(8)
def recused_experts_have_no_score(registers: Registers) -> Iterator[Finding]:
    """Nobody scores without a seat or after leaving it, and a sheet of who left later counts in no last round."""
    seats = {(seat.application_no, seat.expert): seat for seat in registers.session.scalars(select(Seat))}
    rounds = select(ReviewRound.application_no, func.max(ReviewRound.round))
    last = dict(registers.session.execute(rounds.group_by(ReviewRound.application_no)).all())
    for sheet in registers.session.scalars(select(ExpertSheet)):
        place = (sheet.application_no, sheet.expert)
        seat = seats.get(place)
        left = seat.left_at if seat is not None else None
        held = seat is not None and (left is None or sheet.sealed_at <= left)
        yield Finding(held and (left is None or sheet.round < last.get(place[0], 1)), f"{place} scored")


@invariant(15)
def every_change_has_actor_time_and_basis(registers: Registers) -> Iterator[Finding]:
    """Every status change names who, when and on what basis, and the last one gives today's status."""
    session = registers.session
    for table in EVENTS:
        for row in session.scalars(select(table)):
            kept = bool(row.actor) and row.at is not None and bool(row.basis)
            yield Finding(kept, f"{table.__tablename__} {row.id}")
    for title in session.scalars(select(Title)):
        yield Finding(bool(title.events) and title.events[-1].to_status == title.status, title.title_no)
    for application in session.scalars(select(Application)):
        last = application.history[-1].to_status if application.history else None
        yield Finding(
            last == application.status, f"{application.application_no}: {last}, {application.status}"
        )
    for cycle in session.scalars(select(Cycle)):
        yield Finding(bool(cycle.events) and cycle.events[-1].status == cycle.status, f"cycle {cycle.year}")
    for measure in session.scalars(select(Measure)):
        yield Finding(bool(measure.events), measure.code)


@invariant(16)
def applicant_reviewer_and_approver_are_distinct(registers: Registers) -> Iterator[Finding]:
    """For one application nobody appears as two of applicant, formal checker, formal approver and expert."""
    session = registers.session
    applicants = _people(session, ApplicationVersion.application_no, ApplicationVersion.submitted_by)
    experts = _people(session, ExpertSheet.application_no, ExpertSheet.expert)
    for review in session.scalars(select(FormalReview)):
        groups = (
            applicants[review.application_no],
            {review.checker},
            {review.approver},
            experts[review.application_no],
        )
        together: set[str] = set().union(*groups)
        yield Finding(len(together) == sum(len(g) for g in groups), f"{review.application_no}: {groups}")


@invariant(19)
def public_pages_show_no_personal_data(registers: Registers) -> Iterator[Finding]:
    """No mobile number, expert, objector or score stands in what the public pages are made from."""
    session = registers.session
    secrets = set(session.scalars(select(Expert.login))) | set(session.scalars(select(Expert.name)))
    for identity in session.scalars(select(ObjectionIdentity)):
        secrets |= {identity.name, identity.contact}
    for version in session.scalars(select(ApplicationVersion)):
        secrets |= {
            str(v)
            for k, v in version.content.items()
            if k in {"mobile", "contact", "legal_person_name"} and v
        }
    for text in _shown(session):
        found = [secret for secret in secrets if len(secret) > 1 and secret in text]
        found += MOBILE.findall(text)
        yield Finding(not found, f"public text shows {found[:3]}")


def _shown(session: Session) -> Iterator[str]:
    """Everything that the public pages are made from, as text."""
    for entry in public.notices(session):
        yield str(public.notice(session, entry.id))
    for announcement in public.announcements(session):
        yield str(public.announcement(session, announcement.id))
    for entry in public.publications(session):
        yield str(public.publication(session, entry.id))
    _, titles = public.register(session, public.Search(), 0, 100_000)
    for title in titles:
        yield str(public.title(session, title.title_no))


def _people(session: Session, key: Any, person: Any) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for number, login in session.execute(select(key, person)):
        found[number].add(login)
    return found
