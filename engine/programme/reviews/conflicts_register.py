"""Conflicts of interest as the registers stand: one expert at one application, or all at all."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application, ApplicationVersion
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.reviews.conflicts import (
    Applicant,
    Link,
    Reason,
    Side,
    Terms,
    plain,
    reasons,
    refusal,
    terms_of,
)
from engine.programme.reviews.models import Expert, FormalReview, Seat
from engine.programme.reviews.pool_models import ExpertBar, ExpertRecusal, ExpertRelation
from engine.store import json

_MANY = 500  # numbers in one statement
_INTEGRATOR = re.compile(r'"integrator"\s*:\s*("(?:[^"\\]|\\.)*")')
Conflicts = dict[str, dict[str, list[Reason]]]
"""Application -> login -> reasons; only where there are some."""


def terms(session: Session, year: int) -> Terms:
    """What the cycle of that year says about conflicts. Raises NoCycle."""
    return terms_of({**DEFAULTS, **require_cycle(session, year).parameters})


def between(session: Session, expert: Expert, application: Application) -> list[Reason]:
    """Every conflict between an expert and an application; empty when there is none."""
    found = all_between(session, [expert], [application], terms(session, application.cycle_year))
    return found.get(application.application_no, {}).get(expert.login, [])


def ensure_none(session: Session, expert: Expert, application: Application) -> None:
    """An expert with a conflict is neither seated nor scores (I8). Raises ExpertHasConflict with the reasons."""
    found = between(session, expert, application)
    if found:
        raise refusal(application.application_no, found)


def all_between(
    session: Session, experts: Sequence[Expert], applications: Sequence[Application], terms: Terms
) -> Conflicts:
    """The conflicts of a whole pool with many applications."""
    numbers = [a.application_no for a in applications]
    extra = _on_record(session, numbers, {e.login for e in experts})
    links = _links(session, experts)
    by_enterprise = _by_enterprise(links)
    sides = [(_side(e, links[e.login]), _side(e, ())) for e in experts]
    integrators = _integrators(session, numbers)
    found: Conflicts = {}
    for application in applications:
        target = applicant(application, integrators.get(application.application_no, ""))
        known = extra.get(application.application_no, {})
        near = by_enterprise[target.uscc] | by_enterprise[plain(target.enterprise)]
        # of most experts no relation can be meant: only their employers are looked at
        own = {
            bare.login: [
                *reasons(full if target.integrator or bare.login in near else bare, target, terms),
                *known.get(bare.login, []),
            ]
            for full, bare in sides
        }
        found[application.application_no] = {login: why for login, why in own.items() if why}
    return found


def applicant(application: Application, integrator: str = "") -> Applicant:
    """The applicant's side of a conflict."""
    return Applicant(
        application.application_no,
        application.uscc,
        application.enterprise,
        application.city,
        (application.submitted_at or application.opened_at).date(),
        integrator,
    )


def _integrators(session: Session, numbers: Sequence[str]) -> dict[str, str]:
    """The integrator that the last version of each of these applications names.

    Read out of the text of the version: a province's versions hold a hundred megabytes, and this is one word of them.
    """
    found: dict[str, str] = {}
    content = type_coerce(ApplicationVersion.content, Text)
    for start in range(0, len(numbers), _MANY):
        part = numbers[start : start + _MANY]
        query = select(ApplicationVersion.application_no, content)
        rows = session.execute(
            query.where(ApplicationVersion.application_no.in_(part)).order_by(ApplicationVersion.version)
        )
        for number, text in rows:
            word = _INTEGRATOR.search(text or "")
            found[number] = str(json.loads(word[1])) if word else ""
    return found


def _links(session: Session, experts: Sequence[Expert]) -> dict[str, list[Link]]:
    """The declared relations of these experts, by login."""
    found: dict[str, list[Link]] = {e.login: [] for e in experts}
    query = select(ExpertRelation).order_by(ExpertRelation.id)
    if len(found) == 1:
        query = query.where(ExpertRelation.login.in_(found))
    for row in session.scalars(query):
        if row.login in found:
            link = Link(row.kind, row.enterprise, row.uscc, row.starts_on, row.ends_on, row.share)
            found[row.login].append(link)
    return found


def _by_enterprise(links: Mapping[str, Sequence[Link]]) -> defaultdict[str, set[str]]:
    """Who has a relation to an enterprise, by its code or its plain name."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for login, own in links.items():
        for link in own:
            found[link.uscc or plain(link.enterprise)].add(login)
    return found


def _side(expert: Expert, links: Sequence[Link]) -> Side:
    return Side(
        login=expert.login,
        employer=expert.employer,
        employer_uscc=expert.employer_uscc,
        employer_city=expert.employer_city,
        employer_group=expert.employer_group,
        declared=tuple(expert.conflicts or ()),
        links=tuple(links),
    )


def _on_record(
    session: Session, numbers: Sequence[str], logins: Iterable[str]
) -> Mapping[str, Mapping[str, list[Reason]]]:
    """Conflicts that were written down: an officer's reason, another part in the case, a recusal."""
    found: defaultdict[str, defaultdict[str, list[Reason]]] = defaultdict(lambda: defaultdict(list))
    few = len(numbers) <= 500  # more than that would make a statement too long: then all are read
    known = set(logins)

    def note(number: str, login: str, reason: Reason) -> None:
        if login in known and reason not in found[number][login]:
            found[number][login].append(reason)

    bars = select(ExpertBar).where(ExpertBar.lifted_at.is_(None))
    for bar in session.scalars(bars.where(ExpertBar.application_no.in_(numbers)) if few else bars):
        note(bar.application_no, bar.login, Reason("OFFICER", bar.reason))
    roles = select(FormalReview.application_no, FormalReview.checker, FormalReview.approver)
    for no, *parts in session.execute(
        roles.where(FormalReview.application_no.in_(numbers)) if few else roles
    ):
        for login in parts:
            note(no, login, Reason("ROLE"))
    signed = select(ApplicationVersion.application_no, ApplicationVersion.submitted_by)
    signed = signed.where(ApplicationVersion.submitted_by.in_(known)) if len(known) <= 500 else signed
    for no, login in session.execute(signed):
        note(no, login, Reason("ROLE"))
    # the reason stays in its register: a refusal that names the conflict is read by others, too
    recused = select(ExpertRecusal).where(ExpertRecusal.kind == "ASKED")
    for row in session.scalars(recused.where(ExpertRecusal.application_no.in_(numbers)) if few else recused):
        note(row.application_no, row.expert, Reason("RECUSED"))
    return found


def left(session: Session, application_no: str) -> set[str]:
    """Who has left a seat of an application: never seated there again (I8)."""
    where = (Seat.application_no == application_no, Seat.left_at.is_not(None))
    return set(session.scalars(select(Seat.expert).where(*where)))
