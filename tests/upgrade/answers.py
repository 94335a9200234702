"""Answers to the forms of the first release, which its running cases still ask for."""

from typing import Any

YES = (
    "registered_here",
    "legal_person",
    "operating",
    "finance_sound",
    "credit_clean",
    "policy_fit",
    "meets_elements",
    "no_false",
)
SUPPLEMENT = {"result": "SUPPLEMENT", "k08": "BAD", "reason": "缺审计报告", "article": "第八条"}


def self_evaluation() -> dict[str, Any]:
    """An enterprise that meets article 5 and has nothing of article 6."""
    return {
        **dict.fromkeys(YES, True),
        "is_branch": False,
        "founded_on": "2012-03-01",
        "plan_name": "智能化发展规划（2021—2025）",
        "plan_on": "2021-02-01",
        "completed_on": "2023-10-01",
        "city_title": False,
        "accident": "NO",
        "offence": "NO",
        "cmmm_level": 2,
        "cmmm_score": 2.1,
        "cmmm_year": 2024,
    }


def form() -> dict[str, Any]:
    """A complete application for a factory."""
    finance = [{"fy": y, "revenue": 52000, "net_profit": 3100, "rd_cost": 1900} for y in (2021, 2022, 2023)]
    return {
        "legal_person_name": "张建国",
        "reg_capital": 5000,
        "reg_addr": "济南市历下区1号",
        "prod_addr": "济南市历下区2号",
        "nature": "PRIVATE",
        "scale": "MEDIUM",
        "main_products": "电机",
        "intro": "示例企业",
        "contact": "李晓明",
        "mobile": "13800000000",
        "finance": finance,
        "mutuals": ["EQUIPMENT", "DATA", "SYSTEMS", "BUSINESS"],
        "invest": 8000,
        "started_on": "2021-06-01",
        "description": "建设情况",
        "nc_rate": 91,
        "net_rate": 88,
        "key_nc_rate": 90,
        "effects": [{"indicator": "eff_cycle", "before": 100, "after": 72}],
        "breakthrough": "突破",
        "demonstration": "示范",
        "city_title": False,
        "materials": ["LICENSE", "AUDIT", "PLAN", "CMMM", "CREDIT", "PHOTOS", "SEALED"],
        "commit_true": True,
        "commit_secret": True,
        "commit_cooperate": True,
    }


def signature() -> dict[str, Any]:
    """The legal representative submits what is sealed."""
    return {"decision": "SUBMIT", "sealed": True}


def formal_check(**changes: Any) -> dict[str, Any]:
    """A formal review in which all 19 checks are met."""
    return {**{f"k{number:02d}": "OK" for number in range(1, 20)}, "result": "PASS", **changes}


def county_opinion() -> dict[str, Any]:
    """A county that agrees; its form had no checklist."""
    return {"result": "AGREE", "opinion": "同意上报"}


def city_review() -> dict[str, Any]:
    """A city's recommendation: every condition ticked."""
    confirmed = ["5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "6"]
    return {"confirmed": confirmed, "result": "RECOMMEND", "opinion": "同意推荐"}


def sheet() -> dict[str, Any]:
    """A sealed sheet of 80 points: one number for each dimension, no criteria."""
    points = {"d1": 8, "d2": 28, "d3": 20, "d4": 12, "d5": 12}
    return {"declaration": "NONE", **points, "opinion": "RECOMMEND", "signed": True}
