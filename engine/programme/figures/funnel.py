"""How far the applications of a cycle have come: counted by the furthest state that each has ever reached."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, select
from sqlalchemy.orm import Session

from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application, ApplicationEvent
from engine.programme.recommendations.models import COLLECTING, NONE, Package, PackageItem, Recommendation

STAGES = (
    ("STARTED", "开始填报", "Started"),
    ("SUBMITTED", "企业提交", "Submitted"),
    ("COUNTY", "县级意见", "Past the county"),
    ("CITY", "市级同意推荐", "Agreed by the city"),
    ("RECOMMENDED", "列入推荐文件", "In a city's package"),
    ("ACCEPTED", "省厅受理", "Accepted"),
    ("FORMAL", "形式审查通过", "Formal review passed"),
    ("REVIEWED", "专家评审完成", "Reviewed by experts"),
    ("PROPOSED", "建议认定", "Proposed"),
    ("PASSED", "会议通过", "Passed by the meeting"),
    ("ANNOUNCED", "列入公示", "On public notice"),
    ("PUBLISHED", "发文公布", "Published"),
)
"""The stages of a year, each with its names. Silent counties and direct filing count as past the county."""

CODES = tuple(code for code, _, _ in STAGES)
_LISTED = CODES.index("RECOMMENDED")
_REACHED = {
    s.DRAFT: "STARTED",
    s.SUBMITTED: "SUBMITTED",
    s.COUNTY_DONE: "COUNTY",
    s.CITY_AGREED: "CITY",
    s.RECOMMENDED: "ACCEPTED",
    s.SUPPLEMENTING: "ACCEPTED",
    s.FORMAL_PASSED: "FORMAL",
    s.IN_REVIEW: "FORMAL",
    s.REVIEWED: "REVIEWED",
    s.PROPOSED: "PROPOSED",
    s.MEETING_PASSED: "PASSED",
    s.ANNOUNCED: "ANNOUNCED",
    s.RECOGNISED: "PUBLISHED",
}


@dataclass(frozen=True, slots=True)
class Group:
    """So many applications of one place, type, industry and state whose furthest stage is `stage` (an index)."""

    year: int
    city: str
    county: str
    type: str
    industry: str
    status: str
    stage: int
    count: int


def groups(session: Session, years: Iterable[int], city: str | None = None) -> list[Group]:
    """The applications of these cycles in groups, of the province or of one city."""
    furthest, listed = _furthest(years), _listed(years)
    reached = func.coalesce(furthest.c.stage, 0)
    stage = case((and_(reached < _LISTED, listed.c.application_no.is_not(None)), _LISTED), else_=reached)
    a = Application
    keys = (a.cycle_year, a.city, a.county, a.type, a.industry, a.status, stage)
    query: Select[Any] = (
        select(*keys, func.count())
        .outerjoin(furthest, furthest.c.application_id == a.id)
        .outerjoin(listed, listed.c.application_no == a.application_no)
        .where(a.cycle_year.in_(list(years)))
        .group_by(*keys)
    )
    if city is not None:
        query = query.where(a.city == city)
    return [Group(*row) for row in session.execute(query)]


def _furthest(years: Iterable[int]) -> Subquery:
    """The index of the furthest stage of each application, out of its history."""
    stages = {status: CODES.index(code) for status, code in _REACHED.items()}
    index = case(stages, value=ApplicationEvent.to_status, else_=0)
    return (
        select(ApplicationEvent.application_id, func.max(index).label("stage"))
        .join(Application, Application.id == ApplicationEvent.application_id)
        .where(Application.cycle_year.in_(list(years)))
        .group_by(ApplicationEvent.application_id)
        .subquery()
    )


def _listed(years: Iterable[int]) -> Subquery:
    """The applications in a package that counts (I4)."""
    r = Recommendation
    return (
        select(PackageItem.application_no)
        .join(Package, Package.id == PackageItem.package_id)
        .join(
            r,
            and_(
                r.cycle_year == Package.cycle_year,
                r.city == Package.city,
                r.current_version == Package.version,
            ),
        )
        .where(r.cycle_year.in_(list(years)), r.status.not_in((COLLECTING, NONE)))
        .subquery()
    )


def reached(found: Iterable[Group]) -> list[int]:
    """How many came to each stage at least, in the order of STAGES."""
    counts = [0] * len(STAGES)
    for group in found:
        for index in range(group.stage + 1):
            counts[index] += group.count
    return counts


def split(found: Iterable[Group], key: Callable[[Group], str]) -> dict[str, list[int]]:
    """The same for each value of `key`, in the order in which they come up."""
    parts: dict[str, list[Group]] = {}
    for group in found:
        parts.setdefault(key(group), []).append(group)
    return {name: reached(part) for name, part in parts.items()}


def total(found: Sequence[Group], key: Callable[[Group], str]) -> dict[str, int]:
    """How many applications there are of each value of `key`."""
    counts: dict[str, int] = {}
    for group in found:
        counts[key(group)] = counts.get(key(group), 0) + group.count
    return counts
