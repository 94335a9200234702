"""Where an application stands, as its enterprise may know it: status, who has it, until when, and what follows.

What the department has not decided yet is not told: from the experts' review to the public notice an enterprise
sees one status. Everything here is plain values in and out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.clock import end_of_day
from engine.programme.applications import statuses as s
from engine.workdays import WorkCalendar, YearUnknown

ENTERPRISE, COUNTY, CITY, DEPARTMENT, NOBODY = "ENTERPRISE", "COUNTY", "CITY", "DEPARTMENT", ""

UNDECIDED = frozenset({s.IN_REVIEW, s.REVIEWED, s.PROPOSED, s.MEETING_PASSED})
"""States that only the department knows apart: scores, rank and meeting are not told before the notice (I19)."""

UNDECIDED_NAME = ("专家评审与审核中", "Under expert review and decision")

_HANDLERS = {
    s.DRAFT: ENTERPRISE,
    s.RETURNED: ENTERPRISE,
    s.SUPPLEMENTING: ENTERPRISE,
    s.SUBMITTED: COUNTY,
    s.COUNTY_DONE: CITY,
    s.CITY_AGREED: CITY,
}

_NEXT: Mapping[str, tuple[str, str]] = {
    s.DRAFT: ("完成自我评价、填写申报书，由法定代表人确认提交", "Evaluate, fill in, and have it submitted"),
    s.SUBMITTED: ("县级主管部门出具意见", "The county gives its opinion"),
    s.COUNTY_DONE: ("市工业和信息化局初审", "The city reviews it"),
    s.RETURNED: ("按退回意见补正后重新提交", "Correct what was returned"),
    s.CITY_AGREED: ("市工业和信息化局统一上报省厅", "The city sends its package to the department"),
    s.RECOMMENDED: ("省厅形式审查", "Formal review by the department"),
    s.SUPPLEMENTING: ("按形式审查意见一次性补正", "Supplement what the formal review asks for"),
    s.FORMAL_PASSED: ("专家评审", "Review by experts"),
    s.ANNOUNCED: ("公示期满无异议的，发文公布", "Publication after a public notice without objections"),
}
_NEXT_UNDECIDED = (
    "专家评审、必要的实地考察、会议研究，之后公示",
    "Experts, site visits where needed, the meeting; then public notice",
)

# Working days of the department's steps: the measure gives none, these are this project's decisions.
ACCEPTANCE, FORMAL, EXPERTS, PUBLICATION = 2, 10, 10, 10


@dataclass(frozen=True, slots=True)
class Expectation:
    """Until when the present step should be over, on what basis; `fixed` by a notice, or only to be expected.

    `until` is exclusive; None where nothing can be said, which `basis` explains.
    """

    until: datetime | None
    basis: tuple[str, str]
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Instants:
    """The cycle's instants, the end of the item's public notice, and the parameters that count here."""

    enterprise: datetime | None
    county: datetime | None
    city: datetime | None
    announced_until: datetime | None = None
    supplement_workdays: int = 5


def shown_status(status: str) -> tuple[str, str]:
    """What an application's status is called to its enterprise, in Chinese and English."""
    return UNDECIDED_NAME if status in UNDECIDED else s.NAMES[status]


def next_step(status: str) -> tuple[str, str] | None:
    """What comes next, in Chinese and English; None once it has ended."""
    return _NEXT_UNDECIDED if status in UNDECIDED else _NEXT.get(status)


def handler(status: str, *, direct: bool = False) -> str:
    """Who has the application now: ENTERPRISE, COUNTY (the city where it files directly), CITY, DEPARTMENT, or NOBODY."""
    if status in s.ENDED:
        return NOBODY
    found = _HANDLERS.get(status, DEPARTMENT)
    return CITY if found == COUNTY and direct else found


def office_of(status: str, county: str, city: str, *, direct: bool = False) -> str | None:
    """The code of the office that has the application now; None for the enterprise itself or nobody."""
    codes = {COUNTY: county, CITY: city, DEPARTMENT: "370000"}
    return codes.get(handler(status, direct=direct))


def expected(
    status: str, since: datetime, instants: Instants, calendar: WorkCalendar, due: datetime | None = None
) -> Expectation | None:
    """Until when the present step should be over; None once the application has ended.

    `since`: when this status began. `due`: the deadline of the enterprise's own open task. Instants of the notice
    are facts; what is counted in working days from `since` is an expectation, never a promise (article 8 gives
    no lengths).
    """
    if status in s.ENDED:
        return None
    fixed = _fixed(status, instants, due)
    if fixed is not None:
        return fixed
    try:
        return _counted(status, since, instants, calendar)
    except YearUnknown:
        return Expectation(
            None,
            ("该年度工作日历尚未公布，暂不能推算", "The calendar of that year is not published yet"),
        )


def _fixed(status: str, instants: Instants, due: datetime | None) -> Expectation | None:
    """Deadlines that a notice or a return states."""
    own = ("退回补正的期限", "The deadline of the return")
    notice = "年度申报通知（第七条）", "The annual notice (Article 7)"
    known: dict[str, tuple[datetime | None, tuple[str, str]]] = {
        s.DRAFT: (instants.enterprise, notice),
        s.RETURNED: (due, own),
        s.SUPPLEMENTING: (due, own),
        s.SUBMITTED: (instants.county, notice),
        s.COUNTY_DONE: (instants.city, notice),
        s.CITY_AGREED: (instants.city, notice),
    }
    until, basis = known.get(status, (None, own))
    return None if until is None else Expectation(until, basis, fixed=True)


def _counted(status: str, since: datetime, instants: Instants, calendar: WorkCalendar) -> Expectation:
    """Working days from the next day on. Raises YearUnknown."""
    begun = since.date()
    if status == s.RECOMMENDED:
        return _expectation(calendar, begun, ACCEPTANCE + FORMAL, "形式审查", "formal review")
    if status == s.SUPPLEMENTING:
        return _expectation(calendar, begun, instants.supplement_workdays, "补正", "supplement")
    if status == s.FORMAL_PASSED:
        return _expectation(calendar, begun, EXPERTS, "专家评审", "expert review")
    if status in _HANDLERS:
        return Expectation(
            None, ("以通知或退回时写明的期限为准", "The deadline that the notice or the return states")
        )
    if status == s.ANNOUNCED and instants.announced_until is not None:
        last = max(begun, (instants.announced_until - timedelta(microseconds=1)).date())
        return _expectation(
            calendar, last, PUBLICATION, "公示期满后公布", "publication after the public notice"
        )
    return Expectation(
        None,
        ("会议时间由省厅确定，确定后以公示为准", "The meeting has no fixed date; a public notice follows it"),
    )


def _expectation(calendar: WorkCalendar, begun: date, days: int, zh: str, en: str) -> Expectation:
    last = calendar.add(begun, days)
    return Expectation(
        end_of_day(last),
        (
            f"预计：{zh}约需 {days} 个工作日（办法未规定时限，为本系统推算，不是承诺）",
            f"Expected: {en} takes about {days} working days (the measure sets no limit; this is no promise)",
        ),
    )


def parameters_of(cycle: Any, announced_until: datetime | None = None) -> Instants:
    """The instants of a cycle's row."""
    return Instants(
        cycle.enterprise_deadline,
        cycle.county_deadline,
        cycle.city_deadline,
        announced_until,
        int(cycle.parameters.get("supplement.workdays", 5)),
    )
