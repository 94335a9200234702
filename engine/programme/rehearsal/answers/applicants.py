"""The enterprise's side: self-evaluation, application, signature, corrections, withdrawal."""

from datetime import date
from decimal import Decimal
from typing import Any

from engine.programme.rehearsal.answers import answers
from engine.programme.rehearsal.office import Body, Desk, Later, Never
from engine.programme.rehearsal.population import Enterprise

EFFECTS = ("eff_cycle", "eff_productivity", "eff_cost", "eff_energy", "eff_defects")
MATERIALS = ["LICENSE", "AUDIT", "PLAN", "CMMM", "CREDIT", "PHOTOS", "SEALED"]


def start_body(enterprise: Enterprise, year: int) -> dict[str, Any]:
    """What an enterprise enters to begin an application."""
    return {
        "cycle_year": year,
        "uscc": enterprise.uscc,
        "enterprise": enterprise.name,
        "type": enterprise.type,
        "object_name": enterprise.object_name,
        "county": enterprise.county,
        "industry": enterprise.industry,
    }


@answers("self_evaluation")
def self_evaluation(desk: Desk) -> Body | Later | Never:
    """Article 5 and 6 item by item; the excluded ones admit a punished accident."""
    enterprise = _enterprise(desk)
    accident = enterprise.temper == "excluded"
    year = int((desk.task.business_key or "2024-").split("-")[0])
    body: dict[str, Any] = {
        "registered_here": True,
        "legal_person": True,
        "is_branch": False,
        "founded_on": enterprise.founded.isoformat(),
        "operating": True,
        "finance_sound": True,
        "credit_clean": True,
        "policy_fit": True,
        "plan_name": f"{enterprise.name}智能化发展规划",
        "plan_on": date(year - 2, 3, 1).isoformat(),
        "completed_on": date(year - 1, 10, 31).isoformat(),
        "meets_elements": True,
        "city_title": enterprise.city_title,
        "no_false": True,
        "accident": "YES" if accident else "NO",
        "offence": "NO",
        "cmmm_level": 2 + int(enterprise.quality * 2),
        "cmmm_score": Decimal("2.1") + Decimal(int(enterprise.quality * 20)) / 10,
        "cmmm_year": year,
        **{name: round(10 + enterprise.quality * desk.rng.randint(10, 40)) for name in EFFECTS},
    }
    if enterprise.city_title:
        body["city_title_no"] = f"示例市工信发〔{year - 1}〕{desk.rng.randint(1, 99)}号"
    if accident:
        body |= {
            "accident_on": date(year - 1, 5, 6).isoformat(),
            "penalty_on": date(year - 1, 8, 1).isoformat(),
        }
        body["penalty_repealed"] = False
    return body


@answers("application_form")
def application_form(desk: Desk) -> Body | Later | Never:
    """The application; one that will lapse is never handed in."""
    enterprise = _enterprise(desk)
    if enterprise.temper in ("draft", "late"):
        return Never()
    year = int((desk.task.business_key or "2024-").split("-")[0])
    body: dict[str, Any] = {
        "legal_person_name": enterprise.legal_person,
        "reg_capital": desk.rng.randint(500, 20000),
        "reg_addr": "山东省示例路1号",
        "prod_addr": "山东省示例路1号",
        "nature": desk.rng.choice(["STATE", "PRIVATE", "JOINT"]),
        "scale": desk.rng.choice(["LARGE", "MEDIUM", "SMALL"]),
        "main_products": "示例产品",
        "intro": "示例企业，数据均为虚构。",
        "contact": enterprise.contact,
        "mobile": enterprise.mobile,
        "finance": [_fiscal_year(desk, fy) for fy in range(year - 3, year)],
        "invest": desk.rng.randint(800, 30000),
        "started_on": date(year - 3, 4, 1).isoformat(),
        "description": "围绕设计、生产、检测、物流各环节建设，已投入使用。",
        "effects": _effects(desk, enterprise),
        "breakthrough": "自主研发的在线检测算法；主要装备和软件为国产。",
        "demonstration": "在同行业处于领先水平，已向两家企业推广。",
        "city_title": enterprise.city_title,
        "materials": MATERIALS + ["CITY_CERT"] * enterprise.city_title,
        "commit_true": True,
        "commit_secret": True,
        "commit_cooperate": True,
    }
    if enterprise.city_title:
        body["city_title_no"] = f"示例市工信发〔{year - 1}〕{desk.rng.randint(1, 99)}号"
    if enterprise.type == "SCENE":
        return body | {"scene": desk.office.option(desk, "scenes")}
    if enterprise.type == "FACTORY":
        body["mutuals"] = desk.office.options(desk, "four_mutuals")
    rates = {name: 70 + round(enterprise.quality * 25, 1) for name in ("nc_rate", "net_rate", "key_nc_rate")}
    return body | {name: Decimal(str(rate)) for name, rate in rates.items()}


@answers("application_sign")
def application_sign(desk: Desk) -> Body | Later | Never:
    """The legal representative signs and submits."""
    return {"decision": "SUBMIT", "sealed": True}


@answers("correction")
def correction(desk: Desk) -> Body | Later | Never:
    """A correction or supplement; some let its deadline pass."""
    enterprise = _enterprise(desk)
    if enterprise.temper == "supplement_late" and "supplement" in desk.task.element_id:
        return Never()
    return {"explanation": "已按要求补充材料。"}


@answers("withdrawal")
def withdrawal(desk: Desk) -> Body | Later | Never:
    """Only those who mean to withdraw do so, some days after submitting."""
    if _enterprise(desk).temper != "withdrawn":
        return Never()
    if (desk.today - desk.task.created_at.date()).days < 3:
        return Later(3)
    return {"reason": "企业经营计划调整。", "confirmed": True}


def _fiscal_year(desk: Desk, year: int) -> dict[str, Any]:
    revenue = desk.rng.randint(5_000, 300_000)
    return {"fy": year, "revenue": revenue, "net_profit": revenue // 15, "rd_cost": revenue // 25}


def _effects(desk: Desk, enterprise: Enterprise) -> list[dict[str, Any]]:
    better = Decimal(1) - Decimal(str(round(0.1 + enterprise.quality * 0.3, 3)))
    return [
        {"indicator": indicator, "before": Decimal(100), "after": (100 * better).quantize(Decimal("0.1"))}
        for indicator in desk.office.options(desk, "effects")
    ]


def _enterprise(desk: Desk) -> Enterprise:
    if desk.enterprise is None:
        problem = f"{desk.task.element_id} of {desk.task.business_key} belongs to no invented enterprise"
        raise LookupError(problem)
    return desk.enterprise
