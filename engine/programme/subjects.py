"""What a business key stands for, in words: the object and company of an application or title, the year of a cycle.

Lists of tasks show these beside each step. Only what every office that may see the task may also know is here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application
from engine.programme.titles.models import Title


@dataclass(frozen=True, slots=True)
class Subject:
    """The object, whose it is, and its city's code; empty where a key has none."""

    name: str
    holder: str
    city: str
    type: str


def subjects(session: Session, keys: Iterable[str | None]) -> dict[str, Subject]:
    """The subjects of those business keys that are application or title numbers. Two queries."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    applications = session.execute(
        select(
            Application.application_no,
            Application.object_name,
            Application.enterprise,
            Application.city,
            Application.type,
        ).where(Application.application_no.in_(wanted))
    )
    titles = session.execute(
        select(Title.title_no, Title.name, Title.holder, Title.city, Title.type).where(
            Title.title_no.in_(wanted)
        )
    )
    return {row[0]: Subject(*row[1:]) for row in (*applications, *titles)}
