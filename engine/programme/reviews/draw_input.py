"""What a draw is drawn from: the pool, the applications, their conflicts and the rules, as plain values.

It is fixed together with the seed, so that nobody who knows the seed can choose what it meets, and so that the draw
can be made again from the record alone.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.cycles.parameters import pinned
from engine.programme.reviews.conflicts_register import all_between, terms
from engine.programme.reviews.draw_rules import Candidate, Entry, Rules, rules_from, rules_of
from engine.programme.reviews.models import Expert
from engine.programme.reviews.pool_models import ExpertRest
from engine.store import json


def rules(session: Session, year: int) -> Rules:
    """What the cycle of that year wants of a panel. Raises NoCycle."""
    return rules_of(pinned(require_cycle(session, year).parameters))


def available(session: Session, on: date) -> list[Expert]:
    """The experts who may be drawn on a day: active, and not at rest."""
    resting = select(ExpertRest.login).where(
        ExpertRest.starts_on <= on, or_(ExpertRest.ends_on.is_(None), ExpertRest.ends_on >= on)
    )
    wanted = select(Expert).where(Expert.active, Expert.login.not_in(resting))
    return list(session.scalars(wanted.order_by(Expert.login)))


def waiting(session: Session, year: int) -> list[Application]:
    """The applications of a cycle that passed the formal review and wait for their panel."""
    where = (Application.cycle_year == year, Application.status == s.FORMAL_PASSED)
    return list(session.scalars(select(Application).where(*where).order_by(Application.application_no)))


def fields_of(expert: Expert) -> tuple[str, ...]:
    """An expert's fields, the main one first."""
    return tuple(dict.fromkeys([expert.field, *(expert.fields or ())]))


def candidate(expert: Expert) -> Candidate:
    """An expert as a draw knows one."""
    return Candidate(expert.login, fields_of(expert), tuple(expert.industries or ()))


def entry(application: Application, found: Mapping[str, Sequence[Any]], rules: Rules) -> Entry:
    """An application as a draw knows one, with the first reason of every conflict."""
    barred = {login: why[0].kind for login, why in sorted(found.items()) if why}
    return Entry(application.application_no, application.industry, group_of(application, rules), barred)


def group_of(application: Application, rules: Rules) -> str:
    """The group of panels that an application belongs to."""
    if rules.group_by == "INDUSTRY":
        return f"{application.type}-{application.industry}"
    return application.type if rules.group_by == "TYPE" else ""


def snapshot(session: Session, year: int, on: date) -> dict[str, Any]:
    """What a draw on this day is drawn from, as it is kept with the seed."""
    wanted = rules(session, year)
    pool, items = available(session, on), waiting(session, year)
    found = all_between(session, pool, items, terms(session, year))
    entries = [entry(a, found.get(a.application_no, {}), wanted) for a in items]
    return {
        "rules": wanted.as_dict(),
        "pool": [
            {"login": c.login, "fields": list(c.fields), "industries": list(c.industries)}
            for c in map(candidate, pool)
        ],
        "applications": [
            {"no": e.application_no, "industry": e.industry, "panel": e.panel, "barred": dict(e.barred)}
            for e in entries
        ],
    }


def read(kept: Mapping[str, Any]) -> tuple[list[Candidate], list[Entry], Rules]:
    """The pool, the applications and the rules out of what was kept."""
    pool = [Candidate(c["login"], tuple(c["fields"]), tuple(c["industries"])) for c in kept["pool"]]
    entries = [Entry(a["no"], a["industry"], a["panel"], a["barred"]) for a in kept["applications"]]
    return pool, entries, rules_from(kept["rules"])


def fingerprint(value: Any) -> str:
    """SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(json.canonical(value).encode()).hexdigest()
