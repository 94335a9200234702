"""County and city at their desks: the checklist, the board, the package, the area, direct filing, the receipt."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from engine.programme.applications import statuses as s
from engine.programme.recommendations.models import Package
from engine.programme.recommendations.workbook import COLUMNS
from tests.programme import answers
from tests.programme.mainline import (
    CITY,
    COUNTY,
    FIRST,
    OTHER_CITY,
    OTHER_COUNTY,
    SECOND,
    THIRD,
    House,
    furnished,
    house,
    person,
)
from tests.web.conftest import PASSWORD, token
from webapp import assets, create_app
from webapp.account.passwords import hash_password
from webapp.settings import WebSettings

__all__ = ["furnished", "house"]

KEY = f"2024-{CITY}"
PEOPLE = {
    "county": Grant("county_officer", COUNTY),
    "county_head": Grant("county_head", COUNTY),
    "city": Grant("city_officer", CITY),
    "city_head": Grant("city_head", CITY),
    "other_city": Grant("city_officer", OTHER_CITY),
    "other_head": Grant("city_head", OTHER_CITY),
    "department": Grant("dept_officer", "370000"),
    "filler": Grant("enterprise_filler", FIRST),
}
ORGANISATIONS = (
    ("370000", "山东省工业和信息化厅", "province", None),
    (CITY, "济南市", "city", "370000"),
    (COUNTY, "历下区", "county", CITY),
    (OTHER_CITY, "青岛市", "city", "370000"),
    (OTHER_COUNTY, "市南区", "county", OTHER_CITY),
    (FIRST, f"示例企业{FIRST[-4:]}", "enterprise", COUNTY),
    (SECOND, f"示例企业{SECOND[-4:]}", "enterprise", COUNTY),
    (THIRD, f"示例企业{THIRD[-4:]}", "enterprise", OTHER_COUNTY),
)


@pytest.fixture
def site(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The site on the main line, with its people."""
    with house.rt.transaction() as tx:
        scribe, password = Scribe(SYSTEM, tx.now), hash_password(PASSWORD)
        for code, name, kind, parent in ORGANISATIONS:
            add_organisation(tx.session, scribe, code, name, kind, parent)
        for login, grant in PEOPLE.items():
            add_account(tx.session, scribe, login, login, [grant], password_hash=password)
    monkeypatch.setattr(assets, "manifest", lambda: {n: n for n in assets.ENTRIES})
    settings = WebSettings(
        secret_key="test-key-of-enough-length-0123456789",
        demo=False,
        https=False,
        second_factor_for_officials=False,
    )
    return create_app(house.rt, settings)


def enter(site: Flask, login: str) -> FlaskClient:
    """A client with that person's session."""
    client = site.test_client()
    form = {"login": login, "password": PASSWORD, "csrf_token": token(client.get("/sign-in"))}
    client.post("/sign-in", data=form)
    return client


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    """What a page says."""
    answer = client.get(address)
    assert answer.status_code == status, f"{address}: {answer.status_code}"
    return answer.get_data(as_text=True)


def claimed(house: House, client: FlaskClient, element: str, key: str = KEY) -> str:
    """The address of an open task that this person takes."""
    [task] = house.tasks(element, key)
    address = f"/tasks/{task.id}"
    client.post(f"{address}/claim", data={"csrf_token": token(client.get(address))})
    return address


def submit(client: FlaskClient, address: str, status: int, **data: Any) -> str:
    """Send the form of a task."""
    form = {"csrf_token": token(client.get(address)), "_action": "submit", **data}
    answer = client.post(address, data=form)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def agreed(house: House, *names: str) -> list[str]:
    """Factories of two enterprises that the city agreed; the county deadline has passed."""
    numbers = []
    for place, name in enumerate(names):
        uscc = (FIRST, SECOND)[place % 2]
        number = house.apply(uscc, name)
        house.file(number, uscc)
        house.endorse(number)
        numbers.append(number)
    house.go("2024-06-29 00:00")
    house.do(person("city_officer", CITY), "rank", KEY, decision="REFRESH")
    return numbers


