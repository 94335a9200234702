"""Which timers of the diagrams rest on the measure: by which article, and who must have decided to change one.

An administrator may change what the system waits for (`engine.operating`); what the office has to decide first, and in
what form, he is told from here. Timers that rest on no article are listed, too, so that a new one is not forgotten.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fixed:
    """A deadline of the measure. `who` decides, and `how`, in (Chinese, English); `least`: it may never be shortened."""

    article: tuple[str, str]
    who: tuple[str, str]
    how: tuple[str, str]
    least: bool = False


_DEPARTMENT = ("省工业和信息化厅", "the department")
_SEVEN = ("《办法》第七条", "article 7 of the measure")
_EIGHT = ("《办法》第八条", "article 8 of the measure")
_ELEVEN = ("《办法》第十一条", "article 11 of the measure")
_TWELVE = ("《办法》第十二条", "article 12 of the measure")

_WINDOW = Fixed(
    _SEVEN,
    _DEPARTMENT,
    (
        "印发补充通知，由年度流程的补充通知环节改登记",
        "a supplementary notice, entered by the step of the annual cycle",
    ),
)
_RETURN = Fixed(
    _SEVEN,
    ("退回材料的机关", "the office that returned the file"),
    ("书面告知企业新的补正期限", "a written notice of the new date to the enterprise"),
)
_NOTICE = Fixed(_EIGHT, _DEPARTMENT, ("重新公布公示期限", "a new public notice of the period"), least=True)
_VALIDITY = Fixed(
    ("《办法》第十五条", "article 15 of the measure"),
    _DEPARTMENT,
    ("发文延续、修订或废止办法", "a document that extends, amends or repeals the measure"),
)
_MONITORING = Fixed(
    ("《办法》第十条", "article 10 of the measure"),
    _DEPARTMENT,
    ("书面通知企业和监测机构", "a written notice to enterprise and agency"),
)
_RENAMING = Fixed(_TWELVE, _DEPARTMENT, ("书面告知申请企业", "a written notice to the enterprise"))

FIXED: dict[tuple[str, str], Fixed] = {
    ("annual_cycle", "window_closed"): _WINDOW,
    ("annual_cycle", "city_deadline_passed"): _WINDOW,
    ("annual_cycle", "notice_over"): _NOTICE,
    ("application", "enterprise_timer"): _WINDOW,
    ("application", "county_timer"): _WINDOW,
    ("application", "city_timer"): _WINDOW,
    ("application", "correct_timer"): _RETURN,
    ("application", "supplement_timer"): Fixed(
        _EIGHT,
        _DEPARTMENT,
        ("书面告知企业新的补正期限", "a written notice of the new date to the enterprise"),
    ),
    ("recommendation", "county_deadline"): _WINDOW,
    ("recommendation", "city_timer"): _WINDOW,
    ("objection", "overdue"): Fixed(
        _EIGHT, ("装备处处长", "the head of division"), ("书面说明延期理由", "a written reason for the delay")
    ),
    ("measure", "wait_in_force"): _VALIDITY,
    ("measure", "reminder_due"): _VALIDITY,
    ("measure", "wait_expiry"): _VALIDITY,
    ("measure", "expired_meanwhile"): _VALIDITY,
    ("monitoring", "remind"): _MONITORING,
    ("monitoring", "not_reported"): _MONITORING,
    ("rectification", "deadline"): Fixed(
        _ELEVEN,
        _DEPARTMENT,
        ("在整改延期环节作出决定", "a decision at the step that extends the rectification"),
    ),
    ("rectification", "no_decision"): Fixed(
        _ELEVEN,
        _DEPARTMENT,
        ("在整改延期环节作出决定", "a decision at the step that extends the rectification"),
    ),
    ("renaming", "fill_timeout"): _RENAMING,
    ("renaming", "city_overdue"): _RENAMING,
    ("renaming", "department_overdue"): _RENAMING,
    ("revocation", "hearing_over"): Fixed(
        _ELEVEN,
        _DEPARTMENT,
        ("书面告知企业新的陈述申辩期限", "a written notice of the new date to the enterprise"),
        least=True,
    ),
}
FREE = frozenset({("registration", "unconfirmed"), ("registration", "late")})
"""Timers that this project has set itself."""


def fixed(process_id: str, element: str) -> Fixed | None:
    """The rule behind a timer; None where no article speaks of it."""
    return FIXED.get((process_id, element))
