"""What each parameter of a cycle means, in words, where it comes from, and what about a value deserves a warning."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.programme.cycles.parameters import DEFAULTS, FIXED, MEASURE_DEFAULTS

DECISION = ("办法未规定，系统默认", "the measure is silent; a default of this system")


@dataclass(frozen=True, slots=True)
class Described:
    """One parameter: its group, what it means, and its source (an article, or DECISION)."""

    name: str
    group: str
    zh: str
    en: str
    source: tuple[str, str] = DECISION

    @property
    def field(self) -> str:
        """Its field in the notice's form."""
        return self.name.replace(".", "_")

    @property
    def fixed(self) -> bool:
        """Whether the diagrams follow this one value only."""
        return self.name in FIXED

    @property
    def default(self) -> Any:
        """What it is when a notice says nothing."""
        return DEFAULTS[self.name]


GROUPS: Mapping[str, tuple[str, str]] = {
    "WHO": ("申报资格和数量", "Who may apply, and how often"),
    "EXPERTS": ("专家评审", "Expert review"),
    "VISITS": ("实地考察", "Site visits"),
    "NOTICE": ("公示和异议", "Public notice and objections"),
    "RETURNS": ("退回和补正", "Returns and supplements"),
}

_5_1 = ("办法第五条（一）", "measure, article 5(1)")
_5_7 = ("办法第五条（七）", "measure, article 5(7)")
_6 = ("办法第六条（二）（三）", "measure, article 6(2)(3)")
_7 = ("办法第七条", "measure, article 7")
_8 = ("办法第八条未规定，系统默认", "article 8 is silent; a default of this system")
_NOTICE = ("2023、2024年申报通知的做法", "as in the notices of 2023 and 2024")

