"""The states of an application and the ways between them: one table, nothing else moves an application."""

DRAFT = "DRAFT"
LAPSED = "LAPSED"
SUBMITTED = "SUBMITTED"
COUNTY_DONE = "COUNTY_DONE"
RETURNED = "RETURNED"
CITY_AGREED = "CITY_AGREED"
NOT_RECOMMENDED = "NOT_RECOMMENDED"
RECOMMENDED = "RECOMMENDED"
SUPPLEMENTING = "SUPPLEMENTING"
FORMAL_PASSED = "FORMAL_PASSED"
FORMAL_FAILED = "FORMAL_FAILED"
IN_REVIEW = "IN_REVIEW"
REVIEWED = "REVIEWED"
PROPOSED = "PROPOSED"
NOT_PROPOSED = "NOT_PROPOSED"
MEETING_PASSED = "MEETING_PASSED"
MEETING_REJECTED = "MEETING_REJECTED"
ANNOUNCED = "ANNOUNCED"
OBJECTION_UPHELD = "OBJECTION_UPHELD"
RECOGNISED = "RECOGNISED"
WITHDRAWN = "WITHDRAWN"
RENOUNCED = "RENOUNCED"
EXCLUDED = "EXCLUDED"
TERMINATED = "TERMINATED"

NAMES = {
    DRAFT: ("填报中", "Being filled in"),
    LAPSED: ("逾期未提交，已失效", "Lapsed: not submitted in time"),
    SUBMITTED: ("已提交，待县级意见", "Submitted, waiting for the county"),
    COUNTY_DONE: ("待市级初审", "Waiting for the city's review"),
    RETURNED: ("退回补正中", "Returned for correction"),
    CITY_AGREED: ("市级同意推荐，待上报", "Agreed by the city, waiting for its package"),
    NOT_RECOMMENDED: ("未获推荐", "Not recommended"),
    RECOMMENDED: ("已受理，形式审查中", "Accepted, under formal review"),
    SUPPLEMENTING: ("形式审查补正中", "Supplement requested"),
    FORMAL_PASSED: ("形式审查通过", "Formal review passed"),
    FORMAL_FAILED: ("形式审查未通过", "Formal review failed"),
    IN_REVIEW: ("专家评审中", "Under expert review"),
    REVIEWED: ("评审完成，待审核意见", "Reviewed, waiting for the opinion"),
    PROPOSED: ("建议认定，待会议研究", "Proposed, waiting for the meeting"),
    NOT_PROPOSED: ("未列入拟认定名单", "Not proposed"),
    MEETING_PASSED: ("会议通过，待公示", "Passed by the meeting"),
    MEETING_REJECTED: ("会议未通过", "Rejected by the meeting"),
    ANNOUNCED: ("公示", "On public notice"),
    OBJECTION_UPHELD: ("异议成立，不予认定", "Not recognised: an objection was upheld"),
    RECOGNISED: ("已认定", "Recognised"),
    WITHDRAWN: ("已撤回", "Withdrawn"),
    RENOUNCED: ("放弃认定", "Recognition renounced"),
    EXCLUDED: ("存在第六条情形，不予受理", "Excluded by Article 6"),
    TERMINATED: ("依据失效终止", "Terminated: the legal basis expired"),
}

_FORWARD = {
    DRAFT: {SUBMITTED, LAPSED, EXCLUDED},
    SUBMITTED: {COUNTY_DONE, CITY_AGREED, RETURNED, NOT_RECOMMENDED},
    COUNTY_DONE: {CITY_AGREED, RETURNED, NOT_RECOMMENDED},
    RETURNED: {SUBMITTED, COUNTY_DONE},
    CITY_AGREED: {RECOMMENDED, NOT_RECOMMENDED},
    RECOMMENDED: {FORMAL_PASSED, FORMAL_FAILED, SUPPLEMENTING},
    SUPPLEMENTING: {RECOMMENDED},
    FORMAL_PASSED: {IN_REVIEW},
    IN_REVIEW: {REVIEWED},
    REVIEWED: {PROPOSED, NOT_PROPOSED, IN_REVIEW},  # back for another round of scoring
    PROPOSED: {MEETING_PASSED, MEETING_REJECTED, REVIEWED},
    MEETING_PASSED: {ANNOUNCED},
    ANNOUNCED: {RECOGNISED, OBJECTION_UPHELD, MEETING_PASSED},
}

LIST_FIXED = frozenset({PROPOSED, MEETING_PASSED, ANNOUNCED})
"""States after the meeting's list was fixed: leaving is then 放弃认定, not 撤回 (article 3)."""

_OPEN = frozenset(_FORWARD)

TRANSITIONS = frozenset(
    {(before, after) for before, afters in _FORWARD.items() for after in afters}
    | {(before, WITHDRAWN) for before in _OPEN - LIST_FIXED}
    | {(before, RENOUNCED) for before in LIST_FIXED}
    | {(before, ended) for before in _OPEN for ended in (TERMINATED, EXCLUDED)}
)

ENDED = frozenset(NAMES) - _OPEN
"""States that nothing leaves; of these only RECOGNISED is a recognition."""
