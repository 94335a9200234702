"""The decisions of the self-evaluation: every condition has its line; the score explains itself and decides nothing."""

from decimal import Decimal
from typing import Any

import pytest

from engine.programme.rehearsal.population import uscc as made_up
from tests.programme import answers
from tests.programme.mainline import FIRST
from tests.programme.test_look_back import RULES, decide

FACTS = {
    "rules": RULES,
    "industry": "C34",
    "uscc": FIRST,
    "type": "FACTORY",
    "cycle_year": 2024,
    "anchor": "2024-02-29",
}
RUBRIC = [
    {"id": id, "label": id, "label_en": id, "article": "5", "maximum": most}
    for id, most in (("D1", 10), ("D2", 35), ("D3", 25), ("D4", 15), ("D5", 15))
]
BEFORE = {"plan_on": "2021-02-01", "completed_on": "2023-10-01"}


def judged(facts: dict[str, Any] | None = None, **changes: Any) -> Any:
    """The result for an otherwise lawful factory."""
    rows = [
        {"key": f"F{n}", "name": f"要素{n}", "name_en": f"Element {n}", "status": "MET", "mandatory": True}
        for n in range(1, 4)
    ]
    given = answers.self_evaluation(**{"elements": rows, **BEFORE, **changes})
    return decide("self_check", "self_check", **{**FACTS, **(facts or {})}, answers=given)


def line(result: Any, id: str) -> Any:
    """The one line with this id."""
    [found] = [each for each in result["lines"] if each["id"] == id]
    return found


def score(**changes: Any) -> Any:
    """The indicative score of an otherwise plain factory."""
    given = {**answers.self_evaluation(), "rubric": RUBRIC, "elements": [], **changes}
    return decide("indicative_score", "indicative_score", answers=given, rules=RULES)


def test_every_line_is_complete_in_both_languages_and_says_what_to_do_unless_it_is_met() -> None:
    result = judged()
    assert result["eligible"] is True
    assert len({each["id"] for each in result["lines"]}) == len(result["lines"])
    for each in result["lines"]:
        assert each["state"] in ("MET", "ADVICE")
        for name in ("article", "words", "words_en", "answered", "answered_en"):
            assert each[name], (each["id"], name)
        assert bool(each["todo"]) is bool(each["todo_en"]) is (each["state"] != "MET"), each["id"]


@pytest.mark.parametrize(
    ("id", "changes", "facts"),
    [
        ("5.1.registered", {"reg_county": "OUTSIDE"}, {}),
        ("5.1.registered", {"reg_county": None}, {}),
        ("5.1.code", {}, {"uscc": "92370200264574251E"}),
        ("5.1.legal_person", {"is_branch": True}, {}),
        ("5.1.three_years", {"founded_on": "2021-03-01"}, {}),
        ("5.1.manufacturer", {}, {"industry": "C12"}),
        ("5.1.manufacturer", {}, {"industry": "C44"}),
        ("5.2.policy", {"policy_fit": False}, {}),
        ("5.3.plan", {"plan_on": "2024-03-01"}, {}),
        ("5.4.in_use", {"completed_on": "2024-03-01"}, {}),
        ("5.4.elements", {"meets_elements": False}, {}),
        ("notice.cmmm_level", {"cmmm_level": 1}, {}),
        ("notice.cmmm_year", {"cmmm_year": 2023}, {}),
        ("6.1", {"no_false": False}, {}),
        ("6.2", {"accident": "YES", "accident_on": "2023-05-01", "penalty_on": "2023-06-01"}, {}),
        ("6.3", {"offence": "YES", "offence_on": "2023-05-01"}, {}),
    ],
)
def test_a_hard_failure_is_one_red_line_with_its_article(
    id: str, changes: dict[str, Any], facts: dict[str, Any]
) -> None:
    result = judged(facts, **changes)
    assert [each["id"] for each in result["lines"] if each["state"] == "UNMET"] == [id]
    assert result["eligible"] is False
    assert len(result["failed"]) == 1
    found = line(result, id)
    assert found["todo"]
    assert result["failed"][0].startswith(found["article"])