DESCRIBED: tuple[Described, ...] = (
    Described("caps.scene", "WHO", "每家企业本年可申报的场景数", "Scenes of one enterprise in a year"),
    Described("caps.workshop", "WHO", "每家企业本年可申报的车间数", "Workshops of one enterprise in a year"),
    Described("caps.factory", "WHO", "每家企业本年可申报的工厂数", "Factories of one enterprise in a year"),
    Described("lookback.years", "WHO", "第六条负面情形向前回溯的年数", "Years that article 6 looks back", _6),
    Described(
        "lookback.anchor", "WHO", "回溯起算日：提交之日", "The day it counts from: the submission", DECISION
    ),
    Described("finance.years", "WHO", "申报书填报的财务年度数", "Fiscal years in the application", _5_1),
    Described(
        "cmmm.min.scene",
        "WHO",
        "场景的成熟度最低等级，0为不要求",
        "Least CMMM level of a scene; 0 asks none",
        _NOTICE,
    ),
    Described("cmmm.min.workshop", "WHO", "车间的成熟度最低等级", "Least CMMM level of a workshop", _NOTICE),
    Described("cmmm.min.factory", "WHO", "工厂的成熟度最低等级", "Least CMMM level of a factory", _NOTICE),
    Described(
        "cmmm.current_year", "WHO", "成熟度自评估须为当年", "The self-diagnosis is of this year", _NOTICE
    ),
    Described("branch_allowed", "WHO", "分支机构可以申报", "A branch office may apply", _5_1),
    Described(
        "tie_break.city_title", "WHO", "同分时市级称号优先", "A city title goes first among equals", _5_7
    ),
    Described("industries", "WHO", "重点行业，空为全部", "Key industries of the notice; none means all", _7),
    Described("experts.n", "EXPERTS", "每项评审的专家人数", "Experts drawn for an item", _8),
    Described("experts.min", "EXPERTS", "至少须有的有效评分表数", "Least sealed sheets of an item", _8),
    Described(
        "experts.drop_extremes_from",
        "EXPERTS",
        "评分表达到几份时去掉最高和最低",
        "From so many sheets on, extremes are left out",
        _8,
    ),
    Described("experts.min.process", "EXPERTS", "每组工艺或装备专家最少人数", "Least experts of process", _8),
    Described("experts.min.it", "EXPERTS", "每组信息技术专家最少人数", "Least experts of IT", _8),
    Described("experts.min.automation", "EXPERTS", "每组自动化专家最少人数", "Least of automation", _8),
    Described(
        "experts.min.industry", "EXPERTS", "熟悉该行业的专家最少人数", "Least who know the industry", _8
    ),
    Described("experts.max.finance", "EXPERTS", "每组财务专家最多人数", "Most experts of finance", _8),
    Described("experts.group_by", "EXPERTS", "专家组按什么划分", "How panels are grouped", _8),
    Described(
        "experts.city_rule",
        "EXPERTS",
        "专家单位与申报单位同市的，应回避",
        "An employer in the applicant's city is a conflict",
        _8,
    ),
    Described(
        "experts.lookback.years",
        "EXPERTS",
        "已结束的利害关系回溯年数",
        "Years that a past relation counts",
        _8,
    ),
    Described(
        "experts.employment_share",
        "EXPERTS",
        "兼职占工作时间达到百分之几即应回避",
        "Per cent of working time from which a post counts",
        _8,
    ),
    Described("experts.blind", "EXPERTS", "对专家隐去申报单位", "Experts do not see whose item it is", _8),
    Described("experts.seed_source", "EXPERTS", "抽取种子的来源", "Where the draw's seed comes from", _8),
    Described("pass_line", "EXPERTS", "列入建议认定的最低分", "Least score of a proposal", _8),
    Described(
        "divergence", "EXPERTS", "分差达到多少由组长复核", "Spread from which the leader looks again", _8
    ),
    Described("outlier", "EXPERTS", "偏离均分多少提示离群", "Distance from the mean of an outlier", _8),
    Described("strictness", "EXPERTS", "平均宽严差多少作提示", "Distance of a strict or lenient expert", _8),
    Described(
        "visit.sample_percent", "VISITS", "随机抽查的比例（%）", "Share visited at random (per cent)", _8
    ),
    Described(
        "visit.order",
        "VISITS",
        "考察在专家评审之前、之后，或不考察",
        "Visits before or after the experts",
        _8,
    ),
    Described(
        "public_notice.workdays",
        "NOTICE",
        "公示工作日数（首日计入）",
        "Working days of the public notice",
        _8,
    ),
    Described("public_notice.floor", "NOTICE", "公示不得少于的工作日数", "No notice may be shorter", _8),
    Described(
        "objection.anonymous", "NOTICE", "匿名反映只作线索登记", "An anonymous message is a clue only", _8
    ),
    Described("objection.scope", "NOTICE", "异议只暂缓所涉项目", "An objection holds its item only", _8),
    Described("supplement.workdays", "RETURNS", "形式审查补正的工作日数", "Working days of a supplement", _8),
    Described("supplement.times", "RETURNS", "形式审查补正的次数", "How often a supplement is asked for", _8),
    Described(
        "return.workdays", "RETURNS", "县市退回补正的工作日数", "Working days after a return", DECISION
    ),
    Described(
        "return.times",
        "RETURNS",
        "县级、市级各可退回的次数",
        "How often county and city may return",
        DECISION,
    ),
    Described(
        "return.after_enterprise_deadline",
        "RETURNS",
        "企业截止后仍可退回补正",
        "Returns go on after the enterprise deadline",
        DECISION,
    ),
)
"""Every parameter of `parameters.DEFAULTS`, in the order in which an office thinks of them."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something about a value that a person should see: LOOSER than the measure, or OTHER than last year."""

    kind: str
    zh: str
    en: str


def warnings(described: Described, value: Any, last_year: Any = None) -> list[Warned]:
    """What deserves a warning about a value; `last_year` is None where there was no cycle."""
    found = [_looser(described)] if is_looser(described.name, value) else []
    if last_year is not None and value is not None and not same(value, last_year):
        found.append(Warned("OTHER", "与上年不同", "Differs from last year"))
    return found


def is_looser(name: str, value: Any) -> bool:
    """Whether a notice with this value would be less strict than the measure (articles 5 to 8)."""
    if name == "branch_allowed":
        return value is True or value == "true"
    least = MEASURE_DEFAULTS.get("public_notice.floor" if name == "public_notice.workdays" else name)
    number = _number(value)
    return least is not None and number is not None and number < least


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: 5 and the text 5 do, lists in any order do."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return sorted(map(str, one)) == sorted(map(str, other))
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    first, second = _number(one), _number(other)
    return first == second if first is not None and second is not None else one == other


def _looser(described: Described) -> Warned:
    zh, en = described.source
    return Warned(
        "LOOSER", f"宽于{zh}，通知只能从严或细化", f"Looser than the {en}: a notice may only tighten"
    )


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
