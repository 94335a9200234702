"""Where a case lies and at which level somebody sits: what the policy table is asked about comments with."""

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.inbox.faces import face
from engine.policy import CITY, COUNTY, DEPARTMENT, Actor
from engine.store.tasks import UserTask

PROVINCE = "370000"
LEVELS = {"county": COUNTY, "city": CITY, "department": DEPARTMENT}
_AREA = re.compile(r"20\d\d-(\d{6})(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Place:
    """The area of a case with the level of whoever speaks: an object as a comment is, for the policy table."""

    level: str
    city: str
    county: str


def place(session: Session, actor: Actor, task: UserTask) -> Place:
    """Where this person would comment on a task's case; the level is empty for who sits in no office of the case."""
    city, county = area(session, task)
    return Place(level(actor, city, county), city, county)


def area(session: Session, task: UserTask) -> tuple[str, str]:
    """City and county of a task's case; empty for what concerns the whole province."""
    found = _AREA.fullmatch(task.business_key or "")
    code = found[1] if found else ""
    city = face(session, task.business_key)["city"] or (f"{code[:4]}00" if code else "")
    return city, code if code and not code.endswith("00") else ""


def level(actor: Actor, city: str, county: str) -> str:
    """The highest level at which somebody sits over this area."""
    held = {(grant.role, grant.organisation) for grant in actor.grants}
    for name, code in (("department", PROVINCE), ("city", city), ("county", county)):
        if code and any((role, code) in held for role in LEVELS[name]):
            return name
    return ""