def ranked(rows: dict[str, str]) -> dict[str, str]:
    """The inputs of the board: numbers of applications and what is typed beside them."""
    found = {"ranking": "", "_keep": "ranking", "decision": "SUBMIT"}
    for index, (number, rank) in enumerate(rows.items()):
        found |= {f"ranking[{index}].application_no": number, f"ranking[{index}].rank": rank}
    return found


def test_the_checklist_stands_beside_what_the_enterprise_said(house: House, site: Flask) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    client = enter(site, "county")
    address = claimed(house, client, "county_opinion", number)
    said = page(client, address)
    assert said.count('class="condition"') == len(answers.CONDITIONS)
    assert "第五条（三） 已制定智能化发展规划和措施" in said
    assert "智能化发展规划（2021—2025）" in said
    assert "自评满足" in said
    assert 'name="conditions[0].finding"' in said


def test_a_condition_that_is_not_met_needs_a_remark_and_bars_the_agreement(house: House, site: Flask) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    client = enter(site, "county")
    address = claimed(house, client, "county_opinion", number)
    form: dict[str, str] = {"conditions": "", "result": "AGREE", "opinion": "同意"}
    for index, key in enumerate(answers.CONDITIONS):
        form |= {f"conditions[{index}].row_key": key, f"conditions[{index}].finding": "MET"}
    said = submit(client, address, 422, **{**form, "conditions[6].finding": "UNMET"})
    assert "有不符合的条件，不能同意上报" in said
    assert re.search(r'id="[^"]*remark[^"]*-error"', said)
    assert re.search(r'name="conditions\[6\]\.finding" value="UNMET" checked', said), "what was chosen stays"
    submit(client, address, 302, **form)
    assert house.tasks("county_review", number)


def test_the_board_shows_quota_order_and_what_is_under_review(house: House, site: Flask) -> None:
    first, second = agreed(house, "一号工厂", "二号工厂")
    client = enter(site, "city")
    said = page(client, claimed(house, client, "rank"))
    assert "推荐名额 3，已用 2" in said
    assert said.index(first) < said.index(second)
    assert "初审尚未结束的申报" in said
    assert 'name="ranking[0].rank"' in said


def test_above_the_quota_nothing_is_sent_and_nothing_typed_is_lost(house: House, site: Flask) -> None:
    numbers = agreed(house, "一号工厂", "二号工厂", "三号工厂", "四号工厂")
    client = enter(site, "city")
    address = claimed(house, client, "rank")
    said = submit(client, address, 422, **ranked({no: str(n) for n, no in enumerate(numbers, start=1)}))
    assert "推荐 4 项，超过本市名额 3 项" in said
    assert "推荐名额 3，已用 4" in said
    assert re.search(r'name="ranking\[3\]\.rank" value="4"', said)
    assert house.tasks("sign", KEY) == []
    fewer = ranked(
        {no: ("" if n == 2 else str(n if n < 2 else n - 1)) for n, no in enumerate(numbers, start=1)}
    )
    submit(client, address, 302, **fewer)
    assert house.tasks("sign", KEY)


def test_another_citys_application_is_not_ranked(house: House, site: Flask) -> None:
    own = agreed(house, "一号工厂")
    client = enter(site, "city")
    address = claimed(house, client, "rank")
    said = submit(client, address, 422, **ranked({own[0]: "1", f"2024-{OTHER_COUNTY}-0001": "2"}))
    assert "不能列入推荐汇总表" in said


def test_a_package_is_not_sent_without_its_scan(house: House, site: Flask) -> None:
    numbers = agreed(house, "一号工厂")
    rank(house, numbers)
    client = enter(site, "city_head")
    address = claimed(house, client, "sign")
    said = page(client, address)
    assert "推荐汇总表预览" in said
    assert "推荐顺序（留空为不推荐）" not in said, "the package is told once, not as it was ranked as well"
    assert "排序：" in said
    letter = {
        "decision": "SEND",
        "document_no": "济工信函〔2024〕5号",
        "document_date": "2024-06-29",
        "scan": "",
    }
    said = submit(client, address, 422, **letter)
    assert "盖章推荐文件扫描件" in said
    assert house.rows(_packages()) == []


