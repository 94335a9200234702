"""The enterprise's side: self-evaluation, application, signature, withdrawal."""

from datetime import date
from typing import Any

from engine.programme.rehearsal.answers import answers, application
from engine.programme.rehearsal.office import Body, Desk, Later, Never
from engine.programme.rehearsal.population import Enterprise

EFFECTS = ("eff_cycle", "eff_productivity", "eff_opcost", "eff_energy", "eff_defect")
LISTS = ("scenes", "workshop_elements", "factory_elements", "four_mutuals", "effects")
"""The catalogues that the application chooses from."""


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
        "reg_county": desk.office.option(desk, "counties"),
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
        "elements": _self_rated(desk, enterprise),
        **dict.fromkeys(("team", "breakthrough", "data_security", "leading", "replicable"), True),
        "city_title": enterprise.city_title,
        "no_false": True,
        "accident": "YES" if accident else "NO",
        "offence": "NO",
        **dict(zip(("cmmm_level", "cmmm_score"), application.maturity(enterprise), strict=True)),
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
    lists = {name: desk.office.choices(desk, name) for name in LISTS}
    return application.body(enterprise, year, desk.today, desk.rng, lists, desk.office.papers(desk))


@answers("application_sign")
def application_sign(desk: Desk) -> Body | Later | Never:
    """The legal representative makes the commitment by name and submits."""
    commitment = dict.fromkeys(("commit_true", "commit_secret", "commit_cooperate", "sealed"), True)
    return {"decision": "SUBMIT", **commitment, "signed_name": _enterprise(desk).legal_person}


@answers("withdrawal")
def withdrawal(desk: Desk) -> Body | Later | Never:
    """Only those who mean to withdraw do so, some days after submitting."""
    if _enterprise(desk).temper != "withdrawn":
        return Never()
    if (desk.today - desk.task.created_at.date()).days < 3:
        return Later(3)
    return {"reason": "企业经营计划调整。", "confirmed": True}


def _self_rated(desk: Desk, enterprise: Enterprise) -> list[dict[str, str]]:
    """The elements of the type, row by row; a scene has the five marks of article 2."""
    lists = {"FACTORY": "factory_elements", "WORKSHOP": "workshop_elements"}
    known = desk.office.options(desk, lists[enterprise.type]) if enterprise.type in lists else list("12345")
    weights = (enterprise.quality, 0.3)
    return [{"status": desk.rng.choices(("MET", "PARTLY"), weights)[0]} for _ in known]


def _enterprise(desk: Desk) -> Enterprise:
    if desk.enterprise is None:
        problem = f"{desk.task.element_id} of {desk.task.business_key} belongs to no invented enterprise"
        raise LookupError(problem)
    return desk.enterprise
