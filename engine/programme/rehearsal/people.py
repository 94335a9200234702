"""The invented officials, experts and agency of a rehearsal: enough people that no one must be two of them.

Logins tell the role and the office: `city_officer-370100-1`. The places are the first `CITIES` × `COUNTIES` of the
regions catalogue, or all of them.
"""

import random
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalogues import Catalogues
from engine.conditions import Grant
from engine.directory import OFFICES, Scribe, add_account, add_organisation, add_regions
from engine.policy import Actor
from engine.programme.rehearsal.population import Enterprise, Place, person
from engine.programme.reviews.draw import enrol
from engine.store.people import Organisation

PROVINCE = "370000"
AGENCY = "A-0001"
FIELDS = ("machinery", "process", "it", "automation", "finance")
# How many hold each role in one office. Two-person rules need two different people, the three administrators three.
_DEPARTMENT = {
    "dept_officer": 4,
    "dept_head": 2,
    "dept_deputy": 1,
    "director": 1,
    "office": 2,
    "legal_review": 1,
    "supervision": 1,
    "process_owner": 1,
    "sysadmin": 1,
    "secadmin": 1,
    "auditadmin": 1,
}
_CITY = {"city_officer": 2, "city_head": 1}
_COUNTY = {"county_officer": 1, "county_head": 1}


@dataclass(slots=True)
class Staff:
    """Everybody who may act, by candidate group (`role@organisation`, `role`) and by login."""

    by_group: dict[str, list[Actor]] = field(default_factory=dict)
    by_login: dict[str, Actor] = field(default_factory=dict)

    def add(self, actor: Actor) -> None:
        """Take a person in."""
        self.by_login[actor.login] = actor
        for group in actor.groups:
            self.by_group.setdefault(group, []).append(actor)


def places(catalogues: Catalogues, cities: int = 16, counties: int = 3) -> list[Place]:
    """The first `counties` county-level bodies of the first `cities` cities, real ones."""
    regions = catalogues.get("regions").lists
    found: list[Place] = []
    for city in regions["cities"][:cities]:
        own = [county for county in regions["counties"] if county.parent == city.value][:counties]
        short = city.label.removesuffix("市")
        found.extend(Place(county.value, county.label, city.value, short) for county in own)
    return found


def enlist(
    session: Session, catalogues: Catalogues, where: list[Place], scribe: Scribe, seed: int, experts: int
) -> Staff:
    """Enter organisations, officials, the agency and so many experts a field through the one door."""
    rng = random.Random(f"people-{seed}")  # noqa: S311 - repeatable, not secret
    staff = Staff()
    add_regions(session, catalogues, scribe)
    _telephones(session)
    add_organisation(session, scribe, AGENCY, "山东智造评估中心（示例）", "agency", PROVINCE)
    offices = [(PROVINCE, _DEPARTMENT), (AGENCY, {"agency": 2})]
    offices += [(city, _CITY) for city in dict.fromkeys(place.city for place in where)]
    offices += [(place.county, _COUNTY) for place in where]
    for code, roles in offices:
        for role, count in roles.items():
            for number in range(1, count + 1):
                login = f"{role}-{code}-{number}" if code != PROVINCE else f"{role}-{number}"
                staff.add(add_account(session, scribe, login, person(rng), [Grant(role, code)]))
    _experts(session, staff, scribe, rng, experts)
    # last, so that everybody else keeps the name by which tests and the tour know them: a change of the rules
    # needs two process owners, a right two security administrators
    for role in ("process_owner", "secadmin"):
        staff.add(add_account(session, scribe, f"{role}-2", person(rng), [Grant(role, PROVINCE)]))
    return staff


def enlist_enterprise(session: Session, staff: Staff, enterprise: Enterprise, scribe: Scribe) -> None:
    """Enter an invented enterprise with its filler and its legal representative."""
    add_organisation(session, scribe, enterprise.uscc, enterprise.name, "enterprise", enterprise.county)
    for role, name in (
        ("enterprise_filler", enterprise.contact),
        ("legal_representative", enterprise.legal_person),
    ):
        login = f"{role}-{enterprise.uscc}"
        staff.add(add_account(session, scribe, login, name, [Grant(role, enterprise.uscc)]))


def _telephones(session: Session) -> None:
    """Invented numbers that nobody has: an exchange of zeros, then the office's code; the addresses say it."""
    for office in session.scalars(select(Organisation).where(Organisation.kind.in_(OFFICES))):
        office.phone = f"0000-{office.code}"
        office.address = "演示路 1 号（电话、地址均为虚构）"


def _experts(session: Session, staff: Staff, scribe: Scribe, rng: random.Random, each: int) -> None:
    for number in range(1, len(FIELDS) * each + 1):
        login, name = f"expert-{number:03d}", person(rng)
        roles = [Grant("expert", PROVINCE)]
        if number <= len(FIELDS):
            roles.append(Grant("expert_leader", PROVINCE))
        staff.add(add_account(session, scribe, login, name, roles))
        field = FIELDS[(number - 1) % len(FIELDS)]
        enrol(session, login, name, field, employer=f"示例大学第{number:02d}研究所")


__all__ = ["AGENCY", "PROVINCE", "Staff", "enlist", "enlist_enterprise", "places"]