def test_the_list_before_and_after_it_was_sent(house: House, site: Flask) -> None:
    numbers = agreed(house, "一号工厂", "二号工厂")
    rank(house, numbers)
    head = enter(site, "city_head")
    address = claimed(house, head, "sign")
    before = sheet(head, f"/recommending{address}/summary.xlsx")
    letter = Document(BytesIO(head.get(f"/recommending{address}/letter.docx").get_data()))
    said = "".join(paragraph.text for paragraph in letter.paragraphs)
    assert "关于报送2024年度山东省" in said
    sign(house)
    after = sheet(head, f"/recommending/packages/2024/{CITY}/1/summary.xlsx")
    assert [cell.value for cell in after[4]] == [heading for heading, _ in COLUMNS]
    assert [row[3].value for row in after.iter_rows(min_row=5)] == [
        row[3].value for row in before.iter_rows(min_row=5)
    ]
    assert [row[0].value for row in after.iter_rows(min_row=5)] == [1, 2]


def test_a_later_version_says_what_it_changes(house: House, site: Flask) -> None:
    numbers = agreed(house, "一号工厂", "二号工厂")
    rank(house, numbers)
    sign(house)
    rank(house, numbers[1:])
    head = enter(site, "city_head")
    said = page(head, claimed(house, head, "sign"))
    assert "与上次报送（第 1 版）相比" in said
    assert "去掉" in said
    assert "第 2 位改为第 1 位" in said
    sign(house, "济工信函〔2024〕6号")
    said = page(head, f"/recommending/packages/2024/{CITY}")
    assert said.index("第 2 版") < said.index("第 1 版")
    assert "已被替换" in said


def test_the_department_sees_letter_scan_list_and_what_was_left_out(house: House, site: Flask) -> None:
    numbers = agreed(house, "一号工厂", "二号工厂")
    rank(house, numbers[:1])
    sign(house)
    house.go("2024-07-08 09:00")
    client = enter(site, "department")
    address = claimed(house, client, "acceptance")
    said = page(client, address)
    for words in (
        "济工信函〔2024〕5号 2024年6月29日",
        "f-scan.pdf",
        "盖章扫描件",
        "按时报送",
        "一号工厂",
        "市级初审同意而未列入的申报 1 项",
    ):
        assert words in said
    assert "请核对" not in said
    refused = submit(client, address, 422, decision="REFUSE", reason="没有盖章")
    assert "不予受理情形" in refused
    submit(client, address, 302, decision="ACCEPT")
    assert house.application(numbers[0]).status == s.RECOMMENDED


def test_a_package_is_its_own_citys_and_the_departments(house: House, site: Flask) -> None:
    numbers = agreed(house, "一号工厂")
    rank(house, numbers)
    sign(house)
    [waiting] = house.tasks("rank", KEY)
    assert enter(site, "city").get(f"/recommending/tasks/{waiting.id}/letter.docx").status_code == 404
    for login, status in (
        ("city", 200),
        ("department", 200),
        ("other_city", 404),
        ("county", 404),
        ("filler", 404),
    ):
        page(enter(site, login), f"/recommending/packages/2024/{CITY}", status)
        answer = enter(site, login).get(f"/recommending/packages/2024/{CITY}/1/summary.xlsx")
        assert answer.status_code == status, login


def test_the_area_is_ones_own(house: House, site: Flask) -> None:
    own, foreign = house.apply(FIRST, "一号工厂"), house.apply(THIRD, "外市工厂", county=OTHER_COUNTY)
    house.file(own, FIRST)
    for login in ("county", "city", "county_head"):
        said = page(enter(site, login), "/recommending")
        assert own in said
        assert foreign not in said
        assert "本辖区共 1 项申报" in said
    assert own not in page(enter(site, "other_city"), "/recommending")
    both = page(enter(site, "department"), "/recommending")
    assert own in both
    assert foreign in both
    page(enter(site, "filler"), "/recommending", 403)


