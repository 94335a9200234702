"""What a business key stands for, in words: the object and company of an application or title, the year of a cycle.

Lists of tasks show these beside each step. Only what every office that may see the task may also know is here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application
from engine.programme.monitoring.models import Evaluation
from engine.programme.objections.models import Objection
from engine.programme.titles.models import Title


@dataclass(frozen=True, slots=True)
class Subject:
    """The object, whose it is, and its city's code; empty where a key has none."""

    name: str
    holder: str
    city: str
    type: str
    uscc: str = ""
    year: str = ""


_APPLICATIONS = select(
    Application.application_no,
    Application.object_name,
    Application.enterprise,
    Application.city,
    Application.type,
    Application.uscc,
    Application.cycle_year,
).where(Application.application_no.in_(bindparam("keys", expanding=True)))
"""Asked for every list of tasks and every task: put together once."""


def subjects(session: Session, keys: Iterable[str | None]) -> dict[str, Subject]:
    """The subjects of those business keys that are numbers of applications, titles, objections, evaluations."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    found = {row[0]: _subject(row) for row in session.execute(_APPLICATIONS, {"keys": sorted(wanted)})}
    if not (left := wanted - found.keys()):
        return found
    titles = session.execute(
        select(
            Title.title_no,
            Title.name,
            Title.holder,
            Title.city,
            Title.type,
            Title.uscc,
            Title.cycle_year,
        ).where(Title.title_no.in_(left))
    )
    found |= {row[0]: _subject(row) for row in titles}
    return found | _indirect(session, wanted - found.keys())


def _subject(row: Any) -> Subject:
    _, name, holder, city, type, uscc, year = row
    return Subject(name, holder, city, type, uscc, str(year))


def _indirect(session: Session, wanted: set[str]) -> dict[str, Subject]:
    """The subjects of objections and evaluations: what they are about."""
    if not wanted:
        return {}
    objections = select(
        Objection.objection_no, func.coalesce(Objection.application_no, Objection.title_no)
    ).where(Objection.objection_no.in_(wanted))
    evaluations = select(Evaluation.evaluation_no, Evaluation.title_no).where(
        Evaluation.evaluation_no.in_(wanted)
    )
    about = {row[0]: row[1] for row in (*session.execute(objections), *session.execute(evaluations))}
    known = subjects(session, about.values())
    return {key: known[target] for key, target in about.items() if target in known}
