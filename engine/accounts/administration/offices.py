"""Which roles an organisation of a kind can have, and what else two roles in one hand mean."""

from collections.abc import Iterable, Mapping

from engine.accounts.administration.errors import EnterpriseRole, NotThere
from engine.policy import CITY, COUNTY, DEPARTMENT, ENTERPRISE_ROLES, ROLES
from engine.store.people import APART, Organisation

PROVINCIAL = (*DEPARTMENT, "expert", "expert_leader", "process_owner", *APART)
BY_KIND: Mapping[str, tuple[str, ...]] = {
    "province": PROVINCIAL,
    "city": CITY,
    "county": COUNTY,
    "zone": COUNTY,
    "agency": ("agency",),
    "enterprise": ENTERPRISE_ROLES,
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "province": ("dept_officer", "dept_head", "dept_deputy", "director", *APART),
    "city": CITY,
    "county": COUNTY,
    "zone": COUNTY,
    "agency": ("agency",),
}
"""Without whom an office cannot do its part; functional zones do only while they have anybody at all."""

TWO_HANDS: tuple[tuple[tuple[str, ...], tuple[str, ...], str, str], ...] = (
    (("county_officer",), ("county_head",), "经办与审核由一人担任", "officer and head are one person"),
    (("city_officer",), ("city_head",), "经办与审核由一人担任", "officer and head are one person"),
    (
        ("dept_officer",),
        ("dept_head", "dept_deputy", "director"),
        "经办与审核由一人担任",
        "officer and head are one person",
    ),
    (
        ("expert", "expert_leader"),
        (*COUNTY, *CITY, *DEPARTMENT),
        "评审专家在主管部门任职",
        "an expert works for an authority",
    ),
    (
        ("agency",),
        (*COUNTY, *CITY, *DEPARTMENT),
        "监测机构人员在主管部门任职",
        "an agency's person works for an authority",
    ),
    (
        APART,
        (*COUNTY, *CITY, *DEPARTMENT, "expert", "agency", "process_owner"),
        "管理或监督人员兼任业务角色",
        "an administrator or supervisor does business, too",
    ),
    (
        ENTERPRISE_ROLES,
        (*COUNTY, *CITY, *DEPARTMENT, "expert", "expert_leader", "agency", *APART),
        "企业人员在主管部门任职",
        "an enterprise's person works for an authority",
    ),
)
"""What is not forbidden by itself, because single cases are guarded (I16), but is looked at in every review."""


def require_fits(role: str, place: Organisation) -> None:
    """Pass for a role of an authority that such an organisation has. Raises EnterpriseRole, NotThere."""
    zh, en = ROLES.get(role, (role, role))
    if role in ENTERPRISE_ROLES:
        raise EnterpriseRole(role_zh=zh, role_en=en)
    if role not in BY_KIND.get(place.kind, ()):
        raise NotThere(organisation=place.name, role_zh=zh, role_en=en)


def in_two_hands(roles: Iterable[str]) -> list[tuple[str, str]]:
    """What is noticed about one person's roles: two of those who watch each other, and the pairs above."""
    held = set(roles)
    found = [
        (zh, en)
        for first, second, zh, en in TWO_HANDS
        if held.intersection(first) and held.intersection(second)
    ]
    if len(held.intersection(APART)) > 1:
        found.insert(0, ("三员由一人兼任", "two of the administrators are one person"))
    return list(dict.fromkeys(found))