def test_the_list_is_narrowed_and_says_who_has_it(house: House, site: Flask) -> None:
    waiting, draft = house.apply(FIRST, "一号工厂"), house.apply(SECOND, "二号工厂")
    house.file(waiting, FIRST)
    client = enter(site, "city")
    said = page(client, "/recommending?status=SUBMITTED")
    assert waiting in said
    assert draft not in said
    assert "县级经办审核" in said
    assert "历下区" in said
    assert draft in page(client, "/recommending?q=二号")
    assert "没有符合条件的申报" in page(client, "/recommending?q=%25")


def test_silent_counties_are_listed_with_their_applications(house: House, site: Flask) -> None:
    number = house.apply(FIRST, "一号工厂")
    house.file(number, FIRST)
    house.go("2024-06-29 00:00")
    said = page(enter(site, "city"), "/recommending")
    assert "逾期未出具意见的县（市、区）" in said
    assert "县级未出具意见" in said
    assert number in page(enter(site, "city"), "/recommending?silent=1")


def test_direct_filing_is_switched_with_a_reason_and_holds_from_then_on(house: House, site: Flask) -> None:
    before, after = house.apply(FIRST, "一号工厂"), house.apply(SECOND, "二号工厂")
    house.file(before, FIRST)
    client = enter(site, "city")
    form = {"csrf_token": token(client.get("/recommending/filing")), "county": COUNTY, "direct": "true"}
    answer = client.post("/recommending/filing", data={**form, "reason": "  "})
    assert answer.status_code == 422
    assert "须写明理由" in answer.get_data(as_text=True)
    assert (
        client.post("/recommending/filing", data={**form, "reason": "机构改革，暂无人办理"}).status_code
        == 302
    )
    assert "机构改革，暂无人办理" in page(client, "/recommending/filing")
    house.file(after, SECOND)
    assert [task.element_id for task in house.tasks(key=before)] == ["withdraw", "county_opinion"]
    assert [task.element_id for task in house.tasks(key=after)] == ["withdraw", "city_review"]
    again = client.post("/recommending/filing", data={**form, "reason": "再来一次"})
    assert again.status_code == 422


@pytest.mark.parametrize("login", ["county", "county_head", "department", "filler"])
def test_only_the_city_switches_direct_filing(house: House, site: Flask, login: str) -> None:
    client = enter(site, login)
    assert client.get("/recommending/filing").status_code == 403
    form = {
        "csrf_token": token(client.get("/account")),
        "county": COUNTY,
        "direct": "true",
        "reason": "x",
    }
    assert client.post("/recommending/filing", data=form).status_code in (400, 403)
    assert house.cycle().direct_filing == []


def test_another_citys_county_is_not_switched(house: House, site: Flask) -> None:
    client = enter(site, "city")
    form = {"csrf_token": token(client.get("/recommending/filing")), "county": OTHER_COUNTY, "direct": "true"}
    answer = client.post("/recommending/filing", data={**form, "reason": "越权"})
    assert answer.status_code == 422
    assert house.cycle().direct_filing == []


def test_after_the_county_deadline_nothing_is_switched(house: House, site: Flask) -> None:
    client = enter(site, "city_head")
    form = {"csrf_token": token(client.get("/recommending/filing")), "county": COUNTY, "direct": "true"}
    house.go("2024-06-29 00:00")
    answer = client.post("/recommending/filing", data={**form, "reason": "太晚"})
    assert answer.status_code == 409
    assert house.cycle().direct_filing == []


def rank(house: House, numbers: list[str]) -> None:
    """The officer's list."""
    rows = [{"application_no": number, "rank": place} for place, number in enumerate(numbers, start=1)]
    house.do(person("city_officer", CITY), "rank", KEY, decision="SUBMIT", ranking=rows)


