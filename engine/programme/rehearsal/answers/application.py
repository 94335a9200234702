"""The whole application of an invented enterprise: every section of the form, lawful, plausible and clearly made up."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

from engine.programme.rehearsal import texts
from engine.programme.rehearsal.population import Enterprise

Choices = Sequence[Mapping[str, Any]]
Files = Mapping[str, list[str]]
_CENT = Decimal("0.01")
BEFORE = {"eff_energy": Decimal("2.50"), "eff_defect": Decimal("1.50")}
"""Where 100 of the unit would be absurd: tonnes of coal per 10,000 yuan, per cent of products."""


def body(
    enterprise: Enterprise,
    year: int,
    today: date,
    rng: random.Random,
    lists: Mapping[str, Choices],
    files: Files,
) -> dict[str, Any]:
    """What the filler hands in: `lists` are the catalogues of the cycle, `files` ids of attachments by name."""
    finance = _finance(rng, year)
    answers = {
        **_enterprise(enterprise, rng),
        "finance": finance,
        **_people(enterprise, year, int(finance[-1]["employees"])),
        **_honours(enterprise, year, rng),
        **_conditions(today, files),
        **_maturity(enterprise, year, files),
        **_building(year, rng),
        "equipment": _equipment(rng),
        "effects": [_effect(item, enterprise, year, files) for item in lists["effects"]],
        **texts.STATEMENTS,
        "ip": _property_rights(year),
        **_attachments(enterprise, files),
        **dict.fromkeys(("commit_true", "commit_secret", "commit_cooperate"), True),
    }
    return answers | _of_the_type(enterprise, rng, lists, files)


def _enterprise(enterprise: Enterprise, rng: random.Random) -> dict[str, Any]:
    return {
        "legal_person_name": enterprise.legal_person,
        "reg_date": enterprise.founded.isoformat(),
        "reg_capital": rng.randint(500, 20000),
        "reg_city": enterprise.city,
        "reg_addr": "山东省示例路1号",
        "prod_addr": "山东省示例路1号",
        "nature": rng.choice(["STATE", "PRIVATE", "JOINT"]),
        "scale": rng.choice(["LARGE", "MEDIUM", "SMALL"]),
        "above_scale": "YES",
        "is_branch": "NO",
        "listed": "NO",
        "main_products": "示例产品",
        "market_position": "省内同类产品前列（示例）",
        "intro": "示例企业，数据均为虚构。",
        "contact": enterprise.contact,
        "contact_title": "智能制造部部长",
        "mobile": enterprise.mobile,
    }


def _finance(rng: random.Random, year: int) -> list[dict[str, Any]]:
    """Three fiscal years before the cycle's, growing a little."""
    revenue, employees = rng.randint(5_000, 300_000), rng.randint(80, 2_000)
    rows: list[dict[str, Any]] = []
    for fiscal in range(year - 3, year):
        rows.append(
            {
                "row_key": str(fiscal),
                "total_assets": revenue * 6 // 5,
                "liabilities": revenue // 2,
                "revenue": revenue,
                "main_revenue": revenue * 19 // 20,
                "profit_total": revenue // 12,
                "net_profit": revenue // 15,
                "tax": revenue // 30,
                "rd_cost": revenue // 25,
                "digital_invest": revenue // 40,
                "employees": employees,
            }
        )
        revenue, employees = revenue * rng.randint(102, 112) // 100, employees + rng.randint(0, 15)
    return rows


