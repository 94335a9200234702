"""County, city and the reviewers: opinions, rankings, formal review, sheets, visits."""

from typing import Any

from engine.programme.applications.models import Application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.recommendations.operations import candidates
from engine.programme.recommendations.quotas import TYPES
from engine.programme.rehearsal.answers import answers, workday
from engine.programme.rehearsal.answers.returned import items
from engine.programme.rehearsal.office import Body, Desk, Later, Never
from engine.programme.rehearsal.samples import attach_one

ITEMS = [f"k{number:02d}" for number in range(1, 20)]


@answers("county_opinion")
def county_opinion(desk: Desk) -> Body | Later | Never:
    """Counties agree within two days; the silent ones never answer."""
    if desk.enterprise and desk.enterprise.temper == "county_silent":
        return Never()
    if desk.today == desk.task.created_at.date():
        return Later(desk.rng.randint(0, 2) or 1)
    found = {"conditions": _findings(desk), "inspected": True}
    return {**found, "result": "AGREE", "opinion": "情况属实，同意上报。"}


@answers("approval", "notice_approval", "formal_approval")
def approval(desk: Desk) -> Body | Later | Never:
    """The second person agrees."""
    return {"decision": "AGREE", "comment": "同意。"}


@answers("city_review")
def city_review(desk: Desk) -> Body | Later | Never:
    """Cities recommend most, return some once, reject the weakest."""
    quality = desk.enterprise.quality if desk.enterprise else 1.0
    temper = desk.enterprise.temper if desk.enterprise else "plain"
    if temper == "returned" and desk.office.first_time(desk):
        return {
            "inspected": True,
            "result": "RETURN",
            "return_items": items(desk, "请补充说明。"),
            "opinion": "请按所列栏目补正。",
        }
    result = "REJECT" if quality < 0.3 else "RECOMMEND"
    found = {"conditions": _findings(desk), "inspected": True}
    credit = {"credit_on": desk.today.isoformat(), "credit": "CLEAN"}
    return {**found, **credit, "result": result, "opinion": "经初审，按结论办理。"}


@answers("package_ranking")
def package_ranking(desk: Desk) -> Body | Later | Never:
    """Ranks what the city agreed, best first, within the quota, shortly before the deadline."""
    year, city = _cycle_and_city(desk)
    with desk.office.runtime.reading() as session:
        cycle = require_cycle(session, year)
        found = candidates(session, year, city)
    left = (cycle.city_deadline.date() - desk.today).days if cycle.city_deadline else 99
    if left > 2 or (left > 1 and _under_review(desk, city)):
        return Later()
    if not found or not desk.office.first_time(desk):
        return Never()  # nothing sent is recorded by the deadline; a package that was sent stands
    found.sort(key=lambda item: -desk.office.quality(item.application_no))
    quota, counts = cycle.quotas.get(city, len(found)), dict.fromkeys(TYPES, 0)
    rows = []
    for item in found[:quota]:
        counts[item.type] += 1
        rows.append(_ranked(item, counts[item.type]))
    return {"decision": "SUBMIT", "ranking": rows}


@answers("package_sign")
def package_sign(desk: Desk) -> Body | Later | Never:
    """The city's head signs the letter and uploads its sealed scan."""
    year, city = _cycle_and_city(desk)
    purpose = f"task:{desk.task.id}"
    scan = attach_one(desk.office.runtime, desk.actor, purpose, "盖章推荐文件.pdf", "Sealed letter and list")
    return {
        "decision": "SEND",
        "document_no": desk.office.city_document_no(year, city),
        "document_date": desk.today.isoformat(),
        "scan": [scan],
    }


@answers("package_acceptance")
def package_acceptance(desk: Desk) -> Body | Later | Never:
    """The department accepts what came in time."""
    return {"decision": "ACCEPT"}


@answers("formal_check")
def formal_check(desk: Desk) -> Body | Later | Never:
    """The 19 checks; one supplement for those that lack something."""
    temper = desk.enterprise.temper if desk.enterprise else "plain"
    checks = dict.fromkeys(ITEMS, "OK")
    if temper in ("supplemented", "supplement_late") and desk.office.first_time(desk):
        asked = {"reason": "材料不全", "article": "第六条", "return_items": items(desk, "请补充说明。")}
        return {**checks, "k16": "BAD", "result": "SUPPLEMENT", **asked}
    return {**checks, "result": "PASS"}


@answers("visit_plan")
def visit_plan(desk: Desk) -> Body | Later | Never:
    """Two officers of the department go."""
    officers = [person.login for person in desk.office.staff.by_group["dept_officer@370000"]]
    leader, second = desk.rng.sample(officers, 2)
    planned = workday(desk.office.runtime.calendar, desk.today).isoformat()
    return {"leader": leader, "second": second, "planned_on": planned}


@answers("site_visit")
def site_visit(desk: Desk) -> Body | Later | Never:
    """A visit by two, true or mostly so; a weak object is found untrue."""
    weak = desk.office.quality(desk.task.business_key or "") < 0.35
    return {
        "visited_on": desk.today.isoformat(),
        "members": [
            {"name": "考察员甲", "organisation": "省厅"},
            {"name": "考察员乙", "organisation": "市局"},
        ],
        "items": [{"item": "联网设备", "declared": "120", "found": "118", "verdict": "TRUE"}],
        "visit_result": "FALSE" if weak else desk.rng.choice(["TRUE", "TRUE", "MOSTLY"]),
        "findings": "现场核对台账。",
    }


def _findings(desk: Desk) -> list[dict[str, str]]:
    """Every condition of the checklist found met."""
    listed = desk.office.runtime.catalogues.get("review_conditions").lists["review_conditions"]
    return [{"row_key": item.value, "finding": "MET"} for item in listed]


def _ranked(item: Application, rank: int) -> dict[str, Any]:
    return {
        "application_no": item.application_no,
        "enterprise": item.enterprise,
        "object_name": item.object_name,
        "type": item.type,
        "rank": rank,
    }


def _under_review(desk: Desk, city: str) -> bool:
    """Whether the city's own officers still have an application before them."""
    groups = {f"city_officer@{city}", f"city_head@{city}"}
    open_ones = (t for t in desk.office.open_tasks() if t.process_id == "application")
    return any(groups.intersection(task.candidate_groups) for task in open_ones)


def _cycle_and_city(desk: Desk) -> tuple[int, str]:
    year, city = (desk.task.business_key or "").split("-")[:2]
    return int(year), city