def sign(house: House, number: str = "济工信函〔2024〕5号") -> None:
    """The head signs and sends."""
    letter = {"document_no": number, "document_date": "2024-06-29", "scan": ["f-scan"]}
    [task] = house.tasks("sign", KEY)
    head = person("city_head", CITY, task.assignee) if task.assignee else person("city_head", CITY)
    house.do(head, "sign", KEY, decision="SEND", **letter)


def sheet(client: FlaskClient, address: str) -> Any:
    """The first sheet of a workbook."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return load_workbook(BytesIO(answer.get_data())).worksheets[0]


def _packages() -> Any:
    from sqlalchemy import select

    return select(Package)


CELL = "finance[2].revenue"


def test_fields_are_ticked_by_section_and_each_needs_its_reason(house: House, site: Flask) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    client = enter(site, "county")
    address = claimed(house, client, "county_opinion", number)
    draft = {
        "csrf_token": token(client.get(address)),
        "_action": "save",
        "result": "RETURN",
        "opinion": "请补正",
    }
    client.post(address, data=draft)
    said = page(client, address)
    assert said.count("data-pick-group") > 10
    [name] = re.findall(r'name="(return_items\[\d+\])\.field" value="description"', said)
    [other] = re.findall(rf'name="(return_items\[\d+\])\.field" value="{re.escape(CELL)}"', said)
    assert "data-pick-parts" in said
    blank = dict.fromkeys(re.findall(r'name="(return_items\[\d+\]\.reason)"', said), "")
    form = {**blank, "return_items": "", "result": "RETURN", "opinion": "请补正"}
    ticked = {
        **form,
        f"{name}.field": "description",
        f"{name}.reason": "补充实施过程",
        f"{other}.field": CELL,
    }
    said = submit(client, address, 422, **ticked)
    assert re.search(r'value="description" checked', said)
    assert re.search(rf'value="{re.escape(CELL)}" checked', said)
    assert "补充实施过程</textarea>" in said
    assert said.count('aria-invalid="true"') == 1
    names = dict(zip(("description", CELL), (name, other), strict=True))
    for field in names:
        [names[field]] = re.findall(rf'name="(return_items\[\d+\])\.field" value="{re.escape(field)}"', said)
    blank = dict.fromkeys(re.findall(r'name="(return_items\[\d+\]\.reason)"', said), "")
    whole = {**form, **blank}
    for field, place in names.items():
        whole |= {f"{place}.field": field, f"{place}.reason": f"理由{field}"}
    submit(client, address, 302, **whole)
    [task] = house.tasks("county_review", number)
    items = answers.local(house.rt, task)["return_items"]
    assert {item["field"]: item["reason"] for item in items} == {
        "description": "理由description",
        CELL: f"理由{CELL}",
    }
    assert all(item["label"] for item in items)


def test_what_a_head_returns_begins_with_what_the_officer_said(house: House, site: Flask) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    said = {**answers.county_opinion(), "opinion": "现场核查属实，同意上报。"}
    house.do(person("county_officer", COUNTY), "county_opinion", number, **said)
    house.do(
        person("county_head", COUNTY), "county_review", number, decision="RETURN", comment="请补充核查日期"
    )
    county = enter(site, "county")
    address = claimed(house, county, "county_opinion", number)
    assert "现场核查属实，同意上报。" in page(county, address)
    house.do(person("county_officer", COUNTY, "county"), "county_opinion", number, **answers.county_opinion())
    told = page(county, f"{address}/done")
    assert "办理“县级负责人审定”的人，由其选择退回" in told, (
        "nothing is taken back alone; who may hand it back is named"
    )
    house.do(person("county_head", COUNTY), "county_review", number, decision="AGREE")
    city = enter(site, "city")
    form = page(city, claimed(house, city, "city_review", number)).partition('id="task-form"')[2]
    assert "现场核查属实" not in form.partition("</form>")[0], "another step begins empty"
