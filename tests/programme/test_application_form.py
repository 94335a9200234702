"""The application form itself: what each type is asked, what is computed, what looks odd, what is filled in before."""

from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from engine.catalogues import Catalogues
from engine.clock import VirtualClock
from engine.settings import project_root
from forms import Form
from forms.lint import lint, load
from tests.programme import answers
from tests.programme.mainline import at

CLOCK = VirtualClock(at("2024-06-03 09:00"))


@cache
def form(name: str = "application_form") -> Form:
    """The form as it is deployed."""
    path = project_root() / "forms" / "definitions" / f"{name}.form"
    return load(path.name, path.read_text("utf-8"))


@cache
def lists() -> dict[str, list[dict[str, Any]]]:
    """The catalogues with the scenes of 2021."""
    return Catalogues.load(project_root() / "processes" / "catalogues").context({"scenes": "2021"})


def context(type: str = "FACTORY", **more: Any) -> dict[str, Any]:
    """What the form sees at its task."""
    known = {"cycle_year": Decimal(2024), "uscc": "91370100MA3C5X8K9A", "enterprise": "示例企业"}
    place = {"county": "370102", "city": "370100", "industry": "C34", "catalogue": "inferred-1"}
    rules = {"cmmm_min": Decimal(0 if type == "SCENE" else 2), "branch_allowed": False}
    own = {
        "answers": {"founded_on": "2012-03-01", "completed_on": "2023-10-01"},
        "organisation": {"name": "示例企业"},
    }
    facts = {"last_year": {}, "register": {"titles": []}, "object_name": "一号工厂"}
    return {**known, **place, **own, **facts, "type": type, "rules": rules, "catalogues": lists(), **more}


ONLY_FACTORY = (
    "fac_type",
    "fac_addr",
    "fac_area",
    "fac_workshops",
    "fac_capacity",
    "mutuals",
    "mutuals_text",
)


def body_of(type: str) -> dict[str, Any]:
    """A complete application of that type."""
    body = answers.form()
    if type == "FACTORY":
        return body
    for key in ONLY_FACTORY:
        del body[key]
    if type == "WORKSHOP":
        rows = [{**body["elements"][0], "row_key": f"W{number}"} for number in range(1, 15)]
        facts = {"ws_type": "DISCRETE", "ws_product": "电机", "ws_area": 900, "ws_lines": 2, "ws_staff": 30}
        return {**body, **facts, "elements": rows}
    for key in ("invest_hw", "invest_sw", "total_equipment", "nc_equipment", "networkable_equipment"):
        del body[key]
    for key in ("networked_equipment", "key_processes", "key_processes_nc"):
        del body[key]
    scene = {"scene_link": "2021-05", "scene": "2021-05-03", "scene_site": "总装车间"}
    return {**body, **scene, "elements": [{**body["elements"][0], "row_key": "2021-05-03"}]}


@pytest.mark.parametrize("name", ["application_form", "application_start", "application_sign", "withdrawal"])
def test_the_forms_have_no_findings(name: str) -> None:
    path = project_root() / "forms" / "definitions" / f"{name}.form"
    assert lint(path.name, path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("type", "rows", "asked", "not_asked"),
    [
        ("SCENE", 1, "scene_site", "nc_rate"),
        ("WORKSHOP", 14, "ws_lines", "mutuals"),
        ("FACTORY", 19, "fac_capacity", "scene"),
    ],
)
def test_each_type_is_asked_its_own_sections(type: str, rows: int, asked: str, not_asked: str) -> None:
    data = form().validate(body_of(type), context(type), CLOCK)
    assert len(data["elements"]) == rows
    assert asked in data
    assert not_asked not in data


def test_every_section_of_the_reconstructed_form_is_there() -> None:
    marks = {component.id.partition("_")[0] for component in form().definition.components}
    assert marks == set("abcdefghijklmnopq")  # r and s are the county's and the city's own forms
    for component in form().definition.components:
        assert len(component.children) <= 25


def test_rates_are_computed_and_never_typed() -> None:
    body = body_of("FACTORY")
    body["finance"][1]["total_assets"] = 0
    body["effects"][3] |= {"unit": "吨标准煤/万元", "before": 40, "after": 30}
    body["effects"][4] |= {"before": 0, "note": "建设前未统计"}
    data = form().validate(body, context(), CLOCK)
    assert data["finance"][0]["debt_ratio"] == Decimal("40.00")
    assert data["finance"][0]["rd_ratio"] == Decimal("3.65")
    assert data["finance"][1]["debt_ratio"] is None
    assert (data["nc_rate"], data["net_rate"], data["key_nc_rate"]) == (91, 88, 90)
    assert [row["rate"] for row in data["effects"]] == [28, -28, 28, 25, None]
    assert [row["fy"] for row in data["finance"]] == [2021, 2022, 2023]