@pytest.mark.parametrize(
    ("id", "changes", "facts"),
    [
        ("5.1.organisation_code", {}, {"uscc": "91370200264574252E"}),
        ("5.1.region", {}, {"uscc": "91110000264574251E"}),
        ("5.3.team", {"team": False}, {}),
        ("5.4.eff_cycle", {"eff_cycle": -3}, {}),
        ("5.5.controllable", {"controllable": False}, {}),
        ("5.6.leading", {"leading": False}, {}),
        ("6.3", {"offence": "YES", "offence_on": "2023-05-01", "credit_repaired": True}, {}),
    ],
)
def test_the_rest_is_advice_and_stops_nobody(id: str, changes: dict[str, Any], facts: dict[str, Any]) -> None:
    result = judged(facts, **changes)
    assert line(result, id)["state"] == "ADVICE"
    assert result["eligible"] is True


def test_a_city_title_is_no_condition_and_earns_nothing() -> None:
    """Article 5(7) orders equals only."""
    assert line(judged(city_title=False), "5.7.city_title")["state"] == "MET"
    assert score(city_title=True)["total"] == score(city_title=False)["total"]


def test_a_branch_may_apply_where_the_notice_says_so() -> None:
    rules = {**RULES, "branch_allowed": True}
    assert judged({"rules": rules}, is_branch=True)["eligible"] is True


def test_elements_are_advice_marked_as_inferred() -> None:
    rows = [
        {"key": "F1", "name": "甲", "name_en": "A", "status": "NOT", "mandatory": True, "inferred": True},
        {"key": "F2", "name": "乙", "name_en": "B", "status": "PARTLY", "mandatory": False},
        {"key": "F3", "name": "丙", "name_en": "C", "status": "NA", "mandatory": True, "inferred": True},
    ]
    result = judged(elements=rows)
    assert [line(result, f"5.4.F{n}")["state"] for n in (1, 2, 3)] == ["ADVICE", "ADVICE", "MET"]
    assert [line(result, f"5.4.F{n}")["inferred"] for n in (1, 2)] == [True, False]
    assert "关键项" in line(result, "5.4.F1")["todo"]
    assert result["eligible"] is True


@pytest.mark.parametrize(
    "uscc",
    [
        "91370200264574251E",
        "11370000MB28486112",
        "11370322004222241N",
        *(made_up(f"3701{n:02d}", 7_000_003 * n) for n in range(1, 12)),
    ],
)
def test_the_organisation_code_inside_real_codes_checks(uscc: str) -> None:
    assert decide("self_check", "organisation_code", uscc=uscc) is True
    wrong = uscc[:16] + ("0" if uscc[16] != "0" else "1") + uscc[17:]
    assert decide("self_check", "organisation_code", uscc=wrong) is False


def test_the_score_is_the_weighted_share_of_every_point() -> None:
    full = dict.fromkeys(
        (
            "team",
            "breakthrough",
            "controllable",
            "data_security",
            "leading",
            "replicable",
            "promotable",
            "driving",
        ),
        True,
    )
    effects = dict.fromkeys(("eff_cycle", "eff_productivity", "eff_opcost", "eff_energy", "eff_defect"), 25)
    elements = [{"key": "F1", "status": "MET"}]
    found = score(**full, **effects, elements=elements, cmmm_level=4)
    assert (found["total"], found["above"], found["pass_line"]) == (100, True, 60)
    half = score(
        **full, **effects, cmmm_level=4, elements=[{"status": "MET"}, {"status": "NOT"}, {"status": "NA"}]
    )
    assert {d["id"]: d["points"] for d in half["dimensions"]}["D2"] == Decimal("26.3")
    nothing = score(eff_cycle=None, cmmm_level=0, policy_fit=False, plan_on=None, completed_on=None)
    assert (nothing["total"], nothing["above"]) == (0, False)


@pytest.mark.parametrize(("change", "share"), [(None, 0), (0, 0), (-5, 0), (3, "0.5"), (10, "0.8"), (20, 1)])
def test_the_bands_of_an_effect(change: Any, share: Any) -> None:
    [d3] = [d for d in score(eff_energy=change)["dimensions"] if d["id"] == "D3"]
    [part] = [p for p in d3["parts"] if p["name"] == "能源利用率"]
    assert part["share"] == Decimal(share)
