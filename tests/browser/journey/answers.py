"""What the enterprise writes, section by section, in the order of the pages. All of it is made up."""

from typing import Any

from engine.programme.rehearsal.samples import PAPERS, paper, photograph
from engine.programme.rehearsal.texts import CAPTIONS, DESCRIPTION, STATEMENTS
from tests.browser.journey import company as c
from tests.browser.journey.person import Upload

Sections = dict[str, dict[str, Any]]
EFFECTS = ("eff_cycle", "eff_productivity", "eff_opcost", "eff_energy", "eff_defect")
ACCIDENT = {"accident": "YES", "accident_on": "2023-05-06", "penalty_on": "2023-08-01"}
"""What makes an enterprise ineligible: Article 6 (2)."""
SHEET = (
    "立式加工中心\t数控装备\tVMC-850\t6\t示例装备有限公司\t是\t是\t420\r\n"
    "六轴搬运机器人\t工业机器人\tR-20\t4\t示例装备有限公司\t是\t是\t160.5\r\n"
    "在线视觉检测装置\t智能传感与检测\tVI-3\t8\t示例装备有限公司\t是\t是\t96\r\n"
    "生产执行系统\t工业软件\tV5.2\t1\t示例软件有限公司\t是\t是\t1,20\r\n"
)
"""Cells as a spreadsheet copies them, in the order of the columns."""


def pdf(name: str) -> list[Upload]:
    """One of the papers of the rehearsal."""
    file, words = PAPERS[name]
    return [(file, paper(words))]


def photographs() -> list[Upload]:
    """Ten of them, the least that is asked for."""
    return [(f"现场照片{number:02d}.jpg", photograph(number)) for number in range(1, 11)]


def evaluation() -> Sections:
    """The self-evaluation, as it first is: the accident is admitted."""
    return {
        "organisation": {
            "reg_county": c.COUNTY,
            "legal_person": True,
            "founded_on": "2011-04-18",
            "operating": True,
            "finance_sound": True,
            "credit_clean": True,
        },
        "conditions": {
            "policy_fit": True,
            "plan_name": "智能化发展规划（2022—2025年）",
            "plan_on": "2022-03-01",
            "team": True,
            "completed_on": "2023-10-31",
            "meets_elements": True,
        },
        "elements": {f"elements[{row}].status": "PARTLY" if row == 3 else "MET" for row in range(5)},
        "effects": dict(zip(EFFECTS, (18, 24.5, 12, 9, 31), strict=True)),
        "encouraged": dict.fromkeys(("breakthrough", "controllable", "data_security", "replicable"), True),
        "cmmm": {"cmmm_level": 3, "cmmm_score": 3.1, "cmmm_year": 2024},
        "exclusions": {"no_false": True, **ACCIDENT, "offence": "NO"},
    }


def application() -> Sections:
    """The application of a scene; the equipment is pasted (SHEET), the declaration comes with the check."""
    return {
        "cover": {},
        "enterprise": _enterprise(),
        "finance": _finance(),
        "people": {
            "org_mech": STATEMENTS["org_mech"],
            "plan_name": "智能化发展规划（2022—2025年）",
            "plan_on": "2022-03-01",
            "it_staff": 14,
            "rd_staff": 46,
        },
        "honours": {"hitech": "YES", "zjtx": "PROVINCE", "lrh": "A"},
        "conditions": {
            **dict.fromkeys(("no_false", "no_accident3y", "no_tax3y", "policy_fit"), True),
            "credit_china": pdf("credit_china"),
            "credit_china_on": "2024-06-01",
            "gsxt": pdf("gsxt"),
            "gsxt_on": "2024-06-01",
        },
        "maturity": {
            "cmmm_mode": "SELF",
            "cmmm_level": "3",
            "cmmm_score": 3.1,
            "assess_year": 2024,
            "cmmm_file": pdf("cmmm_file"),
        },
        "scene": {"scene_site": "主轴箱装配车间"},
        "building": {
            "started_on": "2021-04-01",
            "completed_on": "2023-10-31",
            "invest": 1280,
            "integrator": "示例系统集成有限公司",
            "description": DESCRIPTION,
        },
        "elements": {
            "elements[0].status": "MET",
            "elements[0].desc": "检测工位全部联网，检测数据自动采集、判定和追溯，已稳定运行八个月（示例）。",
            "elements[0].evidence": pdf("evidence"),
        },
        "equipment": {},
        "effects": _effects(),
        "breakthrough": {"breakthrough": STATEMENTS["breakthrough"], "secure": STATEMENTS["secure"]},
        "demonstration": {name: STATEMENTS[name] for name in ("lead", "replicable", "spread")},
        "plan": {"next_plan": STATEMENTS["next_plan"]},
        "attachments": {
            **{name: pdf(name) for name in ("license", "audit", "plan_file", "seal_scan")},
            "photos": photographs(),
            **{f"photo_captions[{n}].caption": CAPTIONS[n % len(CAPTIONS)] for n in range(10)},
        },
    }


def _enterprise() -> dict[str, Any]:
    return {
        "legal_person_name": c.LEGAL_NAME,
        "reg_capital": 5000,
        "reg_city": c.CITY,
        "reg_addr": "济南市历下区示例路1号",
        "prod_addr": "济南市历下区示例路1号",
        "nature": "PRIVATE",
        "scale": "MEDIUM",
        "above_scale": "YES",
        "is_branch": "NO",
        "listed": "NO",
        "main_products": "数控机床主轴箱、滚珠丝杠副",
        "intro": "示例企业，主要从事精密机床功能部件的研发和制造，数据均为虚构。",
        "contact": "林晨",
        "contact_title": "智能制造部部长",
        "mobile": "１３８ 0531 0001",
        "email": c.FILLER_MAIL,
    }


def _finance() -> dict[str, Any]:
    years = ({"total_assets": "36,000", "revenue": "30,120.5"}, {"total_assets": 39000, "revenue": 32800})
    rows = (*years, {"total_assets": 42000, "revenue": 36150})
    rest = {
        "liabilities": 15000,
        "profit_total": 2600,
        "net_profit": 2100,
        "tax": 980,
        "rd_cost": 1450,
        "digital_invest": 860,
        "employees": 310,
    }
    return {
        f"finance[{row}].{key}": value
        for row, own in enumerate(rows)
        for key, value in {**own, **rest}.items()
    }


def _effects() -> dict[str, Any]:
    rest = {"before_period": "2020年", "after_period": "2023年", "evidence": pdf("effects")}
    figures = ((90, 74), (41.2, 51.3), (880, 774), (32, 29), (2.6, 1.8))
    return {
        f"effects[{row}].{key}": value
        for row, (before, after) in enumerate(figures)
        for key, value in {"before": before, "after": after, **rest}.items()
    }
