"""The department's own tasks of a cycle, from the notice to the archive."""

from datetime import date, timedelta
from typing import Any

from engine.clock import end_of_day
from engine.programme.announcements.operations import main_list, sort_out
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.measures.acts import ACTS, AfterExpiry
from engine.programme.meetings.operations import order_key, proposed, reviewed
from engine.programme.rehearsal.answers import answers, document_no, workday
from engine.programme.rehearsal.office import Body, Desk, Later, Never

NEW_GUIDE = 2025  # the first cycle under the 2025 edition of the scene guide
BODIES = {
    2024: "按照办法组织申报。申报单位近三年未发生重大安全、质量、环境污染事故，未列入严重失信主体名单。"
    "车间、工厂须完成本年度智能制造能力成熟度自评估，达到二级以上。"
}
"""What a notice says beside its parameters. That of 2024 was milder than article 6; the measure prevails (decision)."""
PARAMETERS = {
    "caps_scene": 3,
    "caps_workshop": 1,
    "caps_factory": 1,
    "cmmm_min_scene": 0,
    "cmmm_min_workshop": 2,
    "cmmm_min_factory": 2,
    "experts_n": 5,
    "experts_min": 3,
    "pass_line": 60,
    "visit_sample_percent": 10,
    "public_notice_workdays": 5,
    "supplement_workdays": 5,
    "return_workdays": 3,
    "return_times": 2,
    "return_after_enterprise_deadline": True,
}
ENTERPRISE_DAYS, COUNTY_DAYS, CITY_DAYS = 28, 31, 38


def year_of(desk: Desk) -> int:
    """The cycle that a task belongs to."""
    return int((desk.task.business_key or "").split("-")[0])


@answers("notice_draft")
def notice_draft(desk: Desk) -> Body | Later | Never:
    """The annual notice with its instants, cities, quotas and pinned catalogues."""
    today, cities = desk.today, desk.office.cities()
    return {
        "title": f"关于组织开展{year_of(desk)}年度智能制造场景数字化车间智能工厂申报工作的通知",
        "body": BODIES.get(year_of(desk), "按照办法组织申报。"),
        "cities": cities,
        "industries": [],
        "quotas": [{"city": city, "quota": desk.office.quota} for city in cities],
        "direct_filing": [],
        "enterprise_deadline": _midnight(desk, today + timedelta(days=ENTERPRISE_DAYS)),
        "county_deadline": _midnight(desk, today + timedelta(days=COUNTY_DAYS)),
        "city_deadline": _midnight(desk, today + timedelta(days=CITY_DAYS)),
        "catalogue_scene": "2025" if year_of(desk) >= NEW_GUIDE else "2021",
        "catalogue_workshop": "inferred-1",
        "catalogue_factory": "inferred-1",
        **PARAMETERS,
    }


@answers("notice_publish")
def notice_publish(desk: Desk) -> Body | Later | Never:
    """The office enters the number that its OA gave."""
    return {"notice_no": document_no(desk), "notice_date": desk.today.isoformat()}


@answers("supplementary_notice")
def supplementary_notice(desk: Desk) -> Body | Later | Never:
    """Deadlines are not extended in a rehearsal."""
    return Never()


@answers("receipt_confirm", "formal_list", "reviews_done")
def confirm(desk: Desk) -> Body | Later | Never:
    """Confirmed as soon as everything that it waits for is closed."""
    return {"confirmed": True} if desk.office.all_closed(desk) else Later()


@answers("panel_draw")
def panel_draw(desk: Desk) -> Body | Later | Never:
    """The draw, with its seed on record and a witness."""
    return {"seed": f"draw-{year_of(desk)}-{desk.office.seed}", "witness": "监督员"}


@answers("opinion_list")
def opinion_list(desk: Desk) -> Body | Later | Never:
    """Every reviewed item in order of score; those under the line or untrue are not proposed."""
    with desk.office.runtime.reading() as session:
        cycle = require_cycle(session, year_of(desk))
        items = sorted(reviewed(session, cycle.year), key=order_key)
    rows: list[dict[str, Any]] = []
    for rank, item in enumerate(items, start=1):
        good = (item.score or 0) >= cycle.parameters["pass_line"] and item.visit_result != "FALSE"
        row = {
            "application_no": item.application_no,
            "enterprise": item.enterprise,
            "object_name": item.object_name,
            "rank": rank,
            "opinion": "PROPOSE" if good else "REJECT",
        }
        rows.append(row if good else {**row, "reason": "评审未达合格线或考察不属实"})
    return {"items": rows}


@answers("meeting_results")
def meeting_results(desk: Desk) -> Body | Later | Never:
    """The meeting passes nearly everything."""
    with desk.office.runtime.reading() as session:
        items = proposed(session, year_of(desk))
    rows = []
    for item in items:
        fails = desk.rng.random() < 0.01
        row = {"application_no": item.application_no, "enterprise": item.enterprise}
        row |= {"object_name": item.object_name, "result": "FAIL" if fails else "PASS"}
        rows.append({**row, "reason": "需进一步论证"} if fails else row)
    return {
        "minutes_no": f"厅长办公会纪要〔{desk.today.year}〕{desk.office.next_number()}号",
        "held_on": desk.today.isoformat(),
        "place": "厅三楼会议室",
        "chair": "厅长",
        "attendees": "班子成员",
        "observers": "装备产业处、厅办公室、纪检监督",
        "items": rows,
    }


@answers("public_notice")
def public_notice(desk: Desk) -> Body | Later | Never:
    """Five working days, both ends counted."""
    calendar = desk.office.runtime.calendar
    first = workday(calendar, desk.today)
    last: date = calendar.last_day(first, 5, inclusive_start=True, floor=5)
    return {
        "title": f"关于{year_of(desk)}年度{'' if desk.office.first_time(desk) else '重新公示项目'}拟认定名单的公示",
        "starts_on": first.isoformat(),
        "ends_on": last.isoformat(),
        "phone": "0531-51780000",
        "email": "",
        "address": "济南市示例路1号",
    }


@answers("publication")
def publication(desk: Desk) -> Body | Later | Never:
    """What is free is published, what is held waits for its objection; closed when nothing is left."""
    with desk.office.runtime.reading() as session:
        cycle = require_cycle(session, year_of(desk))
        free, held = sort_out(session, cycle, desk.office.clock.now())
        supplement = main_list(session, cycle.year) is not None
    if not free:
        return Later() if held else {"decision": "CLOSE"}
    return {
        "decision": "PUBLISH",
        "document_no": document_no(desk),
        "document_date": desk.today.isoformat(),
        "title": f"关于{'补充' if supplement else ''}公布{year_of(desk)}年度名单的通知",
    }


@answers("archive")
def archive(desk: Desk) -> Body | Later | Never:
    """Filed for good."""
    return {"confirmed": True, "retention": "PERMANENT"}


@answers("continuation")
def continuation(desk: Desk) -> Body | Later | Never:
    """What becomes of a cycle in flight at expiry, as the plan says."""
    if desk.office.continues is None:
        return Never()
    if not desk.office.continues:
        return {"decision": "TERMINATE", "reason": "依据失效，本年度不再继续。"}
    return {
        "decision": "CONTINUE",
        "document_no": document_no(desk, "法"),
        "decided_on": desk.today.isoformat(),
        "legal_opinion": "在有效期内受理，可以继续办理。",
        "acts": [a.name for a in ACTS.values() if a.after_expiry is AfterExpiry.CONTINUATION],
    }


def _midnight(desk: Desk, day: date) -> str:
    return end_of_day(workday(desk.office.runtime.calendar, day)).isoformat()