def test_an_effect_without_a_base_has_to_be_explained() -> None:
    body = body_of("FACTORY")
    body["effects"][0]["before"] = 0
    errors = form().check(body, context(), CLOCK)
    assert [error.path for error in errors] == ["effects[0].note"]


BIG = {"total_assets": 9, "liabilities": 10, "revenue": 8_000_000, "employees": 3}


@pytest.mark.parametrize(
    ("changes", "facts", "path", "said"),
    [
        ({"reg_capital": 50_000_000}, {}, "reg_capital", "1000亿元"),
        ({"reg_capital": 5000}, {"last_year": {"reg_capital": 50_000_000}}, "reg_capital", "上万倍"),
        ({"invest": 30_000_000}, {}, "invest", "1000亿元"),
        ({"invest": 7000}, {}, "invest_sw", "大于总投资"),
        ({"rd_staff": 999}, {}, "rd_staff", "多于最近一年年末从业人员"),
        ({"cmmm_level": "3"}, {}, "cmmm_level", "等级与得分不相符"),
        ({"license_name": "另一家公司"}, {}, "license_name", "不一致"),
        ({"reg_date": "2012-03-02"}, {}, "reg_date", "自我评价"),
        ({"completed_on": "2023-11-01"}, {}, "completed_on", "自我评价"),
        ({"started_on": "2011-06-01"}, {}, "started_on", "早于企业成立日期"),
        ({"plan_on": "2010-06-01"}, {}, "plan_on", "早于企业成立日期"),
        ({"credit_china_on": "2024-01-05"}, {}, "credit_china_on", "60天"),
        ({"industry_small": "2611"}, {}, "industry_small", "所属大类"),
        (
            {"finance": [{**answers.form()["finance"][0], **BIG}]},
            {},
            "finance[0].liabilities",
            "大于资产总额",
        ),
        ({"finance": [{**answers.form()["finance"][0], **BIG}]}, {}, "finance[0].revenue", "人均营业收入"),
        (
            {},
            {"last_year": {"finance": [{"fy": Decimal(2021), "revenue": Decimal(520_000_000)}]}},
            "finance",
            "上年申报相差上万倍",
        ),
        ({"nc_equipment": 100, "networked_equipment": 100, "key_processes_nc": 20}, {}, "nc_rate", "100%"),
        ({}, {}, "elements", "全部要素"),
        ({}, {"answers": {"eff_defect": Decimal(35)}}, "effects[4].rate", "自我评价中填写的是 35%"),
    ],
)
def test_what_looks_odd_is_pointed_out_and_does_not_stop_anybody(
    changes: dict[str, Any], facts: dict[str, Any], path: str, said: str
) -> None:
    around = context(**facts)
    told = form().hints({**body_of("FACTORY"), **changes}, around, CLOCK, language="zh")
    assert said in "".join(hint.message for hint in told if hint.path == path)
    assert all(
        hint.message for hint in form().hints({**body_of("FACTORY"), **changes}, around, CLOCK, language="en")
    )


def test_what_is_plausible_draws_no_hint() -> None:
    body = body_of("FACTORY")
    body["elements"][4]["status"] = "PARTLY"
    for row in body["effects"]:
        if row["row_key"] in ("eff_productivity", "eff_energy"):
            row["after"] = 128
    same = {row["row_key"]: Decimal(28) for row in body["effects"]}
    around = context()
    around["answers"] |= same
    assert form().hints(body, around, CLOCK, language="zh") == ()


def test_last_year_and_the_account_fill_in_and_say_so() -> None:
    earlier = {"main_products": "齿轮", "finance": [{"row_key": "2021", "revenue": Decimal(777)}]}
    view = form().view({}, context(last_year=earlier), CLOCK)
    fields = {field.path: field for section in view.sections for field in section.fields}
    assert (fields["main_products"].text, fields["main_products"].prefilled) == ("齿轮", "LAST_YEAR")
    assert (fields["license_name"].text, fields["license_name"].prefilled) == ("示例企业", "ORGANISATION")
    assert fields["reg_date"].text.startswith("2012")


def test_years_are_shown_as_years() -> None:
    view = form().view({}, context(), CLOCK)
    fields = {field.path: field for section in view.sections for field in section.fields}
    assert fields["cycle_year"].text == "2024"
