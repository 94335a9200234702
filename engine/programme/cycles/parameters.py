"""Parameters of a cycle. Where the measure is silent these are this project's decisions, shown as such."""

from collections.abc import Mapping
from typing import Any

from engine.errors import Refusal

DEFAULTS: Mapping[str, Any] = {
    "caps.scene": 3,
    "caps.workshop": 1,
    "caps.factory": 1,
    "lookback.years": 3,
    "lookback.anchor": "SUBMISSION_DATE",
    "finance.years": 3,
    "cmmm.min.scene": 0,
    "cmmm.min.workshop": 2,
    "cmmm.min.factory": 2,
    "cmmm.current_year": True,
    "branch_allowed": False,
    "experts.n": 5,
    "experts.min": 3,
    "experts.drop_extremes_from": 5,
    "experts.min.process": 1,  # of every panel: experts of machinery or process …
    "experts.min.it": 1,
    "experts.min.automation": 1,
    "experts.min.industry": 0,  # … who know the application's industry
    "experts.max.finance": 1,
    "experts.group_by": "TYPE",  # panels are grouped by TYPE, by INDUSTRY, or not: NONE
    "experts.city_rule": True,  # an employer in the applicant's city is a conflict
    "experts.lookback.years": 3,  # how long a relation that has ended still counts
    "experts.employment_share": 0,  # per cent of working time from which a post counts
    "experts.blind": False,  # experts do not see whose application it is
    "experts.seed_source": "由监督人员在抽取现场给出",
    "pass_line": 60,
    "divergence": 20,
    "outlier": 15,
    "strictness": 8,
    "visit.sample_percent": 10,
    "visit.order": "AFTER",  # BEFORE, AFTER or NONE: article 8 leaves the order of visit and expert review open
    "public_notice.workdays": 5,
    "public_notice.floor": 5,
    "objection.anonymous": "LOG_ONLY",
    "objection.scope": "ITEM",
    "supplement.workdays": 5,
    "supplement.times": 1,
    "return.workdays": 3,
    "return.times": 2,
    "return.after_enterprise_deadline": True,
    "tie_break.city_title": True,
    "industries": [],  # 重点行业 (article 7); empty = all
}

FIXED = frozenset(
    {
        "lookback.anchor",
        "finance.years",
        "cmmm.current_year",
        "objection.anonymous",
        "objection.scope",
        "supplement.times",
        "tie_break.city_title",
    }
)
"""Decisions that the diagrams and decision tables always follow.

Another value would promise what they do not do.
"""

MEASURE_DEFAULTS: Mapping[str, Any] = {
    "years_in_business": 3,  # article 5(1)
    "lookback.years": 3,  # article 6(2), (3)
    "public_notice.floor": 5,
}


class UnknownParameter(Refusal):
    """A cycle names a parameter that does not exist."""

    zh = "年度参数“{name}”不存在。"
    en = "There is no cycle parameter “{name}”."
    status = 422


class ParameterFixed(Refusal):
    """A cycle asks for another value of a parameter that the diagrams follow as it is."""

    zh = "年度参数“{name}”固定为“{value}”，现行流程图不支持其他取值。"
    en = "The parameter “{name}” is fixed at “{value}”; the diagrams support no other value."
    remedy_zh = "如确需调整，请先由流程管理员修改流程图或决策表。"
    remedy_en = "To change it, have the process owner change the diagram or decision table first."
    status = 422


class LooserThanMeasure(Refusal):
    """A notice may tighten or specify the measure, never loosen it."""

    zh = "年度参数“{name}”（{value}）比办法的要求（{least}）宽松；通知只能从严或细化，不能放宽。"
    en = (
        "The parameter “{name}” ({value}) is looser than the measure ({least}); a notice may only tighten it."
    )
    basis = "第五条、第六条、第八条 Articles 5, 6, 8"
    status = 422


BEFORE: Mapping[str, Any] = {"experts.min.automation": 0}
"""What held in cycles that were pinned before a parameter existed, where that is not today's default.

Their pools have no experts of automation.
"""


def pinned(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What a cycle was pinned with; what is newer than the cycle is as it was then."""
    return {**DEFAULTS, **BEFORE, **parameters}


def merged(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults with a cycle's own values. Raises UnknownParameter, ParameterFixed, LooserThanMeasure."""
    for name, value in overrides.items():
        if name not in DEFAULTS:
            raise UnknownParameter(name=name)
        if name in FIXED and value != DEFAULTS[name]:
            raise ParameterFixed(name=name, value=DEFAULTS[name])
    parameters = {**DEFAULTS, **overrides}
    for name in ("lookback.years", "public_notice.floor"):
        if parameters[name] < MEASURE_DEFAULTS[name]:
            raise LooserThanMeasure(name=name, value=parameters[name], least=MEASURE_DEFAULTS[name])
    if parameters["public_notice.workdays"] < parameters["public_notice.floor"]:
        raise LooserThanMeasure(
            name="public_notice.workdays",
            value=parameters["public_notice.workdays"],
            least=parameters["public_notice.floor"],
        )
    return parameters


def rules(parameters: Mapping[str, Any], type: str) -> dict[str, Any]:
    """What one application's diagram and decisions need to know, as one small context with plain names."""
    parameters = {**DEFAULTS, **parameters}  # a cycle of an earlier release was pinned without the newer ones
    return {
        "lookback_years": parameters["lookback.years"],
        "cmmm_min": parameters[f"cmmm.min.{type.lower()}"],
        "branch_allowed": parameters["branch_allowed"],
        "experts_min": parameters["experts.min"],
        "drop_from": parameters["experts.drop_extremes_from"],
        "pass_line": parameters["pass_line"],
        "divergence": parameters["divergence"],
        "outlier": parameters["outlier"],
        "sample_percent": parameters["visit.sample_percent"],
        "visit_order": parameters["visit.order"],
        "supplement_workdays": parameters["supplement.workdays"],
        "return_workdays": parameters["return.workdays"],
        "return_after_deadline": parameters["return.after_enterprise_deadline"],
    }