def _people(enterprise: Enterprise, year: int, employees: int) -> dict[str, Any]:
    return {
        "plan_name": f"{enterprise.name}智能化发展规划",
        "plan_on": date(year - 2, 3, 1).isoformat(),
        "it_staff": max(2, employees // 40),
        "rd_staff": max(5, employees // 12),
        "senior_staff": max(3, employees // 20),
        "training": employees,
    }


def _honours(enterprise: Enterprise, year: int, rng: random.Random) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "city_title": enterprise.city_title,
        "hitech": "YES",
        "zjtx": "PROVINCE",
        "lrh": "A",
    }
    if enterprise.city_title:
        number = f"示例市工信发〔{year - 1}〕{rng.randint(1, 99)}号"
        title = {"kind": "WORKSHOP", "name": "示例数字化车间", "document_no": number}
        answers["city_title_no"] = number
        answers["city_titles"] = [{**title, "granted_on": date(year - 1, 9, 1).isoformat()}]
    return answers


def _conditions(today: date, files: Files) -> dict[str, Any]:
    queried = (today - timedelta(days=2)).isoformat()
    return {
        **dict.fromkeys(("no_false", "no_accident3y", "no_tax3y", "policy_fit"), True),
        "credit_china": files["credit_china"],
        "credit_china_on": queried,
        "gsxt": files["gsxt"],
        "gsxt_on": queried,
    }


def _maturity(enterprise: Enterprise, year: int, files: Files) -> dict[str, Any]:
    level, score = maturity(enterprise)
    return {
        "cmmm_mode": "SELF",
        "cmmm_level": str(level),
        "cmmm_score": score,
        "assess_year": year,
        "report_no": f"示例-{year}-{enterprise.uscc[-6:]}",
        "cmmm_file": files["cmmm_file"],
    }


def maturity(enterprise: Enterprise) -> tuple[int, Decimal]:
    """Level and score of the self-assessment, which agree (GB/T 39117): levels 2 to 4 begin at 1.8, 2.8, 3.8."""
    score = Decimal("2.1") + Decimal(int(enterprise.quality * 20)) / 10
    return 1 + int(score >= Decimal("1.8")) + int(score >= Decimal("2.8")) + int(
        score >= Decimal("3.8")
    ), score


def _building(year: int, rng: random.Random) -> dict[str, Any]:
    return {
        "started_on": date(year - 3, 4, 1).isoformat(),
        "completed_on": date(year - 1, 10, 31).isoformat(),
        "invest": rng.randint(800, 30_000),
        "integrator": "示例系统集成有限公司",
        "description": texts.DESCRIPTION,
    }


def _equipment(rng: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "eq_name": name,
            "eq_kind": kind,
            "eq_model": model,
            "eq_qty": rng.randint(1, 20),
            "eq_vendor": "示例装备有限公司",
            "eq_domestic": rng.random() < 0.8,
            "eq_networked": True,
            "eq_value": rng.randint(20, 160),
        }
        for name, kind, model in texts.EQUIPMENT
    ]


def _effect(item: Mapping[str, Any], enterprise: Enterprise, year: int, files: Files) -> dict[str, Any]:
    """Better by 10 to 40 per cent, in the direction in which the indicator is good."""
    share = Decimal(str(round(0.1 + enterprise.quality * 0.3, 3)))
    lower = item["direction"] == "decrease_is_good" or "标准煤" in item["raw_unit"]
    before = BEFORE.get(item["value"], Decimal(100))
    after = before * (1 - share if lower else 1 + share)
    return {
        "row_key": item["value"],
        "unit": item["raw_unit"],
        "before": before,
        "before_period": f"{year - 4}年",
        "after": after.quantize(_CENT),
        "after_period": f"{year - 1}年",
        "evidence": files["effects"],
    }


def _property_rights(year: int) -> list[dict[str, Any]]:
    name, on = "示例产线数据采集与分析软件", date(year - 1, 6, 18).isoformat()
    return [{"kind": "SOFTWARE", "name": name, "number": f"示例软著{year - 1}SR000001", "on": on}]


def _attachments(enterprise: Enterprise, files: Files) -> dict[str, Any]:
    names = ("license", "audit", "plan_file", "photos", "seal_scan", "city_cert")
    captions = zip(files.get("photos", ()), cycle(texts.CAPTIONS), strict=False)
    return {
        **{name: files[name] for name in names if name in files},
        "photo_captions": [{"row_key": photo, "caption": caption} for photo, caption in captions],
        "license_name": enterprise.name,
    }


def _of_the_type(
    enterprise: Enterprise, rng: random.Random, lists: Mapping[str, Choices], files: Files
) -> dict[str, Any]:
    """What only a scene, a workshop or a factory is asked."""
    if enterprise.type == "SCENE":
        scene = rng.choice(lists["scenes"])
        chosen = {"scene_link": scene["parent"], "scene": scene["value"], "scene_site": "总装车间"}
        return {**chosen, "elements": _elements([scene], enterprise, files)}
    hardware = {"invest_hw": 400, "invest_sw": 250}
    if enterprise.type == "WORKSHOP":
        facts = {
            "ws_type": "DISCRETE",
            "ws_product": "示例产品",
            "ws_area": 12000,
            "ws_lines": 4,
            "ws_staff": 60,
        }
        elements = _elements(lists["workshop_elements"], enterprise, files)
        return {**facts, **hardware, **_indicators(enterprise), "elements": elements}
    return {
        "fac_type": "MIXED",
        "fac_addr": "山东省示例路1号",
        "fac_area": 56000,
        "fac_workshops": 3,
        "fac_capacity": "设计年产10万套，实际8.6万套（示例）",
        "mutuals": [item["value"] for item in lists["four_mutuals"]],
        "mutuals_text": texts.MUTUALS,
        **hardware,
        **_indicators(enterprise),
        "elements": _elements(lists["factory_elements"], enterprise, files),
    }


def _elements(items: Choices, enterprise: Enterprise, files: Files) -> list[dict[str, Any]]:
    """Each item met; the weaker ones meet the optional ones in part only."""
    return [
        {
            "row_key": item["value"],
            "status": "PARTLY" if enterprise.quality < 0.5 and item.get("mandatory") is False else "MET",
            "desc": f"已按“{item['label']}”完成建设并投入使用，运行记录见佐证材料（示例）。",
            "evidence": files["evidence"],
        }
        for item in items
    ]


def _indicators(enterprise: Enterprise) -> dict[str, int]:
    """70 to 95 per cent, by how good the object is."""
    share = 0.70 + enterprise.quality * 0.25
    return {
        "total_equipment": 200,
        "nc_equipment": int(200 * share),
        "networkable_equipment": 200,
        "networked_equipment": int(200 * share),
        "key_processes": 40,
        "key_processes_nc": int(40 * share),
    }
