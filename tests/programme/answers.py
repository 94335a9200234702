"""Lawful answers to the forms of the main line; tests change what they are about."""

from decimal import Decimal
from functools import cache
from typing import Any

from engine.bpmn import Case
from engine.catalogues import Catalogues, Item
from engine.clock import VirtualClock
from engine.commands.environment import StoreEnvironment
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store.instances import Instance
from engine.store.tasks import UserTask


def local(rt: Runtime, task: UserTask) -> dict[str, Any]:
    """The variables that a task sees."""
    with rt.transaction() as tx:
        instance = tx.session.get_one(Instance, task.instance_id)
        case = Case.load(instance.state, StoreEnvironment(rt, tx, "system", instance))
        return dict(case.scope_view(task.wait_key))


def notice() -> dict[str, Any]:
    """The annual notice of 2024 with the suggested instants, for two cities."""
    parameters: dict[str, Any] = {
        "caps_scene": 3,
        "caps_workshop": 1,
        "caps_factory": 2,
        "cmmm_min_scene": 0,
        "cmmm_min_workshop": 2,
        "cmmm_min_factory": 2,
        "experts_n": 5,
        "experts_min": 3,
        "pass_line": 60,
        "visit_sample_percent": 0,
        "public_notice_workdays": 5,
        "supplement_workdays": 5,
        "return_workdays": 3,
        "return_times": 2,
        "return_after_enterprise_deadline": True,
    }
    return {
        "title": "关于组织申报2024年度智能工厂的通知",
        "cities": ["370100", "370200"],
        "quotas": [{"city": "370100", "quota": 3}],
        "enterprise_deadline": "2024-06-26T00:00+08:00",
        "county_deadline": "2024-06-29T00:00+08:00",
        "city_deadline": "2024-07-06T00:00+08:00",
        "catalogue_scene": "2021",
        "catalogue_workshop": "inferred-1",
        "catalogue_factory": "inferred-1",
        **parameters,
    }


def self_evaluation(**changes: Any) -> dict[str, Any]:
    """An enterprise with a factory that meets article 5 and has nothing of article 6."""
    yes = (
        "legal_person",
        "operating",
        "finance_sound",
        "credit_clean",
        "policy_fit",
        "meets_elements",
        "no_false",
    )
    return {
        **dict.fromkeys(yes, True),
        "reg_county": "370102",
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
        "elements": [{"row_key": key, "status": "MET"} for key in ELEMENTS],
        **changes,
    }


ELEMENTS = tuple(f"F{number}" for number in range(1, 20))
EFFECTS = ("eff_cycle", "eff_productivity", "eff_opcost", "eff_energy", "eff_defect")


def _year(year: int) -> dict[str, Any]:
    money = {
        "total_assets": 90000,
        "liabilities": 36000,
        "revenue": 52000,
        "main_revenue": 50000,
        "profit_total": 3600,
        "net_profit": 3100,
        "tax": 900,
        "rd_cost": 1900,
        "digital_invest": 2400,
    }
    return {"row_key": str(year), **money, "employees": 420}


def _effect(indicator: str) -> dict[str, Any]:
    periods = {"before_period": "2020年", "after_period": "2023年"}
    return {
        "row_key": indicator,
        "unit": "天",
        "before": 100,
        "after": 72,
        **periods,
        "evidence": ["f-effect"],
    }


def form(**changes: Any) -> dict[str, Any]:
    """A complete application for a factory; files stand there as ids."""
    element = {"status": "MET", "desc": "已建成", "evidence": ["f-element"]}
    equipment = {
        "eq_name": "加工中心",
        "eq_kind": "CNC",
        "eq_model": "V850",
        "eq_qty": 12,
        "eq_vendor": "示例装备",
    }
    return {
        **_enterprise(),
        "finance": [_year(year) for year in (2021, 2022, 2023)],
        **{"org_mech": "设领导小组", "plan_name": "智能化发展规划", "plan_on": "2021-02-01"},
        **{"it_staff": 12, "rd_staff": 40, "city_title": False},
        **dict.fromkeys(("no_false", "no_accident3y", "no_tax3y", "policy_fit"), True),
        **{"credit_china": ["f-credit"], "credit_china_on": "2024-05-20"},
        **{"gsxt": ["f-gsxt"], "gsxt_on": "2024-05-20"},
        **{"cmmm_mode": "SELF", "cmmm_level": "2", "cmmm_score": 2.1, "assess_year": 2024},
        "cmmm_file": ["f-cmmm"],
        **{"fac_type": "DISCRETE", "fac_addr": "济南市历下区2号", "fac_area": 30000, "fac_workshops": 3},
        **{"fac_capacity": "年产2万台", "mutuals_text": "四互均已实现"},
        "mutuals": ["EQUIPMENT", "DATA", "SYSTEMS", "BUSINESS"],
        **{"started_on": "2021-06-01", "completed_on": "2023-10-01"},
        **{"invest": 8000, "invest_hw": 5000, "invest_sw": 2500, "description": "建设情况"},
        "elements": [{"row_key": key, **element} for key in ELEMENTS],
        "equipment": [{**equipment, "eq_domestic": True, "eq_networked": True, "eq_value": 1200}],
        **{"total_equipment": 100, "nc_equipment": 91, "networkable_equipment": 100},
        **{"networked_equipment": 88, "key_processes": 20, "key_processes_nc": 18},
        "effects": [_effect(indicator) for indicator in EFFECTS],
        **{"breakthrough": "突破", "secure": "国产", "lead": "领先", "replicable": "可复制"},
        **{"license": ["f-license"], "license_name": "示例企业", "audit": ["f-audit"]},
        **{"plan_file": ["f-plan"], "photos": [f"f-photo{n}" for n in range(10)], "seal_scan": ["f-seal"]},
        "photo_captions": [{"row_key": f"f-photo{n}", "caption": "总装车间"} for n in range(10)],
        **dict.fromkeys(("commit_true", "commit_secret", "commit_cooperate"), True),
        **changes,
    }


