"""Of titles after they were granted: I11, I12, I13, I18."""

from collections.abc import Iterator
from itertools import pairwise

from sqlalchemy import select

from engine.programme.applications.models import Application
from engine.programme.monitoring.models import Evaluation
from engine.programme.rehearsal.invariants import Finding, Registers, invariant
from engine.programme.revocations.models import Revocation
from engine.programme.titles import operations as titles
from engine.programme.titles.models import ACTIVE, RECTIFYING, REVOKED, REVOKING, Title


@invariant(11)
def revocation_has_ground_evidence_hearing_and_meeting(registers: Registers) -> Iterator[Finding]:
    """Every revoked title has one decided case with ground, evidence, hearing, meeting and document (article 11)."""
    for title in registers.session.scalars(select(Title).where(Title.status == REVOKED)):
        case = registers.session.scalars(
            select(Revocation).where(Revocation.title_no == title.title_no, Revocation.status == "REVOKED")
        ).one_or_none()
        complete = case is not None and all(
            (case.ground, case.evidence, case.hearing_closed_at, case.meeting_minutes_no, case.document_no)
        )
        yield Finding(complete, f"{title.title_no} revoked without a complete case")


@invariant(12)
def ground_three_follows_a_failed_re_evaluation(registers: Registers) -> Iterator[Finding]:
    """A revocation on ground (三) rests on a failed evaluation, a rectification and a failed re-evaluation."""
    for case in registers.session.scalars(select(Revocation).where(Revocation.ground == 3)):
        evaluation = registers.session.scalars(
            select(Evaluation).where(Evaluation.evaluation_no == case.evaluation_no)
        ).one_or_none()
        kept = (
            evaluation is not None
            and evaluation.result == "FAIL"
            and evaluation.rectification is not None
            and evaluation.rectification.result == "FAIL"
        )
        yield Finding(kept, f"{case.revocation_no} on ground 3")


@invariant(13)
def renaming_keeps_the_title(registers: Registers) -> Iterator[Finding]:
    """The chain of names has no gap, ends with the holder, and number, type, year and object never change."""
    for title in registers.session.scalars(select(Title)):
        names = title.names
        chain = all(a.until == b.since and b.sequence == a.sequence + 1 for a, b in pairwise(names))
        current = bool(names) and names[-1].until is None and names[-1].holder == title.holder
        yield Finding(chain and current, f"{title.title_no} names {[n.holder for n in names]}")
        origin = registers.session.scalars(
            select(Application).where(Application.application_no == title.application_no)
        ).one_or_none()
        same = origin is None or (origin.type, origin.cycle_year, origin.object_name) == (
            title.type,
            title.cycle_year,
            title.name,
        )
        yield Finding(same, f"{title.title_no} is not what was applied for")


@invariant(18)
def ended_titles_are_never_exported(registers: Registers) -> Iterator[Finding]:
    """The pool of valid titles holds none that has ended (article 13)."""
    for title in registers.session.scalars(select(Title)):
        valid = title.status in {ACTIVE, RECTIFYING, REVOKING}
        yield Finding(valid == (title.ended_on is None), f"{title.title_no} is {title.status}")
        if title.ended_on is None:
            continue
        pool = {t.title_no for t in registers.session.scalars(titles.valid_titles(title.ended_on))}
        yield Finding(title.title_no not in pool, f"{title.title_no} exported after it ended")