def _enterprise() -> dict[str, Any]:
    return {
        "legal_person_name": "张建国",
        "reg_date": "2012-03-01",
        "reg_capital": 5000,
        "reg_city": "370100",
        "reg_addr": "济南市历下区1号",
        "prod_addr": "济南市历下区2号",
        "nature": "PRIVATE",
        "scale": "MEDIUM",
        "above_scale": "YES",
        "is_branch": "NO",
        "main_products": "电机",
        "intro": "示例企业",
        "contact": "李晓明",
        "mobile": "13800000000",
    }


def signature(**changes: Any) -> dict[str, Any]:
    """The legal representative's three-part commitment, by name."""
    commitment = dict.fromkeys(("commit_true", "commit_secret", "commit_cooperate", "sealed"), True)
    return {"decision": "SUBMIT", **commitment, "signed_name": "张建国", **changes}


CONDITIONS = (
    "5.1a", "5.1b", "5.1c", "5.1d", "5.1e", "5.1f", "5.2", "5.3", "5.4a", "5.4b", "5.4c", "5.5", "5.6", "notice",
    "6.1", "6.2", "6.3",
)  # fmt: skip


def findings(**changes: str) -> list[dict[str, str]]:
    """The checklist of county and city, every condition found met but those that are said otherwise by number."""
    rows = [{"row_key": key, "finding": "MET"} for key in CONDITIONS]
    for number, finding in changes.items():
        rows[int(number.removeprefix("n"))] |= {"finding": finding, "remark": "见材料"}
    return rows


def county_opinion(**changes: Any) -> dict[str, Any]:
    """A county that agrees: every condition found met."""
    return {"conditions": findings(), "result": "AGREE", "opinion": "同意上报", **changes}


def city_review(**changes: Any) -> dict[str, Any]:
    """A city's recommendation: every condition found met, credit clean."""
    credit = {"credit_on": "2024-06-03", "credit": "CLEAN"}
    return {"conditions": findings(), **credit, "result": "RECOMMEND", "opinion": "同意推荐", **changes}


def formal_check(**changes: Any) -> dict[str, Any]:
    """A formal review in which all 19 checks are met."""
    return {**{f"k{number:02d}": "OK" for number in range(1, 20)}, "result": "PASS", **changes}


def sheet(
    d1: Any = 8, d2: Any = 28, d3: Any = 20, d4: Any = 12, d5: Any = 12, **changes: Any
) -> dict[str, Any]:
    """A sealed sheet of 80 points: the points of each dimension, spread over its criteria, every one explained."""
    wanted = {"D1": d1, "D2": d2, "D3": d3, "D4": d4, "D5": d5}
    scores = [row for dimension, points in wanted.items() for row in spread(dimension, Decimal(str(points)))]
    return {"declaration": "NONE", "scores": scores, "opinion": "RECOMMEND", "signed": True, **changes}


@cache
def criteria() -> tuple[Item, ...]:
    """The criteria of the rubric."""
    return Catalogues.load(project_root() / "processes" / "catalogues").get("review_rubric").lists["criteria"]


def spread(dimension: str, points: Decimal) -> list[dict[str, Any]]:
    """Points of a dimension on its criteria, in steps of 0.5; what is too much or odd stands in the first one."""
    mine = [item for item in criteria() if item.parent == dimension]
    full = sum(Decimal(item.facts["maximum"]["FACTORY"]) for item in mine)
    given = [points * item.facts["maximum"]["FACTORY"] / full * 2 // 1 / 2 for item in mine]
    left = points - sum(given)
    for number, item in enumerate(mine):
        room = min(left, item.facts["maximum"]["FACTORY"] - given[number])
        if left > 0 and room > 0:
            step = room * 2 // 1 / 2
            given[number], left = given[number] + step, left - step
    given[0] += left
    return [
        {"row_key": item.value, "points": value, "reason": "对照材料"}
        for item, value in zip(mine, given, strict=True)
    ]


def visit(clock: VirtualClock, **changes: Any) -> dict[str, Any]:
    """A site visit by two people that finds everything true."""
    members = [{"name": "王伟"}, {"name": "李娜"}]
    return {"visited_on": f"{clock.now():%Y-%m-%d}", "members": members, "visit_result": "TRUE", **changes}
